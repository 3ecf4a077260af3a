"""Backing up while the site is serving: the database as it is at one moment, the files, and their checksums."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, create_engine, select, text

from webapp import counters
from webapp.database import Database, now
from webapp.machines import rows
from webapp.machines.containers import BadBackup, Entry, Manifest, checksum, pack, unpack
from webapp.machines.rotation import name, rotate

DATABASE = "database.sqlite"
ROWS = "rows/"
FILES = "files/"
# Of the data folder, these are not kept: the database is taken by its own means, the index is made anew from it.
PASSING = {f"{file}{end}" for file in ("carottes.db", counters.FILE) for end in ("", "-wal", "-shm")}
LEFT_OUT = {"index", "index-terms.json", "audio", "backups", *PASSING}


class NoRoom(Exception):
    """The backup could not be written to its end; nothing of it was left behind."""


class Made(NamedTuple):
    """A backup that was written and read again: where it is, what it holds, what rotation removed."""

    path: Path
    manifest: Manifest
    removed: list[Path]


def back_up(
    database: Database, data: Path, folder: Path, passphrase: str | None = None, keep_all: bool = False
) -> Made:
    """Write a backup, read it again to its end, then let rotation remove what is older; raises ``NoRoom``.

    A reader sees no half-written backup: it gets its name when all of it is on the disk and verified.
    """
    target = folder / name(now(), bool(passphrase))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _ensure_room(database, folder)
        try:
            manifest = _made(database, data, target, passphrase)
        except FileNotFoundError:  # a file of the archive went away meanwhile: from the beginning
            manifest = _made(database, data, target, passphrase)
    except (OSError, sqlite3.Error) as error:
        raise NoRoom(
            f"The backup could not be written to {folder}: {_said(error)}. Earlier backups are as they were."
        ) from None
    return Made(target, manifest, [] if keep_all else rotate(folder))


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _ensure_room(database: Database, folder: Path) -> None:
    """Refuse at once what cannot fit: a disk filled to its end would meanwhile keep the site from saving."""
    if database.engine.dialect.name != "sqlite":
        return
    with database.reader.connect() as connection:
        pages, unused, size = (connection.scalar(text(f"PRAGMA {each}")) or 0
                               for each in ("page_count", "freelist_count", "page_size"))  # fmt: skip
    needed, free = (pages - unused) * size, shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(errno.ENOSPC, f"there are {free / 1e6:.1f} MB left there, and the database alone has"
                      f" {needed / 1e6:.1f} MB: make room, or name another folder with --to")  # fmt: skip


def _made(database: Database, data: Path, target: Path, passphrase: str | None) -> Manifest:
    """Write it, read it again, give it its name."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as work:
        manifest, places = _gathered(database, data, target.parent, Path(work))
        draft = Path(work) / target.name
        _write(draft, manifest, places, passphrase)
        unpack(draft, lambda: passphrase or "")
        _put_in_place(draft, target)
    return manifest


def _put_in_place(draft: Path, target: Path) -> None:
    """The checksum first: what has the name of a backup has all that belongs to it."""
    beside = target.with_name(target.name + ".sha256")
    told = draft.with_name(beside.name)
    _private(told, f"{checksum(draft)}  {target.name}\n".encode())
    try:
        told.rename(beside)
        draft.rename(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _write(path: Path, manifest: Manifest, places: dict[str, Path], passphrase: str | None) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        pack(out, manifest, lambda entry: places[entry.name], passphrase)
        out.flush()
        os.fsync(out.fileno())


def _private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)


def _gathered(database: Database, data: Path, folder: Path, work: Path) -> tuple[Manifest, dict[str, Path]]:
    """What belongs into the backup, and where each of it lies."""
    sqlite = database.engine.dialect.name == "sqlite"
    manifest, places = (_snapshot if sqlite else _dump)(database, work)
    for path in files_of(data, but=folder):
        places[FILES + path.relative_to(data).as_posix()] = path
    manifest.entries = [Entry(key, path.stat().st_size, checksum(path)) for key, path in places.items()]
    return manifest, places


def files_of(data: Path, but: Path | None = None) -> Iterator[Path]:
    """The files of the data folder that are kept: media, the secret key, and whatever else is no index."""
    for top in sorted(data.iterdir()) if data.exists() else ():
        if top.name in LEFT_OUT or top.name.startswith(".") or top == but:
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink() and not path.name.endswith((".part", ".lock")):
                yield path


def _snapshot(database: Database, work: Path) -> tuple[Manifest, dict[str, Path]]:
    """SQLite: a whole and consistent copy, made while others read and write."""
    file = work / DATABASE
    source = sqlite3.connect(str(database.engine.url.database))
    try:
        source.execute("PRAGMA busy_timeout=30000")
        source.execute("VACUUM INTO ?", (str(file),))
    finally:
        source.close()
    ensure_sound(file)
    engine = plain(file)
    with engine.connect() as connection:
        manifest = _manifest(connection)
    engine.dispose()
    return manifest, {DATABASE: file}


def _dump(database: Database, work: Path) -> tuple[Manifest, dict[str, Path]]:
    """A server: all tables as lines, as they are at one moment."""
    places: dict[str, Path] = {}
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            connection.execute(text("SET TRANSACTION READ ONLY"))
            manifest = _manifest(connection)
            for table in rows.tables(connection):
                places[f"{ROWS}{table.name}.jsonl"] = path = work / f"{table.name}.jsonl"
                with path.open("w", encoding="utf-8") as out:
                    out.writelines(rows.lines(connection, table))
    return manifest, places


def _manifest(connection: Connection) -> Manifest:
    schema = connection.scalar(select(text("version_num")).select_from(text(rows.SCHEMA))) or ""
    return Manifest(made=now().isoformat(), software=version("carottes"), schema=schema,
                    content=rows.content(connection), rows=rows.counts(connection))  # fmt: skip


def plain(file: Path) -> Engine:
    """A SQLite file as it is, read only: no journal beside it, no rules of ours."""
    return create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")


def ensure_sound(file: Path) -> None:
    """Raise ``BadBackup`` for a SQLite file that is damaged or whose rows refer to nothing."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        told = connection.execute("PRAGMA integrity_check").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"its database cannot be read: {error}") from None
    finally:
        connection.close()
    if told != "ok" or broken:
        raise BadBackup(f"its database is damaged: {told if told != 'ok' else f'{len(broken)} broken references'}")
