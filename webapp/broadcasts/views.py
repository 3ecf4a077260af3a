"""The nights: which there are, what was read on one of them, and what was read on this day of any year."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from flask import Blueprint, jsonify, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from webapp.broadcasts import documents, panels, queries
from webapp.broadcasts.bulletin import sheets
from webapp.broadcasts.calendar import (
    Calendar,
    Night,
    NoDay,
    around_day_of_year,
    nearest_day_of_year,
    read_day,
    read_day_of_year,
)
from webapp.database import session
from webapp.dates import Day, day_words, month_length, month_names, night_words, raised, weekday_names
from webapp.errors import wants_json
from webapp.languages import N_, language
from webapp.languages import gettext as _
from webapp.messages.documents import item as message_item
from webapp.messages.models import Message
from webapp.messages.queries import ON_CARD
from webapp.navigation import absolute
from webapp.rendering import Pages, here, page, page_number, reading

blueprint = Blueprint("nights", __name__)

PAGE_SIZE = 20
JSON_SIZE = 200

WHY = {
    "shape": N_("A night is written year, month, day, as in 1944-06-05."),
    "month": N_("A year has twelve months, from 01 to 12."),
    "length": N_("%(month)s has only %(days)s days."),
    "year": N_("There is no year 0000."),
    "far": N_("The archive has nights from %(first)s to %(last)s."),
    "day of the year": N_("A day of the year is written month, day, as in 06-05."),
}


@blueprint.get("/nights")
def listing() -> Any:
    """All nights of one year by month, with counts, and the years there are."""
    calendar = queries.calendar(session(), current_user)
    year = _year(calendar)
    months = [(month_names(language())[month - 1], nights) for month, nights in calendar.months(year)] if year else []
    return page("broadcasts/listing.html", years=sorted(calendar.years.items()), year=year, months=months,
                total=len(calendar.nights))  # fmt: skip


def _year(calendar: Calendar) -> int | None:
    """The year asked for; without one, the fullest. One without nights gives way to the nearest that has some."""
    asked = request.args.get("year", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 4 and calendar.years):
        return calendar.fullest_year
    return min(calendar.years, key=lambda year: (abs(year - int(asked)), year))


@blueprint.get("/nights.json")
def listing_json() -> Any:
    """All nights, or those of ``?year=``, as data."""
    calendar = queries.calendar(session(), current_user)
    nights = calendar.nights
    if request.args.get("year") and (year := _year(calendar)) is not None:
        nights = calendar.between(Day(year, 1, 1), Day(year, 12, 31))
    pages = Pages(page_number(), JSON_SIZE, len(nights))
    return jsonify(
        total=pages.total,
        items=[documents.item(night) for night in nights[pages.offset : pages.offset + pages.size]],
        facets={"year": {str(year): count for year, count in sorted(calendar.years.items())}},
        suggestion=None,
        next=absolute(here(page=pages.number + 1)) if pages.number < pages.count else None,
    )


class Shown(NamedTuple):
    """A night with all its page shows."""

    day: Day
    calendar: Calendar
    sheets: list[Any]
    perhaps: list[Any]


@blueprint.get("/nights/<day>")
def show(day: str) -> Any:
    """One night as a bulletin: by station, in order where it is known, gaps shown; and what may belong to it."""
    night = night_found(day)
    if isinstance(night, Response):
        return night
    wider = {each.message_id for each in night.perhaps} - {each.message_id for each in night.perhaps if each.night}
    return page(
        "broadcasts/night.html",
        day=night.day,
        sheets=night.sheets,
        perhaps=night.perhaps,
        wide=session.scalar(queries.wide(night.day, current_user)),
        counted=night.calendar.at(night.day),
        wider=len(wider),
        before=night.calendar.before(night.day),
        after=night.calendar.after(night.day),
        near=_near(night.calendar, night.day),
        on_dial=panels.shown(panels.ON_DIAL, night.day, current_user, reading() == "outsider"),
        beside=panels.shown(panels.BESIDE, night.day, current_user, reading() == "outsider"),
        beneath=panels.shown(panels.BENEATH, night.day, current_user, reading() == "outsider"),
    )


@blueprint.get("/nights/<day>.json")
def show_json(day: str) -> Any:
    """One night as data."""
    night = night_found(day)
    if isinstance(night, Response):
        return night
    around = night.calendar.before(night.day), night.calendar.after(night.day)
    return jsonify(documents.record(night.day, around, night.sheets, night.perhaps, reading()))


def night_found(typed: str) -> Shown | Response:
    """The night of an address; else the way to its proper address, or a page that says why there is none."""
    own = session()
    calendar = queries.calendar(own, current_user)
    try:
        day = read_day(typed)
    except NoDay as refusal:
        return no_night(_why(refusal), calendar.nearest(_meant(refusal)) if refusal.year else None)
    if not calendar.holds(day):
        return no_night(_far(calendar), calendar.nearest(day))
    if typed != day.iso:
        return redirect(here(day=day.iso), 301)
    read = own.scalars(queries.of_night(day, current_user)).unique().all()
    return Shown(day, calendar, sheets(read), list(queries.perhaps(own, day, current_user)))


def _why(refusal: NoDay) -> str:
    """Why the address is no day, in the reader's language."""
    if refusal.reason != "length":
        return _(WHY[refusal.reason])
    month = month_names(language())[refusal.month - 1].capitalize()
    sentence, days = WHY["length"], month_length(refusal.year, refusal.month)
    return _(sentence, month=f"{month} {refusal.year}", days=days)


def _far(calendar: Calendar) -> str:
    if not calendar.nights:
        return _("The archive has no night yet.")
    first, last, sentence = calendar.nights[0].day, calendar.nights[-1].day, WHY["far"]
    return _(sentence, first=day_words(first, language()), last=day_words(last, language()))


def _meant(refusal: NoDay) -> Day:
    """The day that was perhaps meant by an impossible one: 31 February is near the end of February."""
    month = min(max(refusal.month, 1), 12)
    return Day(refusal.year + month // 12, month % 12 + 1, 1).previous


class _NoNight(NotFound):
    """No night has this address; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


def no_night(sentence: str, nearest: Night | None) -> Response:
    """The refusal, with the nearest night; raises NotFound for programs."""
    if wants_json():
        near = nearest and _("The nearest night of the archive is %(address)s.", address=documents.address(nearest.day))
        raise _NoNight(f"{sentence} {near or ''}".strip())
    return page("broadcasts/no_night.html", status=404, sentence=sentence, nearest=nearest)


def _near(calendar: Calendar, day: Day) -> list[tuple[Day, Night | None]]:
    """Ten days around a night, as on a dial."""
    days = [Day.from_ordinal(day.ordinal + step) for step in range(-4, 6)]
    return [(each, calendar.at(each)) for each in days]


@blueprint.get("/on-this-day")
def today() -> Any:
    """What was read on this day of the year, in any year."""
    now = dt.datetime.now(dt.UTC).date()
    return _on_this_day(now.month, now.day)


@blueprint.get("/on-this-day/<day>")
def on_this_day(day: str) -> Any:
    """What was read on a day of the year, in any year; never empty: else the nearest day that has something."""
    try:
        month, number = read_day_of_year(day)
    except NoDay as refusal:
        return _no_day(refusal)
    if day != f"{month:02d}-{number:02d}":
        return redirect(here(day=f"{month:02d}-{number:02d}"), 301)
    return _on_this_day(month, number)


def _no_day(refusal: NoDay) -> Response:
    reason = "day of the year" if refusal.reason == "shape" else refusal.reason
    # 2000 is the year that has every day; nobody asked for it.
    sentence = _why(refusal).replace(" 2000", "") if reason == "length" else _(WHY[reason])
    if wants_json():
        raise _NoNight(sentence)
    return page("broadcasts/no_night.html", status=404, sentence=sentence, nearest=None)


class Day366(NamedTuple):
    """A day of the year as asked for and as found."""

    asked: tuple[int, int]
    found: tuple[int, int] | None
    nights: list[Night]
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    calendar: Calendar


def _day_of_year(month: int, number: int) -> Day366:
    calendar = queries.calendar(session(), current_user)
    days = calendar.days_of_year()
    found = nearest_day_of_year(days, month, number)
    nights = calendar.on(*found) if found else []
    return Day366((month, number), found, nights, *around_day_of_year(days, month, number), calendar)


def _on_this_day(month: int, number: int) -> Any:
    that = _day_of_year(month, number)
    pages, rows = _page_of(that)
    if pages.beyond:
        return redirect(here(page=None), 303)
    return page(
        "broadcasts/on_this_day.html",
        that=that,
        pages=pages,
        groups=[(that.calendar.at(day), messages) for day, messages in _by_night(rows)],
        asked=_said(month, number),
        found=_said(*that.found) if that.found else "",
    )


@blueprint.get("/on-this-day.json")
def today_json() -> Any:
    """What was read on this day of the year, as data."""
    now = dt.datetime.now(dt.UTC).date()
    return _on_this_day_json(now.month, now.day)


@blueprint.get("/on-this-day/<day>.json")
def on_this_day_json(day: str) -> Any:
    """What was read on a day of the year, as data."""
    try:
        month, number = read_day_of_year(day)
    except NoDay as refusal:
        return _no_day(refusal)
    return _on_this_day_json(month, number)


def _on_this_day_json(month: int, number: int) -> Any:
    that = _day_of_year(month, number)
    pages, rows = _page_of(that)
    return jsonify(
        total=pages.total,
        asked=f"{month:02d}-{number:02d}",
        day="{:02d}-{:02d}".format(*that.found) if that.found else None,
        items=[message_item(message, reading()) | {"night": night.iso} for night, message in rows],
        facets={},
        suggestion=None,
        next=absolute(here(page=pages.number + 1)) if pages.number < pages.count else None,
    )


def _page_of(that: Day366) -> tuple[Pages, list[tuple[Day, Message]]]:
    """One page of a day's messages, each with its night, the oldest first."""
    own, query = session(), queries.of_nights(that.nights, current_user)
    total = own.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = Pages(page_number(), PAGE_SIZE, total)
    rows = [(night, message) for night, message in own.execute(query.limit(PAGE_SIZE).offset(pages.offset)) if night]
    wanted = select(Message).where(Message.id.in_([message for _night, message in rows])).options(*ON_CARD)
    by_id = {message.id: message for message in own.scalars(wanted)}
    return pages, [(Day.from_ordinal(night), by_id[message]) for night, message in rows]


def _by_night(rows: list[tuple[Day, Message]]) -> list[tuple[Day, list[Message]]]:
    groups: dict[Day, list[Message]] = {}
    for night, message in rows:
        groups.setdefault(night, []).append(message)
    return list(groups.items())


def _said(month: int, number: int) -> str:
    """A day of the year in words: 5 juin, 1er juin, 29 February."""
    return day_words(Day(2000, month, number), language()).removesuffix(" 2000")


@blueprint.app_template_filter("night_title")
def night_title(day: Day) -> Markup:
    """The night by its evening and its morning: nuit du lundi 5 au mardi 6 juin 1944."""
    return Markup(raised(night_words(day, language()), language()))


@blueprint.app_template_filter("day_title")
def day_title(day: Day) -> Markup:
    """The day in words: 1er juin 1944, the ordinal raised."""
    return Markup(raised(day_words(day, language()), language()))


@blueprint.app_template_global("night_address")
def night_address(day: Day) -> str:
    """The page of a night; the reading that was asked for goes along."""
    asked = reading()
    return url_for("nights.show", day=day.iso, reading=asked if asked != "folded" else None)


@blueprint.app_template_filter("weekday")
def weekday(day: Day) -> str:
    """The day of the week in the reader's language."""
    return weekday_names(language())[day.weekday]


@blueprint.app_template_filter("ordinals")
def ordinals(text: str) -> Markup:
    """The text with French ordinals raised: 1er juin."""
    return Markup(raised(text, language()))


@blueprint.app_template_filter("day_of_year")
def day_of_year(day: tuple[int, int]) -> Markup:
    """A day of the year in words."""
    return ordinals(_said(*day))


blueprint.add_app_template_filter(documents.counted)
blueprint.add_app_template_global(lambda: month_names(language()), "month_names")
