"""Migrations go up and down with rows in the tables, on both databases, and lead to exactly the models' tables."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from tests.held import as_far_as, held
from tests.postgres import copied_database, empty_database, server
from webapp import schema
from webapp.config import resource
from webapp.database import Database, Model
from webapp.imports import seed


@pytest.fixture(scope="module")
def full_postgres() -> Iterator[str]:
    """The address of a PostgreSQL database with the real seed data, on a real server started for these tests."""
    with server() as at, empty_database(at) as address:
        archive = Database(address)
        schema.move(archive)
        with archive.writing() as own:
            assert not seed.load(own, resource("seed_data")).findings
        archive.engine.dispose()
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def full(request: pytest.FixtureRequest, tmp_path: Path, seeded_file: Path) -> Iterator[Database]:
    """A database of each sort, with the real seed data in it, that the test may change."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copy(seeded_file, tmp_path / "full.db")
            address = f"sqlite:///{tmp_path / 'full.db'}"
        else:
            address = stack.enter_context(copied_database(request.getfixturevalue("full_postgres")))
        archive = Database(address)
        yield archive
        archive.engine.dispose()


def counts(archive: Database) -> dict[str, int]:
    """How many rows each table has."""
    with archive.reading() as own:
        present = set(inspect(own.connection()).get_table_names())
        return {
            table.name: own.scalar(select(func.count()).select_from(table)) or 0
            for table in Model.metadata.sorted_tables
            if table.name in present
        }


def test_migrations_make_exactly_the_tables_of_the_models(full: Database) -> None:
    with full.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def test_every_migration_can_be_undone_and_done_again_without_losing_other_rows(full: Database) -> None:
    script = ScriptDirectory.from_config(schema._config())
    for step in script.walk_revisions():
        before = counts(full)
        schema.move(full, str(step.down_revision or "base"), up=False)
        after = counts(full)
        assert all(after[table] == before[table] for table in after), step.revision
        schema.move(full, step.revision)
        assert set(counts(full)) == set(before)
        schema.move(full, str(step.down_revision or "base"), up=False)
    assert counts(full) == {}


def test_an_archive_of_the_first_schema_keeps_all_that_it_held(tmp_path: Path, seeded_file: Path) -> None:
    shutil.copy(seeded_file, tmp_path / "old.db")
    archive = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.move(archive, "0001", up=False)
    known = held(archive)
    schema.move(archive)
    assert as_far_as(known, held(archive)) == known  # from every schema, and by export: make upgrades
    archive.engine.dispose()


def test_migrating_twice_changes_nothing(full: Database) -> None:
    before = counts(full)
    schema.move(full)
    assert counts(full) == before
    assert schema.current(full) == schema.head()


@pytest.mark.postgres
def test_readers_go_on_while_a_migration_waits_for_a_table(full_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "TABLE_WAIT", "50ms")
    monkeypatch.setattr(schema, "TABLE_PAUSE", 0.05)
    count = select(func.count()).select_from(Model.metadata.tables["message"])
    with copied_database(full_postgres) as address:
        archive = Database(address)
        migration = threading.Thread(target=schema.move, args=(archive, "base"), kwargs={"up": False})
        with archive.engine.connect() as long, archive.engine.connect() as short:
            assert long.scalar(count)  # and goes on holding the table
            short.execution_options(isolation_level="AUTOCOMMIT").execute(text("SET statement_timeout = '10s'"))
            migration.start()
            waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not short.scalar(waits):
                time.sleep(0.005)
            assert short.scalar(count), "a reader who comes while the migration waits"
            assert migration.is_alive()
        migration.join(60)
        assert schema.current(archive) == ""
        archive.dispose()
