"""Pictures and recordings on the pages of messages, nights and sources."""

from __future__ import annotations

from typing import Any

from webapp.broadcasts import panels as nights
from webapp.database import session
from webapp.media import queries
from webapp.messages import panels as messages

FIGURES = "media/_figures.html"


def of_message(message: Any, _person: Any = None) -> dict[str, Any]:
    """The figures of a message; nothing where there are none."""
    return _given(queries.of_message(session(), message.id))


def of_source(source: Any, _person: Any = None) -> dict[str, Any]:
    """The figures of a source."""
    return _given(queries.of_source(session(), source.id))


def of_night(day: Any, _person: Any = None) -> dict[str, Any]:
    """The figures of a night."""
    return _given(queries.of_night(session(), day))


def _given(media: Any) -> dict[str, Any]:
    return {"media": media} if media else {}


# A scan may show what was understood beside what was heard: the outsider sees no figure.
messages.BENEATH.insert(0, messages.Panel(FIGURES, of_message))
nights.BENEATH.append(nights.Panel(FIGURES, of_night))
