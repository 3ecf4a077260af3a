"""Cells and values of a document: each way of reading a cell, and the way of writing it that leads back to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale

from webapp.dates import BadDate
from webapp.dates import read as read_date
from webapp.imports.columns import Column
from webapp.imports.problems import Problem, of_date
from webapp.imports.references import References, Unknown
from webapp.languages import LANGUAGES, N_
from webapp.revisions.documents import Document
from webapp.text.analysis import phrase_key

_YES = {"yes", "oui", "y", "o", "x", "1", "true", "vrai", "✓"}
_NO = {"", "no", "non", "n", "0", "false", "faux"}
_TIME = re.compile(r"(\d{1,2})\s*[:hH.]\s*(\d{2})?(?::00)?")
_LANG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Refused(Exception):
    """A cell that cannot be read, with what stands against it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = list(problems)


class Cell(NamedTuple):
    """A cell to be read: its column, what it is called in the file, its text."""

    column: Column
    place: str
    text: str

    def refuse(self, sentence: str, **values: Any) -> Refused:
        """The refusal of this cell."""
        return Refused(Problem(self.place, sentence, values))


def read(cell: Cell, names: References, now: Any = None) -> Any:
    """The value that a cell stands for; ``now`` is what the archive has there. Raises ``Refused``."""
    try:
        return READERS[cell.column.reads](cell, names, now)
    except Unknown as unknown:
        raise Refused(unknown.at(cell.place)) from None


def _text(cell: Cell, _names: References, _now: Any) -> str:
    return cell.text


@lru_cache(maxsize=1)
def _language_codes() -> dict[str, str]:
    """The codes of languages by their names in French, in English and in themselves: français, French, Italiano."""
    names: dict[str, str] = {}
    for lang in LANGUAGES:
        for code, name in Locale(lang).languages.items():
            if len(code) <= 3:
                names.setdefault(phrase_key(name), code)
    for code in ("de", "es", "it", "nl", "pl", "pt", "ru"):
        names.setdefault(phrase_key(Locale(code).get_language_name(code) or code), code)
    return names


def _lang(cell: Cell, _names: References, _now: Any) -> str:
    text = _language_codes().get(phrase_key(cell.text), cell.text) or "fr"
    if not _LANG.fullmatch(text) or len(text) > 20:
        sentence = N_("“%(text)s” is no language that is known here. Write its code or its name: fr, Italian.")
        raise cell.refuse(sentence, text=text[:40])
    return text


def _flag(cell: Cell, _names: References, _now: Any) -> bool:
    text = cell.text.casefold()
    if text in _YES | _NO:
        return text in _YES
    raise cell.refuse(N_("“%(text)s” is neither yes nor no."), text=cell.text[:40])


def _number(cell: Cell, _names: References, _now: Any) -> int | None:
    if not cell.text:
        return None
    if not cell.text.isascii() or not cell.text.isdigit() or len(cell.text) > 5:
        raise cell.refuse(N_("“%(text)s” is no whole number."), text=cell.text[:40])
    return int(cell.text)


def _time(cell: Cell, _names: References, _now: Any) -> str:
    if not cell.text:
        return ""
    found = _TIME.fullmatch(cell.text)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise cell.refuse(N_("“%(text)s” is no time of day. Write for example 21:15."), text=cell.text[:40])
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def _date(cell: Cell, _names: References, _now: Any) -> str | None:
    if not cell.text:
        return None
    try:
        return read_date(cell.text).text
    except BadDate as refusal:
        raise Refused(of_date(cell.place, refusal)) from None


def _slug(cell: Cell, names: References, _now: Any) -> str:
    if not cell.text:
        return DEFAULTS.get(cell.column.of, "")
    return names.slug(cell.column.of, cell.text)


def _term(cell: Cell, names: References, _now: Any) -> str | None:
    return names.term(cell.column.of, cell.text) if cell.text else None


def _link(cell: Cell, names: References, _now: Any) -> str | None:
    return names.link(cell.column.of, cell.text) if cell.text else None


def _sources(cell: Cell, names: References, _now: Any) -> list[Document]:
    found, problems = [], []
    for entry in filter(None, map(str.strip, _split(cell.text))):
        name, _mark, locator = entry.partition("@")
        try:
            found.append({"source": names.link("source", _plain(name)), "locator": _plain(locator)})
        except Unknown as unknown:
            problems.append(unknown.at(cell.place))
    if problems:
        raise Refused(*problems)
    return found


def _relations(cell: Cell, names: References, now: Any) -> list[Document]:
    notes = {(each["kind"], each["other"]): each["note"] for each in now or []}
    found: dict[tuple[str, str], Document] = {}
    for entry in filter(None, map(str.strip, cell.text.split("|"))):
        word, _mark, other = entry.rpartition(" ")
        if not word:
            raise cell.refuse(
                N_("“%(text)s” is no relation. Write for example: variant-of le-crapaud-vole."), text=entry[:80]
            )
        pair = names.slug("relation", word.strip()), names.message(other)
        if pair in found:
            raise cell.refuse(N_("“%(text)s” stands twice."), text=entry[:80])
        found[pair] = {"kind": pair[0], "other": pair[1], "note": notes.get(pair, {})}
    return list(found.values())


def _split(text: str) -> list[str]:
    """The entries between bars; a bar after a backslash is a letter."""
    return re.split(r"(?<!\\)\|", text)


def _plain(text: str) -> str:
    return text.strip().replace("\\|", "|")


READERS: dict[str, Callable[[Cell, References, Any], Any]] = {
    "text": _text, "texts": _text, "written": _text, "lang": _lang, "flag": _flag, "number": _number, "time": _time,
    "date": _date, "slug": _slug, "term": _term, "link": _link, "sources": _sources, "relations": _relations,
}  # fmt: skip
DEFAULTS = {"kind": "message", "standing": "unknown", "dated": "broadcast"}


def write(column: Column, value: Any, names: References) -> str:
    """A value as a cell: what ``read`` makes the same value of."""
    if value in (None, "", [], {}):
        return ""
    return WRITERS.get(column.reads, _as_text)(column, value, names)


def _as_text(_column: Column, value: Any, _names: References) -> str:
    return str(value)


def _write_flag(_column: Column, value: Any, _names: References) -> str:
    return "yes" if value else "no"


def _write_slug(column: Column, value: Any, names: References) -> str:
    return names.vocabulary(column.of).shown(value)


def _write_term(column: Column, value: Any, names: References) -> str:
    return names.vocabulary(column.of).shown(value.partition("/")[2])


def _write_link(column: Column, value: Any, names: References) -> str:
    return names.register(column.of).shown(value)


def _write_sources(_column: Column, value: Any, names: References) -> str:
    return " | ".join(_attestation(each, names) for each in value)


def _attestation(each: Document, names: References) -> str:
    locator = each["locator"].replace("|", "\\|")
    return names.register("source").short(each["source"]) + (f" @ {locator}" if locator else "")


def _write_relations(_column: Column, value: Any, _names: References) -> str:
    return " | ".join(f"{each['kind']} {each['other']}" for each in value)


WRITERS: dict[str, Callable[[Column, Any, References], str]] = {
    "flag": _write_flag, "slug": _write_slug, "term": _write_term, "link": _write_link, "sources": _write_sources,
    "relations": _write_relations,
}  # fmt: skip
