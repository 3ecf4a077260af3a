"""Scheduled work is done once: of all processes that serve an archive, on whatever machine, one leads and does it.

On PostgreSQL the leader holds an advisory lock, on SQLite the lock of a file; when it dies, the lock is free and
another takes its place. A leader that was cut off may for some seconds not know that it leads no more: what must not
be done twice keeps a mark of its own in the database beside that.
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.database import Database

log = logging.getLogger("carottes.leading")

BEAT = 2.0
"""Seconds between two signs of life, and between two attempts to lead."""
TRUSTED = 3 * BEAT
"""Seconds after its last sign of life until a leader leads no more."""

FILE = "leader.lock"
LOCK = text("SELECT NOT pg_is_in_recovery() AND pg_try_advisory_xact_lock(19440607)")
ALIVE = text("SELECT 1")


class Job(NamedTuple):
    """Scheduled work: what is done, every so many seconds; whether also as soon as somebody leads."""

    name: str
    every: float
    turn: Callable[[], object]
    at_once: bool = True


class Led(Exception):
    """Another process leads."""


class Leader:
    """Leads, or waits for its turn to lead; a thread for each job works while it leads."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.jobs: list[Job] = []
        self._trusted_until = 0.0
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def leads(self) -> bool:
        """Whether this process is to do what is done once."""
        return time.monotonic() < self._trusted_until

    def start(self, jobs: Iterable[Job]) -> None:
        """Wait for the lead and do these jobs while having it, in threads of this process, until ``stop``."""
        self.jobs = list(jobs)
        self._threads = [threading.Thread(target=self._lead, name="leader", daemon=True)]
        self._threads += [
            threading.Thread(target=self._do, args=(each,), name=each.name, daemon=True) for each in self.jobs
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is being done, and leave the lead to others."""
        self._over.set()
        for thread in reversed(self._threads):  # the lead last: nobody else begins before the work has ended
            thread.join(timeout=30)

    def _lead(self) -> None:
        while not self._over.is_set():
            try:
                self._hold()
            except (Led, SQLAlchemyError, OSError) as error:
                if not isinstance(error, Led):
                    log.info("nobody can be asked who leads: %s", type(error).__name__)
                self._over.wait(BEAT)

    def _hold(self) -> None:
        """Lead for as long as the lock can be held. Raises ``Led`` and whatever the database says."""
        began = time.monotonic()
        with self._on_a_file() if self.database.engine.dialect.name == "sqlite" else self._in_database() as alive:
            try:
                while not self._over.is_set():
                    self._trusted_until = began + TRUSTED
                    self._over.wait(BEAT)
                    began = time.monotonic()
                    alive()
                for thread in self._threads[1:]:
                    thread.join(timeout=30)
            finally:
                self._trusted_until = 0.0

    @contextmanager
    def _on_a_file(self) -> Iterator[Callable[[], object]]:
        with (self.folder / FILE).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Led from None
            yield lambda: None

    @contextmanager
    def _in_database(self) -> Iterator[Callable[[], object]]:
        """The lock of a transaction that does nothing else: a pooler cannot hand its connection to somebody else."""
        with ExitStack() as stack:
            connection = stack.enter_context(self.database.writer.connect())
            try:
                if not connection.scalar(LOCK):
                    raise Led
                yield lambda: connection.scalar(ALIVE)
            except SQLAlchemyError:
                connection.invalidate()
                raise

    def _do(self, job: Job) -> None:
        pause = 0.0 if job.at_once else job.every
        while not self._over.wait(pause):
            pause = BEAT
            if self.leads:
                pause = job.every
                try:
                    job.turn()
                except Exception:
                    log.exception("%s: it could not be done and is tried again", job.name)


def start(app: Flask, jobs: Iterable[Job]) -> None:
    """Have these jobs done by one of the processes that serve the archive; the server calls this in each worker."""
    app.extensions["leader"] = Leader(app.extensions["database"], Path(app.config["DATA"]))
    app.extensions["leader"].start(jobs)
