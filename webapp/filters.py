"""How texts, dates, times and languages are written on a page: the Jinja filters that every template may use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from flask import Flask, g, has_request_context
from markupsafe import Markup

from webapp.database import Texts
from webapp.dates import Day, Edtf, month_names
from webapp.languages import language, told
from webapp.text import typography

# Languages whose printers use « » without spaces inside; French has them, the others here use “ ”.
_GUILLEMETS = {"ca", "el", "es", "it", "nb", "no", "pt", "ru", "uk"}


@lru_cache(maxsize=8192)
def _typeset(text: str, lang: str) -> Markup:
    return Markup(typography.html(text, lang))


def typeset(text: object, lang: str | None = None) -> Markup:
    """The text escaped and set by the rules of its language, or of the reader's."""
    return _typeset(str(text), lang or language())


def shown(texts: Texts | None) -> Markup:
    """A text kept in several languages, in the reader's if there is one; another one is marked with its ``lang``."""
    chosen = told(texts)
    text = _typeset(chosen.text, chosen.lang or language())
    if chosen.lang in ("", language()):
        return text
    return Markup('<span lang="{}">{}</span>').format(chosen.lang, text)


def quotation_marks(lang: str) -> tuple[str, str]:
    """What stands before and after a phrase of this language when it is shown by itself."""
    return ("«", "»") if lang.split("-")[0] in _GUILLEMETS else typography.quotation_marks(lang)


def dated(date: Edtf) -> Markup:
    """A date in words; exactly one day of our era is machine-readable too."""
    words, day = Markup(date.html(language())), date.day
    if day is None or date.uncertain or not 0 < day.year < 10000:
        return words
    return Markup('<time datetime="{}">{}</time>').format(day.iso, words)


def month_words(day: Day) -> str:
    """The month of a day: juin 1944, June 1944."""
    return f"{month_names(language())[day.month - 1]} {day.year}"


def clock(time: str) -> str:
    """A time of day as the reader writes it: 21 h 15, or 9.15 pm."""
    hour, _, minute = time.partition(":")
    if not (hour.isdigit() and minute.isdigit()):
        return time
    if language() == "fr":
        return f"{int(hour)}\u202fh\u202f{minute}" if minute != "00" else f"{int(hour)}\u202fh"
    return f"{int(hour) % 12 or 12}.{minute}\u00a0{'am' if int(hour) < 12 else 'pm'}"


@lru_cache(maxsize=1024)
def _language_name(code: str, lang: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_display_name(lang) or code
    except (UnknownLocaleError, ValueError):
        name = Locale(lang).languages.get(code.split("-")[0], code)
    # Not every name tells the script: Russian in Latin letters is another line of a list than Russian.
    script = next((part.title() for part in code.split("-")[1:] if len(part) == 4 and part.isalpha()), "")
    known = Locale(lang).scripts.get(script, "")
    return f"{name} ({known})" if known and "(" not in name else name


def language_name(code: str) -> str:
    """What a language is called in the reader's own: français, Italian."""
    return _language_name(code, language())


def capitalised(text: object) -> str:
    """The text with a capital first letter, the rest as it is."""
    return str(text)[:1].upper() + str(text)[1:]


def site_name(url: str) -> str:
    """The site of an address, for people: resistance60.fr."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def by_date(things: Iterable[Any]) -> list[Any]:
    """What has a date (``edtf``), the earliest first; what has none comes last, in the order in which it was."""
    return sorted(things, key=lambda each: _place_in_time(each.edtf))


def by_source(attestations: Iterable[Any]) -> list[tuple[Any, list[str]]]:
    """Each source that bears witness once, in the order of the attestations, with its places (pages, minutes)."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for each in attestations:
        _, places = found.setdefault(each.source.id, (each.source, []))
        if each.locator and each.locator not in places:
            places.append(each.locator)
    return list(found.values())


class Days(NamedTuple):
    """Days that a list is asked for, None where an end is open; ``certainly``: what is sure to fall there."""

    first: int | None
    last: int | None
    certainly: bool = False

    def has(self, date: Edtf | None) -> bool:
        """Whether a date answers."""
        if date is None or (self.certainly and date.doubtful):
            return False
        first = date.earliest.ordinal if date.earliest else -math.inf
        last = date.latest.ordinal if date.latest else math.inf
        since = -math.inf if self.first is None else self.first
        until = math.inf if self.last is None else self.last
        return (since <= first and last <= until) if self.certainly else (first <= until and since <= last)


def year_days(years: Iterable[str]) -> tuple[Days, ...]:
    """The days of these years, as the filter of years counts them."""
    known = [int(year) for year in years if year.isascii() and year.isdigit() and 0 < len(year) < 5]
    return tuple(Days(Day(year, 1, 1).ordinal, Day(year, 12, 31).ordinal, True) for year in known)


def ask_for_days(*asked: Iterable[Days]) -> None:
    """Note which days the page's list was asked for: one of each of these choices."""
    g.days_asked = tuple(days for each in asked if (days := tuple(each)))


def days_asked() -> tuple[tuple[Days, ...], ...]:
    """The days that this page's list was asked for."""
    return g.get("days_asked", ()) if has_request_context() else ()


def answering(broadcasts: Sequence[Any]) -> Any:
    """Of the broadcasts of a message, the first that answers the days asked for; else the first of them all."""
    asked = days_asked()
    fits = [each for each in broadcasts if all(any(days.has(each.edtf) for days in choice) for choice in asked)]
    return by_date(fits)[0] if asked and fits else broadcasts[0]


def _place_in_time(date: Edtf | None) -> tuple[bool, int]:
    day = (date.earliest or date.latest) if date else None
    return day is None, day.ordinal if day else 0


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters |= {
        "typeset": typeset, "shown": shown, "dated": dated, "clock": clock, "month_words": month_words,
        "language_name": language_name, "capitalised": capitalised, "site_name": site_name,
        "by_date": by_date, "answering": answering, "by_source": by_source,
    }  # fmt: skip
    app.jinja_env.globals |= {"quotation_marks": quotation_marks, "days_asked": days_asked}
