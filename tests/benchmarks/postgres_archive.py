"""Synthetic archives of any size in PostgreSQL: in the search of this archive, and in the plain table of a rival.

Rows are copied straight into the tables. Beyond ``UNIQUE`` messages the same texts come again under other identifiers:
words are as frequent as in an archive of that size, and the making does not take an hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
from sqlalchemy import text

from tests.benchmarks.synthetic import documents, identifier
from webapp.database import Database
from webapp.search.engine import Document
from webapp.search.postgres_engine import writing
from webapp.search.postgres_engine.rows import row, words_of

UNIQUE = 250_000

RIVAL = """
    CREATE TABLE plain (
        number integer PRIMARY KEY, id text NOT NULL, title text NOT NULL, first_day integer NOT NULL,
        entered bigint NOT NULL, facets text[] NOT NULL, words tsvector NOT NULL
    )
    """
RIVAL_INDEXES = (
    "CREATE INDEX plain_words ON plain USING gin (words)",
    "CREATE INDEX plain_facets ON plain USING gin (facets)",
    "CREATE INDEX plain_day ON plain (first_day, number)",
    "CREATE INDEX plain_entered ON plain (entered DESC, number)",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """CREATE TABLE plain_word AS SELECT DISTINCT word FROM ts_stat('SELECT words FROM plain')""",
    "CREATE INDEX plain_word_near ON plain_word USING gin (word gin_trgm_ops)",
    "ANALYZE plain",
)


def archive(size: int) -> Iterator[Document]:
    """So many messages."""
    unique = list(documents(min(size, UNIQUE)))
    for number in range(size):
        made = unique[number % len(unique)]
        again = number >= len(unique)
        yield replace(made, id=identifier("m", number), entered=1_700_000_000 + number) if again else made


def fill(database: Database, size: int) -> None:
    """Put so many messages into the search, as a rebuild would leave them."""
    words: set[tuple[str, str]] = set()
    codes: dict[str, int] = {}
    with database.writer.begin() as connection:
        writing.create_draft(connection)
        with _copying(connection, "search.draft", writing.COLUMNS) as copy:
            for at, document in enumerate(archive(size)):
                made = row(document)
                if at < UNIQUE:
                    words.update(words_of(document))
                made["codes"] = b"".join(codes.setdefault(each, len(codes) + 1).to_bytes(4) for each in made["facets"])
                copy.write_row([made[name] for name in writing.COLUMNS])
        with _copying(connection, "search.word", ("kind", "word")) as copy:
            for pair in sorted(words):
                copy.write_row(pair)
        with _copying(connection, "search.value", ("code", "whole")) as copy:
            for whole, code in codes.items():
                copy.write_row((code, whole))
        connection.execute(text("SELECT setval('search.value_code_seq', :most)"), {"most": len(codes)})
        writing.put_in_place(connection)
    _tidy(database, "search.document", "search.word")


def fill_rival(database: Database, size: int) -> None:
    """Put the same messages into a plain table, as its manual shows it."""
    with database.writer.begin() as connection:
        connection.execute(text(RIVAL))
        columns = ("number", "id", "title", "first_day", "entered", "facets", "words")
        with _copying(connection, "plain", columns) as copy:
            for number, document in enumerate(archive(size)):
                made = row(document)
                told = " ".join(line.partition(" ")[2] for line in made["told"].split("\n"))
                lexemes = " ".join(f"{word}:{at}" for at, word in enumerate(told.split(), 1))
                copy.write_row((number, document.id, document.title, made["first_day"], document.entered,
                                made["facets"], lexemes))  # fmt: skip
        for statement in RIVAL_INDEXES:
            connection.execute(text(statement))
    _tidy(database, "plain")


def _copying(connection: Any, table: str, columns: Iterable[str]) -> Any:
    cursor = connection.connection.driver_connection.cursor()
    return cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN")


def _tidy(database: Database, *tables: str) -> None:
    """What the server's own housekeeping would have done after a while."""
    with psycopg.connect(database.address.replace("+psycopg", ""), autocommit=True) as connection:
        for table in tables:
            connection.execute(f"VACUUM ANALYZE {table}".encode())
