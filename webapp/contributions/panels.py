"""What contributions show on the pages of records: recollections and answers, thanks, and the ways to contribute."""

from __future__ import annotations

from typing import Any

from webapp.broadcasts import panels as nights
from webapp.contributions import queries
from webapp.database import session
from webapp.essays import panels as essays
from webapp.messages import panels as messages

VOICES, WAYS, NIGHT_WAYS = (f"contributions/_{name}.html" for name in ("voices", "ways", "night_ways"))


def of_record(record: Any, _person: Any = None) -> dict[str, Any]:
    """What readers remember of a record and answer to it."""
    return {"voices": queries.voices(session(), record.id), "record": record}


def ways(record: Any, _person: Any = None) -> dict[str, Any]:
    """Where somebody who knows something goes from a record; and whom the record owes thanks to."""
    return {"record": record, "credits": queries.credits_of(session(), record)}


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
