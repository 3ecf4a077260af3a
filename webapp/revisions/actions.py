"""Changing a record: every change is noted, frozen, and told to the index. The caller commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session, object_session

from webapp.database import Texts, now
from webapp.identifiers import mint, register, resolve
from webapp.languages import gettext as _
from webapp.revisions.documents import (
    Document,
    Kind,
    Part,
    apply_document,
    digest,
    folded,
    kind_of,
    label_of,
    labels,
    to_document,
)
from webapp.revisions.frozen import Version
from webapp.revisions.models import Outbox, Revision, Status
from webapp.revisions.queries import latest
from webapp.revisions.telling import tell


class Author(Protocol):
    """Whoever changes something: a person with an account."""

    id: int


class Refused(Exception):
    """A rule of the archive refuses; ``reasons`` are sentences in the reader's language, one for each."""

    def __init__(self, reasons: Sequence[Exception]) -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons = list(reasons)


class Refusal(Exception):
    """One rule that stands against a publication: its sentence, and where in the document it looks.

    ``path`` names fields and counts rows: ``("meanings", 0, "attestations")``.
    """

    def __init__(self, sentence: str, *path: str | int) -> None:
        super().__init__(sentence)
        self.path = path


class NoName(Refusal):
    """A record that nobody could call by anything."""


class WasPublic(Refusal):
    """Removing what somebody may have cited."""


class NothingWaits(Exception):
    """There is no change beside the published state that could be given up."""


class Stale(Exception):
    """Somebody saved in the meantime: the form was opened on ``base``, the record has gone on to ``current``."""

    def __init__(self, base: Revision, current: Revision) -> None:
        super().__init__(f"opened on {base.number}, now at {current.number}")
        self.base, self.current = base, current


def create(
    session: Session,
    kind: Kind,
    document: Document,
    *,
    by: Author | None,
    reason: str = "",
    agent: str | None = None,
) -> Any:
    """A new draft with this content; the identifier comes with the document or is minted."""
    given = document.get("id")
    if given:
        register(session, given, kind.name)
    record = kind.model(id=given or mint(session, kind.name), status=Status.DRAFT, revision=0, version=0)
    session.add(record)
    with session.no_autoflush:
        apply_document(session, record, document)
    session.flush()
    note(record, "create", by=by, reason=reason, agent=agent)
    return record


def note(
    record: Any,
    act: str,
    *,
    by: Author | None,
    reason: str = "",
    agent: str | None = None,
    version: int | None = None,
) -> Revision:
    """Freeze the record as its tables now are, as its next revision."""
    session = _session(record)
    session.flush()
    session.refresh(record)
    kind_of(record).settle(session, record)
    record.folded = folded(record)
    record.updated_at = now()
    revision = _revision(record, to_document(record), labels(record), act, by, reason, agent)
    revision.version = version
    record.revision = revision.number
    session.add(revision)
    session.flush()
    return revision


def _revision(
    record: Any,
    document: Document,
    names: dict[str, Texts],
    act: str,
    by: Author | None,
    reason: str,
    agent: str | None,
) -> Revision:
    last = latest(_session(record), record.id)
    return Revision(
        record_id=record.id, kind=kind_of(record).name, number=(last.number if last else 0) + 1,
        base=record.revision, status=record.status, act=act, document=document, labels=names,
        sha256=digest(document, names), person_id=by.id if by else None, agent=agent, reason=reason,
    )  # fmt: skip


def change(
    record: Any, document: Document, *, by: Author | None, reason: str = "", agent: str | None = None,
    opened_on: int | None = None,
) -> Revision:  # fmt: skip
    """Save new content.

    A record that was never published changes at once; beside a published one the change waits as a drafted revision
    until it is published. Raises ``Stale`` when the form was opened on an earlier revision.
    """
    session = _session(record)
    last = latest(session, record.id)
    if opened_on is not None and last and last.number != opened_on:
        raise Stale(revision_of(session, record, opened_on), last)
    if record.status != Status.PUBLISHED:
        apply_document(session, record, document)
        return note(record, "change", by=by, reason=reason, agent=agent)
    waiting = last is not None and last.number > record.revision
    revision = _draft_beside(record, document, by, reason, agent)
    revision.status = last.status if last and waiting else Status.DRAFT
    return revision


def _draft_beside(
    record: Any, document: Document, by: Author | None, reason: str, agent: str | None, act: str = "change"
) -> Revision:
    session = _session(record)
    with session.begin_nested() as attempt:  # the labels of the drafted links are those of the applied record
        apply_document(session, record, document)
        session.flush()
        session.refresh(record)
        frozen, names = to_document(record), labels(record)
        attempt.rollback()
    session.expire(record)
    revision = _revision(record, frozen, names, act, by, reason, agent)
    revision.status = Status.DRAFT
    session.add(revision)
    session.flush()
    return revision


def submit(record: Any, *, by: Author | None, reason: str = "") -> Revision:
    """Ask for a review of the latest content; raises ``Refused`` for what nobody could call by anything."""
    if refusals := [each for each in outlook(record)[0] if isinstance(each, NoName)]:
        raise Refused(refusals)
    return _move(record, Status.IN_REVIEW, "submit", by, reason)


def hand_back(record: Any, *, by: Author | None, reason: str = "") -> Revision:
    """Give what was in review back to whoever drafts it, with a reason."""
    return _move(record, Status.DRAFT, "hand back", by, reason)


def _move(record: Any, status: Status, act: str, by: Author | None, reason: str) -> Revision:
    session = _session(record)
    last = latest(session, record.id)
    if record.status != Status.PUBLISHED:
        record.status = status
        return note(record, act, by=by, reason=reason)
    revision = _draft_beside(record, last.document if last else {}, by, reason, None, act)
    revision.status = status
    session.flush()
    return revision


def discard(record: Any, *, by: Author | None, reason: str = "") -> Revision:
    """Give up the change that waits beside a published record; it stays in the history. Raises ``NothingWaits``."""
    last = latest(_session(record), record.id)
    if last is None or last.number <= record.revision:
        raise NothingWaits
    return note(record, "discard", by=by, reason=reason)


def restore(record: Any, number: int, *, by: Author | None, reason: str = "") -> Revision:
    """Bring back the content of an earlier revision, as a new change; raises LookupError for a number it never had.

    Rows that have gone to another record meanwhile come back under new identifiers; links to merged records lead to
    what they were merged into.
    """
    session = _session(record)
    earlier = revision_of(session, record, number)
    document = homecoming(session, record, earlier.document)
    return change(record, document, by=by, reason=reason)


def homecoming(session: Session, record: Any, document: Document, shape: Kind | Part | None = None) -> Document:
    """An old document as it can live today: see ``restore``."""
    shape = shape or kind_of(record)
    fresh = dict(document)
    for each in shape.fields:
        if each.type == "link" and (known := resolve(session, document.get(each.name) or "")):
            fresh[each.name] = known.id
    for part in shape.parts:
        fresh[part.name] = [_row_home(session, record, part, row) for row in document.get(part.name, [])]
    return fresh


def _row_home(session: Session, record: Any, part: Part, row: Document) -> Document:
    fresh = homecoming(session, record, row, part)
    there = session.get(part.model, row["id"]) if row.get("id") else None
    if there is not None and there not in getattr(record, part.name):
        del fresh["id"]
    return fresh


def revision_of(session: Session, record: Any, number: int) -> Revision:
    """One revision of a record, by number; raises LookupError where there is none."""
    found = session.query(Revision).filter_by(record_id=record.id, number=number).one_or_none()
    if found is None:
        raise LookupError(f"{record.id} has no revision {number}")
    return found


def publish(record: Any, *, by: Author | None, reason: str = "", agent: str | None = None) -> Revision:
    """Make the latest content public as the next version; raises ``Refused`` with the rules that stand against it."""
    session = _session(record)
    last, before = latest(session, record.id), _name_before(session, record)
    if last and last.number > record.revision:
        apply_document(session, record, last.document)
        session.flush()
        session.refresh(record)
    if refusals := _refusals(record):
        raise Refused(refusals)
    record.status = Status.PUBLISHED
    record.published_at = record.published_at or now()
    record.version += 1
    record.withdrawn_reason = {}
    revision = note(record, "publish", by=by, reason=reason, agent=agent, version=record.version)
    tell_index(record, renamed=label_of(record) != before)
    return revision


def _name_before(session: Session, record: Any) -> Texts | None:
    """What everybody knows the record by at present; None where nobody is told of it."""
    if record.status != Status.PUBLISHED:
        return None
    return kind_of(record).label(Version(revision_of(session, record, record.revision)))


def outlook(record: Any) -> tuple[list[Exception], list[str]]:
    """What stands against publishing the newest content as it is, and what had better be mended before; nothing is
    changed by asking."""
    session = _session(record)
    last = latest(session, record.id)
    if last is None or last.number <= record.revision:
        return _refusals(record), list(kind_of(record).cautions(record))
    with session.begin_nested() as attempt:
        apply_document(session, record, last.document)
        session.flush()
        session.refresh(record)
        found = _refusals(record), list(kind_of(record).cautions(record))
        attempt.rollback()
    session.expire(record)
    return found


def _refusals(record: Any) -> list[Exception]:
    return [*nameless(record), *kind_of(record).refusals(record)]


def nameless(record: Any) -> Iterator[Refusal]:
    """Why a record that nobody could call by anything may not be published."""
    if not any(label_of(record).values()):
        names = [each.name for each in kind_of(record).fields]
        name = next((each for each in ("text", "title", "name") if each in names), names[0])
        yield NoName(_("Without words or a name it can be neither sent for review nor published."), name)


def withdraw(record: Any, *, by: Author | None, reason: str) -> Revision:
    """Take a record out of public sight; its address answers 410 with the reason."""
    record.status = Status.WITHDRAWN
    record.withdrawn_reason = {"": reason}
    revision = note(record, "withdraw", by=by, reason=reason)
    tell_index(record)
    return revision


def remove(record: Any, *, by: Author | None, reason: str = "") -> None:
    """Take a draft that was never public out of the tables; its identifier and its history stay. Raises ``Refused``
    for what was public: somebody may have cited it."""
    if record.version:
        raise Refused([WasPublic(_("It has been public: it can be withdrawn, not deleted."))])
    record.status = Status.WITHDRAWN
    note(record, "remove", by=by, reason=reason)
    _session(record).delete(record)
    _session(record).flush()


def tell_index(record: Any, renamed: bool = True) -> None:
    """Leave a note, in the same transaction, that the record's public face changed: for the indexer, and for those who
    harvest, where ``renamed`` says whether it is called otherwise from now on."""
    name = kind_of(record).name
    _session(record).add(Outbox(kind=name, record_id=record.id))
    tell(_session(record), name, [record.id], renamed)


def _session(record: Any) -> Session:
    found = object_session(record)
    if found is None:
        raise LookupError("the record is not in a session")
    return found
