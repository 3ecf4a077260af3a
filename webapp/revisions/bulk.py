"""Many records created, changed and published at once: the rules of ``actions``, a few statements instead of thousands.

A batch is thought out first, while others go on working, and then written in one short go. What it writes is what
``create``, ``change``, ``publish`` and ``withdraw`` would have written, revision by revision; a test holds the two
beside each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from webapp.database import Model, Texts, now
from webapp.identifiers import Identifier, candidate
from webapp.revisions.actions import Author, nameless
from webapp.revisions.complete import completed, identified_rows, linked
from webapp.revisions.documents import (
    KINDS,
    Document,
    Kind,
    apply_document,
    digest,
    folded,
    label_of,
    to_document,
)
from webapp.revisions.frozen import Frozen
from webapp.revisions.models import Outbox, Revision, Status
from webapp.revisions.tables import CHUNK, Flat, chunks, flattened, insert_rows, update_rows
from webapp.revisions.telling import tell


class Moved(Exception):
    """Somebody changed these records after the batch was thought out; nothing was written."""

    def __init__(self, ids: list[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


@dataclass(frozen=True)
class State:
    """Where a record stands: its newest content and that revision's number and status, and what its tables hold."""

    id: str
    key: str | None
    document: Document
    number: int
    newest_status: str
    status: str
    revision: int
    version: int
    published_at: Any

    @property
    def waits(self) -> bool:
        """Whether a change is drafted beside what is published."""
        return self.number > self.revision


def states(session: Session, kind: Kind, ids: Iterable[str]) -> dict[str, State]:
    """Where these records stand, a few queries for each five hundred; what is no record of this kind is left out."""
    found: dict[str, State] = {}
    for some in chunks(ids):
        found |= _states(session, kind.model, some)
    return found


def _states(session: Session, model: Any, ids: list[str]) -> dict[str, State]:
    newest = (
        select(Revision.record_id, func.max(Revision.number).label("number"))
        .where(Revision.record_id.in_(ids))
        .group_by(Revision.record_id)
        .subquery()
    )
    rows = session.execute(
        select(
            model.id, model.key, Revision.document, Revision.number, Revision.status.label("newest_status"),
            model.status, model.revision, model.version, model.published_at,
        )
        .join(newest, newest.c.record_id == model.id)
        .join(Revision, (Revision.record_id == newest.c.record_id) & (Revision.number == newest.c.number))
    )  # fmt: skip
    return {row.id: State(**row._mapping) for row in rows}


class Identifiers:
    """Fresh identifiers that nothing in the archive has, asked for a thousand at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fresh: list[str] = []
        self.given: set[str] = set()

    def mint(self) -> str:
        """One that was never given."""
        while not self._fresh:
            offered = {candidate() for _ in range(2 * CHUNK)} - self.given
            taken = {id for some in chunks(offered) for id in
                     self._session.scalars(select(Identifier.id).where(Identifier.id.in_(some)))}  # fmt: skip
            self._fresh = list(offered - taken)
        fresh = self._fresh.pop()
        self.given.add(fresh)
        return fresh


class _Register:
    """Stands where ``apply_document`` looks for a session: notes the identifiers of new rows, asks nobody."""

    def __init__(self) -> None:
        self.entered: dict[str, str] = {}

    def get(self, _model: type, id: str) -> Any:
        """Whether this one was entered already."""
        return self.entered.get(id)

    def add(self, identifier: Identifier) -> None:
        """Enter an identifier."""
        self.entered[identifier.id] = identifier.kind


@dataclass
class _Note:
    """A revision that will be written once all names are known."""

    values: dict[str, Any]
    document: Document


class Batch:
    """Records to create, change, publish or withdraw together. Reading is done in ``session``; ``write`` takes
    another one, that may write, and whoever gave it commits.

    After thinking a record out, ``refused`` holds what its rules say against its publication, by identifier.
    """

    def __init__(self, session: Session, *, by: Author | None, reason: str = "", agent: str | None = None) -> None:
        self.session, self.by, self.reason, self.agent = session, by, reason, agent
        self.moment = now()
        self.identifiers = Identifiers(session)
        self.refused: dict[str, list[Exception]] = {}
        self.numbers: dict[str, int] = {}
        self._expected: dict[str, tuple[Kind, State]] = {}
        self._names: dict[str, Texts] = {}
        self._entered: dict[str, str] = {}
        self._inserts: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._updates: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._deletes: dict[tuple[Table, str], list[str]] = defaultdict(list)
        self._notes: list[_Note] = []
        self._told: list[tuple[str, str]] = []
        self._renamed: dict[str, bool] = {}

    def create(self, kind: Kind, document: Document, *, key: str | None = None, publish: bool = False) -> str:
        """A new record; gives its identifier, which comes with the document or is minted."""
        fresh = self._complete(kind, document)
        record = self._build(kind, fresh)
        self._entered[record.id] = kind.name
        frozen, state = to_document(record), State(record.id, key, {}, 0, "", Status.DRAFT, 0, 0, None)
        note = self._note(kind, state, frozen, "create", Status.DRAFT)
        values = _common(record, key) | {"created_at": self.moment, "updated_at": self.moment}
        values |= {"status": Status.DRAFT, "revision": 1, "version": 0, "published_at": None}
        if publish:
            values |= self._publish(kind, record, state, frozen, note)
        flat = flattened(record, kind)
        self._inserts[kind.model.__table__].append(flat.own | values)
        self._insert(flat)
        return record.id

    def change(self, kind: Kind, state: State, document: Document, *, publish: bool = False) -> None:
        """New content for a record that stands as ``state`` says, as ``actions.change`` would save it.

        A change of somebody else's that waits beside a published record is never published along: ``ValueError``.
        """
        if publish and state.status == Status.PUBLISHED and state.waits:
            raise ValueError(f"a change waits beside {state.id}")
        self._expected[state.id] = (kind, state)
        record = self._build(kind, self._complete(kind, {**document, "id": state.id}))
        frozen = to_document(record)
        public = state.status == Status.PUBLISHED
        status = state.newest_status if public and state.waits else Status.DRAFT if public else state.status
        note = self._note(kind, state, frozen, "change", status)
        if public and not publish:
            return
        values = _common(record, state.key) | {"updated_at": self.moment, "revision": note["number"]}
        if publish:
            values |= self._publish(kind, record, state, frozen, note)
        self._update(kind, state, flattened(record, kind), values)

    def discard(self, kind: Kind, state: State, published: Document) -> None:
        """Give up the change that waits beside a published record, as ``actions.discard`` would."""
        self._expected[state.id] = (kind, state)
        record = self._build(kind, published)
        note = self._note(kind, state, to_document(record), "discard", state.status)
        self._set(kind, state, {"updated_at": self.moment, "revision": note["number"]})

    def withdraw(self, kind: Kind, state: State, document: Document | None = None, *, free_key: bool = False) -> None:
        """Take a record out of public sight, with other content if a document is given; the reason of the batch stands
        on its tombstone. ``free_key`` gives its key back to others."""
        self._expected[state.id] = (kind, state)
        record = self._build(kind, self._complete(kind, document or state.document))
        note = self._note(kind, state, to_document(record), "withdraw", Status.WITHDRAWN)
        values = _common(record, None if free_key else state.key)
        values |= {"updated_at": self.moment, "revision": note["number"], "status": Status.WITHDRAWN,
                   "withdrawn_reason": {"": self.reason}}  # fmt: skip
        self._update(kind, state, flattened(record, kind), values)
        self._told.append((kind.name, state.id))

    def remove(self, kind: Kind, state: State) -> None:
        """Take a record that was never public out of the tables; its identifier and its history stay."""
        if state.version:
            raise ValueError(f"{state.id} was public: it can only be withdrawn")
        self._expected[state.id] = (kind, state)
        self._note(kind, state, state.document, "remove", Status.WITHDRAWN)
        self._deletes[kind.model.__table__, "id"].append(state.id)

    def know(self, id: str, name: Texts) -> None:
        """The name of something that records link to and that is made along with them, such as a term."""
        self._names[id] = name

    def write(self, session: Session) -> None:
        """Write it all. Raises ``Moved`` when a record no longer stands as it was thought to."""
        self.freeze()
        self._ensure_nobody_moved(session)
        for (table, column), ids in self._deletes.items():
            for some in chunks(ids):
                session.execute(delete(table).where(table.c[column].in_(some)))
        self._enter_identifiers(session)
        for table in Model.metadata.sorted_tables:
            insert_rows(session, table, self._inserts.get(table, ()))
        for table, rows in self._updates.items():
            update_rows(session, table, rows)
        insert_rows(session, Revision.__table__, (note.values for note in self._notes))
        insert_rows(session, Outbox.__table__, ({"kind": kind, "record_id": id} for kind, id in self._told))
        for name, id in self._told:
            tell(session, name, [id], self._renamed.get(id, True))

    def _enter_identifiers(self, session: Session) -> None:
        """Those that came with the data may be in the register already; fresh ones are not."""
        came = self._entered.keys() - self.identifiers.given
        known = {id for some in chunks(sorted(came)) for id in
                 session.scalars(select(Identifier.id).where(Identifier.id.in_(some)))}  # fmt: skip
        rows = ({"id": id, "kind": kind} for id, kind in self._entered.items() if id not in known)
        insert_rows(session, Identifier.__table__, rows)

    # Thinking it out.

    def _complete(self, kind: Kind, document: Document) -> Document:
        whole = completed(kind, document)
        whole["id"] = whole.get("id") or self.identifiers.mint()
        for row in identified_rows(kind, whole):
            row["id"] = row.get("id") or self.identifiers.mint()
        return whole

    def _build(self, kind: Kind, document: Document) -> Any:
        """The record that the document describes, in no session."""
        if kind.settle is not Kind.__dataclass_fields__["settle"].default:
            raise ValueError(f"a {kind.name} settles by itself: use the actions, one at a time")
        record, register = kind.model(id=document["id"]), _Register()
        apply_document(cast(Session, register), record, document)
        self._entered |= register.entered
        self._names[record.id] = label_of(record)
        return record

    def _note(self, kind: Kind, state: State, document: Document, act: str, status: str) -> dict[str, Any]:
        number = self.numbers.get(state.id, state.number) + 1
        self.numbers[state.id] = number
        values = {"record_id": state.id, "kind": kind.name, "number": number, "base": state.revision,
                  "status": status, "version": None, "act": act, "person_id": self.by.id if self.by else None,
                  "agent": self.agent, "reason": self.reason, "at": self.moment}  # fmt: skip
        self._notes.append(_Note(values, document))
        return values

    def _publish(
        self, kind: Kind, record: Any, state: State, document: Document, before: dict[str, Any]
    ) -> dict[str, Any]:
        refusals: list[Exception] = [*nameless(record), *kind.refusals(record)]
        if refusals:
            self.refused[state.id] = refusals
        note = self._note(kind, state, document, "publish", Status.PUBLISHED)
        # A draft's change is in the tables when it is published; one beside a published state is not yet.
        note["base"] = state.revision if state.status == Status.PUBLISHED else before["number"]
        note["version"] = state.version + 1
        self._told.append((kind.name, state.id))
        if state.status == Status.PUBLISHED:
            self._renamed[state.id] = self._names[state.id] != kind.label(Frozen(kind, state.document, {}))
        elif not state.number:
            self._renamed[state.id] = False  # nothing can name what was never there
        return {"status": Status.PUBLISHED, "published_at": state.published_at or self.moment,
                "version": state.version + 1, "revision": note["number"], "withdrawn_reason": {}}  # fmt: skip

    def _insert(self, flat: Flat) -> None:
        for table, row in flat.rows.values():
            self._inserts[table].append(row)
        for table, rows in flat.lists.values():
            self._inserts[table].extend(rows)

    def _set(self, kind: Kind, state: State, values: dict[str, Any]) -> None:
        self._updates[kind.model.__table__].append({"id": state.id, **values})

    def _update(self, kind: Kind, state: State, after: Flat, values: dict[str, Any]) -> None:
        """What has to be done to the tables so that they hold the new content instead of the old."""
        old = kind.model(id=state.id)
        apply_document(cast(Session, _Register()), old, completed(kind, state.document))
        before = flattened(old, kind)
        self._set(kind, state, after.own | values)
        for place, (table, row) in after.rows.items():
            if place not in before.rows:
                self._inserts[table].append(row)
            elif row != before.rows[place][1]:
                self._updates[table].append(row)
        for place, (table, _row) in before.rows.items():
            if place not in after.rows:
                self._deletes[table, "id"].append(place[1])
        self._update_lists(before, after)

    def _update_lists(self, before: Flat, after: Flat) -> None:
        for place in before.lists.keys() | after.lists.keys():
            table, rows = after.lists.get(place) or (before.lists[place][0], [])
            if place in before.lists and before.lists[place][1] == rows:
                continue
            if place in before.lists:
                self._deletes[table, place[1]].append(place[2])
            self._inserts[table].extend(rows)

    # Names of what is linked, and the checksums.

    def freeze(self) -> None:
        """Work out the names and checksums of all revisions: the last that can be done before others have to wait."""
        self._read_names()
        for note in self._notes:
            if "sha256" in note.values:
                continue
            kind = KINDS[note.values["kind"]]
            names = {id: self._names[id] for _, id in linked(kind, note.document) if id in self._names}
            note.values |= {"document": note.document, "labels": names, "sha256": digest(note.document, names)}

    def _read_names(self) -> None:
        wanted: dict[Any, set[str]] = defaultdict(set)
        for note in self._notes:
            if "sha256" in note.values:
                continue
            for model, id in linked(KINDS[note.values["kind"]], note.document):
                if id not in self._names:
                    wanted[model].add(id)
        for model, ids in wanted.items():
            for some in chunks(sorted(ids)):
                for thing in self.session.scalars(select(model).where(model.id.in_(some))):
                    self._names[thing.id] = label_of(thing)
                self.session.expunge_all()

    def _ensure_nobody_moved(self, session: Session) -> None:
        moved: list[str] = []
        by_kind: dict[str, list[State]] = defaultdict(list)
        for kind, state in self._expected.values():
            by_kind[kind.name].append(state)
        for name, expected in by_kind.items():
            numbers = _numbers(session, KINDS[name].model, [state.id for state in expected])
            moved += [
                state.id for state in expected
                if numbers.get(state.id) != (state.number, state.revision, state.status)
            ]  # fmt: skip
        if moved:
            raise Moved(moved)


def _numbers(session: Session, model: Any, ids: list[str]) -> dict[str, tuple[int, int, str]]:
    found: dict[str, tuple[int, int, str]] = {}
    for some in chunks(ids):
        rows = session.execute(
            select(model.id, func.max(Revision.number), model.revision, model.status)
            .join(Revision, Revision.record_id == model.id)
            .where(model.id.in_(some))
            .group_by(model.id)
        )
        found |= {id: (number, revision, status) for id, number, revision, status in rows}
    return found


def _common(record: Any, key: str | None) -> dict[str, Any]:
    return {"key": key, "folded": folded(record)}
