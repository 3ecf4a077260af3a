"""Runs of time: messages night by night and month by month, and two centuries year by year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from webapp.broadcasts.models import Broadcast, Dated
from webapp.dates import Day, day_words, month_names
from webapp.figures import queries
from webapp.figures.charts import Column, columns
from webapp.figures.figure import Figure, Said, Value, address, search, stating
from webapp.figures.queries import Span
from webapp.figures.svg import WIDE, Drawing, join, link, stacked, tag, words
from webapp.figures.texts import rule, title
from webapp.languages import gettext as _
from webapp.languages import language, number
from webapp.stations import LONDON

K = TypeVar("K")

# ---- French messages per night

SUMMER = (Day(1944, 5, 1), Day(1944, 8, 31))
PEAKS = 3


class Nightly(NamedTuple):
    """Messages of each night and of each month: those certainly of it, those perhaps."""

    nights: dict[int, Column]
    months: dict[tuple[int, int], Column]
    messages: int


def nightly(session: Session) -> Nightly:
    """The BBC's French messages by the night of their broadcast, where it is known, and by the month."""
    spans = queries.spans(session, queries.at(LONDON), Broadcast.dated == Dated.BROADCAST)
    nights = _columns((night, span) for span in spans if (night := span.night) is not None)
    months = _columns((month, span) for span in spans if (month := _month(span)) is not None)
    return Nightly(nights, months, len({span.message for span in spans}))


def _month(span: Span) -> tuple[int, int] | None:
    if span.first is None or span.last is None:
        return None
    first, last = Day.from_ordinal(span.first), Day.from_ordinal(span.last)
    return (first.year, first.month) if (first.year, first.month) == (last.year, last.month) else None


def _columns(dated: Iterable[tuple[K, Span]]) -> dict[K, Column]:
    """Each message once in its place: certain where one of its dates there is not doubtful."""
    sure: dict[K, dict[str, bool]] = defaultdict(dict)
    for where, span in dated:
        sure[where][span.message] = sure[where].get(span.message, False) or not span.doubtful
    return {where: Column(sum(each.values()), len(each) - sum(each.values())) for where, each in sure.items()}


def messages_per_night(session: Session) -> Figure:
    """When the BBC's French messages were read: by the month, and night by night in the summer of 1944."""
    found = nightly(session)
    busiest = sorted(found.nights, key=lambda night: (-sum(found.nights[night]), night))[:10]
    rows: list[list[Value]] = [
        [
            Said(day_words(Day.from_ordinal(night), language()), address(f"/nights/{Day.from_ordinal(night).iso}")),
            *map(number, found.nights[night]),
        ]
        for night in sorted(busiest)
    ]
    rows += [
        [f"{month_names(language())[month - 1]} {year}", *map(number, found.months[year, month])]
        for year, month in sorted(found.months)
    ]
    dated = sum(sum(column) for column in found.nights.values())
    return Figure(
        name="messages-per-night",
        title=title("messages-per-night"),
        rule=rule("messages-per-night"),
        denominator=_(
            "Out of %(messages)s messages that have a date; %(dated)s times the night itself is known.",
            messages=number(found.messages),
            dated=number(dated),
        ),
        drawing=stacked([_months(found), _nights(found)], 18),
        heads=[_("When"), _("Certain"), _("Uncertain")],
        rows=rows,
        behind=(address("/nights"), _("All nights")),
    )


def _months(found: Nightly) -> Drawing:
    years = [year for year, _month in found.months] or [1944]
    run = [(year, month) for year in range(min(years), max(years) + 1) for month in range(1, 13)]
    ticks = {number: str(year) for number, (year, month) in enumerate(run) if month == 1}
    values = [found.months.get(each, Column(0)) for each in run]
    return columns(values, ticks, _peaks(values, 1))


def _nights(found: Nightly) -> Drawing:
    first, last = (day.ordinal for day in SUMMER)
    run = [found.nights.get(night, Column(0)) for night in range(first, last + 1)]
    ticks = {
        Day(1944, month, 1).ordinal - first: f"{month_names(language())[month - 1]} 1944"[: 60 if month == 5 else -5]
        for month in range(5, 9)
    }
    names = {
        spot: day_words(Day.from_ordinal(first + spot), language()).removesuffix(" 1944") for spot in range(len(run))
    }
    return columns(run, ticks, {spot: stating(names[spot], label) for spot, label in _peaks(run, PEAKS).items()})


def _peaks(run: list[Column], most: int) -> dict[int, str]:
    spots = sorted(range(len(run)), key=lambda spot: (-sum(run[spot]), spot))[:most]
    return {spot: number(sum(run[spot])) for spot in spots if sum(run[spot])}


# ---- two centuries


class Year(NamedTuple):
    """One year of the timeline: messages certainly broadcast in it, and others that may have been."""

    year: int
    certain: int
    perhaps: int


class Stretch(NamedTuple):
    """Dates that run over several years: first and last year, and how many messages."""

    first: int
    last: int
    messages: int


class Timeline(NamedTuple):
    """The years that have messages, and the dates that do not fit into one year."""

    years: list[Year]
    stretches: list[Stretch]
    undated: int
    messages: int


def timeline(session: Session) -> Timeline:
    """All dated messages of the archive, year by year; what may be one year or another is no year's, but is shown."""
    certain = queries.by_year(session)
    stretches: dict[tuple[int, int], set[str]] = defaultdict(set)
    sure: dict[int, set[str]] = defaultdict(set)
    doubtful: dict[int, set[str]] = defaultdict(set)
    dated = set()
    for span in queries.spans(session):
        dated.add(span.message)
        if span.first is not None and span.last is not None:
            first, last = Day.from_ordinal(span.first).year, Day.from_ordinal(span.last).year
            if first != last:
                stretches[first, last].add(span.message)
            else:
                (doubtful if span.doubtful else sure)[first].add(span.message)
    perhaps = Counter({year: len(messages - sure[year]) for year, messages in doubtful.items()})
    for (first, last), messages in stretches.items():
        for year in range(first, min(last, first + 300) + 1):
            perhaps[year] += len(messages)
    total = queries.total(session)
    years = [Year(year, certain[year], perhaps[year]) for year in sorted({*certain, *doubtful})]
    runs = [Stretch(first, last, len(messages)) for (first, last), messages in sorted(stretches.items())]
    return Timeline(years, runs, total - len(dated), total)


def timeline_figure(session: Session) -> Figure:
    """The timeline as a figure: a scale of two centuries, then every year that has messages."""
    found = timeline(session)
    rows: list[list[Value]] = [
        [
            Said(str(each.year), _calendar(each.year)),
            Said(number(each.certain), search(year=each.year) if each.certain else None),
            number(each.perhaps),
        ]
        for each in found.years
    ]
    rows += [[f"{run.first}–{run.last}", "0", number(run.messages)] for run in found.stretches]
    return Figure(
        name="timeline",
        title=title("timeline"),
        rule=rule("timeline"),
        denominator=_(
            "Out of %(messages)s messages; %(undated)s have no date at all.",
            messages=number(found.messages),
            undated=number(found.undated),
        ),
        drawing=stacked([_scale(found), _years(found)], 20),
        heads=[_("Year"), _("Certain"), _("Perhaps")],
        rows=rows,
        behind=(address("/messages", sort="old"), _("All messages, the oldest first")),
    )


def _calendar(year: int) -> str:
    return address(f"/calendar/{year:04d}")


def _scale(found: Timeline) -> Drawing:
    """The whole run on one line, for the eye; the rows beneath are for the hand."""
    if not found.years:
        return Drawing(words(0, 14, _("No broadcast has a date yet."), "name"), 20)
    first, last = found.years[0].year // 10 * 10, found.years[-1].year + 1
    step, top, ground = WIDE / (last - first), 70, 84
    most = max(each.certain for each in found.years) ** 0.5 or 1
    drawn = [
        tag(
            "rect",
            x=(each.year - first) * step,
            y=ground - each.certain**0.5 / most * top,
            width=max(step * 0.8, 1.2),
            height=each.certain**0.5 / most * top,
            class_="bar",
        )
        for each in found.years
    ]
    drawn += [tag("path", d=f"M0,{ground}H{WIDE}", class_="axis")]
    for year in range(-(-first // 50) * 50, last, 50):
        x = (year - first) * step
        anchor = "end" if x > WIDE - 30 else None
        drawn += [
            tag("path", d=f"M{x:.1f},{ground}v7", class_="axis"),
            words(x + (0 if anchor else 3), ground + 14, year, "name", anchor),
        ]
    for level, run in enumerate(found.stretches):
        y, x, end = ground + 22 + 5 * (level % 8), (run.first - first) * step, min((run.last + 1 - first) * step, WIDE)
        drawn.append(tag("path", d=f"M{x:.1f},{y}H{max(end, x + 2):.1f}", class_="stretch"))
    return Drawing(join(drawn), ground + 24 + 5 * min(len(found.stretches), 8))


def _years(found: Timeline) -> Drawing:
    drawn, before = [], None
    unit = 220 / (max((each.certain for each in found.years), default=1) ** 0.5 or 1)
    for each in found.years:
        if before is not None and each.year - before > 1:
            gap = each.year - before - 1
            drawn.append(
                Drawing(
                    words(
                        70,
                        11,
                        _("%(num)s years without a message", num=gap) if gap > 1 else _("a year without a message"),
                        "second",
                    ),
                    15,
                )
            )
        name = _(
            "%(year)s: certain messages %(certain)s, perhaps %(perhaps)s",
            year=each.year,
            certain=number(each.certain),
            perhaps=number(each.perhaps),
        )
        drawn.append(_year_bar(each, each.certain**0.5 * unit, name))
        before = each.year
    return stacked(drawn, 0)


def _year_bar(each: Year, length: float, name: str) -> Drawing:
    shapes = [
        tag("rect", x=0, y=0, width=WIDE, height=26, class_="row"),
        words(60, 17.5, each.year, "name", "end"),
        tag("path", d="M64,0V26", class_="axis"),
        tag("rect", x=64, y=5, width=length, height=16, class_="bar"),
        words(64 + length + 5, 17.5, number(each.certain), "n"),
    ]
    return Drawing(link(_calendar(each.year), name, *shapes), 26, linked=True)
