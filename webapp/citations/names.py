"""Names of authors as the styles want them. Only “Family, Given” is turned about; any other name stays as it signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from webapp.citations.wording import tongue

_INITIAL = re.compile(r"(\w)\w*\.?")


def split(name: str) -> tuple[str, str]:
    """Family and given name of “Family, Given”; a name that is not written so is whole, with no given name."""
    family, comma, given = name.partition(", ")
    return (family.strip(), given.strip()) if comma and given.strip() and "," not in given else (name.strip(), "")


def natural(name: str) -> str:
    """Given Family."""
    family, given = split(name)
    return f"{given} {family}".strip()


def inverted(name: str) -> str:
    """Family, Given."""
    family, given = split(name)
    return f"{family}, {given}" if given else family


def initials(name: str) -> str:
    """Family, G. (APA 7, 9.8); hyphenated given names keep their hyphen: Bonnard, J.-Y."""
    family, given = split(name)
    short = " ".join("-".join(_short(part) for part in word.split("-")) for word in given.split())
    return f"{family}, {short}" if short else family


def _short(part: str) -> str:
    found = _INITIAL.match(part)
    return f"{found[1].upper()}." if found else part


def capitals(name: str) -> str:
    """FAMILY, Given, as ISO 690 prints it in France."""
    family, given = split(name)
    return f"{family.upper()}, {given}" if given else family


def listed(names: Sequence[str], lang: str, ampersand: bool = False) -> str:
    """Names in a row: A; A and B; A, B, and C. Of more than three, the first and et al."""
    if len(names) > 3:
        return f"{names[0]} et al."
    word = "et" if tongue(lang) == "fr" else "&" if ampersand else "and"
    if len(names) < 3:
        return f" {word} ".join(names)
    comma = "" if tongue(lang) == "fr" else ","
    return f"{names[0]}, {names[1]}{comma} {word} {names[2]}"
