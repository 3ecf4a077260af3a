"""Finding what can be cited: a record, a part of one, or a version, as everybody may see it; or the reason why not."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort
from sqlalchemy.orm import Session

from webapp.broadcasts.models import Broadcast
from webapp.citations import Citable
from webapp.essays import citing as _essays  # noqa: F401  # how essays and sources are cited
from webapp.identifiers import tidy
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.messages import citing as messages_citing
from webapp.messages.models import Meaning
from webapp.revisions import KINDS, Revision, Status, queries
from webapp.revisions.asked import Missing, Withdrawn, known
from webapp.revisions.citing import address, citable, day_of, made_at, today
from webapp.revisions.frozen import Frozen, Version
from webapp.sources import citing as _sources  # noqa: F401

# Parts of messages that have identifiers of their own: their table. A broadcast is cited as its message.
PARTS: dict[str, Any] = {"meaning": Meaning, "broadcast": Broadcast}


class Found(NamedTuple):
    """What an identifier leads to: its kind, the thing itself, and the record that it is or belongs to."""

    kind: str
    thing: Any
    record: Any

    @property
    def record_kind(self) -> str:
        """The kind of the record."""
        return self.record.__tablename__

    @property
    def moved(self) -> bool:
        """Whether the thing is a part: its page is that of its record."""
        return self.thing is not self.record


def find(session: Session, typed: str, kind: str | None = None) -> Found:
    """What a typed identifier leads to, as everybody may see it; of one kind of record if it is given.

    Raises Missing for a typing error, NotFound for what never was or is not published, Withdrawn with the reason.
    """
    found = look_up(session, typed)
    if found is None or (kind and kind != found.record_kind):
        abort(404)
    if found.record.status == Status.WITHDRAWN:
        raise Withdrawn(found.record.withdrawn_reason)
    if found.record.status != Status.PUBLISHED:
        abort(404)
    return found


def find_version(session: Session, typed: str, number: int, kind: str | None = None) -> Found:
    """What an identifier led to when it had a version of that number: a record that was merged into another keeps its
    own versions, which were cited. Raises as ``find`` does, for what it leads to today."""
    found = find(session, typed, kind)
    if not merged(found, typed) or found.kind not in KINDS:
        return found
    record = session.get(KINDS[found.kind].model, tidy(typed))
    own = record is not None and queries.version(session, record.id, number) is not None
    return Found(found.kind, record, record) if own else found


def look_up(session: Session, typed: str) -> Found | None:
    """The same, whatever its status; None for what was never minted. Raises Missing for a typing error."""
    target = known(typed, session)
    if target is None:
        return None
    if target.kind in PARTS:
        part = session.get(PARTS[target.kind], target.id)
        return Found(target.kind, part, part.message) if part else None
    record = session.get(KINDS[target.kind].model, target.id) if target.kind in KINDS else None
    return Found(target.kind, record, record) if record else None


def as_typed(found: Found, typed: str) -> bool:
    """Whether the identifier was typed as it is, and leads to itself: no merge, no dash, no capital."""
    return typed == found.thing.id


def merged(found: Found, typed: str) -> bool:
    """Whether the identifier is that of a record that was merged into another."""
    return tidy(typed) != found.thing.id


def cited_now(session: Session, found: Found, outsider: bool) -> Citable:
    """The thing as it stands today: at its latest public version."""
    record = found.record
    made = made_at(session, record.id, record.version) if record.version else None
    kind = "message" if found.kind == "broadcast" else found.kind
    thing = record if found.kind == "broadcast" else found.thing
    return citable(kind, thing, version=record.version or None, made=made, outsider=outsider)


def version(session: Session, found: Found, number: int) -> Version:
    """One public version of a record; raises Missing with the numbers that there are."""
    revision = queries.version(session, found.record.id, number)
    if revision is None:
        raise Missing(
            _("This record has no version %(number)s; its versions go from 1 to %(last)s.",
              number=number, last=found.record.version)
        )  # fmt: skip
    return as_version(revision)


def as_version(revision: Revision) -> Version:
    """A revision as the record that it was, a message with the standing that it then had."""
    frozen = Version(revision)
    if revision.kind == "message":
        meanings = frozen.meanings
        frozen.standing = meanings[0].standing if meanings else "unknown"  # type: ignore[attr-defined]
    return frozen


def cited_version(frozen: Version, part: str = "", outsider: bool = False, withdrawn: bool = False) -> Citable:
    """A version, or the meaning of that identifier in it, as a reference sees it; raises NotFound without the part."""
    revision = frozen.revision
    if part and part != revision.record_id:
        return _cited_meaning(frozen, _part(frozen, part), withdrawn)
    return citable(revision.kind, frozen, version=revision.version, made=revision.at, outsider=outsider,
                   withdrawn=withdrawn)  # fmt: skip


def _cited_meaning(frozen: Version, meaning: Frozen, withdrawn: bool) -> Citable:
    number = frozen.revision.version
    fields = messages_citing.meaning(frozen, meaning, language())
    return Citable(kind="meaning", id=meaning.id, url=address(meaning.id, number), version=number, accessed=today(),
                   versioned=day_of(frozen.revision.at), withdrawn=withdrawn, **fields)  # fmt: skip


def _part(frozen: Version, part: str) -> Frozen:
    return next((each for each in frozen.meanings if each.id == part), None) or abort(404)


def last_public(session: Session, found: Found) -> Version | None:
    """The last version that everybody saw; also of what is withdrawn."""
    revision = session.scalars(queries.versions(found.record.id).limit(1)).first()
    return as_version(revision) if revision else None
