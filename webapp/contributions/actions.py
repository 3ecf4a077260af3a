"""Receiving, asking, accepting and declining. The caller commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from webapp.contributions import drafting, receipts
from webapp.contributions.kinds import KINDS
from webapp.contributions.models import OPEN, Contribution, Credit, Letter, Stage
from webapp.database import now
from webapp.languages import gettext as _
from webapp.media import actions as media
from webapp.media import storing
from webapp.media.models import StoredFile
from webapp.people.models import Person


class Answered(Exception):
    """A contribution that has been accepted or declined is answered no second time."""


class NoReason(Exception):
    """Declining or asking without a word."""


class NoRecord(Exception):
    """It has to be said which record the contribution speaks of."""


def receive(session: Session, about: Any, parent: Contribution | None, **values: Any) -> Contribution:
    """Keep what was offered, under a fresh receipt; nothing of it is shown yet."""
    contribution = Contribution(receipt=receipts.new(), about_id=about.id if about else None, **values)
    contribution.parent_id = parent.id if parent else None
    session.add(contribution)
    session.flush()
    return contribution


def take(contribution: Contribution, by: Person) -> None:
    """Say that somebody is looking at it."""
    _still_open(contribution)
    contribution.status, contribution.person_id = Stage.LOOKED_AT, by.id


def ask(contribution: Contribution, text: str, by: Person) -> None:
    """Ask the contributor something; the question stands on the page of the receipt."""
    _still_open(contribution)
    if not text:
        raise NoReason
    contribution.letters.append(Letter(by_editor=True, person_id=by.id, text=text))
    contribution.status, contribution.person_id = Stage.QUESTION, by.id


def write_back(contribution: Contribution, text: str) -> None:
    """The contributor's answer or addition; it is on an editor's desk again."""
    _still_open(contribution)
    if not text:
        raise NoReason
    contribution.letters.append(Letter(by_editor=False, text=text))
    if contribution.status == Stage.QUESTION:
        contribution.status = Stage.LOOKED_AT


def erase_address(contribution: Contribution) -> None:
    """Forget the contributor's address."""
    contribution.address = None


def decline(contribution: Contribution, reason: str, by: Person) -> None:
    """Say no, and why."""
    if not reason:
        raise NoReason
    _answer(contribution, Stage.DECLINED, reason, by)


def accept(session: Session, contribution: Contribution, about: Any, words: str, by: Person) -> Any:
    """Say yes: what was offered becomes a drafted change or a new draft, with credit; a recollection or an answer is
    shown. Nothing else is published by this.

    Gives the record that was drafted on, or the one spoken of. Raises ``NoRecord`` where
    the kind needs one and none is known.
    """
    if about is None and KINDS[contribution.kind].about in ("message", "any"):
        raise NoRecord
    if about is not None:
        contribution.about_id = about.id
    _answer(contribution, Stage.ACCEPTED, words, by)
    record, revision = drafting.draft(session, contribution, about, by)
    if record is not None:
        contribution.record_id = record.id
    if record is not None and KINDS[contribution.kind].thanked:
        session.add(Credit(record_id=record.id, contribution_id=contribution.id, kind=contribution.kind,
                           name=contribution.name, revision=revision))  # fmt: skip
    if contribution.photo and (stored := storing.release(session, contribution.photo)) is not None:
        _keep_photo(session, contribution, stored, about, by)
    return record


def _keep_photo(session: Session, contribution: Contribution, stored: StoredFile, about: Any, by: Person) -> None:
    """The picture becomes a draft of its own, which an editor completes: words, rights, what it is shown with."""
    subject, shows = media.subject_of(about), contribution.answers.get("shows", "")
    document = {
        "alt": {contribution.lang: shows} if shows else {},
        "credit": contribution.name,
        "subjects": [subject] if subject else [],
    }
    medium = media.draft(session, stored, document, by, drafting.reason_for(contribution))
    contribution.medium_id = medium.id
    session.add(Credit(record_id=medium.id, contribution_id=contribution.id, kind=contribution.kind,
                       name=contribution.name, revision=medium.revision))  # fmt: skip


def _still_open(contribution: Contribution) -> None:
    if contribution.status not in OPEN:
        raise Answered


def _answer(contribution: Contribution, stage: Stage, words: str, by: Person) -> None:
    _still_open(contribution)
    contribution.status, contribution.reason, contribution.person_id = stage, words, by.id
    contribution.answered_at = now()


def credited(name: str) -> str:
    """The name under which somebody is thanked."""
    return name or _("a reader")
