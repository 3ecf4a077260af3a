"""The ways to the database: SQLite's one file, or PostgreSQL's primary for writing and a standby for reading.

PostgreSQL is named by one address, with one host or several: ``postgresql://archive:secret@a,b:5433/carottes``. With
several, writing goes to whichever of them is the primary now, and reading to a standby where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from threading import Lock, Timer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

SQLITE = ("sqlite", "sqlite+pysqlite")
POSTGRESQL = ("postgresql", "postgresql+psycopg", "postgres")

# A server that was cut off says nothing at all: so long, in seconds, until another host is asked.
PATIENCE = {"connect_timeout": 2, "keepalives_idle": 3, "keepalives_interval": 1, "keepalives_count": 3,
            "tcp_user_timeout": 4000}  # fmt: skip
NOTHING: Mapping[str, int] = {}
POOL: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 30, "pool_timeout": 5}

CONFIRMED_WITHIN = 10.0
"""Seconds that a commit waits for the synchronous standby; no timeout of the server ends that wait."""

GONE = {"57P01", "57P02", "57P03", "25006"}
"""Shut down, crashed, starting up; and "read only transaction", which a primary says that has become a standby.
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


UNREADABLE = (
    "the address of the database cannot be read; it looks like postgresql://user:password@host/database"
    " or sqlite:////folder/carottes.db"
)


class BadAddress(ValueError):
    """An address of a database that cannot be used; the message is one sentence, without the password."""


class Engines(NamedTuple):
    """The engine that writes and the one that reads: the same where there is one database."""

    writer: Engine
    reader: Engine


class Faithful(PGDialect_psycopg):
    """PostgreSQL through psycopg, where a commit that returns is a commit that was replicated."""

    supports_statement_cache = True

    def on_connect(self) -> Any:
        """Listen to what the server says beside its answers."""
        prepare = super().on_connect()

        def connected(connection: Any) -> None:
            prepare(connection)
            connection.only_local = False
            connection.add_notice_handler(lambda notice: _listen(connection, notice))

        return connected

    def set_readonly(self, connection: Any, value: bool) -> None:
        """Begin what follows as read-only; or as the server would, which may have become read-only meanwhile."""
        connection.read_only = value or None

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit. When the wait for the standby is given up, the server reports success: here it is an error."""
        connection = getattr(dbapi_connection, "driver_connection", dbapi_connection)
        patience = Timer(CONFIRMED_WITHIN, connection.cancel_safe)
        patience.daemon = True
        patience.start()
        try:
            super().do_commit(dbapi_connection)
        except self.loaded_dbapi.Error as error:
            raise _marked(error, at_commit=True) from None
        finally:
            patience.cancel()
        if connection.only_local:
            connection.only_local = False
            unconfirmed = self.loaded_dbapi.OperationalError("the commit was not confirmed by the standby")
            raise _marked(unconfirmed, at_commit=True, only_local=True)

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether the connection is of no use any more; a primary that became a standby is one of those."""
        return super().is_disconnect(e, connection, cursor) or getattr(e, "sqlstate", None) in GONE


def _marked(error: Any, **marks: bool) -> Any:
    error.__dict__.update(marks)
    return error


def _listen(connection: Any, notice: Any) -> None:
    # "canceling wait for synchronous replication": a warning 01000 whose words are the server's language.
    if notice.source_function == "SyncRepWaitForLSN" or "synchronous replication" in (notice.message_primary or ""):
        connection.only_local = True


registry.register("postgresql.faithful", "webapp.engines", "Faithful")


class Door:
    """Where nobody answered the last time, only one at a time knocks; all others are told at once.

    Else all threads of a process would wait for a primary that is not there, and none would be left to read.
    """

    def __init__(self) -> None:
        self.shut = False
        self._knocking = Lock()

    def enter(self, dialect: Any, arguments: Any, options: Any) -> Any:
        """A new connection."""
        alone = self.shut
        if alone and not self._knocking.acquire(blocking=False):
            raise dialect.loaded_dbapi.OperationalError("the database did not answer a moment ago")
        try:
            connection = dialect.connect(*arguments, **options)
        except dialect.loaded_dbapi.OperationalError:
            self.shut = True
            raise
        finally:
            if alone:
                self._knocking.release()
        self.shut = False
        return connection


def make(address: str) -> Engines:
    """The engines of an address. Raises ``BadAddress``."""
    if address.partition(":")[0] in SQLITE:
        return Engines(*[_sqlite(address)] * 2)
    url = read(address)
    if len(hosts(url)) < 2:
        return Engines(*[_postgresql(url)] * 2)
    return Engines(_postgresql(url, "read-write"), _postgresql(url, "prefer-standby"))


def read(address: str) -> URL:
    """The address as SQLAlchemy takes it, with all its hosts. Raises ``BadAddress``."""
    scheme, _, rest = address.partition("://")
    try:
        if scheme not in POSTGRESQL:
            make_url(address).get_dialect()
            raise BadAddress(f"the archive works with sqlite and postgresql, not with {scheme}")
        parts = urlsplit(f"postgresql://{rest}")
        login, _, places = parts.netloc.rpartition("@")
        name, _, password = login.partition(":")
        query: dict[str, Any] = dict(parse_qsl(parts.query))
        if places and "host" not in query:
            each = [urlsplit(f"//{place}") for place in places.split(",")]
            query["host"] = ",".join(place.hostname or "localhost" for place in each)
            query["port"] = ",".join(str(place.port or 5432) for place in each)
        return URL.create("postgresql+faithful", unquote(name) or None, unquote(password) or None,
                          database=unquote(parts.path[1:]) or None, query=query)  # fmt: skip
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        if isinstance(error, BadAddress):
            raise
        raise BadAddress(UNREADABLE) from None


def hosts(url: URL) -> list[str]:
    """The hosts of an address with their ports, in its order."""
    names, ports = (str(url.query.get(part) or "").split(",") for part in ("host", "port"))
    return [f"{name}:{port}" if port else name for name, port in zip_longest(names, ports, fillvalue="") if name]


def aside(address: str) -> Engine:
    """An engine beside those of the records, for single short statements that nobody waits for long: each is committed
    by itself, and on SQLite in a file that need not survive a power cut. Raises ``BadAddress``."""
    if address.partition(":")[0] in SQLITE:
        engine = create_engine(address, isolation_level="AUTOCOMMIT", connect_args={"timeout": 5.0})

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=OFF"):
                connection.execute(f"PRAGMA {pragma}")

        return engine
    url = read(address)
    seeks = "read-write" if len(hosts(url)) > 1 else ""
    pool = {"pool_pre_ping": False, "pool_size": 2, "max_overflow": 4, "pool_timeout": 1}
    return _postgresql(url, seeks, {"tcp_user_timeout": 1500}, isolation_level="AUTOCOMMIT",
                       skip_autocommit_rollback=True, **pool)  # fmt: skip


def _postgresql(url: URL, seeks: str = "", patience: Mapping[str, int] = NOTHING, **more: Any) -> Engine:
    """An engine for one role of the hosts.

    No statement is prepared by the driver. A plan made once for all words would be slow for most of them, and a pooler
    that gives each transaction another connection knows no prepared statements.
    """
    options: dict[str, Any] = {"prepare_threshold": None, "application_name": "carottes", **PATIENCE, **patience}
    if seeks:
        options["target_session_attrs"] = seeks
    try:
        engine = create_engine(url, connect_args=options, hide_parameters=True, **(POOL | more))
    except ModuleNotFoundError:
        raise BadAddress("PostgreSQL needs a driver: pip install 'carottes[postgres]'") from None
    door = Door()
    event.listen(engine, "do_connect", lambda dialect, _, arguments, given: door.enter(dialect, arguments, given))
    return engine


def _sqlite(address: str) -> Engine:
    """An engine for SQLite.

    The driver's own transactions lose updates, so BEGIN is ours: IMMEDIATE for a session that writes (it waits at the
    door instead of failing half-way), plain for one that reads. The wait may be long: a big import is written at once.
    """
    engine = create_engine(
        address, connect_args={"check_same_thread": False}, pool_size=32, max_overflow=32, hide_parameters=True
    )  # what people wrote belongs in no log

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "busy_timeout=20000", "journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
