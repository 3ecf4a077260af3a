"""A migration tried on a copy before it is done: does it go through, and does every row come along?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from webapp import schema
from webapp.database import Database
from webapp.machines import rows
from webapp.machines.backups import back_up, ensure_sound
from webapp.machines.restoring import restore


class Rehearsed(NamedTuple):
    """What a rehearsal showed: from which schema to which, and the rows of each table before and after."""

    before: str
    after: str
    had: dict[str, int]
    has: dict[str, int]

    @property
    def lost(self) -> dict[str, tuple[int, int]]:
        """The tables that have fewer rows afterwards."""
        return {name: (count, self.has.get(name, 0)) for name, count in self.had.items()
                if self.has.get(name, 0) < count}  # fmt: skip


def rehearse(database: Database, data: Path, to: str = "head") -> Rehearsed:
    """Migrate a copy of the database, made by a backup, in a SQLite file of its own; the archive is not touched."""
    with tempfile.TemporaryDirectory(prefix="carottes-rehearsal-") as work:
        empty = Path(work) / "nothing"
        empty.mkdir()
        made = back_up(database, empty, Path(work) / "backup", keep_all=True)
        copy = Database(f"sqlite:///{Path(work) / 'copy' / 'carottes.db'}")
        restore(copy, Path(work) / "copy", made.path, str)
        schema.move(copy, to)
        with copy.reader.connect() as connection:
            has = rows.counts(connection)
        after = schema.current(copy)
        copy.engine.dispose()
        ensure_sound(Path(work) / "copy" / "carottes.db")
    had = {name: count for name, count in made.manifest.rows.items() if name != rows.SCHEMA}
    return Rehearsed(made.manifest.schema, after, had, has)
