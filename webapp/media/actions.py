"""Making a medium of a file, and the rules it must meet before everybody may see it. The caller commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from webapp.languages import gettext as _
from webapp.media import storing
from webapp.media.models import MEDIUM, Medium, StoredFile
from webapp.media.rights import RIGHTS
from webapp.people.models import Person
from webapp.revisions import Outbox, Status
from webapp.revisions.actions import Refusal, create
from webapp.revisions.documents import Document
from webapp.revisions.queries import versions


class NoWords(Refusal):
    """A picture that says nothing to whoever does not see it, or a recording to whoever does not hear it."""


class NoRights(Refusal):
    """A medium of which nobody said what may be done with it."""


class NoSubject(Refusal):
    """A medium that is shown nowhere."""


class NotADay(Refusal):
    """A subject that is a night of no certain day."""


def upload(session: Session, data: bytes, subject: Document | None, by: Person) -> Medium:
    """A new draft from a file that a curator sent. Raises ``BadFile``."""
    return draft(session, storing.keep(session, data), {"subjects": [subject] if subject else []}, by)


def draft(session: Session, stored: StoredFile, document: Document, by: Person, reason: str = "") -> Medium:
    """A new draft for a file that is kept."""
    return create(session, MEDIUM, {"file": stored.sha256, **document}, by=by, reason=reason)


def subject_of(record: Any) -> Document | None:
    """The document of a subject that is this record; None for what media are not shown with."""
    kind = record.__tablename__ if record is not None else ""
    return {"message": None, "source": None, "night": None, kind: record.id} if kind in ("message", "source") else None


def refusals(medium: Medium) -> Iterator[Refusal]:
    """Why a medium may not be published: alternative text and transcript, rights from the closed list, a subject."""
    if medium.stored.is_sound and not medium.transcript:
        yield NoWords(_("A recording needs a transcript, for those who do not hear it."), "transcript")
    if not medium.stored.is_sound and not medium.alt:
        yield NoWords(_("Say in words what the picture shows, for those who do not see it."), "alt")
    if medium.rights not in RIGHTS:
        yield NoRights(_("Choose a rights statement from the list."), "rights")
    if not medium.subjects:
        yield NoSubject(_("Say which message, source or night it is shown with."), "subjects")
    for number, subject in enumerate(medium.subjects):
        if subject.night and subject.night.day is None:
            yield NotADay(_("A night is one day: write for example 5 June 1944."), "subjects", number, "night")


def settle(session: Session, medium: Medium) -> None:
    """Whether a message has sound stands in the index: every message that this medium is or was shown with is told."""
    if medium.status not in (Status.PUBLISHED, Status.WITHDRAWN):
        return
    before = session.scalars(versions(medium.id).limit(1)).first()
    rows = [*(before.document.get("subjects", []) if before else [])]
    named = {row.get("message") for row in rows} | {subject.message_id for subject in medium.subjects}
    session.add_all(Outbox(kind="message", record_id=id) for id in sorted(filter(None, named)))


MEDIUM.refusals = lambda medium: list(refusals(medium))
MEDIUM.settle = settle
