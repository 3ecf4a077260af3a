"""Saving, reviewing and publishing from a form. The caller commits."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from webapp.desk import links, receiving
from webapp.desk.models import Conflict
from webapp.identifiers import Identifier
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.people.models import Person
from webapp.revisions import Kind, Revision, Status, kind_of
from webapp.revisions.actions import Refusal, Refused, Stale, change, create, publish, revision_of, submit
from webapp.revisions.documents import Document
from webapp.revisions.merging import Clash, Merged, merge
from webapp.revisions.queries import latest


class Clashes(Exception):
    """Somebody saved the same fields meanwhile; what was typed is kept in the conflict."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(f"conflict {conflict.id}")
        self.conflict = conflict


class NothingNew(Refusal):
    """Publishing what is public already."""


class MergedAway(Refusal):
    """Publishing a record whose address leads to another one."""


class NoReason(Refusal):
    """A new version without a line for the change log."""


class Opened(NamedTuple):
    """A record as a form opens it: its newest content and the revision that it is."""

    document: Document
    number: int
    status: str
    waits: bool


def open_(session: Session, record: Any) -> Opened:
    """The newest content of a record, a waiting change included."""
    last = latest(session, record.id)
    if last is None:
        raise LookupError(record.id)
    waits = record.status == Status.PUBLISHED and last.number > record.revision
    return Opened(last.document, last.number, last.status if waits else record.status, waits)


def known_rows(session: Session, record: Any, opened_on: int) -> set[str]:
    """The identifiers of rows that a form on this record may name: those of its base and of its newest state."""
    kind = kind_of(record)
    states = [revision_of(session, record, opened_on).document, open_(session, record).document]
    return {found for document in states for found in receiving.row_ids(kind, document)}


def start(session: Session, kind: Kind, document: Document, by: Person, reason: str = "") -> Any:
    """A new draft."""
    return create(session, kind, document, by=by, reason=reason)


def start_named(session: Session, kind: Kind, name: str, by: Person) -> Any:
    """A new draft of which only the name is known."""
    fields = {each.name: each for each in kind.fields}
    each = next(fields[candidate] for candidate in ("text", "title", "name") if candidate in fields)
    value = {language(): name} if each.type == "texts" else name
    blank = {each.name: each.empty for each in kind.fields if each.type != "flag"}  # a flag stands as its table sets it
    return create(session, kind, blank | {each.name: value}, by=by)


def save(session: Session, record: Any, document: Document, by: Person, opened_on: int, reason: str = "") -> Merged:
    """Save what was typed on top of what is there; disjoint changes merge by themselves.

    Nothing is written when nothing changed. Raises ``Clashes`` when both changed the same field.
    """
    document = {"id": record.id, **document}
    try:
        if not _same(kind_of(record), document, open_(session, record), opened_on):
            change(record, document, by=by, reason=reason, opened_on=opened_on)
        return Merged(document)
    except Stale as stale:
        return _merge_in(session, record, document, stale, by, reason)


def _same(kind: Kind, document: Document, opened: Opened, opened_on: int) -> bool:
    return opened.number == opened_on and document == opened.document


def _merge_in(session: Session, record: Any, mine: Document, stale: Stale, by: Person, reason: str) -> Merged:
    merged = merge(kind_of(record), stale.base.document, mine, stale.current.document)
    if merged.clashes:
        raise Clashes(keep_conflict(session, record, mine, by, stale.base.number, reason))
    merged.joined = True
    if merged.document != stale.current.document:
        change(record, merged.document, by=by, reason=reason)
    return merged


def keep_conflict(session: Session, record: Any, mine: Document, by: Person, base: int, reason: str) -> Conflict:
    """Put aside what was typed until its author settles it."""
    conflict = Conflict(record_id=record.id, kind=kind_of(record).name, person_id=by.id, base=base, mine=mine,
                        reason=reason)  # fmt: skip
    session.add(conflict)
    session.flush()
    return conflict


def clashes_of(session: Session, conflict: Conflict, record: Any) -> tuple[Merged, Revision, Revision]:
    """A conflict as it stands today: the merge with the newest state, the base, and that newest state."""
    base, current = revision_of(session, record, conflict.base), latest(session, record.id)
    if current is None:
        raise LookupError(record.id)
    return merge(kind_of(record), base.document, conflict.mine, current.document), base, current


def clash_name(clash: Clash) -> str:
    """The name of a clash on the form."""
    return "-".join(clash.path)


def send(record: Any, by: Person, reason: str = "") -> Revision:
    """Ask for a review."""
    return submit(record, by=by, reason=reason)


def release(session: Session, record: Any, by: Person, reason: str = "") -> Revision:
    """Publish the newest content; raises ``Refused`` with every rule that stands against it."""
    known = session.get(Identifier, record.id)
    if known is not None and known.target_id:
        raise Refused([MergedAway(_("It was merged into %(id)s; undo the merge first.", id=known.target_id))])
    if record.status == Status.PUBLISHED:
        if not open_(session, record).waits:
            raise Refused([NothingNew(_("Nothing has changed since version %(n)s.", n=record.version))])
        if not reason:
            raise Refused([NoReason(_("Say what this publication changes; readers see it in the history."), "reason")])
    for linked in going_along(session, record):
        publish(linked, by=by, reason=reason)
    return publish(record, by=by, reason=reason)


def going_along(session: Session, record: Any) -> list[Any]:
    """What was created in place for this record and nobody has published yet: it goes public with it."""
    document = open_(session, record).document
    models = links.linked(kind_of(record), document)
    found: list[Any] = [session.get(model, id) for model, id in models if model is not type(record)]
    return [each for each in found if each and each.status in (Status.DRAFT, Status.IN_REVIEW)]
