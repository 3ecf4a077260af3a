"""The seed data read by hand: the numbers of the figures counted a second time, without database and queries."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import lru_cache

from webapp.config import resource
from webapp.dates import parse

Row = dict[str, str]


@lru_cache
def rows(name: str) -> list[Row]:
    """The rows of one seed file."""
    with (resource("seed_data") / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def messages(**wanted: str) -> dict[str, Row]:
    """The messages that are no code words, by key."""
    return {
        row["key"]: row
        for row in rows("messages")
        if row["kind"] != "codeword" and all(row[name] == value for name, value in wanted.items())
    }


def meanings(of: dict[str, Row]) -> list[Row]:
    """The claims on these messages."""
    return [row for row in rows("meanings") if row["message"] in of]


def standing(key: str) -> str:
    """The standing of a message: that of its first claim."""
    own = sorted((row for row in rows("meanings") if row["message"] == key), key=lambda row: int(row["position"]))
    return own[0]["standing"] if own else "unknown"


def crossed(surface: str) -> Counter[tuple[str, str]]:
    """Messages by a column of the surface and a purpose of some claim; the empty purpose is no known meaning."""
    every = messages()
    pairs = {(row["message"], every[row["message"]][surface], row["purpose"]) for row in meanings(every)}
    counts = Counter((seen, purpose) for _key, seen, purpose in pairs if seen and purpose)
    counts.update((row[surface], "") for key, row in every.items() if row[surface] and standing(key) == "unknown")
    return counts


def certain_years(of: dict[str, Row]) -> Counter[int]:
    """Messages by the years in which they certainly were broadcast."""
    years: dict[str, set[int]] = defaultdict(set)
    for row in rows("broadcasts"):
        date = parse(row["edtf"]) if row["edtf"] and row["message"] in of else None
        if date and not date.doubtful and date.earliest and date.latest and date.earliest.year == date.latest.year:
            years[row["message"]].add(date.earliest.year)
    return Counter(year for found in years.values() for year in found)


def cited(text: str) -> list[str]:
    """The source keys of a field."""
    return [part.split("@")[0].strip() for part in text.split("|") if part.strip()]
