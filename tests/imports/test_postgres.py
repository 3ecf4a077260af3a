"""On PostgreSQL an import does what it does on SQLite: tried, run, changed by an export, and all of it undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.conftest import settings, signed_in
from tests.imports.bringing import Bringing, csv_file
from tests.imports.test_running import GIRAFFE, HEADER, TOAD, edited, exported, kept, message
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import database
from webapp.imports import jobs
from webapp.imports.models import Stage
from webapp.vocabularies import Scheme

pytestmark = pytest.mark.postgres


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session on an empty archive of its own."""
    with server() as at, empty_database(at) as address:
        app = create_app(settings(tmp_path, DATABASE=address))
        with app.app_context():
            schema.move(database())
        with app.extensions["database"].new_session(writes=True) as own:
            own.info["app"] = app
            yield own
        jobs.wait(app)
        app.extensions["database"].engine.dispose()


def counted(session: Session) -> dict[str, int]:
    tables = ("message", "meaning", "broadcast", "attestation", "station", "source", "term")
    return {name: count for name, count in kept(session).items() if name in tables}


def test_an_import_lives_the_same_on_postgresql(session: Session) -> None:
    make, app = Make(session), session.info["app"]
    make.term(Scheme.STANDING, "attested", "attesté", "attested")
    make.term(Scheme.THEME, "animals", "animaux", "animals")
    before = counted(session)
    who = Bringing(app, signed_in(app, "editor"), session)
    first = who.bring(csv_file([HEADER, TOAD, GIRAFFE]), create="on")
    second = who.bring(edited(exported(who), "Exact words", "La girafe a un cou", row=1))
    assert message(session, "La girafe a un cou")
    assert who.press(second.id, "undo").stage == Stage.UNDONE, who.look(second.id).trouble
    assert who.press(first.id, "undo").stage == Stage.UNDONE, who.look(first.id).trouble
    assert counted(session) == before
