"""Nights as data: one line of a list, and a whole night as a bulletin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from webapp.broadcasts.bulletin import Line, Sheet
from webapp.broadcasts.calendar import Night
from webapp.broadcasts.models import Broadcast
from webapp.dates import Day, night_words
from webapp.languages import gettext as _
from webapp.languages import language, ngettext
from webapp.messages.models import Message
from webapp.navigation import absolute
from webapp.vocabularies import Standing


def address(day: Day) -> str:
    """The full address of a night."""
    return absolute(url_for("nights.show", day=day.iso, lang=None))


def counted(night: Night | None) -> str:
    """How many messages a night has: 18 messages, 1 of them perhaps. Every page that says so asks here."""
    if night is None:
        return _("no message dated to this night")
    many = ngettext("%(num)s message", "%(num)s messages", night.messages)
    if not night.doubtful:
        return many
    perhaps = ngettext("%(num)s of them perhaps", "%(num)s of them perhaps", night.doubtful)
    return f"{many}, {perhaps}"


def item(night: Night) -> dict[str, Any]:
    """A night as one line of a listing."""
    return {
        "type": "night",
        "id": night.day.iso,
        "url": address(night.day),
        "title": night_words(night.day, language()),
        "date": night.day.iso,
        "messages": night.messages,
        "doubtful": night.doubtful,
    }


def record(
    day: Day,
    around: tuple[Night | None, Night | None],
    sheets: Iterable[Sheet],
    perhaps: Iterable[Broadcast],
    reading: str,
) -> dict[str, Any]:
    """A night as a record: what was read, by station, in order where it is known, and what may have been."""
    before, after = around
    return {
        "type": "night",
        "id": day.iso,
        "url": address(day),
        "permanent": address(day),
        "version": None,  # a night is what its broadcasts say today; they have versions, it has none
        "title": night_words(day, language()),
        "date": day.iso,
        "previous": address(before.day) if before else None,
        "next": address(after.day) if after else None,
        "sheets": [_sheet(sheet, reading) for sheet in sheets],
        "perhaps": [broadcast(each, reading) for each in perhaps],
    }


def _sheet(sheet: Sheet, reading: str) -> dict[str, Any]:
    station = sheet.station
    return {
        "station": {"id": station.id, "name": station.name} if station else None,
        "parts": [
            {"time": part.time or None, "ordered": part.ordered, "lines": [_line(line, reading) for line in part.lines]}
            for part in sheet.parts
        ],
    }


def _line(line: Line, reading: str) -> dict[str, Any]:
    return {"missing_before": line.missing} | broadcast(line.broadcast, reading)


def broadcast(each: Broadcast, reading: str) -> dict[str, Any]:
    """One reading of one message; for outsiders nothing of what it meant."""
    message: Message = each.message
    line: dict[str, Any] = {
        "id": each.id,
        "message": absolute(url_for("messages.show", id=message.id, slug=message.slug, lang=None)),
        "text": message.text,
        "lang": message.lang,
        "date": each.edtf.text if each.edtf else None,
        "dated": each.dated,
        "time": each.time or None,
        "said": each.said,
        "place_in_night": each.place_in_night,
    }
    if reading != "outsider":
        line["standing"] = message.standing if message.meanings else Standing.UNKNOWN
        line["meaning"] = message.meanings[0].statement if message.meanings else {}
    return line
