"""What contributions show on the pages of records: recollections and answers, thanks, and the ways to contribute."""

from __future__ import annotations

from typing import Any

from flask import g

from webapp.broadcasts import panels as nights
from webapp.contributions import queries
from webapp.database import session
from webapp.essays import panels as essays
from webapp.media import queries as media
from webapp.messages import panels as messages

VOICES, WAYS, NIGHT_WAYS = (f"contributions/_{name}.html" for name in ("voices", "ways", "night_ways"))


def _around(record: Any) -> queries.Around:
    """Asked once for a page, whichever panels it has."""
    known: dict[str, queries.Around] = g.setdefault("contributions", {})
    if record.id not in known:
        known[record.id] = queries.around(session(), record)
    return known[record.id]


def of_record(record: Any, _person: Any = None) -> dict[str, Any]:
    """What readers remember of a record and answer to it."""
    voices = _around(record).voices
    pictures = [each.contribution.medium_id for each in queries.flat(voices) if each.contribution.medium_id]
    shown = media.public(session(), pictures) if pictures else {}
    return {"voices": voices, "record": record, "pictures": shown}


def ways(record: Any, _person: Any = None) -> dict[str, Any]:
    """Where somebody who knows something goes from a record; and whom the record owes thanks to."""
    return {"record": record, "credits": _around(record).credits}


def of_night(day: Any, _person: Any = None) -> dict[str, Any]:
    """The same from a night."""
    return {"day": day}


def install() -> None:
    """Put the panels on the pages of messages, essays and nights."""
    messages.BENEATH.append(messages.Panel(VOICES, of_record))
    messages.BESIDE.append(messages.Panel(WAYS, ways, spoils=False))
    essays.BENEATH.append(essays.Panel(VOICES, of_record))
    essays.BENEATH.append(essays.Panel(WAYS, ways, spoils=False))
    nights.BESIDE.append(nights.Panel(NIGHT_WAYS, of_night, spoils=False))


install()
