"""A migration tried on a copy before it is done: does it go through, and does every row come along?"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from webapp import schema
from webapp.database import Database
from webapp.machines import rows
from webapp.machines.backups import back_up, ensure_sound
from webapp.machines.containers import BadBackup
from webapp.machines.restoring import restore


class Failed(Exception):
    """The migration did not go through on the copy; the message says why, and what to do."""


class Rehearsed(NamedTuple):
    """What a rehearsal showed: from which schema to which, by which steps and in how many seconds, and the rows of
    each table before and after."""

    before: str
    after: str
    steps: list[str]
    seconds: float
    had: dict[str, int]
    has: dict[str, int]

    @property
    def lost(self) -> dict[str, tuple[int, int]]:
        """The tables that have fewer rows afterwards."""
        return {name: (count, self.has.get(name, 0)) for name, count in self.had.items()
                if self.has.get(name, 0) < count}  # fmt: skip


def rehearse(database: Database, data: Path, to: str = "head") -> Rehearsed:
    """Migrate a copy of the database, made by a backup, in a SQLite file of its own; the archive is not touched.

    Raises ``Failed``.
    """
    with tempfile.TemporaryDirectory(prefix="carottes-rehearsal-") as work:
        empty = Path(work) / "nothing"
        empty.mkdir()
        made = back_up(database, empty, Path(work) / "backup", keep_all=True)
        copy = Database(f"sqlite:///{Path(work) / 'copy' / 'carottes.db'}")
        restore(copy, Path(work) / "copy", made.path, str)
        steps, began = schema.steps(made.manifest.schema, to), time.perf_counter()
        _migrate(copy, to)
        seconds = time.perf_counter() - began
        with copy.reader.connect() as connection:
            has = rows.counts(connection)
        after = schema.current(copy)
        copy.engine.dispose()
        _look_over(Path(work) / "copy" / "carottes.db")
    had = {name: count for name, count in made.manifest.rows.items() if name != rows.SCHEMA}
    return Rehearsed(made.manifest.schema, after, steps, seconds, had, has)


def _migrate(copy: Database, to: str) -> None:
    try:
        schema.move(copy, to)
    except (SQLAlchemyError, RuntimeError, ValueError, LookupError) as error:
        copy.engine.dispose()
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise Failed(_refusal(said[0] if said else type(error).__name__)) from error


def _look_over(file: Path) -> None:
    try:
        ensure_sound(file)
    except BadBackup as error:
        raise Failed(_refusal(f"afterwards {error}")) from None


def _refusal(said: str) -> str:
    return f"On a copy, the migration fails ({said}); the archive is as it was. Do not migrate, keep the last release."
