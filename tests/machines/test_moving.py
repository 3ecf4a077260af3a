"""An archive moves to PostgreSQL and back, and is the same; a move that cannot be done leaves everything as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import create_app
from webapp.cli import carottes
from webapp.database import Database
from webapp.machines import rows
from webapp.machines.moving import CannotMove, move_to

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """A real server."""
    with server() as address:
        yield address


@pytest.fixture
def filled(app: Flask, make: Make) -> Database:
    """A SQLite archive with a few records."""
    make.message("Le crapaud vole", meaning="Un parachutage", night="1944-06-05")
    make.essay("Voici l’œuf.")
    make.session.commit()
    return app.extensions["database"]


def content(database: Database) -> str:
    """The checksum of everything a database holds."""
    with database.reader.connect() as connection:
        return rows.content(connection)


def test_there_and_back_everything_is_the_same(filled: Database, running: str, tmp_path: Path) -> None:
    with empty_database(running) as address:
        moved = move_to(filled, address)
        assert moved["message"] == 1
        there = Database(address)
        assert content(there) == content(filled)
        (tmp_path / "home").mkdir()
        assert move_to(there, f"sqlite:///{tmp_path / 'home' / 'carottes.db'}") == moved
        back = Database(f"sqlite:///{tmp_path / 'home' / 'carottes.db'}")
        assert content(back) == content(filled)
        for each in (there, back):
            each.engine.dispose()


def test_the_command_says_what_went_along_and_the_new_archive_is_served(
    app: Flask, filled: Database, running: str, tmp_path: Path
) -> None:
    with empty_database(running) as address:
        answer = app.test_cli_runner().invoke(carottes, ["move-to", address])
        assert answer.exit_code == 0, answer.output
        assert "CAROTTES_DATABASE" in answer.output
        new = create_app(settings(tmp_path / "new", DATABASE=address))
        assert "Le crapaud vole" in new.test_client().get("/search?q=crapo&lang=en").text.replace("<mark>", "").replace(
            "</mark>", ""
        )
        new.extensions["database"].engine.dispose()


def test_a_database_that_holds_something_is_refused(filled: Database, running: str) -> None:
    with empty_database(running) as address:
        move_to(filled, address)
        before = content(filled)
        with pytest.raises(CannotMove, match="has tables already: name an empty database"):
            move_to(filled, address)
        assert content(filled) == before


@pytest.mark.parametrize(
    ("address", "says"),
    [("postgresql+psycopg://nobody@127.0.0.1:1/none", "does not answer"), ("carrots", "cannot be read"),
     ("cheese://host/name", "cannot be read"), ("sqlite:////tmp/other.db", "carottes.db")],
)  # fmt: skip
def test_a_wrong_address_is_told_in_one_sentence(filled: Database, address: str, says: str) -> None:
    with pytest.raises(CannotMove, match=says) as refused:
        move_to(filled, address)
    assert "\n" not in str(refused.value)


def test_a_database_of_another_schema_is_refused(tmp_path: Path, empty_file: Path) -> None:
    shutil.copy(empty_file, tmp_path / "old.db")
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with old.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(CannotMove, match="carottes migrate"):
        move_to(old, f"sqlite:///{tmp_path / 'carottes.db'}")
    old.engine.dispose()
