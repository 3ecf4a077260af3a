"""Dates as people type them, brought to one plain form before they are read: small letters, no accents, one kind of
apostrophe, dash and space."""

import re
import unicodedata

from webapp.dates.names import month_names, weekday_names

_SHORT_MONTHS = (
    ("janv", "jan"), ("fevr", "fev", "feb"), ("mar",), ("avr", "apr"), (), ("jun",),
    ("juill", "juil", "jul"), ("aou", "aug"), ("sept", "sep"), ("oct",), ("nov",), ("dec",),
)  # fmt: skip
_ORDINALS = {
    "premiere": "1e", "premier": "1er", "first": "1st", "deuxieme": "2e", "seconde": "2e", "second": "2e",
    "troisieme": "3e", "third": "3rd", "quatrieme": "4e", "fourth": "4th",
}  # fmt: skip


def unaccented(text: str) -> str:
    """Small letters without accents."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


def _months() -> dict[str, int]:
    found = {short: month for month, shorts in enumerate(_SHORT_MONTHS, 1) for short in shorts}
    for lang in ("fr", "en"):
        found |= {unaccented(name): month for month, name in enumerate(month_names(lang), 1)}
    return found


def _weekdays() -> dict[str, int]:
    return {name.lower(): index for lang in ("fr", "en") for index, name in enumerate(weekday_names(lang))}


MONTHS = _months()
WEEKDAYS = _weekdays()
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![a-z])"
NTH = r"(?:er|eme|e|st|nd|rd|th)"

_SIGNS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"} | dict.fromkeys("‐‑‒–—―−", "-"))
_QUOTES = re.compile(r"[«»“”\"]")
_ORDINAL_WORD = re.compile(rf"\b({'|'.join(_ORDINALS)})\b")
_NEEDLESS_DOT = re.compile(r"(?<=[a-z])\.(?!\.)|(?<=\d)\.$")
_LOOSE_NUMBERS = re.compile(r"\b(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})\b")
_COMMA_BEFORE_YEAR = re.compile(rf"(?<=[a-z-] )(\d{{1,2}}{NTH}?), ?(?=\d{{4}}\b)|({MONTH}), ?(?=\d{{4}}\b)")
_RANGES = (
    re.compile(rf"(?<![\d/.-])(\d{{1,2}}{NTH}?) ?[-/] ?(?=\d{{1,2}}{NTH}?,? (?:{MONTH}|of |de |d'|\d{{4}}))"),
    re.compile(rf"\b({MONTH}) ?[-/] ?(?=(?:\d{{1,2}}{NTH}? )?{MONTH})"),
    re.compile(rf"(?<![\d/.-])(\d{{4}}) ?[-/] ?(?=(?:\d{{1,2}}{NTH}? )?(?:{MONTH} )?\d{{4}}$)"),
)


def folded(text: str) -> str:
    """The text in its plain form; ranges such as "5-6 juin" have spaces around their dash."""
    text = _QUOTES.sub("", unaccented(text.translate(_SIGNS)).translate(_SIGNS))
    text = _NEEDLESS_DOT.sub("", " ".join(text.split())).strip(" ,;")
    text = _ORDINAL_WORD.sub(lambda found: _ORDINALS[found[1]], text)
    text = re.sub(r"(?<=\b1) (?=er\b)", "", _LOOSE_NUMBERS.sub(r"\1\2\3\2\4", text))
    for pattern in _RANGES:
        text = pattern.sub(r"\1 - ", text)
    return _COMMA_BEFORE_YEAR.sub(lambda found: f"{found[1] or found[2]} ", " ".join(text.split()))
