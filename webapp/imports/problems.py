"""What stands against a file or a row: sentences kept in English with their values, told in the reader's language."""

from __future__ import annotations

from typing import Any, NamedTuple

from webapp.dates import BadDate
from webapp.languages import gettext as _
from webapp.languages import told


class Problem(NamedTuple):
    """One reason, where it is (a column by its name, or nothing for the whole row), and what fills its places.

    A value that is a text by language is told in the reader's language.
    """

    column: str
    sentence: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return say(self.sentence, self.values)


def say(sentence: str, values: dict[str, Any]) -> str:
    """The sentence in the reader's language."""
    return _(sentence, **{name: _value(value) for name, value in values.items()})


def _value(value: Any) -> str:
    return str(told(value)) if isinstance(value, dict) else str(value)


class BadFile(Exception):
    """A file that cannot be imported at all; ``str()`` of it says why and what to do."""

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence)
        self.problem = Problem("", sentence, values)

    def __str__(self) -> str:
        return str(self.problem)


def of_date(column: str, refusal: BadDate) -> Problem:
    """What is wrong with a date, as the reader of dates says it."""
    return Problem(column, "%(sentence)s", {"sentence": {lang: refusal.message(lang) for lang in ("fr", "en")}})
