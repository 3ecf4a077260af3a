"""Undoing a whole import as one step, as long as nothing that came later depends on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from webapp.database import Model, database, now
from webapp.imports.jobs import Reporter, note, still_mine
from webapp.imports.models import ImportRow, ImportRun, Plan, Stage
from webapp.imports.running import MOVED, writing
from webapp.languages import N_, told
from webapp.revisions import KINDS, Kind, Part, Revision, Status, label_of
from webapp.revisions.bulk import Batch, Moved, State, states
from webapp.revisions.complete import linked
from webapp.revisions.documents import Document
from webapp.revisions.tables import chunks
from webapp.vocabularies import Term

MOST_NAMED = 50
Trouble = list[Any]

CHANGED = N_("%(what)s was changed after the import (revision %(now)s). Restore it or leave the import as it is.")
POINTED = N_("%(what)s refers to %(which)s, which the import made. Take the reference out first.")
GONE = N_("%(what)s is not in the archive any more, or was merged.")


def undo(run_id: int, report: Reporter, by_id: int | None, reason: str) -> None:
    """Take an import back; when something stands against it, the import says what and stays."""
    with database().reading() as own:
        run = own.get_one(ImportRun, run_id)
        written = ImportRow.plan.in_((Plan.CREATE, Plan.CHANGE))
        query = select(ImportRow).where(ImportRow.run_id == run_id, written).order_by(ImportRow.id)
        rows = list(own.scalars(query))
        undoing = _Undoing(own, run, rows, by_id, reason)
        trouble = list(undoing.against())
        if not trouble:
            report("plan", 0, len(rows))
            undoing.think(report)
            undoing.batch.freeze()
            own.rollback()
            trouble = _write(run_id, undoing, by_id)
    if trouble:
        note(run_id, stage=Stage.DONE, trouble=trouble[:MOST_NAMED], counts=run.counts | {"against": len(trouble)})


def _write(run_id: int, undoing: _Undoing, by_id: int | None) -> list[Trouble]:
    with writing() as own:
        try:
            undoing.batch.write(own)
        except Moved:
            own.rollback()
            return [["", MOVED, {}]]
        for term in undoing.terms:
            if not any(_pointing(own, Term, {term})):
                own.delete(own.get_one(Term, term))
        run = still_mine(own, run_id)
        run.stage, run.undone_at, run.undone_by_id = Stage.UNDONE, now(), by_id
        own.commit()
    return []


class _By:
    def __init__(self, id: int) -> None:
        self.id = id


class _Undoing:
    """What an import did, and how each of its records goes back."""

    def __init__(self, session: Session, run: ImportRun, rows: list[ImportRow], by_id: int | None, reason: str) -> None:
        self.session, self.rows = session, rows
        self.batch = Batch(session, by=_By(by_id) if by_id else None, agent=f"undo of {run.agent}"[:60], reason=reason)
        by_kind: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            by_kind[row.kind].append(row.record_id or "")
        self.terms = by_kind.pop("term", [])
        self.states = {id: state for kind, ids in by_kind.items()
                       for id, state in states(session, KINDS[kind], ids).items()}  # fmt: skip
        self.made = {row.record_id or "" for row in rows if row.plan == Plan.CREATE}

    def against(self) -> Iterator[Trouble]:
        """What depends on the import: records changed since, and records that refer to what it made."""
        for row in self.rows:
            state = self.states.get(row.record_id or "")
            if row.kind == "term":
                continue
            if state is None or state.status == Status.WITHDRAWN:
                yield ["", GONE, {"what": _named(row.kind, row.title)}]
            elif state.number != row.became and not self._came_back(row, state):
                yield ["", CHANGED, {"what": _named(row.kind, row.title), "now": state.number}]
        titles = {row.record_id or "": row.title for row in self.rows}
        by_kind: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            if row.plan == Plan.CREATE:
                by_kind[row.kind].add(row.record_id or "")
        for kind, ids in by_kind.items():
            model = Term if kind == "term" else KINDS[kind].model
            for owner_kind, owner, which in self._pointing_from_outside(model, ids):
                yield [
                    "",
                    POINTED,
                    {"what": _title(self.session, owner_kind, owner), "which": titles.get(which, which)},
                ]

    def _came_back(self, row: ImportRow, state: State) -> bool:
        """Whether later changes were taken back, so that the record is as the import left it."""
        query = select(Revision.document, Revision.status)
        left = self.session.execute(query.filter_by(record_id=state.id, number=row.became)).one()
        return (left.document, left.status) == (state.document, state.newest_status)

    def _pointing_from_outside(self, model: Any, ids: set[str]) -> Iterator[tuple[str, str, str]]:
        met = set()
        for found in [*_pointing(self.session, model, ids), *_waiting_for(self.session, ids)]:
            if found[1] not in self.made and found not in met:
                met.add(found)
                yield found

    def think(self, report: Reporter) -> None:
        """Put every record of the import into the batch, messages before what they name."""
        earlier = self._earlier()
        ordered = sorted((row for row in self.rows if row.kind != "term"), key=lambda row: row.kind != "message")
        for done, row in enumerate(ordered, 1):
            self._back(KINDS[row.kind], row, self.states[row.record_id or ""], earlier)
            report("plan", done, len(ordered))

    def _earlier(self) -> dict[str, Revision]:
        """The revision that each changed record stood at before the import."""
        found = {}
        for some in chunks(row for row in self.rows if row.plan == Plan.CHANGE):
            wanted = {row.record_id: row.was for row in some}
            query = select(Revision).where(Revision.record_id.in_(list(wanted)))
            for revision in self.session.scalars(query):
                if wanted[revision.record_id] == revision.number:
                    found[revision.record_id] = revision
            self.session.expunge_all()
        return found

    def _back(self, kind: Kind, row: ImportRow, state: State, earlier: dict[str, Revision]) -> None:
        if row.plan == Plan.CREATE:
            if state.version:
                self.batch.withdraw(kind, state, free_key=True)
            else:
                self.batch.remove(kind, state)
            return
        before = earlier[state.id]
        self._restore(kind, row, state, before.document, before)

    def _restore(self, kind: Kind, row: ImportRow, state: State, document: Document, before: Revision) -> None:
        if row.published and before.status != Status.PUBLISHED:
            self.batch.withdraw(kind, state, document)  # it was a draft, and has been public since
        elif row.published or state.status != Status.PUBLISHED or row.was != state.revision:
            self.batch.change(kind, state, document, publish=row.published)
        else:
            self.batch.discard(kind, state, document)


def _named(kind: str, title: str) -> str:
    return f"“{title[:80]}”"


def _title(session: Session, kind: str, id: str) -> str:
    record = session.get(KINDS[kind].model, id) if kind in KINDS else None
    return _named(kind, str(told(label_of(record)))) if record is not None else f"{kind} {id}"


# Who refers to a record.


def _pointing(session: Session, model: Any, ids: set[str]) -> Iterator[tuple[str, str, str]]:
    """Every record that refers to one of these: its kind, its identifier, and which it refers to."""
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is model.__table__:
                for some in chunks(ids):
                    rows = session.execute(select(table).where(key.parent.in_(some))).mappings()
                    for row in rows:
                        for kind, owner in _owners(session, table, row, key.parent.key):
                            yield kind, owner, row[key.parent.key]


def _owners(session: Session, table: Table, row: Any, by: str) -> Iterator[tuple[str, str]]:
    """The record that a row of any table belongs to."""
    if table.name in KINDS:
        yield table.name, row["id"]
        return
    for key in table.foreign_keys:
        column, parent = key.parent.key, key.column.table
        if row[column] is None or (column == by and not _is_part(table, column)):
            continue
        if parent.name in KINDS and (_is_part(table, column) or table.name not in _part_tables()):
            yield parent.name, row[column]
            return
        if parent.name in _part_tables():
            above = session.execute(select(parent).where(parent.c.id == row[column])).mappings().first()
            if above:
                yield from _owners(session, parent, above, "")
                return


def _part_tables() -> dict[str, set[str]]:
    """The tables of parts, each with the columns that say whose part a row is."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in KINDS.values():
        _note_parts(kind, found)
    return found


def _note_parts(shape: Kind | Part, found: dict[str, set[str]]) -> None:
    for part in shape.parts:
        relationship = shape.model.__mapper__.relationships[part.name]
        found[part.model.__tablename__] |= {child.key for _parent, child in relationship.synchronize_pairs}
        _note_parts(part, found)


def _is_part(table: Table, column: str) -> bool:
    return column in _part_tables().get(table.name, ())


def _waiting_for(session: Session, ids: set[str]) -> Iterator[tuple[str, str, str]]:
    """Changes drafted beside published records that refer to one of these."""
    for kind in KINDS.values():
        model = kind.model
        query = select(Revision.record_id, Revision.document).join(model, model.id == Revision.record_id).where(
            model.status == Status.PUBLISHED, Revision.number > model.revision)  # fmt: skip
        for record_id, document in session.execute(query):
            for _model, id in linked(kind, document):
                if id in ids:
                    yield kind.name, record_id, id
