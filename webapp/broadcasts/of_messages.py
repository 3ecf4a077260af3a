"""What broadcasts bring to the pages of messages: their dates on slips, the years to filter by, the order of time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from webapp.broadcasts.models import Broadcast
from webapp.broadcasts.queries import doubtful
from webapp.messages.filters import FILTERS, N_, ORDERS, Filter
from webapp.messages.models import Message
from webapp.messages.queries import ON_CARD, ON_PAGE
from webapp.sources.models import Attestation

ON_CARD.append(selectinload(Message.broadcasts))
ON_PAGE.append(
    selectinload(Message.broadcasts).options(
        joinedload(Broadcast.station), selectinload(Broadcast.attestations).joinedload(Attestation.source)
    )
)


def _year(day: Any) -> ColumnElement[int]:
    """The year of a day number: 400 years of the Gregorian calendar have 146,097 days; the guess is put right."""
    guess = day * 400 // 146097 + 1
    before = guess - 1
    first = 365 * before + before // 4 - before // 100 + before // 400 + 1
    following = 365 * guess + guess // 4 - guess // 100 + guess // 400 + 1
    return case((day < first, guess - 1), (day >= following, guess + 1), else_=guess)


def certain_year() -> ColumnElement[Any]:
    """The year in which a broadcast certainly fell; null when it may have been one or another, or is doubtful."""
    year = _year(Broadcast.earliest)
    return case((and_(year == _year(Broadcast.latest), ~doubtful()), year), else_=None)


def _joined(query: Select[Any]) -> Select[Any]:
    return query.join(Message.broadcasts)


def first_day() -> ColumnElement[Any]:
    """The first possible day of a message's earliest broadcast, to sort by."""
    day = select(func.min(Broadcast.earliest)).where(Broadcast.message_id == Message.id).correlate(Message)
    return day.scalar_subquery()


FILTERS.insert(5, Filter("year", N_("Year of broadcast"), certain_year, _joined, number=True))
ORDERS["old"] = (N_("oldest broadcast first"), lambda: [first_day().is_(None), first_day()])
