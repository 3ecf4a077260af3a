"""The schema of the database: bring it up, say where it stands; by Alembic, on the archive's connection."""

from __future__ import annotations

import time

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.config import resource
from webapp.database import Database, Model


class OtherSchema(RuntimeError):
    """The database is not as this release needs it; the message is one sentence that says what to do."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision of the schema that this release knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str:
    """The revision of the schema that the database has; empty for a new database."""
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def steps(start: str, end: str = "head") -> list[str]:
    """What migrating from one revision to another does, step by step, each in the words of its migration."""
    script = ScriptDirectory.from_config(_config())
    found = script.iterate_revisions(end, start or "base")
    return [f"{each.revision}  {each.doc}" for each in reversed(list(found)) if each.revision != start]


def known(revision: str) -> bool:
    """Whether this release knows a revision of the schema, or it is that of an empty database."""
    return not revision or revision in {
        each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()
    }


def trouble(database: Database) -> str:
    """What keeps this release from working with the database, and what to do; empty when nothing does."""
    at, needed = current(database), head()
    if not known(at):
        return f"the database is at schema {at}, of a newer release: install that release, or restore an older backup"
    if at != needed:
        return f"the database is at schema {at or 'none'}, this release needs {needed}: run “carottes migrate”"
    there = set(inspect(database.reader).get_table_names())
    if lost := sorted(set(Model.metadata.tables) - there):
        return (f"the database has lost the table {', '.join(lost)}: “carottes migrate” cannot bring rows back,"
                " restore a backup into an empty place")  # fmt: skip
    return ""


def widened(database: Database) -> bool:
    """Whether a newer release has only added to the schema: all that this release reads and writes is there, and
    nothing is asked for that it does not know. Then nodes of both releases can work on it, while an upgrade goes on."""
    if known(current(database)):
        return False
    with database.reader.connect() as connection:
        there = inspect(connection).get_multi_columns()
    for table in Model.metadata.tables.values():
        columns = {each["name"]: each for each in there.get((None, table.name), [])}
        added = [each for name, each in columns.items() if name not in table.columns]
        if not columns.keys() >= set(table.columns.keys()):
            return False
        if any(not each["nullable"] and each["default"] is None for each in added):
            return False
    return True


def ensure(database: Database) -> None:
    """Go on only with a database as this release needs it. Raises ``OtherSchema``."""
    if sentence := trouble(database):
        raise OtherSchema(sentence[0].upper() + sentence[1:] + ".")


# Whoever waits to change a table makes everybody wait who wants to read it: so long at a time, so many times.
TABLE_WAIT, TABLE_TRIES, TABLE_PAUSE = "1s", 60, 1.0


def move(database: Database, target: str = "head", *, up: bool = True) -> None:
    """Migrate up or down to a revision, in one transaction. Raises ``OtherSchema`` when tables stay in use for minutes.

    On SQLite, changing a table makes a new one and drops the old one; with foreign keys on, the drop would delete
    child rows in silence: they are off meanwhile, and every reference is checked before the commit. On PostgreSQL,
    nodes that start together wait for each other, and the site goes on: a table that somebody reads for long is tried
    again, instead of holding up all others who want to read it.
    """
    for _ in range(TABLE_TRIES):
        try:
            return _move(database, target, up)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != "55P03":  # the lock was not to be had in time
                raise
        time.sleep(TABLE_PAUSE)
    raise OtherSchema("Somebody has been using a table for minutes; nothing was changed, migrate again later.")


def alone(own: Session) -> None:
    """No other node brings anything up until this session's transaction ends: what is missing now, stays missing."""
    if own.get_bind().dialect.name != "sqlite":
        own.execute(text("SELECT pg_advisory_xact_lock(19440606)"))


def _move(database: Database, target: str, up: bool) -> None:
    engine = database.engine.execution_options(writes=True)
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(19440605)"))
                    connection.execute(text(f"SET LOCAL lock_timeout = '{TABLE_WAIT}'"))
                (command.upgrade if up else command.downgrade)(_config(connection), target)
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"the migration would break {len(broken)} references; nothing was changed")
        finally:
            if sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
