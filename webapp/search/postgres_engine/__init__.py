"""The engine on PostgreSQL: the search lies beside the records, and is written in the transaction of the record."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from psycopg.errors import QueryCanceled
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from webapp.database import Database
from webapp.search.engine import Broken, Change, Document, Found, Missing, Progress, Query, Status, Suggested, state_of
from webapp.search.postgres_engine import large, tallies, writing
from webapp.search.postgres_engine.large import OutOfTime
from webapp.search.postgres_engine.node import Node
from webapp.search.postgres_engine.rows import FORMAT, quoted, value_lexeme
from webapp.search.postgres_engine.searching import Searching
from webapp.search.postgres_engine.suggesting import suggest

LOOK_EVERY = 0.1
"""Seconds between two looks at the generation for those who only compare it."""

LOOK = """
    SELECT format, version, built, since, (SELECT max(number) FROM search.word) AS last_word,
           (SELECT max(code) FROM search.value) AS last_value, set_config('statement_timeout', :timeout, true),
           set_config('jit', 'off', true), set_config('work_mem', '64MB', true),
           set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
           set_config('enable_indexonlyscan', 'off', true)
    FROM search.state
    """
"""How the search stands; and from then on, this transaction asks the index of the lexemes, whatever the server believes
to be faster: reading every row never is, since the lexemes of each would have to be unpacked."""

TENDING = 19440607
"""The advisory lock of the node that brings tallies up to date."""

TENDED_EVERY = 200
"""So many versions may a tally lie behind; what has changed since is added whenever it is read."""

HASTE = 500
"""Milliseconds for what is shown of a search that took too long."""

CANCELLED, NO_TABLE, NO_SCHEMA, NO_COLUMN = "57014", "42P01", "3F000", "42703"


class PostgresEngine:
    """A search engine in the tables ``search.…`` of the archive's own database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.node = Node()
        self._looked = 0.0

    def search(self, query: Query) -> Found:
        """What the query finds; of what takes too long, what can be said in haste. Raises ``Broken``."""
        with self._reading(query.seconds) as connection:
            searching = Searching(connection, self.node, query)
            try:
                return searching.run()
            except (OutOfTime, OperationalError, QueryCanceled) as error:
                if not _took_too_long(error):
                    raise
            connection.rollback()
            self._look(connection, HASTE)
            try:
                searching.hasten()
            except (OperationalError, QueryCanceled) as error:
                if not _took_too_long(error):
                    raise
            return searching.found

    def suggest(self, words: tuple[str, ...], types: Mapping[str, int]) -> list[Suggested]:
        """What begins so: up to so many of each type. Raises ``Broken``."""
        with self._reading() as connection:
            return suggest(connection, self.node, words, types)

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
        self.node = Node()
        self.tally()
        return count

    def tally(self) -> None:
        """Count beforehand what is frequent."""
        with self.database.writer.begin() as connection:
            self._look(connection, 0)
            searching = Searching(connection, self.node, Query())
            for asked in dict.fromkeys(tallies.frequent(connection, self.node, large.MOST_PACKED, searching.of_word)):
                tallies.keep(connection, self.node, asked)

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
                text("SELECT id FROM search.document WHERE lexemes @@ CAST(:lexeme AS tsquery) ORDER BY number"),
                {"lexeme": quoted(value_lexeme(facet, value))},
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
            return Status(state, row[0], self.node.version, 1, row[1])

    def warm(self) -> None:
        """Prepare what the first misspelt word would otherwise wait for, and tend the tallies. Raises ``Broken``."""
        with self._reading():
            for part in self.node.words.parts:
                part.prepare()
        node = self.node
        if node.wishes or node.version - node.tended >= TENDED_EVERY:
            self.tend()

    def tend(self, most: int = 20) -> int:
        """Bring up to date up to so many tallies that are old or wished for; gives how many were."""
        with self.database.writer.begin() as connection:
            self._look(connection, 0)
            if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": TENDING}):
                return 0
            node = self.node
            old = tallies.old(connection, node.version - TENDED_EVERY)[:most]
            wished = [asked for asked in list(node.wishes)[: most - len(old)] if node.wishes.pop(asked, 0) is None]
            for asked in dict.fromkeys([*old, *wished]):
                tallies.keep(connection, node, asked)
            if len(old) < most:
                node.tended = node.version
            return len(old) + len(wished)

    @property
    def generation(self) -> int:
        """A number that changes whenever a search may find something else; looked up ten times a second at most."""
        if time.monotonic() - self._looked > LOOK_EVERY and self.state() != "ready":
            return -1
        return self.node.version

    @contextmanager
    def _reading(self, seconds: float = 0.0) -> Iterator[Connection]:
        """A transaction that reads, and is ended by the server when it takes longer than that."""
        with self.database.reader.connect() as connection:
            self._look(connection, max(1, int(seconds * 1000)) if seconds else 0)
            yield connection

    def _look(self, connection: Connection, timeout: int) -> None:
        try:
            row = connection.execute(text(LOOK), {"timeout": str(timeout)}).first()
        except DBAPIError as error:
            if _code(error) in (NO_TABLE, NO_SCHEMA, NO_COLUMN):
                raise Missing("the database has no search yet") from error
            raise
        if row is None:
            raise Missing("the search is not built yet")
        if row.format != FORMAT:
            raise Broken("the search is of another release")
        if row.built != self.node.built:
            self.node = Node(row.built)
        self.node.look(connection, row)
        self._looked = time.monotonic()


def _took_too_long(error: Exception) -> bool:
    return isinstance(error, OutOfTime | QueryCanceled) or (isinstance(error, DBAPIError) and _code(error) == CANCELLED)


def _code(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", ""))
