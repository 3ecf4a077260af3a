"""The podcast's episodes: the nights of this day and of the days before it, one for each night, read aloud."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import Any, NamedTuple

from flask import url_for

from webapp.broadcasts.calendar import Calendar, nearest_day_of_year
from webapp.dates import Day
from webapp.languages import language
from webapp.listening.radio import CLEAR
from webapp.listening.recordings import Recording, recording
from webapp.listening.script import Script
from webapp.listening.voice import NoVoice, available
from webapp.navigation import absolute

DAYS = 7  # an application that looks once a week misses nothing
MOST = 12


class Episode(NamedTuple):
    """One night, on the day of the year on which it comes back."""

    day: Day
    published: dt.date


def of(today: dt.date, calendar: Calendar) -> list[Episode]:
    """The episodes of the last days, the newest first; never none: else the nights of the nearest day of the year."""
    days = [today - dt.timedelta(days=back) for back in range(DAYS)]
    found = [Episode(day, each) for each in days for day in _nights(calendar, each.month, each.day)]
    if not found and (nearest := nearest_day_of_year(_days(calendar), today.month, today.day)):
        found = [Episode(day, today) for day in _nights(calendar, *nearest)]
    return found[:MOST]


def _nights(calendar: Calendar, month: int, day: int) -> list[Day]:
    return [night.day for night in calendar.on(month, day) if night.certain]


def _days(calendar: Calendar) -> list[tuple[int, int]]:
    sure = [night.day for night in calendar.nights if night.certain]
    return sorted({(day.month, day.day) for day in sure})


def told(episode: Episode, read: Script) -> dict[str, Any]:
    """An episode as the feed tells it; without a voice it has no enclosure and is only its transcript."""
    day, made = episode.day, _recording(read)
    midnight = dt.datetime.combine(episode.published, dt.time(), dt.UTC)
    where: dict[str, Any] = {"day": day.iso, "lang": language()}
    return {
        "day": day,
        "title": read.title,
        "messages": read.messages,
        "published": format_datetime(midnight),
        "guid": f"{absolute(url_for('nights.show', day=day.iso, lang=None))}#{episode.published.isoformat()}",
        "url": absolute(url_for("listening.night", **where)),
        "sound": absolute(url_for("listening.night_sound", **where)) if made else "",
        "captions": absolute(url_for("listening.night_captions", **where)) if made else "",
        "length": made.path.stat().st_size if made else 0,
        "seconds": round(made.seconds) if made else 0,
        "lines": [line.text for line in read.lines if line.kind == "message"],
    }


def _recording(read: Script) -> Recording | None:
    try:
        return recording(read, CLEAR) if available() else None
    except NoVoice:
        return None
