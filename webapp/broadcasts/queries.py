"""Finding broadcasts: the nights there are, what was read on one, and what may have been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, distinct, func, or_, select, type_coerce
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.orm.interfaces import ExecutableOption

from webapp.broadcasts.calendar import Calendar, Night
from webapp.broadcasts.models import Broadcast
from webapp.dates import Day, Edtf, overlaps
from webapp.messages.models import Meaning, Message
from webapp.messages.queries import seen_by
from webapp.permissions import Act, may
from webapp.revisions.figures import until_changed
from webapp.text.folding import fold

# A date that may mean any night of more than a month says too little about one of them to be listed there.
WIDEST = 31


def doubtful() -> ColumnElement[bool]:
    """That a broadcast's date carries a question mark or an "about": ``Edtf.doubtful``."""
    text = type_coerce(Broadcast.edtf, String)
    return or_(*(text.contains(mark, autoescape=True) for mark in "?%~S"))


def visible_to(person: Any) -> Select[Broadcast]:
    """The broadcasts of the messages that this person may see."""
    return select(Broadcast).join(Broadcast.message).where(seen_by(person))


def calendar(session: Session, person: Any) -> Calendar:
    """All nights with broadcasts that this person may see, counted once until the archive changes."""
    name = "calendar of the desk" if may(person, Act.DESK) else "calendar"
    return until_changed(session, name, lambda own: Calendar(_nights(own, person)))


def _nights(session: Session, person: Any) -> list[Night]:
    certain = func.count(distinct(Broadcast.message_id)).filter(~doubtful())
    counts = (
        select(Broadcast.night, func.count(distinct(Broadcast.message_id)), certain)
        .join(Broadcast.message)
        .where(seen_by(person), Broadcast.night.is_not(None))
        .group_by(Broadcast.night)
    )
    return [Night(night, count, count - sure) for night, count, sure in session.execute(counts) if night and night > 0]


def _on_line() -> list[ExecutableOption]:
    """What a line of a bulletin shows."""
    message = contains_eager(Broadcast.message)
    return [
        joinedload(Broadcast.station),
        message.joinedload(Message.station),
        message.selectinload(Message.meanings).joinedload(Meaning.network),
    ]


def of_night(day: Day, person: Any) -> Select[Broadcast]:
    """The broadcasts that are dated to that night without a question mark."""
    return visible_to(person).where(Broadcast.night == day.ordinal, ~doubtful()).options(*_on_line())


def heard(session: Session, day: Day, person: Any) -> int:
    """How many messages were read that night, as far as their dates carry no question mark."""
    of_day = visible_to(person).where(Broadcast.night == day.ordinal, ~doubtful())
    return session.scalar(of_day.with_only_columns(func.count(distinct(Broadcast.message_id)))) or 0


def perhaps(session: Session, day: Day, person: Any) -> Sequence[Broadcast]:
    """The broadcasts whose uncertain date includes that night, the most exact first; wide dates are left out, and
    messages that were certainly read that night."""
    number = day.ordinal
    certain = select(Broadcast.message_id).where(Broadcast.night == number, ~doubtful())
    uncertain = or_(
        and_(Broadcast.night == number, doubtful()),
        and_(
            Broadcast.night.is_(None),
            Broadcast.earliest <= number,
            Broadcast.latest >= number,
            Broadcast.latest - Broadcast.earliest < WIDEST,
        ),
    )
    width = Broadcast.latest - Broadcast.earliest
    others = visible_to(person).where(uncertain, Broadcast.message_id.not_in(certain))
    found = session.scalars(others.options(*_on_line()).order_by(width, Broadcast.id)).all()
    kept = [broadcast for broadcast in found if broadcast.edtf and may_be(broadcast.edtf, day)]
    return sorted(kept, key=_narrowest_first)


def _narrowest_first(broadcast: Broadcast) -> tuple[int, str]:
    return ((broadcast.latest or 0) - (broadcast.earliest or 0), fold(broadcast.message.text))


def wide(day: Day, person: Any) -> Select[int]:
    """How many messages have a date so wide that it includes that night among many."""
    return (
        select(func.count(distinct(Broadcast.message_id)))
        .join(Broadcast.message)
        .where(
            seen_by(person),
            Broadcast.earliest <= day.ordinal,
            Broadcast.latest >= day.ordinal,
            Broadcast.latest - Broadcast.earliest >= WIDEST,
        )
    )


def may_be(date: Edtf, day: Day) -> bool:
    """Whether the date may be that day: of a choice between dates, whether one of them may."""
    members = getattr(date.shape, "members", (date,))
    return any(overlaps(each.earliest, each.latest, day, day) for each in members)


def of_nights(nights: Sequence[Night], person: Any) -> Select[int | None, str]:
    """The messages of several nights, each once a night, in the order of time, then of the alphabet."""
    return (
        select(Broadcast.night, Broadcast.message_id)
        .join(Broadcast.message)
        .where(seen_by(person), Broadcast.night.in_([night.ordinal for night in nights]))
        .group_by(Broadcast.night, Broadcast.message_id, Message.folded)
        .order_by(Broadcast.night, Message.folded, Broadcast.message_id)
    )
