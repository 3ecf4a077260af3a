"""What listening shows on the pages of nights and messages: a player, and the way to the transcript."""

from __future__ import annotations

from typing import Any

from webapp.broadcasts import panels as nights
from webapp.broadcasts import queries
from webapp.database import session
from webapp.dates import Day
from webapp.listening.script import why_unread
from webapp.listening.voice import available
from webapp.messages import panels as messages
from webapp.messages.models import Message


def of_night(day: Day, person: Any) -> dict[str, Any]:
    """The player of a night that has messages which are certainly of it."""
    night = queries.calendar(session(), person).at(day)
    return {"day": day, "installed": available()} if night and night.certain else {}


def of_message(message: Message, _person: Any) -> dict[str, Any]:
    """The player of a message for which there is a voice."""
    return {"message": message} if available() and not why_unread(message) else {}


def install() -> None:
    """Put them on the pages; a reading aloud gives no meaning away, so that outsiders may hear it too."""
    nights.ON_DIAL.append(nights.Panel("listening/_night.html", of_night, spoils=False))
    messages.BESIDE.insert(0, messages.Panel("listening/_message.html", of_message, spoils=False))
