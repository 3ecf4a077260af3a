"""Carrying an import out: a dry run is the real run whose transaction is rolled back."""

from __future__ import annotations

import json
import time
import zlib
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from webapp.database import database, now
from webapp.imports.columns import from_machine
from webapp.imports.entries import Row
from webapp.imports.jobs import Reporter, note, still_mine
from webapp.imports.models import ImportRow, ImportRun, Plan, Stage
from webapp.imports.planning import Line, Options, Planned, make_terms, plan
from webapp.imports.sheets import Sheet
from webapp.languages import N_
from webapp.permissions import Act, may
from webapp.revisions.bulk import Moved
from webapp.revisions.tables import chunks

PATIENCE = 60  # seconds to wait for others who write


def packed(sheet: Sheet) -> bytes:
    """The cells of a sheet, small enough for a column."""
    return zlib.compress(json.dumps([sheet.header, sheet.rows], ensure_ascii=False).encode())


def unpacked(run: ImportRun) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headings and numbered rows of an import."""
    header, rows = json.loads(zlib.decompress(run.content or b""))
    return header, rows


def options_of(run: ImportRun) -> Options:
    """What the person chose, as it is kept."""
    kept = run.options
    places = [from_machine(name) if name else None for name in kept.get("places", [])]
    publish = bool(kept.get("publish")) and may(run.person, Act.PUBLISH)
    return Options(places, bool(kept.get("create")), publish, bool(kept.get("doubles")))


def rows_of(run: ImportRun, options: Options) -> list[Row]:
    """The rows of an import, each cell under the place that it goes to."""
    _header, rows = unpacked(run)
    places = [(n, place) for n, place in enumerate(options.places) if place]
    return [Row(number, {place: cells[n] if n < len(cells) else "" for n, place in places}) for number, cells in rows]


def carry_out(run_id: int, report: Reporter, *, dry: bool) -> None:
    """Plan the import and write it; a dry run takes back what it wrote. The plan is kept either way."""
    with database().reading() as own:
        run = own.get_one(ImportRun, run_id)
        options, agreed = options_of(run), run.planned
        planned = plan(own, rows_of(run, options), options, by=run.person, agent=run.agent,  # type: ignore[arg-type]
                       reason=run.options.get("reason", ""), progress=report)  # fmt: skip
        if not planned.sound:
            return _keep_plan(run_id, planned, options)
        if not dry and planned.checksum != agreed:
            return _keep_plan(run_id, planned, options, OTHERWISE)
        planned.batch.freeze()
        own.rollback()
        report("write", 0, len(planned.lines))
        trouble = _write(run_id, planned, options, dry=dry)
    if dry or trouble:
        _keep_plan(run_id, planned, options, trouble)
    return None


OTHERWISE = N_(
    "The archive has changed since the dry run, and with it the plan. Nothing was written; look at the plan again."
)
MOVED = N_("Somebody changed the same records at the same moment. Nothing was written; try again.")


def _write(run_id: int, planned: Planned, options: Options, *, dry: bool) -> str:
    """Write all of it in one transaction. Gives a sentence when something came between."""
    with writing() as own:
        try:
            make_terms(own, planned.terms)
            planned.batch.write(own)
        except (Moved, IntegrityError):
            own.rollback()
            return MOVED
        if dry:
            own.rollback()
            return ""
        _keep_lines(own, run_id, planned, options)
        run = still_mine(own, run_id)
        run.stage, run.counts, run.done_at, run.content = Stage.DONE, planned.counts, now(), None
        own.commit()
    return ""


def writing() -> Session:
    """A session that may write, once nobody else does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        own = database().new_session(writes=True)
        try:
            own.connection()
        except OperationalError:
            own.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
            continue
        return own


def _keep_plan(run_id: int, planned: Planned, options: Options, trouble: str = "") -> None:
    with writing() as own:
        _keep_lines(own, run_id, planned, options)
        still_mine(own, run_id)
        own.commit()
    note(run_id, stage=Stage.PLANNED, counts=planned.counts, planned=planned.checksum if planned.sound else "",
         trouble=[["", trouble, {}]] if trouble else [])  # fmt: skip


def _keep_lines(own: Session, run_id: int, planned: Planned, options: Options) -> None:
    own.execute(delete(ImportRow).where(ImportRow.run_id == run_id))
    for some in chunks(planned.lines):
        own.execute(insert(ImportRow), [_kept(run_id, line, planned, options) for line in some])


def _kept(run_id: int, line: Line, planned: Planned, options: Options) -> dict[str, Any]:
    writes = line.plan in (Plan.CREATE, Plan.CHANGE)
    return {
        "run_id": run_id, "number": line.number, "plan": line.plan, "kind": line.kind, "record_id": line.record_id,
        "title": line.title, "lang": line.lang,
        "changes": line.changes, "problems": [list(each) for each in line.problems],
        "other_id": line.other_id, "other_row": line.other_row, "was": line.was,
        "became": planned.batch.numbers.get(line.record_id or "", 0) if writes else 0,
        "published": writes and options.publish,
    }  # fmt: skip
