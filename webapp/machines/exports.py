"""Everything out: the whole archive as CSV, JSON Lines, a SQLite file or a bag, written batch by batch."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.database import now
from webapp.machines import records, sheets
from webapp.machines.bags import make_bag
from webapp.machines.records import SORTS, Data
from webapp.machines.sheets import Row, Sheet
from webapp.revisions import KINDS, Revision

Step = Callable[[int], None]


class Occupied(Exception):
    """The folder to export to holds something already."""


@dataclass(frozen=True)
class Job:
    """What to export: from which session, with the drafts and the history or only what everybody may see; the media
    lie in ``media``; ``step`` hears of every record."""

    session: Session
    hidden_too: bool = False
    media: Path | None = None
    step: Step = lambda count: None

    def total(self) -> int:
        """How many records will be written."""
        if not self.hidden_too:
            return sum(records.total(self.session, sort) for sort in SORTS)
        models = [KINDS[sort.kind].model for sort in SORTS]
        return sum(self.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)

    def things(self) -> Iterator[Any]:
        """Every record to be written."""
        for sort in SORTS:
            query = select(sort.model) if self.hidden_too else sort.visible()
            for thing in records.things(self.session, query, sort):
                yield thing
                self.step(1)


def export(job: Job, folder: Path, form: str) -> None:
    """Write the archive into a folder that is empty or not there; it appears when all of it is written.

    Raises ``Occupied``; whatever goes wrong, nothing half-written is left.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Occupied(f"{folder} is not empty: choose a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        FORMS[form](job, draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


# -- JSON Lines --------------------------------------------------------------------------------------------------------


def as_jsonl(job: Job, folder: Path) -> None:
    """A file for each sort of record, one record a line, and the vocabularies."""
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        out = {sort.kind: stack.enter_context((folder / f"{sort.name}.jsonl").open("w", encoding="utf-8"))
               for sort in SORTS}  # fmt: skip
        for thing in job.things():
            out[thing.__tablename__].write(_line(_told(job, thing)))
    _write_lines(folder / "terms.jsonl", records.vocabulary(job.session))
    if job.hidden_too:
        _write_lines(folder / "revisions.jsonl", _history(job.session))


def _told(job: Job, thing: Any) -> Data:
    if not job.hidden_too:
        return records.BY_KIND[thing.__tablename__].record(job.session, thing)
    kept = {"type": thing.__tablename__, "key": thing.key, "status": thing.status, "version": thing.version,
            "revision": thing.revision, "withdrawn_reason": thing.withdrawn_reason}  # fmt: skip
    return kept | records.document_of(thing, hidden_too=True)


def _history(session: Session) -> Iterator[Data]:
    """Every revision; who made it is a number: names and addresses of people are no part of the archive."""
    for each in session.scalars(select(Revision).order_by(Revision.id).execution_options(yield_per=200)):
        yield {"record": each.record_id, "type": each.kind, "number": each.number, "base": each.base,
               "status": each.status, "version": each.version, "act": each.act, "person": each.person_id,
               "agent": each.agent, "reason": each.reason, "at": each.at.isoformat(), "sha256": each.sha256,
               "document": _in_order(each.document), "labels": _in_order(each.labels)}  # fmt: skip


def _in_order(value: Any) -> Any:
    """The same from every database: each keeps the names in a document in an order of its own."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


def _line(data: Data) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def _write_lines(path: Path, lines: Any) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(_line(each) for each in lines)


# -- tables ------------------------------------------------------------------------------------------------------------


def rows(job: Job) -> Iterator[Row]:
    """Every row of every sheet."""
    for thing in job.things():
        more: dict[str, Any] = {"version": thing.version} | ({"status": thing.status} if job.hidden_too else {})
        yield from sheets.rows_of(KINDS[thing.__tablename__], records.document_of(thing, job.hidden_too), **more)
    for term in records.vocabulary(job.session):
        yield sheets.term_row(term)


def as_csv(job: Job, folder: Path) -> None:
    """A sheet a file, UTF-8 with a byte order mark, as spreadsheets read it; and the data dictionary."""
    folder.mkdir(exist_ok=True)
    found = sheets.sheets(job.hidden_too)
    with ExitStack() as stack:
        out = {name: _sheet_file(stack, folder / f"{name}.csv", [each.name for each in sheet.columns])
               for name, sheet in found.items()}  # fmt: skip
        for name, row in rows(job):
            out[name].writerow([_cell(value) for value in row])
        dictionary = _sheet_file(stack, folder / "data-dictionary.csv", DICTIONARY)
        dictionary.writerows(_dictionary(found))


DICTIONARY = ["sheet", "column", "type", "fr", "en"]


def _dictionary(found: dict[str, Sheet]) -> Iterator[list[str]]:
    for name, sheet in found.items():
        yield from ([name, each.name, each.type, each.fr, each.en] for each in sheet.columns)


def _sheet_file(stack: ExitStack, path: Path, head: list[str]) -> Any:
    out = csv.writer(stack.enter_context(path.open("w", encoding="utf-8-sig", newline="")))
    out.writerow(head)
    return out


def _cell(value: Any) -> Any:
    """A value as a spreadsheet takes it; one that it would take for a formula gets an apostrophe before it."""
    text = _flat(value)
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _flat(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


SQL = {"number": "NUMERIC", "boolean": "TEXT"}


def as_sqlite(job: Job, folder: Path) -> None:
    """One SQLite file with the sheets as tables and the dictionary beside them."""
    folder.mkdir(exist_ok=True)
    file = sqlite3.connect(folder / "carottes.sqlite")
    try:
        found = sheets.sheets(job.hidden_too)
        for name, sheet in found.items():
            columns = ", ".join(f'"{each.name}" {SQL.get(each.type, "TEXT")}' for each in sheet.columns)
            file.execute(f'CREATE TABLE "{name}" ({columns})')
        put = {name: f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(sheet.columns))})'
               for name, sheet in found.items()}  # fmt: skip
        for name, row in rows(job):
            file.execute(put[name], [_flat(value) for value in row])
        file.execute("CREATE TABLE data_dictionary (sheet TEXT, column_name TEXT, type TEXT, fr TEXT, en TEXT)")
        file.executemany("INSERT INTO data_dictionary VALUES (?, ?, ?, ?, ?)", _dictionary(found))
        file.commit()
    finally:
        file.close()


# -- a bag -------------------------------------------------------------------------------------------------------------


def as_bag(job: Job, folder: Path) -> None:
    """JSON Lines, tables and media in a bag with checksums (RFC 8493)."""
    data = folder / "data"
    data.mkdir()
    as_jsonl(job, data / "jsonl")
    as_csv(Job(job.session, job.hidden_too, job.media), data / "csv")
    for name, path in _media(job):
        (data / "media").mkdir(exist_ok=True)
        shutil.copyfile(path, data / "media" / name)
    about = {"Source-Organization": "Carottes", "External-Description": "An archive of coded messages: records, "
             "vocabularies and media. A meaning is a claim: read it with its standing.",
             "Bag-Software-Agent": "carottes export"}  # fmt: skip
    make_bag(folder, about, now().date())


def _media(job: Job) -> Iterator[tuple[str, Path]]:
    """The files of the media that are exported, by name; of the public ones, only those that are open as they came."""
    sort = records.BY_KIND["medium"]
    query = select(sort.model) if job.hidden_too else sort.visible().where(sort.model.open_original)
    for medium in records.things(job.session, query, sort) if job.media else ():
        for path in sorted(job.media.rglob(f"{medium.file}*")):  # type: ignore[union-attr]
            if path.is_file():
                yield path.name, path


FORMS: dict[str, Callable[[Job, Path], None]] = {
    "csv": as_csv, "jsonl": as_jsonl, "sqlite": as_sqlite, "bag": as_bag,
}  # fmt: skip
