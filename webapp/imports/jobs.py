"""Work that takes longer than a request: a thread with a session of its own, its progress kept in the database.

Whoever looks sees how far it is, in any process. Work whose process is gone was interrupted: its transaction was never
committed, and it can be started again. Work that was taken for lost, and goes on after all, is not let through.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, object_session

from webapp.database import database, now
from webapp.imports.models import WORKING, ImportRun, Stage
from webapp.languages import N_

log = logging.getLogger("carottes.imports")

PROCESS = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
BEAT = 5.0  # seconds between two signs of life
SILENT = 30  # seconds without one after which work on another machine is given up
SOON = 1.5  # seconds that a request waits for short work
Work = Callable[["Reporter"], None]


class Busy(Exception):
    """This import is being worked on already."""


class Lost(Exception):
    """This work was taken for lost meanwhile, and may have been begun again elsewhere."""


class Reporter:
    """Tells the database how far the work is, at most twice a second."""

    def __init__(self, run_id: int) -> None:
        self.run_id, self._last = run_id, 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """So many of so many are done."""
        if time.monotonic() - self._last < 0.5 and done < total:
            return
        self._last = time.monotonic()
        note(self.run_id, step=step, done=done, total=total)


def note(run_id: int, **values: object) -> None:
    """Keep something about an import that this process works on, in a transaction of its own."""
    with database().writing() as own:
        own.execute(update(ImportRun).where(_mine(run_id)).values(beat=_present(own), **values))


def _mine(run_id: int) -> ColumnElement[bool]:
    return (ImportRun.id == run_id) & (ImportRun.process == PROCESS) & ImportRun.stage.in_(WORKING)


def _present(own: Session) -> Any:
    """The moment, by the clock of a server that all nodes share, where there is one."""
    return now() if own.get_bind().dialect.name == "sqlite" else func.now()


def still_mine(own: Session, run_id: int) -> ImportRun:
    """The import, to be ended in this transaction. Raises ``Lost``."""
    run = own.scalars(select(ImportRun).where(_mine(run_id)).with_for_update()).one_or_none()
    if run is None:
        own.rollback()
        raise Lost
    return run


def start(run_id: int, stage: Stage, work: Work, lang: str) -> None:
    """Begin the work, wait a moment in case it is short. Raises ``Busy``."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(target=_run, args=(app, run_id, work, lang), name=f"import-{run_id}", daemon=True)
    with database().writing() as own:
        run = own.scalars(select(ImportRun).where(ImportRun.id == run_id).with_for_update()).one()
        if run.stage in WORKING and not lost(run):
            raise Busy
        run.before, run.stage, run.process = run.stage, stage, PROCESS
        run.beat, run.step, run.done, run.total, run.trouble = now(), "read", 0, 0, []
        _threads(app)[run_id] = thread  # before anybody sees the stage: who finds no thread takes the work for lost
    thread.start()
    thread.join(SOON)


def _threads(app: Flask) -> dict[int, threading.Thread]:
    return app.extensions.setdefault("imports", {})


def wait(app: Flask) -> None:
    """Until all work of this process is done."""
    for thread in list(_threads(app).values()):
        thread.join()


def _run(app: Flask, run_id: int, work: Work, lang: str) -> None:
    with app.app_context():
        g.lang = lang
        try:
            with _beating(app, run_id):
                work(Reporter(run_id))
        except Exception:
            log.exception("import %s", run_id)
            note(run_id, stage=Stage.FAILED, trouble=[["", BROKE, {}]])
        finally:
            _threads(app).pop(run_id, None)


BROKE = N_("Something broke on our side while this was worked on. Nothing was changed, and it has been noted.")


@contextmanager
def _beating(app: Flask, run_id: int) -> Iterator[None]:
    """Say all the while that somebody works on this. On one file, where only one can write, whoever looks sees it by
    the process instead."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            with suppress(SQLAlchemyError), app.app_context():
                note(run_id)

    if database().engine.dialect.name != "sqlite":
        threading.Thread(target=beat, name=f"import-{run_id}-lives", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def lost(run: ImportRun) -> bool:
    """Whether nobody works on it any more, though it says so."""
    host, pid = [*run.process.split(":"), "", ""][:2]
    if run.process == PROCESS:
        return run.id not in _threads(current_app)
    mine, my_pid, _ = PROCESS.split(":")
    if host == mine:
        return pid == my_pid or not _lives(pid)
    return run.beat is None or (_present_for(run) - run.beat).total_seconds() > SILENT


def _present_for(run: ImportRun) -> dt.datetime:
    own = object_session(run)
    if own is None or own.get_bind().dialect.name == "sqlite":
        return now()
    return own.scalars(select(func.now())).one()


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def mark_interrupted(session: Session, runs: list[ImportRun]) -> None:
    """Mark the imports whose process is gone; a page that is only read leaves this one trace."""
    gone = [run.id for run in runs if run.stage in WORKING and lost(run)]
    if gone:
        database().leave_trace(lambda own: _interrupt(own, gone))
        session.rollback()  # what was just noted is seen by a new transaction only


def _interrupt(own: Session, ids: list[int]) -> None:
    """Only what is still said to be worked on, and lost by what the primary knows: a standby may be behind."""
    still = select(ImportRun).where(ImportRun.id.in_(ids), ImportRun.stage.in_(WORKING)).with_for_update()
    for run in own.scalars(still):
        if lost(run):
            run.stage = Stage.INTERRUPTED
