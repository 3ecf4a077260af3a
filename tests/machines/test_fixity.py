"""What keeps the archive whole is checked, written down, and shown to keepers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.database import Database, now
from webapp.machines import fixity
from webapp.machines.models import Event
from webapp.revisions import Revision


@pytest.fixture
def picture(app: Flask, tmp_path: Path) -> Path:
    """A file of the archive, known by its checksum."""
    (tmp_path / "media").mkdir()
    path = tmp_path / "media" / "scan.png"
    path.write_bytes(b"a scan")
    assert examine(app).outcome == "success"
    return path


def examine(app: Flask) -> Event:
    with app.app_context():
        return fixity.examine(app.extensions["database"])


def test_a_whole_archive_is_found_whole(app: Flask, make: Make, picture: Path) -> None:
    make.message()
    event = examine(app)
    assert event.outcome == "success"
    assert event.detail["checked"] == {"revisions": 2, "files": 1}


@pytest.mark.parametrize(("harm", "found"), [
    (lambda path: path.write_bytes(b"a lie!"), "differs from its checksum"),
    (lambda path: path.unlink(), "is gone"),
])  # fmt: skip
def test_a_file_that_was_changed_or_lost_is_named(
    app: Flask, picture: Path, harm: Callable[[Path], object], found: str
) -> None:
    harm(picture)
    event = examine(app)
    assert event.outcome == "fail"
    assert event.detail["findings"]["checksums of files"] == [f"the file media/scan.png {found}: take it from a backup"]


def test_a_version_that_was_tampered_with_is_named(app: Flask, make: Make, session: Session) -> None:
    message = make.message()
    with app.extensions["database"].writing() as own:
        own.execute(update(Revision).where(Revision.number == 1).values(sha256="x"))
    assert message.id in examine(app).detail["findings"]["versions and checksums"][0]


def test_a_reference_to_nothing_is_named(app: Flask, make: Make) -> None:
    make.message(meaning="un parachutage")
    raw = app.extensions["database"].engine.raw_connection()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("DELETE FROM source")
    raw.execute("COMMIT") if raw.driver_connection.in_transaction else None
    raw.execute("PRAGMA foreign_keys=ON")
    raw.close()
    assert "attestation have a source_id that leads nowhere" in examine(app).detail["findings"]["references"][0]


def test_files_that_others_may_read_or_change_are_named(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "scan.png").write_bytes(b"")
    (tmp_path / "media" / "scan.png").chmod(0o666)
    found = examine(app).detail["findings"]["permissions of files"]
    assert len(found) == 2
    assert "chmod 600" in found[0]
    assert "chmod o-w" in found[1]


def test_a_check_is_due_when_the_last_is_a_week_old(app: Flask, session: Session) -> None:
    assert fixity.due(session)
    examine(app)
    session.rollback()
    assert not fixity.due(session)
    database: Database = app.extensions["database"]
    with database.writing() as own:
        own.execute(update(Event).values(at=now() - dt.timedelta(days=7)))
    session.rollback()
    assert fixity.due(session)


def test_while_serving_the_check_is_done_once_a_week(app: Flask, session: Session) -> None:
    for _ in range(3):
        fixity.look(app)
    assert len(session.scalars(select(Event)).all()) == 1


def test_a_keeper_reads_the_record_and_nobody_else_does(
    app: Flask, sign_in: Callable[..., FlaskClient], picture: Path
) -> None:
    picture.unlink()
    examine(app)
    page = sign_in("keeper").get("/desk/fixity?lang=fr").text
    assert "Registre d’intégrité" in page
    assert "media/scan.png is gone" in page
    assert sign_in("editor").get("/desk/fixity").status_code == 403
