"""Work that takes longer than a request: a thread with a session of its own, its progress kept in the database.

Whoever looks sees how far it is, in any process. Work whose process is gone was interrupted: its transaction was never
committed, and it can be started again.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from flask import Flask, current_app, g
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.database import database, now
from webapp.imports.models import WORKING, ImportRun, Stage
from webapp.languages import N_

log = logging.getLogger("carottes.imports")

PROCESS = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
SILENT = 600  # seconds after which work on another machine is given up
SOON = 1.5  # seconds that a request waits for short work
Work = Callable[["Reporter"], None]


class Busy(Exception):
    """This import is being worked on already."""


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
    """Keep something about an import, in a transaction of its own."""
    with database().writing() as own:
        own.execute(update(ImportRun).where(ImportRun.id == run_id).values(beat=now(), **values))


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
            work(Reporter(run_id))
        except Exception:
            log.exception("import %s", run_id)
            note(run_id, stage=Stage.FAILED, trouble=[["", BROKE, {}]])
        finally:
            _threads(app).pop(run_id, None)


BROKE = N_("Something broke on our side while this was worked on. Nothing was changed, and it has been noted.")


def lost(run: ImportRun) -> bool:
    """Whether nobody works on it any more, though it says so."""
    host, pid = [*run.process.split(":"), "", ""][:2]
    if run.process == PROCESS:
        return run.id not in _threads(current_app)
    mine, my_pid, _ = PROCESS.split(":")
    if host == mine:
        return pid == my_pid or not _lives(pid)
    return run.beat is None or (now() - run.beat).total_seconds() > SILENT


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
        # Only what is still said to be worked on: it may have ended meanwhile.
        still = ImportRun.id.in_(gone) & ImportRun.stage.in_(WORKING)
        interrupted = update(ImportRun).where(still).values(stage=Stage.INTERRUPTED)
        database().leave_trace(lambda own: own.execute(interrupted))
        session.rollback()  # what was just noted is seen by a new transaction only
