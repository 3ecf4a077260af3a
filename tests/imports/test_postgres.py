"""On PostgreSQL an import does what it does on SQLite: tried, run, changed by an export, and all of it undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.conftest import settings, signed_in
from tests.imports.bringing import Bringing, csv_file
from tests.imports.test_running import GIRAFFE, HEADER, TOAD, edited, exported, kept, message
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import database
from webapp.imports import jobs
from webapp.imports.models import ImportRun, Stage
from webapp.revisions.bulk import Batch
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


def test_work_of_a_machine_that_died_is_found_within_half_a_minute_and_not_before(session: Session) -> None:
    app = session.info["app"]
    who = Bringing(app, signed_in(app, "editor"), session)
    number = who.send(csv_file([["phrase"], ["Le crapaud vole"]]))

    def silent(seconds: int) -> str:
        beat = func.now() - dt.timedelta(seconds=seconds)
        with app.extensions["database"].writing() as own:
            own.execute(update(ImportRun).values(stage=Stage.RUNNING, process="elsewhere:1:x", beat=beat))
        who.page(f"/desk/imports/{number}")
        return who.look(number).stage

    assert [silent(15), silent(40)] == [Stage.RUNNING, Stage.INTERRUPTED]


def test_work_says_that_it_lives_and_writes_nothing_once_it_was_taken_for_lost(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT", 0.02)
    app = session.info["app"]
    who = Bringing(app, signed_in(app, "editor"), session)
    run = who.plan(csv_file([["phrase"], ["Le crapaud vole"]]), create="on")
    before, beats = counted(session), []
    freeze = Batch.freeze

    def cut_off(batch: Batch) -> None:
        """Nobody hears of this machine for a while, and somebody begins again elsewhere."""
        while len(set(beats)) < 3:
            with app.extensions["database"].reading() as own:
                beats.append(own.scalar(select(ImportRun.beat)))
        with app.extensions["database"].writing() as own:
            own.execute(update(ImportRun).values(process="elsewhere:1:x"))
        freeze(batch)

    monkeypatch.setattr(Batch, "freeze", cut_off)
    assert who.press(run.id, "run").stage == Stage.RUNNING
    jobs.wait(app)
    assert counted(session) == before
    assert who.look(run.id).process == "elsewhere:1:x"
