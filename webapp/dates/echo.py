"""What the reader of dates answers: what it understood, and what it had to decide to understand it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from webapp.dates.edtf import Edtf
from webapp.dates.names import french_spacing, language

NOTES: dict[str, tuple[str, str]] = {
    "day-first": ("lu dans l’ordre jour, mois, année", "read in the order day, month, year"),
    "night": ("une nuit est datée par son soir", "a night is dated by its evening"),
    "two-digit-year": ("une année à deux chiffres est lue 19..", "a year of two digits is read as 19.."),
    "part": (
        "« début », « mi » et « fin » n’ont pas de bornes sûres : la période entière est gardée",
        "“early”, “mid” and “late” have no sure bounds: the whole period is kept",
    ),
    "season": (
        "les saisons sont comptées en mois entiers, l’été de juin à août",
        "seasons are counted in whole months, summer from June to August",
    ),
}


def _says(pattern: str) -> Callable[[str, Edtf], bool]:
    compiled = re.compile(pattern)
    return lambda plain, date: compiled.search(plain) is not None


_LATE_NUMBER = _says(r"(?<!\d)(?:3[2-9]|[4-9]\d)(?!\d)(?! (?:av|apr|bc|ad|ce))")
_FULL_YEAR = _says(r"\d{3}|\d\dxx")


def _two_digit_year(plain: str, date: Edtf) -> bool:
    guessed = any(1900 <= point.year.first <= 1999 and point.year.text[2:] != "XX" for point in date.shape.points)
    return guessed and (_LATE_NUMBER(plain, date) or not _FULL_YEAR(plain, date))


_RULES: tuple[tuple[str, Callable[[str, Edtf], bool]], ...] = (
    ("day-first", _says(r"(?<![\d/.-])\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)")),
    ("night", _says(r"\b(?:nuit|night|soir|soiree|evening)\b")),
    ("two-digit-year", _two_digit_year),
    ("part", _says(r"\b(?:debut|mi|fin|milieu|early|mid|late|beginning|start|end|middle|jours)[ -]")),
    ("season", lambda plain, date: any(p.is_season and int(p.month) <= 32 for p in date.shape.points)),
)


@dataclass(frozen=True)
class Understood:
    """A date that was read, and the codes of what was decided in reading it."""

    date: Edtf
    notes: tuple[str, ...]

    @classmethod
    def of(cls, plain: str, date: Edtf) -> "Understood":
        """What was understood of a folded text."""
        return cls(date, tuple(code for code, applies in _RULES if applies(plain, date)))

    def echo(self, lang: str) -> str:
        """One line for the person who typed: "6 juin 1944 · 1944-06-06 · lu dans l’ordre jour, mois, année"."""
        french = language(lang) == "fr"
        said = (french_spacing(NOTES[code][0]) if french else NOTES[code][1] for code in self.notes)
        return " · ".join((self.date.words(lang), self.date.text, *said))
