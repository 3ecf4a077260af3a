"""A year of nights: every night a cell, how many messages and how sure; and what has a month or a year alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from webapp.broadcasts.calendar import Calendar, Night
from webapp.broadcasts.documents import counted
from webapp.dates import Day, day_words, month_names, weekday_names
from webapp.figures import queries
from webapp.figures.figure import Figure, Said, Value, address
from webapp.figures.svg import Drawing, join, link, tag, words
from webapp.figures.texts import rule, title
from webapp.filters import capitalised
from webapp.languages import gettext as _
from webapp.languages import language, ngettext, number

SIDE = 36
"""The side of a night's cell."""


class Month(NamedTuple):
    """A month: its nights, and how many messages are dated to it without a night."""

    name: str
    number: int
    nights: list[tuple[Day, Night | None]]
    without_night: int


class Year(NamedTuple):
    """A year of the calendar, with the years around it that have nights, and the messages dated to it alone."""

    year: int
    months: list[Month]
    before: int | None
    after: int | None
    without_month: int
    nights: int
    messages: int


def year_of(session: Session, calendar: Calendar, year: int) -> Year:
    """One year of nights; ``calendar`` holds those that the reader may see."""
    loose = _loose(session, year)
    months = [
        Month(capitalised(month_names(language())[month - 1]), month, calendar.month(year, month), loose[month])
        for month in range(1, 13)
    ]
    found = [night for month in months for _day, night in month.nights if night]
    years = sorted(calendar.years)
    return Year(
        year,
        months,
        max((each for each in years if each < year), default=None),
        min((each for each in years if each > year), default=None),
        loose[0],
        len(found),
        sum(night.messages for night in found),
    )


def _loose(session: Session, year: int) -> dict[int, int]:
    """Messages dated to a month of the year without a night, by month; under 0 those dated to the year alone."""
    first, last = Day(year, 1, 1).ordinal, Day(year, 12, 31).ordinal
    found: dict[int, set[str]] = defaultdict(set)
    for span in queries.within(session, first, last):
        if span.night is None and span.first is not None and span.last is not None:
            begins, ends = Day.from_ordinal(span.first), Day.from_ordinal(span.last)
            found[begins.month if begins.month == ends.month else 0].add(span.message)
    return defaultdict(int, {month: len(messages) for month, messages in found.items()})


def sure(night: Night) -> str:
    """How sure the messages of a night are of it: ``sure``, ``partly`` or ``unsure``."""
    return "sure" if not night.doubtful else "unsure" if night.doubtful == night.messages else "partly"


def said(night: Night) -> str:
    """A night in words, with how many messages and how sure."""
    return f"{day_words(night.day, language())}, {counted(night)}"


def month_drawing(month: Month) -> Drawing:
    """One month, a column for each day of the week, Monday first."""
    heads = [
        words(SIDE * (n + 0.5), 12, name[:2], "name", "middle") for n, name in enumerate(weekday_names(language()))
    ]
    before = month.nights[0][0].weekday
    cells = [
        _cell(day, night, SIDE * ((spot + before) % 7), 18 + SIDE * ((spot + before) // 7))
        for spot, (day, night) in enumerate(month.nights)
    ]
    rows = -(-(before + len(month.nights)) // 7)
    return Drawing(join([*heads, *cells]), 18 + SIDE * rows, SIDE * 7, any(night for _day, night in month.nights))


def _cell(day: Day, night: Night | None, left: float, top: float) -> Any:
    middle = left + SIDE / 2
    if night is None:
        return words(middle, top + 22, day.day, "empty", "middle")
    manner = sure(night)
    inside = "on" if manner == "sure" else ""
    return link(
        address(f"/nights/{day.iso}"),
        said(night),
        _shape(manner, left, top),
        words(middle, top + 13, day.day, f"day {inside}".rstrip(), "middle"),
        words(middle, top + 28, number(night.messages), f"many {inside}".rstrip(), "middle"),
    )


def _shape(manner: str, left: float, top: float) -> Any:
    """Certain nights are full squares, uncertain ones dashed and round, mixed ones squares with a dashed rim."""
    inner = {"x": left + 2, "y": top + 2, "width": SIDE - 4, "height": SIDE - 4}
    if manner == "unsure":
        return tag("rect", **inner, rx=SIDE / 2, class_="night night-unsure")
    if manner == "partly":
        return tag("rect", **inner, class_="night night-partly")
    return tag("rect", **inner, class_="night night-sure")


def whole(year: Year) -> Drawing:
    """All twelve months in one picture, three beside each other."""
    across, step, deep = 3, SIDE * 7 + 28, SIDE * 6 + 58
    parts = []
    for spot, month in enumerate(year.months):
        x, y = (spot % across) * step, (spot // across) * deep
        head = words(0, 14, month.name, "heading")
        body = tag("g", month_drawing(month).parts, transform="translate(0 26)")
        parts.append(tag("g", head, body, transform=f"translate({x} {y})"))
    return Drawing(join(parts), deep * 4, step * across - 28, bool(year.nights))


def figure_of(year: Year) -> Figure:
    """A year of nights as a figure."""
    rows: list[list[Value]] = []
    for month in year.months:
        for day, night in month.nights:
            if night:
                date = Said(day_words(day, language()), address(f"/nights/{day.iso}"))
                rows.append([date, number(night.certain), number(night.doubtful)])
        if month.without_night:
            rows.append(
                [_("%(month)s, night unknown", month=f"{month.name} {year.year}"), "", number(month.without_night)]
            )
    if year.without_month:
        rows.append([_("%(year)s, month unknown", year=year.year), "", number(year.without_month)])
    return Figure(
        name=f"calendar-{year.year:04d}",
        title=title("calendar", year=year.year),
        rule=rule("calendar"),
        denominator=ngettext("%(num)s night has messages.", "%(num)s nights have messages.", year.nights),
        drawing=whole(year),
        heads=[_("Night"), _("Certain"), _("Uncertain")],
        rows=rows,
        behind=(address("/nights", year=year.year), _("The nights of this year as a list")),
    )
