"""Is everything still what it was? Checksums of versions and files, references, who may read the files; each weekly."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.database import Database, Model, now
from webapp.languages import N_
from webapp.leading import Job
from webapp.machines.backups import files_of
from webapp.machines.containers import checksum
from webapp.machines.models import Event, Holding
from webapp.revisions import Revision, digest

Findings = Callable[[Session], Iterator[str]]
EVERY = dt.timedelta(days=7)
LOOK = 3600.0
"""Seconds between two looks at whether a check is due."""

# The kinds of events, in the words of PREMIS, and what they are called.
EVENTS = {
    "fixity check": N_("fixity check"),
    "message digest calculation": N_("checksums taken"),
    "replication": N_("backup"),
    "recovery": N_("restored from a backup"),
    "migration": N_("moved to another schema"),
}


def versions(session: Session) -> Iterator[str]:
    """Revisions that are no longer what their checksum says."""
    for revision in session.scalars(select(Revision).execution_options(yield_per=500)):
        if digest(revision.document, revision.labels) != revision.sha256:
            yield f"revision {revision.number} of {revision.record_id} differs from its checksum: restore a backup"


def references(session: Session) -> Iterator[str]:
    """Rows that refer to something that is not there."""
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            column, meant = key.parent, key.column.table.alias().c[key.column.name]
            lost = select(func.count()).where(column.is_not(None), ~select(meant).where(meant == column).exists())
            if count := session.scalar(lost):
                yield f"{count} rows of {table.name} have a {column.name} that leads nowhere: restore a backup"


def files(session: Session) -> Iterator[str]:
    """Files of the data folder that are gone or differ from their checksum; new ones have none yet."""
    data = _data()
    for held in session.scalars(select(Holding).order_by(Holding.name)):
        path = data / held.name
        if not path.is_file():
            yield f"the file {held.name} is gone: take it from a backup"
        elif path.stat().st_size != held.size or checksum(path) != held.sha256:
            yield f"the file {held.name} differs from its checksum: take it from a backup"


def permissions(session: Session) -> Iterator[str]:
    """Files that others may read or write, and should not."""
    data = _data()
    key = data / "secret-key"
    if key.exists() and _mode(key) & 0o077:
        yield f"others may read {key}: chmod 600 {key}"
    for path in sorted((data / "backups").glob("carottes-*")) if (data / "backups").is_dir() else ():
        if _mode(path) & 0o077:
            yield f"others may read {path}: chmod 600 {path}"
    for path in [data, data / "carottes.db", *files_of(data)]:
        if path.exists() and _mode(path) & stat.S_IWOTH:
            yield f"anybody may change {path}: chmod o-w {path}"


def _mode(path: Path) -> int:
    return path.stat().st_mode


def _data() -> Path:
    return Path(current_app.config["DATA"]).resolve()


CHECKED: dict[str, Findings] = {
    "versions and checksums": versions,
    "references": references,
    "checksums of files": files,
    "permissions of files": permissions,
}


def note(session: Session, kind: str, about: str = "", outcome: str = "success", **detail: Any) -> Event:
    """Write down what was done; the caller commits."""
    event = Event(kind=kind, about=about, outcome=outcome, detail=detail)
    session.add(event)
    return event


def events() -> Select[Event]:
    """What was done, the newest first."""
    return select(Event).order_by(Event.id.desc())


def examine(database: Database) -> Event:
    """Check everything once and write down what was found; files that were never seen get their checksum first."""
    with database.writing() as own:
        _enrol(own)
    with database.reading() as own:
        findings = {name: list(check(own)) for name, check in CHECKED.items()}
        checked = {
            "revisions": own.scalar(select(func.count()).select_from(Revision)) or 0,
            "files": own.scalar(select(func.count()).select_from(Holding)) or 0,
        }
    wrong = {name: found[:20] for name, found in findings.items() if found}
    with database.writing() as own:
        return note(own, "fixity check", outcome="fail" if wrong else "success", checked=checked, findings=wrong)


def _enrol(session: Session) -> None:
    """Take the checksums of files that are new. The secret key is nobody's record: it may be changed."""
    data, known = _data(), set(session.scalars(select(Holding.name)))
    fresh = [path for path in files_of(data) if path.relative_to(data).as_posix() not in known]
    fresh = [path for path in fresh if path.parent != data]
    for path in fresh:
        name = path.relative_to(data).as_posix()
        session.add(Holding(name=name, sha256=checksum(path), size=path.stat().st_size))
    if fresh:
        note(session, "message digest calculation", checked={"files": len(fresh)})


def due(session: Session) -> bool:
    """Whether the last fixity check is more than a week old, or there was none."""
    last = session.scalar(select(func.max(Event.at)).where(Event.kind == "fixity check"))
    return last is None or now() - last >= EVERY


def jobs(app: Flask) -> list[Job]:
    """Looking whether a check is due, first some time after the start: a check reads everything."""
    return [Job("fixity", LOOK, lambda: look(app), at_once=False)]


def look(app: Flask) -> None:
    """Check everything if that is due."""
    with app.app_context():
        database: Database = app.extensions["database"]
        with database.reading() as own:
            wanted = due(own)
        if wanted:
            examine(database)
