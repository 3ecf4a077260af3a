"""The engine on PostgreSQL: the search lies beside the records, and is written in the transaction of the record."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from webapp.database import Database
from webapp.search.engine import Broken, Change, Document, Found, Missing, Progress, Query, Status, Suggested, state_of
from webapp.search.postgres_engine import writing
from webapp.search.postgres_engine.rows import FORMAT, SEPARATOR, quoted, value_lexeme
from webapp.search.postgres_engine.searching import Counted, Frequencies, Searching, suggest
from webapp.search.postgres_engine.words import Words

LOOK_EVERY = 0.1
"""Seconds between two looks at the generation for those who only compare it."""

MOST_COUNTED = 2000
"""So many searches' totals and counts are kept until something changes."""

CANCELLED, NO_TABLE, NO_SCHEMA = "57014", "42P01", "3F000"


class PostgresEngine:
    """A search engine in the tables ``search.…`` of the archive's own database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._words, self._frequencies = Words(), Frequencies()
        self._counted: dict[Any, Counted] = {}
        self._state: tuple[int, int] = (-1, -1)
        self._looked = 0.0

    def search(self, query: Query) -> Found:
        """What the query finds. Raises ``Broken``."""
        try:
            with self._reading(query.seconds) as connection:
                self._frequencies.look(connection, self._state[0])
                searching = Searching(connection, self._words, self._frequencies, query)
                return searching.run(self._counted, self._state[0])
        except OperationalError as error:
            if _code(error) != CANCELLED:
                raise
            return Found(limits=["time"])

    def suggest(self, words: tuple[str, ...], types: Mapping[str, int]) -> list[Suggested]:
        """What begins so: up to so many of each type. Raises ``Broken``."""
        with self._reading() as connection:
            return suggest(connection, self._words, words, types)

    def apply(self, changes: Iterable[Change]) -> None:
        """Bring these records up to date, in a transaction of its own. Raises ``Broken``."""
        with self.database.writer.begin() as connection:
            if not self.write(connection, changes):
                raise Broken("the search is being built")

    def write(self, connection: Connection, changes: Iterable[Change]) -> bool:
        """Bring these records up to date within a transaction; not while the search is missing or being built."""
        return writing.write(connection, changes)

    def rebuild(self, documents: Iterable[Document], progress: Progress = lambda done: None) -> int:
        """Write everything beside the old rows, then put it in their place."""
        with self.database.writer.begin() as connection:
            count = writing.build(connection, documents, progress)
        self._words, self._frequencies, self._counted = Words(), Frequencies(), {}
        return count

    def put_aside(self) -> None:
        """Nothing has to be moved: the rows of another format are replaced when they are written anew."""

    def revisions(self) -> dict[str, int]:
        """Which revision of which record the search holds. Raises ``Broken``."""
        with self._reading() as connection:
            rows = connection.execute(text("SELECT id, revision FROM search.document"))
            return {row.id: row.revision for row in rows}

    def with_value(self, facet: str, value: str) -> list[str]:
        """The records that have this facet value. Raises ``Broken``."""
        with self._reading() as connection:
            rows = connection.execute(
                text("""SELECT id FROM search.document WHERE lexemes @@ CAST(:lexeme AS tsquery)
                        AND :value = ANY(facets) ORDER BY number"""),
                {"lexeme": quoted(value_lexeme(facet, value)), "value": f"{facet}{SEPARATOR}{value}"},
            )
            return [row.id for row in rows]

    def state(self) -> str:
        """Whether the search is ``ready``, ``missing`` or ``broken`` (written by another release)."""
        return state_of(self._reading)

    def status(self) -> Status:
        """How the search stands, with its size."""
        state = self.state()
        if state != "ready":
            return Status(state)
        with self._reading() as connection:
            row = connection.execute(
                text("""SELECT (SELECT count(*) FROM search.document),
                               pg_total_relation_size('search.document') + pg_total_relation_size('search.word')""")
            ).one()
            return Status(state, row[0], self._state[0], 1, row[1])

    def warm(self) -> None:
        """Prepare what the first misspelt word would otherwise wait for. Raises ``Broken``."""
        with self._reading():
            for part in self._words.parts:
                part.prepare()

    @property
    def generation(self) -> int:
        """A number that changes whenever a search may find something else; looked up ten times a second at most."""
        if time.monotonic() - self._looked > LOOK_EVERY and self.state() != "ready":
            return -1
        return self._state[0]

    @contextmanager
    def _reading(self, seconds: float = 0.0) -> Iterator[Connection]:
        """A transaction that reads, and is ended by the server when it takes longer than that."""
        with self.database.reader.connect() as connection:
            if seconds:
                connection.execute(text(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}"))
            self._look(connection)
            self._words.learn(connection)
            yield connection

    def _look(self, connection: Connection) -> None:
        try:
            row = connection.execute(text("SELECT format, version, built FROM search.state")).first()
        except DBAPIError as error:
            if _code(error) in (NO_TABLE, NO_SCHEMA):
                raise Missing("the database has no search yet") from error
            raise
        if row is None:
            raise Missing("the search is not built yet")
        if row.format != FORMAT:
            raise Broken("the search is of another release")
        if row.built != self._state[1]:
            self._words, self._frequencies, self._counted = Words(), Frequencies(), {}
        if row.version != self._state[0] or len(self._counted) > MOST_COUNTED:
            self._counted = {}
        self._state = (row.version, row.built)
        self._looked = time.monotonic()


def _code(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", ""))
