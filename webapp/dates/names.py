"""Names of months, weekdays and parts of a year in the two languages, and French spacing."""

from typing import NamedTuple

NNBSP = "\u202f"
NBSP = "\u00a0"

_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SEASONS = {
    "fr": ("printemps", "été", "automne", "hiver"),
    "en": ("spring", "summer", "autumn", "winter"),
}


class Grouping(NamedTuple):
    """A part of a year as ISO 8601-2 numbers it: its first month and how many months it lasts."""

    first_month: int
    months: int


def _groupings() -> dict[int, Grouping]:
    """The codes 21 to 41. A season is counted in whole months (spring is March to May), because the standard
    gives no bounds; one that begins in December ends in February of the next year."""
    north, south = (3, 6, 9, 12), (9, 12, 3, 6)
    found = {21 + i: Grouping(month, 3) for i, month in enumerate(north + north + south)}
    found |= {33 + i: Grouping(1 + 3 * i, 3) for i in range(4)}
    found |= {37 + i: Grouping(1 + 4 * i, 4) for i in range(3)}
    found |= {40 + i: Grouping(1 + 6 * i, 6) for i in range(2)}
    return found


GROUPINGS = _groupings()


def language(lang: str) -> str:
    """French for any French tag, else English: the archive speaks two languages."""
    return "fr" if lang.lower().startswith("fr") else "en"


def month_names(lang: str) -> tuple[str, ...]:
    """The twelve months, January first."""
    return _MONTHS[language(lang)]


def weekday_names(lang: str) -> tuple[str, ...]:
    """The seven weekdays, Monday first."""
    return _WEEKDAYS[language(lang)]


def french_spacing(text: str) -> str:
    """Turns the plain spaces around French marks into the unbreakable ones."""
    for mark in "»;!?":
        text = text.replace(f" {mark}", f"{NNBSP}{mark}")
    return text.replace("« ", f"«{NNBSP}").replace(" :", f"{NBSP}:")
