"""What the home page shows: tonight's message, the dial of years, the standings, the carrots."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, load_only

from webapp.broadcasts.models import Broadcast
from webapp.broadcasts.queries import doubtful
from webapp.dates import Day
from webapp.essays.models import Essay
from webapp.messages.models import Meaning, Message
from webapp.messages.queries import CODEWORD, ON_CARD, leading_standing, visible_to, with_leading
from webapp.revisions import Status
from webapp.revisions.figures import until_changed
from webapp.stations import LONDON, Station

# Two carrots: the one that everybody knows and nobody can prove, and the one that was sent.
CARROTS = ("les-carottes-sont-cuites", "yvette-aime-les-grosses-carottes")
DIAL_YEARS = range(1940, 1946)


class DialYear(NamedTuple):
    """One year of the dial: how many messages, and a level from 0 to 10 for each of its months."""

    year: int
    messages: int
    levels: list[int]


class Dial(NamedTuple):
    """The years in which French messages were broadcast, and where the needle stands: the fullest month."""

    years: list[DialYear]
    fullest: Day
    most: int


class Figures(NamedTuple):
    """What is counted once and holds until the archive changes."""

    messages: int
    codewords: int
    standings: dict[str, int]
    dial: Dial | None
    essays: int


def figures(session: Session) -> Figures:
    """The home page's counts, of what everybody may see."""
    return until_changed(session, "home", _count)


def _count(session: Session) -> Figures:
    standings = _standings(session)
    essays = select(func.count()).select_from(Essay).where(Essay.status == Status.PUBLISHED)
    codewords = select(func.count()).select_from(Message).where(
        Message.status == Status.PUBLISHED, Message.kind == CODEWORD
    )  # fmt: skip
    return Figures(sum(standings.values()), session.scalar(codewords) or 0, standings, _dial(session),
                   session.scalar(essays) or 0)  # fmt: skip


def _standings(session: Session) -> dict[str, int]:
    query = with_leading(select(leading_standing(), func.count()).select_from(Message))
    public = query.where(Message.status == Status.PUBLISHED, Message.kind != CODEWORD)
    return {row[0]: row[1] for row in session.execute(public.group_by(leading_standing()))}


def _dial(session: Session) -> Dial | None:
    """French messages by the year and by the month in which they certainly were broadcast, each once in each; the
    others are left out. A year has as many as the list of the messages of that year."""
    first, last = Day(DIAL_YEARS[0], 1, 1).ordinal, Day(DIAL_YEARS[-1], 12, 31).ordinal
    days = select(Broadcast.message_id, Broadcast.earliest, Broadcast.latest).join(Broadcast.message).where(
        Message.status == Status.PUBLISHED, Message.lang == "fr", Message.kind != CODEWORD,
        Broadcast.earliest >= first, Broadcast.latest <= last, ~doubtful(),
    )  # fmt: skip
    found: set[tuple[str, int, int]] = set()
    for message, earliest, latest in session.execute(days):
        one, other = Day.from_ordinal(earliest or 0), Day.from_ordinal(latest or 0)
        if one.year == other.year:
            found |= {(message, one.year, 0), (message, one.year, one.month if one.month == other.month else 0)}
    runs = Counter((year, month) for _message, year, month in found)
    return _dial_of(runs) if any(month for _year, month in runs) else None


def _dial_of(runs: Counter[tuple[int, int]]) -> Dial:
    """The dial, of messages by year and month; under the month 0 those of the whole year."""
    months = Counter({when: many for when, many in runs.items() if when[1]})
    (year, month), most = max(months.items(), key=lambda each: (each[1], each[0]))
    shown = range(min(runs)[0], max(runs)[0] + 1)
    years = [_dial_year(each, runs, most) for each in shown]
    return Dial(years, Day(year, month, 1), most)


def _dial_year(year: int, runs: Counter[tuple[int, int]], most: int) -> DialYear:
    counts = [runs[year, month] for month in range(1, 13)]
    return DialYear(year, runs[year, 0], [-(-10 * n // most) for n in counts])


def _candidates(today: dt.date) -> Select[str]:
    """Messages with a known meaning, short enough to stand large, broadcast on this day of some year."""
    nights = [Day(year, today.month, today.day).ordinal for year in range(1800, today.year + 1) if _is_day(year, today)]
    explained = exists().where(Meaning.message_id == Message.id, Meaning.position == 0)
    return (
        select(Message.id)
        .where(Message.status == Status.PUBLISHED, Message.kind != CODEWORD, explained)
        .where(func.length(Message.text) <= 60)
        .where(exists().where(Broadcast.message_id == Message.id, Broadcast.night.in_(nights)))
        .order_by(Message.id)
    )  # fmt: skip


def _is_day(year: int, today: dt.date) -> bool:
    return (today.month, today.day) != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def tonight(session: Session, today: dt.date) -> tuple[str | None, bool]:
    """The identifier of the day's message, the same all day, and whether it was broadcast on this day of the year.

    A message of Radio Londres opens the archive wherever it has one: that is what everybody heard.
    """
    for london in (True, False):
        name = f"tonight {today:%m-%d} {london}"
        found: Sequence[str] = until_changed(session, name, partial(_ids, chosen=_candidates(today), london=london))
        if found:
            return found[today.year % len(found)], True
        every: Sequence[str] = until_changed(
            session, f"tonight {london}", partial(_ids, chosen=_any_day(), london=london)
        )
        if every:  # a step that has no factor in common with most counts walks through all before one comes back
            return every[today.toordinal() * 7919 % len(every)], False
    return None, False


def _ids(session: Session, chosen: Select[str], london: bool) -> Sequence[str]:
    return session.scalars(chosen.join(Message.station).where(Station.key == LONDON) if london else chosen).all()


def _any_day() -> Select[str]:
    short = (Message.status == Status.PUBLISHED, Message.kind != CODEWORD, func.length(Message.text) <= 45)
    explained = exists().where(Meaning.message_id == Message.id, Meaning.position == 0)
    return select(Message.id).where(*short, explained, Message.lang == "fr").order_by(Message.id).limit(2000)


def cards(session: Session, ids: Sequence[str | None], keys: Sequence[str]) -> dict[str, Message]:
    """Slips by identifier and by key, in one go."""
    wanted = visible_to(None).where(Message.id.in_([each for each in ids if each]) | Message.key.in_(keys))
    found = session.scalars(wanted.options(*ON_CARD)).all()
    return {name: message for message in found for name in (message.id, message.key) if name}


def essays(session: Session, most: int = 3) -> Sequence[Essay]:
    """The first essays, in their own order."""
    chosen = select(Essay).where(Essay.status == Status.PUBLISHED).order_by(Essay.position, Essay.id).limit(most)
    shown = load_only(Essay.title, Essay.chapo, Essay.position)  # and not the text, which is long
    return session.scalars(chosen.options(shown)).all()
