"""A figure: what is drawn, the table of the same numbers, the rule that made them, and the list behind them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from flask import g, request

from webapp.figures.svg import Drawing
from webapp.languages import LANGUAGES, language, number
from webapp.languages import gettext as _
from webapp.rendering import reading


class Said(NamedTuple):
    """A cell of a table with a link, or in a language of its own."""

    text: str
    address: str | None = None
    lang: str | None = None


Value = Said | str | int


@dataclass(frozen=True)
class Figure:
    """One figure in one language.

    ``rule`` says what was counted and how, ``denominator`` out of how many. ``behind`` is the address of the list that
    the numbers come from, and its name. ``wide`` lets it take the whole page; ``scroll`` keeps it from shrinking.
    """

    name: str
    title: str
    rule: str
    denominator: str
    drawing: Drawing
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    behind: tuple[str, str]
    legend: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """What the marks mean: the name of a mark, and its meaning."""

    @property
    def wide(self) -> bool:
        """Whether it is too wide for a phone, and is looked at by scrolling sideways."""
        return self.drawing.width > 420

    @property
    def description(self) -> str:
        """The picture in words: its rule, and that the table has the numbers."""
        return f"{self.rule} {self.denominator}"

    def svg(self) -> str:
        """The picture for a page."""
        return self.drawing.svg(f"fig-{self.name}", self.title, self.description)

    def csv(self) -> str:
        """The table as a file that spreadsheets open and do not run."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerows([self.heads, *([harmless(value) for value in row] for row in self.rows)])
        return file.getvalue()


def harmless(value: Value) -> str:
    """The value as text; what a spreadsheet would take for a formula is given an apostrophe."""
    text = str(value.text if isinstance(value, Said) else value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[:1] else text


def address(path: str, **query: str | int | None) -> str:
    """One of our addresses with a query; the language and the reading that were asked for go along."""
    values = {name: value for name, value in query.items() if value not in (None, "")} | manner()
    return f"{path}?{urlencode(values)}" if values else path


def manner() -> dict[str, str]:
    """What the address of this request asks for besides the figure itself, and what links of ours keep."""
    asked = request.args.get("lang", "") if request else ""
    wanted = {"lang": asked if asked in LANGUAGES else "", "reading": reading() if request else "folded"}
    return {name: value for name, value in wanted.items() if value not in ("", "folded")}


def search(**query: str | int | None) -> str:
    """The search that finds exactly what was counted."""
    return address("/search", **query)


def percent(share: float, digits: int = 0) -> str:
    """A share as the reader writes it: 38 %, 40,55 %; 38%, 40.55%. What is there is never said to be nothing."""
    written = "<1" if not digits and 0 < share < 0.005 else f"{share * 100:.{digits}f}"
    return f"{written.replace('.', ',')}\u202f%" if language() == "fr" else f"{written}%"


def stating(what: str, value: object) -> str:
    """A name and what is said of it: Français : 281 with the space before the colon, French: 281 without."""
    return f"{what}{_(': ')}{value}"


def counted(many: int, share: float) -> str:
    """A number with its share: 90 (38 %)."""
    return f"{number(many)} ({percent(share)})"


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak this language for a while, whatever the reader's own is."""
    before = language()
    g.lang = lang if lang in LANGUAGES else before
    try:
        yield
    finally:
        g.lang = before
