"""The command line: what a keeper types and reads."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import settings
from webapp import cli, create_app
from webapp.server import Busy, ensure_free


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(cli.carottes, list(words))


@pytest.fixture
def at(tmp_path: Path, seeded_file: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A seeded archive that the command line finds by its setting."""
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    monkeypatch.setenv("CAROTTES_DATA", str(tmp_path))
    return create_app(settings(tmp_path))


def test_check_counts_what_was_gathered_and_finds_nothing_wrong(at: Flask) -> None:
    told = run(at, "check")
    assert told.exit_code == 0, told.output
    assert "     568  messages" in told.output
    assert "      52  relations" in told.output
    assert "FAIL" not in told.output


def test_check_names_a_version_that_was_tampered_with(at: Flask) -> None:
    with at.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE revision SET sha256 = 'x' WHERE id = 1")
    told = run(at, "check")
    assert told.exit_code == 1
    assert "differs from its checksum" in told.output


def test_an_account_is_made_with_a_link_that_lets_its_owner_in(at: Flask) -> None:
    told = run(at, "user", "add", "anne@example.org", "curator")
    assert told.exit_code == 0, told.output
    address = told.output.strip().removeprefix("http://127.0.0.1:8000")
    assert at.test_client().get(address).status_code == 303


def test_an_address_has_one_account(at: Flask) -> None:
    run(at, "user", "add", "anne@example.org", "curator")
    again = run(at, "user", "add", "Anne@example.org", "keeper")
    assert again.exit_code == 1
    assert "has an account already" in again.output


def test_seeding_again_says_nothing_was_new(at: Flask) -> None:
    told = run(at, "seed")
    assert told.exit_code == 0
    assert "message" not in told.output


def test_every_setting_is_listed_with_both_explanations(at: Flask) -> None:
    told = run(at, "settings").output
    assert "CAROTTES_PORT" in told
    assert "Port d’écoute du serveur." in told


def test_a_port_in_use_is_one_sentence_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Busy, match=f"CAROTTES_PORT={port + 1}"):
            ensure_free("127.0.0.1", port)


COMMANDS = [["check"], ["fixity"], ["links"], ["seed"], ["export", "out"], ["user", "link"],
            ["user", "add", "a@example.org", "keeper"]]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("change", "says"), [
    ("DELETE FROM alembic_version", "is at schema none, this release needs"),
    ("UPDATE alembic_version SET version_num = '9999_later'", "is at schema 9999_later, of a newer release"),
    ("DROP TABLE web_link", "has lost the table web_link: “carottes migrate” cannot bring rows back"),
])  # fmt: skip
def test_a_database_of_another_schema_is_refused_in_one_sentence(
    at: Flask, words: list[str], change: str, says: str
) -> None:
    with at.extensions["database"].writing() as own:
        own.connection().exec_driver_sql(change)
    told = run(at, *words)
    assert told.exit_code == 1
    assert says in told.output
    assert isinstance(told.exception, SystemExit)
    assert len(told.output.strip().splitlines()) == 1


def test_a_database_of_a_newer_release_is_not_migrated(at: Flask) -> None:
    with at.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    told = run(at, "migrate")
    assert told.exit_code == 1
    assert "of a newer release: install that release" in told.output
    assert isinstance(told.exception, SystemExit)


def test_an_empty_place_says_to_migrate_and_then_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAROTTES_DATA", str(tmp_path))
    app = create_app(settings(tmp_path))
    assert "run “carottes migrate”" in run(app, "check").output
    assert run(app, "migrate").exit_code == 0
    assert run(app, "user", "add", "anne@example.org", "keeper").exit_code == 0
