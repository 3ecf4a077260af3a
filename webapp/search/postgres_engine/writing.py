"""Writing the search: a few rows with the record that changed, or everything anew beside what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from webapp.search.engine import Change, Document
from webapp.search.postgres_engine.rows import FORMAT, row, words_of

BUILDING = 19440606
"""The advisory lock of whoever writes the search anew; who writes a record shares it."""

BATCH = 500

COLUMNS = ("id", "type", "lang", "title", "revision", "entered", "length", "first_day", "firsts", "lasts", "facets",
           "told", "stems", "lexemes")  # fmt: skip
TYPED = {"lexemes": "CAST(:lexemes AS tsvector)", "firsts": "CAST(:firsts AS integer[])",
         "lasts": "CAST(:lasts AS integer[])", "facets": "CAST(:facets AS text[])"}  # fmt: skip
VALUES = ", ".join(TYPED.get(name, f":{name}") for name in COLUMNS)
SET = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])


def write(connection: Connection, changes: Iterable[Change]) -> bool:
    """Bring these records up to date, or say that the search is not there or is being built at this moment."""
    free = connection.scalar(text("SELECT pg_try_advisory_xact_lock_shared(:lock)"), {"lock": BUILDING})
    there = connection.scalar(text("SELECT to_regclass('search.state') IS NOT NULL"))
    if not (free and there and connection.scalar(text("SELECT format FROM search.state")) == FORMAT):
        return False
    last = sorted({change.id: change for change in changes}.values(), key=lambda change: change.id)
    if gone := [change.id for change in last if change.document is None]:
        connection.execute(text("DELETE FROM search.document WHERE id = ANY(:gone)"), {"gone": gone})
    documents = [change.document for change in last if change.document is not None]
    _put(connection, "document", documents)
    if last:
        connection.execute(text("UPDATE search.state SET version = version + 1"))
    return True


def build(connection: Connection, documents: Iterable[Document], progress: Any) -> int:
    """Write all documents into a new table, and put it in the place of the old one; gives how many there are."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": BUILDING})
    connection.execute(text("DELETE FROM search.word"))
    connection.execute(text("CREATE TABLE search.draft (LIKE search.document INCLUDING ALL)"))
    done = 0
    for batch in _batches(documents):
        _put(connection, "draft", batch)
        done += len(batch)
        progress(done)
    connection.execute(text("DROP TABLE search.document"))
    connection.execute(text("ALTER TABLE search.draft RENAME TO document"))
    connection.execute(text("ANALYZE search.document"))
    connection.execute(
        text("""
        INSERT INTO search.state (format, version, built) VALUES (:format, 1, 1)
        ON CONFLICT (one) DO UPDATE SET format = excluded.format, version = search.state.version + 1,
            built = search.state.built + 1
        """),
        {"format": FORMAT},
    )
    return done


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _put(connection: Connection, table: str, documents: Sequence[Document]) -> None:
    if not documents:
        return
    connection.execute(
        text(f"""INSERT INTO search.{table} ({", ".join(COLUMNS)}) VALUES ({VALUES})
                 ON CONFLICT (id) DO UPDATE SET {SET}"""),
        [row(document) for document in documents],
    )
    known = sorted({pair for document in documents for pair in words_of(document)})
    connection.execute(
        text("""
        INSERT INTO search.word (kind, word)
        SELECT asked.kind, asked.word FROM unnest(CAST(:kinds AS text[]), CAST(:words AS text[])) AS asked (kind, word)
        WHERE NOT EXISTS (SELECT 1 FROM search.word AS old WHERE old.kind = asked.kind AND old.word = asked.word)
        ORDER BY 1, 2 ON CONFLICT DO NOTHING
        """),
        {"kinds": [kind for kind, _ in known], "words": [word for _, word in known]},
    )
