"""Writing the search: a few rows with the record that changed, or everything anew beside what is there.

Whoever writes counts the version up first, and thereby waits for those who write at the same moment: versions are given
out in the order in which they can be seen. What a small change takes away and what it brings is noted under its
version, so that counts which were made before can be corrected instead of being made again.
"""

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

NOTED = 100
"""More documents at once are not noted one by one: what was counted before is counted again."""

KEPT, EVERY = 2000, 100
"""So many versions back the changes are kept; so often what is older is thrown away."""

COLUMNS = ("id", "type", "lang", "title", "revision", "entered", "length", "first_day", "firsts", "lasts", "codes",
           "spans", "told", "stems", "lexemes")  # fmt: skip
CODES = """(SELECT coalesce(string_agg(int4send(code), ''), '') FROM search.value
            WHERE whole = ANY(CAST(:facets AS text[])))"""
TYPED = {"lexemes": "CAST(:lexemes AS tsvector)", "firsts": "CAST(:firsts AS integer[])",
         "lasts": "CAST(:lasts AS integer[])", "codes": CODES}  # fmt: skip
VALUES = ", ".join(TYPED.get(name, f":{name}") for name in COLUMNS)
SET = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
PUT = f"""INSERT INTO search.document ({", ".join(COLUMNS)}) VALUES ({VALUES})
          ON CONFLICT (id) DO UPDATE SET {SET}"""
DRAFT = PUT.replace("search.document", "search.draft")
INDEXES = (
    "CREATE INDEX document_lexemes ON search.document USING gin (lexemes)",
    "CREATE UNIQUE INDEX document_number ON search.document (number)",
    "CREATE INDEX document_entered ON search.document (entered DESC, number)",
    "CREATE INDEX document_day ON search.document (first_day, number)",
    "CREATE INDEX document_short ON search.document (type, length, number)",
)
NOTE = (
    "INSERT INTO search.change (version, sign, head, codes, lexemes) SELECT :version, {}, head, codes, lexemes FROM {}"
)

BEFORE = f"WITH old AS ({NOTE.format(-1, 'search.document WHERE id = ANY(:ids)')})"
LEARN = """
    INSERT INTO search.word (kind, word)
    SELECT kind, word FROM unnest(CAST(:kinds AS text[]), CAST(:words AS text[])) AS asked (kind, word)
    WHERE NOT EXISTS (SELECT 1 FROM search.word AS old WHERE old.kind = asked.kind AND old.word = asked.word)
    ORDER BY 1, 2 ON CONFLICT DO NOTHING
    """
NAME = """
    INSERT INTO search.value (whole)
    SELECT whole FROM unnest(CAST(:values AS text[])) AS asked (whole)
    WHERE NOT EXISTS (SELECT 1 FROM search.value AS old WHERE old.whole = asked.whole)
    ORDER BY 1 ON CONFLICT DO NOTHING
    """


def write(connection: Connection, changes: Iterable[Change]) -> bool:
    """Bring these records up to date, or say that the search is not there or is being built at this moment."""
    last = sorted({change.id: change for change in changes}.values(), key=lambda change: change.id)
    rows = [(change.document, row(change.document)) for change in last if change.document is not None]
    version = _version(connection)
    if version is None:
        return False
    ids = [change.id for change in last]
    noted = len(ids) <= NOTED
    _learn(connection, [document for document, _ in rows], [values for _, values in rows],
           {"version": version, "ids": ids if noted else []})  # fmt: skip
    if gone := [change.id for change in last if change.document is None]:
        connection.execute(text("DELETE FROM search.document WHERE id = ANY(:gone)"), {"gone": gone})
    _put(connection, [values for _, values in rows], version if noted else None)
    if not noted:
        connection.execute(text("UPDATE search.state SET since = version"))
    elif version % EVERY == 0:
        _forget(connection)
    return True


def _version(connection: Connection) -> int | None:
    """The version that is to be written, if the search is there and nobody writes it anew."""
    free, there = connection.execute(
        text("SELECT pg_try_advisory_xact_lock_shared(:lock), to_regclass('search.state') IS NOT NULL"),
        {"lock": BUILDING},
    ).one()
    if not (free and there):
        return None
    sql = "UPDATE search.state SET version = version + 1 WHERE format = :format RETURNING version"
    return connection.scalar(text(sql), {"format": FORMAT})


def _learn(
    connection: Connection, documents: Iterable[Document], rows: Iterable[dict[str, Any]], noted: dict[str, Any]
) -> None:
    """Note what was there before, and take in words and facet values that are new; all in one errand."""
    pairs = sorted({pair for document in documents for pair in words_of(document)})
    given = {"kinds": [kind for kind, _ in pairs], "words": [word for _, word in pairs],
             "values": sorted({value for each in rows for value in each["facets"]})}  # fmt: skip
    connection.execute(text(f"{BEFORE}, learnt AS ({LEARN}) {NAME}"), given | noted)


def _put(connection: Connection, rows: Sequence[dict[str, Any]], version: int | None) -> None:
    if not rows:
        return
    if version is None:
        connection.execute(text(PUT), rows)
        return
    sql = f"WITH made AS ({PUT} RETURNING head, codes, lexemes) {NOTE.format(1, 'made')}"
    connection.execute(text(sql), [values | {"version": version} for values in rows])


def _forget(connection: Connection) -> None:
    """Throw away the oldest notes; nothing that was counted before them can be corrected by them any more."""
    sql = """WITH gone AS (DELETE FROM search.change USING search.state AS now
                           WHERE change.version <= now.version - :kept)
             UPDATE search.state SET since = greatest(since, version - :kept)"""
    connection.execute(text(sql), {"kept": KEPT})


def build(connection: Connection, documents: Iterable[Document], progress: Any) -> int:
    """Write all documents into a new table, and put it in the place of the old one; gives how many there are."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": BUILDING})
    for table in ("word", "value", "change", "tally"):
        connection.execute(text(f"DELETE FROM search.{table}"))
    create_draft(connection)
    done = 0
    for batch in _batches(documents):
        rows = [row(document) for document in batch]
        _learn(connection, batch, rows, {"version": 0, "ids": []})
        connection.execute(text(DRAFT), rows)
        done += len(batch)
        progress(done)
    put_in_place(connection)
    return done


def create_draft(connection: Connection) -> None:
    """An empty table like the one that is searched; its indexes are made when it is full."""
    for statement in (
        "CREATE TABLE search.draft (LIKE search.document INCLUDING ALL EXCLUDING INDEXES, PRIMARY KEY (id))",
        "ALTER TABLE search.draft SET (toast_tuple_target = 128)",
    ):
        connection.execute(text(statement))


def put_in_place(connection: Connection) -> None:
    """Search in the new table from now on; nothing can correct what was counted before."""
    for statement in (
        "DROP TABLE search.document",
        "ALTER TABLE search.draft RENAME TO document",
        "ALTER INDEX search.draft_pkey RENAME TO document_pkey",
        *INDEXES,
        "ANALYZE search.document",
    ):
        connection.execute(text(statement))
    sql = """
        INSERT INTO search.state (format, version, built, since) VALUES (:format, 1, 1, 1)
        ON CONFLICT (one) DO UPDATE SET format = excluded.format, version = search.state.version + 1,
            built = search.state.built + 1, since = search.state.version + 1
        """
    connection.execute(text(sql), {"format": FORMAT})


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch
