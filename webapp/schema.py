"""The schema of the database: bring it up, say where it stands; by Alembic, on the archive's connection."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from webapp.config import resource
from webapp.database import Database


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


def move(database: Database, target: str = "head", *, up: bool = True) -> None:
    """Migrate up or down to a revision, in one transaction.

    On SQLite, changing a table makes a new one and drops the old one; with foreign keys on, the drop would delete
    child rows in silence: they are off meanwhile, and every reference is checked before the commit. On PostgreSQL,
    nodes that start together wait for each other.
    """
    engine = database.engine.execution_options(writes=True)
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(19440605)"))
                (command.upgrade if up else command.downgrade)(_config(connection), target)
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"the migration would break {len(broken)} references; nothing was changed")
        finally:
            if sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
