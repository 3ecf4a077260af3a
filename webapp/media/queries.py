"""Finding media: who may see which, those of a record, those of a night."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.dates import Day
from webapp.media.models import Medium, Subject
from webapp.permissions import Act, may
from webapp.revisions import Status


def seen_by(person: Any) -> ColumnElement[bool]:
    """What this person may see of the media: the published ones; at the desk, the drafts too."""
    if may(person, Act.DESK):
        return Medium.status != Status.WITHDRAWN
    return Medium.status == Status.PUBLISHED


def visible_to(person: Any) -> Select[Medium]:
    """The media that this person may see. Pages and files begin here."""
    return select(Medium).where(seen_by(person)).options(joinedload(Medium.stored))


def get(session: Session, medium_id: str, person: Any) -> Medium | None:
    """The medium of that identifier, if this person may see it; withdrawn ones included, to say why they are gone."""
    allowed = or_(seen_by(person), Medium.status == Status.WITHDRAWN)
    shown = (joinedload(Medium.stored), selectinload(Medium.subjects).options(
        joinedload(Subject.message), joinedload(Subject.source)))  # fmt: skip
    return session.scalars(select(Medium).where(Medium.id == medium_id, allowed).options(*shown)).first()


def _shown_with(session: Session, condition: ColumnElement[bool]) -> Sequence[Medium]:
    chosen = visible_to(None).where(Medium.subjects.any(condition)).order_by(Medium.published_at, Medium.id)
    return session.scalars(chosen).all()


def of_message(session: Session, message_id: str) -> Sequence[Medium]:
    """The public media of a message, the oldest first; the same for whoever asks."""
    return _shown_with(session, Subject.message_id == message_id)


def of_source(session: Session, source_id: str) -> Sequence[Medium]:
    """The public media of a source."""
    return _shown_with(session, Subject.source_id == source_id)


def of_night(session: Session, day: Day) -> Sequence[Medium]:
    """The public media of a night."""
    return _shown_with(session, Subject.night == day.iso)


def public(session: Session, ids: Sequence[str]) -> dict[str, Medium]:
    """Those of these media that everybody may see."""
    return {medium.id: medium for medium in session.scalars(visible_to(None).where(Medium.id.in_(ids)))}
