"""Dates as each style writes them. Anything but a plain day, month or year is said in words, never rounded."""

from __future__ import annotations

import re
from collections.abc import Callable

from webapp.citations.citable import Citable, When
from webapp.citations.wording import say, tongue
from webapp.dates import Edtf, month_names

Writer = Callable[[Edtf, str], str]

_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_SHORT = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
}


def parts(date: Edtf) -> tuple[int, int, int] | None:
    """Year, month, day of a plain date without any doubt, 0 for what it does not have; None for every other date."""
    found = _PLAIN.fullmatch(date.text)
    if not found or not 1 <= int(found[2] or 1) <= 12:  # 1944-21 is a season
        return None
    return int(found[1]), int(found[2] or 0), int(found[3] or 0)


def in_words(date: Edtf, lang: str) -> str:
    """5 June 1944, 1er juin 1944, about May 1944: as the archive says it everywhere."""
    return date.words(tongue(lang))


def apa(date: Edtf, lang: str) -> str:
    """1944, June 5; 1944, 5 juin (APA 7, 9.13: as exact as the work gives it)."""
    plain = parts(date)
    if plain is None:
        return in_words(date, lang)
    year, month, _day = plain
    rest = in_words(date, lang).removesuffix(str(year)).strip()
    if not month:
        return str(year)
    if tongue(lang) == "en":
        return f"{year}, {_american(plain)}"
    return f"{year}, {rest}"


def american(date: Edtf, lang: str) -> str:
    """June 5, 1944 in English (Chicago 6.38); in French the usual 5 juin 1944."""
    plain = parts(date)
    if plain is None or tongue(lang) == "fr" or not plain[2]:
        return in_words(date, lang)
    return f"{_american(plain)}, {plain[0]}"


def _american(plain: tuple[int, int, int]) -> str:
    month = month_names("en")[plain[1] - 1]
    return f"{month} {plain[2]}" if plain[2] else month


def abbreviated(date: Edtf, lang: str) -> str:
    """5 June 1944, 23 Aug. 1944 (MLA 9, 5.83: months of more than four letters are shortened)."""
    plain = parts(date)
    if plain is None or not plain[1]:
        return in_words(date, lang)
    month = _SHORT[tongue(lang)][plain[1] - 1]
    first = {"fr": "1er", "en": "1"}[tongue(lang)] if plain[2] == 1 else str(plain[2] or "")
    return " ".join(filter(None, (first, month, str(plain[0]))))


def year_only(date: Edtf, lang: str) -> str:
    """The year, marked as doubtful or approximate where the date is; a date over several years in words."""
    first, last = date.earliest, date.latest
    if first is None or last is None or first.year != last.year or not 0 < first.year < 10000:
        return in_words(date, lang)
    query = "\u202f?" if tongue(lang) == "fr" else "?"
    year = f"{first.year}{query if date.uncertain else ''}"
    return say("about", lang, date=year) if date.approximate else year


def written(citable: Citable, lang: str, write: Writer) -> str:
    """The date of what is cited, or the style's word for “no date”.

    A message is dated by its broadcasts. Where only the operation is dated, the phrase itself has no date, and the
    reference says what the date is of. What the archive says itself (a meaning, an essay) is dated by its version.
    """
    if citable.kind in ("message", "night"):
        return _of_message(citable.known, lang, write) or say("no date", lang)
    if citable.kind == "source":
        return citable.issued or say("no date", lang)
    return write(citable.made, lang) if citable.made else say("no date", lang)


def year(citable: Citable, lang: str) -> str:
    """The year that an author-date reference begins with; that of an operation is not the year of the phrase."""
    if citable.kind == "message" and citable.known and citable.known[0].operation:
        return say("no date", lang)
    return written(citable, lang, year_only)


def _of_message(known: tuple[When, ...], lang: str, write: Writer) -> str:
    texts = list(dict.fromkeys(write(when.date, lang) for when in known))
    if not texts:
        return ""
    text = _listed(texts, lang)
    return f"{say('no date', lang)} [{say('operation', lang, date=text)}]" if known[0].operation else text


def _listed(texts: list[str], lang: str) -> str:
    if len(texts) == 1:
        return texts[0]
    if len(texts) == 2:
        return say("and", lang, one=texts[0], other=texts[1])
    return say("more", lang, one=texts[0], n=len(texts) - 1)
