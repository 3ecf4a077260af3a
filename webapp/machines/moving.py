"""Moving house: everything that the database holds, into another database of either sort, and back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from webapp import schema
from webapp.database import Database
from webapp.engines import BadAddress
from webapp.machines import rows
from webapp.machines.backups import back_up
from webapp.machines.restoring import NotEmpty, ensure_empty, restore


class CannotMove(Exception):
    """Nothing was moved; the message says why, and what to do."""


def move_to(database: Database, address: str) -> dict[str, int]:
    """Copy the database to an empty one and prove that both hold the same; gives the rows of each table.

    Identifiers, revisions, versions and the notes about media go along as they are; media files stay in the data
    folder. The old database is only read. Raises ``CannotMove``; then the new one is as it was.
    """
    if sentence := schema.trouble(database):
        raise CannotMove(f"Nothing was moved: {sentence}.")
    target = _reached(address)
    with tempfile.TemporaryDirectory(prefix="carottes-moving-") as work:
        empty = Path(work) / "nothing"
        empty.mkdir()
        try:
            ensure_empty(target, empty)
            made = back_up(database, empty, Path(work) / "backup", keep_all=True)
            restore(target, _folder(target) or Path(work) / "new", made.path, str)
            _ensure_equal(target, made.manifest.content)
        except NotEmpty as error:
            raise CannotMove(f"{error}: name an empty database.") from None
        finally:
            target.engine.dispose()
    return {name: count for name, count in made.manifest.rows.items() if name != rows.SCHEMA}


def _reached(address: str) -> Database:
    """The database at an address; asked once, so that a wrong address is told before anything is done."""
    try:
        target = Database(address)
        if target.engine.dialect.name == "sqlite":
            if (_folder(target) or Path()) / "carottes.db" != Path(str(target.engine.url.database)):
                raise CannotMove("A SQLite archive lies in a file called carottes.db: sqlite:////folder/carottes.db")
            return target
        with target.reader.connect():
            return target
    except BadAddress as error:
        raise CannotMove(f"Nothing was moved: {error}.") from None
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise CannotMove(f"The database does not answer at that address: {said}") from None


def _folder(target: Database) -> Path | None:
    """Where the file of a SQLite database lies; a server has none."""
    return Path(str(target.engine.url.database)).parent if target.engine.dialect.name == "sqlite" else None


def _ensure_equal(target: Database, content: str) -> None:
    with target.reader.connect() as connection:
        if rows.content(connection) != content:
            raise CannotMove("What arrived differs from what was sent: do not use the new database.")
