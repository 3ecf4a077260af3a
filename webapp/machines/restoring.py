"""Restoring a backup into an empty place: all of it is verified, put there, and held against what was backed up."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, create_engine, inspect

from webapp import schema
from webapp.database import Database
from webapp.machines import rows
from webapp.machines.backups import DATABASE, FILES, ROWS, ensure_sound, files_of, plain
from webapp.machines.containers import BadBackup, Manifest, unpack


class NotEmpty(Exception):
    """There is an archive already where the backup should go; ``str()`` says what was found."""


def restore(database: Database, data: Path, backup: Path, passphrase: Callable[[], str]) -> Manifest:
    """Bring back what a backup holds, proven equal. Raises ``NotEmpty`` or ``BadBackup``, and then changes nothing."""
    ensure_empty(database, data)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restoring-") as work:
        staged = Path(work)
        manifest = unpack(backup, passphrase, _into(staged))
        loaded = _database(database, staged, manifest)
        _place_files(staged / FILES, data)
        if loaded is not None:
            database.engine.dispose()
            _place_file(loaded, Path(str(database.engine.url.database)))
    shutil.rmtree(data / "index", ignore_errors=True)
    (data / "index-terms.json").unlink(missing_ok=True)
    return manifest


def ensure_empty(database: Database, data: Path) -> None:
    """Raise ``NotEmpty`` unless the database has no table and the folder no file but the key that was just made."""
    if _has_database(database):
        raise NotEmpty(f"the database {database.engine.url.render_as_string()} has tables already")
    found = [path for path in files_of(data) if path.name != "secret-key"]
    if found:
        raise NotEmpty(f"the folder {data} holds files already, the first is {found[0].relative_to(data)}")


def _has_database(database: Database) -> bool:
    if database.engine.dialect.name == "sqlite" and not Path(str(database.engine.url.database)).exists():
        return False
    with database.reader.connect() as connection:
        return bool(inspect(connection).get_table_names())


def _into(staged: Path) -> Callable[[str], BinaryIO]:
    def sink(name: str) -> BinaryIO:
        path = staged / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    return sink


def _database(database: Database, staged: Path, manifest: Manifest) -> Path | None:
    """The database made and proven: a file to be put in its place, or None when a server has it already."""
    file, written = staged / DATABASE, staged / ROWS
    if file.exists():
        ensure_sound(file)
        _prove(file, manifest)
    if database.engine.dialect.name == "sqlite":
        return file if file.exists() else _as_file(written, staged / "made.sqlite", manifest)
    _into_server(database, file if file.exists() else written, manifest)
    return None


def _prove(file: Path, manifest: Manifest) -> None:
    engine = plain(file)
    with engine.connect() as connection:
        _ensure_equal(connection, manifest)
    engine.dispose()


def _ensure_equal(connection: Connection, manifest: Manifest) -> None:
    if rows.content(connection) != manifest.content:
        raise BadBackup("what was restored differs from what was backed up")


def _as_file(written: Path, file: Path, manifest: Manifest) -> Path:
    """A SQLite file from lines, whatever server they came from."""
    made = Database(f"sqlite:///{file}")
    schema.move(made, manifest.schema)
    made.engine.dispose()
    engine = create_engine(f"sqlite:///{file}")  # without foreign keys: they are all checked at the end
    with engine.begin() as connection:
        _load(connection, lambda name: _lines_of(written / f"{name}.jsonl"))
        _ensure_equal(connection, manifest)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    ensure_sound(file)
    return file


def _into_server(database: Database, source: Path, manifest: Manifest) -> None:
    """Into the tables of a server, in one go; from lines, or from a SQLite file."""
    schema.move(database, manifest.schema)
    try:
        with database.engine.begin() as connection:
            if source.is_dir():
                _load(connection, lambda name: _lines_of(source / f"{name}.jsonl"))
            else:
                _load_from_file(connection, source)
            _ensure_equal(connection, manifest)
    except BaseException:
        schema.move(database, "base", up=False)
        raise


def _load_from_file(connection: Connection, source: Path) -> None:
    engine = plain(source)
    with engine.connect() as old:
        held = {table.name: table for table in rows.tables(old)}
        _load(connection, lambda name: rows.lines(old, held[name]) if name in held else iter(()))
    engine.dispose()


def _load(connection: Connection, lines_of: Callable[[str], Iterator[str]]) -> None:
    for table in rows.tables(connection):
        if table.name != rows.SCHEMA:
            rows.load(connection, table, lines_of(table.name))


def _lines_of(path: Path) -> Iterator[str]:
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from file


def _place_files(staged: Path, data: Path) -> None:
    for path in sorted(staged.rglob("*")) if staged.exists() else ():
        if path.is_file():
            _place_file(path, data / path.relative_to(staged))


def _place_file(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    path.replace(target)
