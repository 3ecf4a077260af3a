"""Moments of the archive's own life, as a reader writes them."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from webapp.dates import Day, day_words
from webapp.filters import clock
from webapp.languages import language


def moment(at: dt.datetime | None) -> Markup:
    """Day and time in words, in the world's time (UTC), readable by machines too."""
    if at is None:
        return Markup("")
    at = at.astimezone(dt.UTC)
    words = f"{day_words(Day(at.year, at.month, at.day), language())}, {clock(f'{at:%H:%M}')} UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%dT%H:%MZ}", words)
