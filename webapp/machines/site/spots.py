"""Which addresses of the archive the folder has, and in which file each of them lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from webapp.languages import LANGUAGES

READINGS = ("outsider", "insider")
ID, DAY, SLUG = r"[0-9bcdfghjkmnpqrstvwxz]{7}", r"\d{4}-\d\d-\d\d", r"[a-z0-9-]+"
RECORD = rf"(?:messages|essays|collections|media|stations|networks|places|sources)/{ID}"

# The pages, each with what its address may ask for besides a language and a reading.
PAGES: list[tuple[str, set[str]]] = [
    (r"/|/(?:themes|purposes|standings|map|timeline|surface-and-secret|coverage|relations|figures|about|rights|accessibility"
     r"|data|feeds|calendar|help)", set()),
    (r"/(?:messages|essays|collections|stations|networks|places|sources|nights)", {"page", "year"}),
    (rf"/{RECORD}/history", {"page", "from", "to"}),
    (rf"/(?:collections/{ID}|nights/{DAY})/quiz", {"whole"}),
    (rf"/{RECORD}(?:/v\d+)?|/(?:messages|essays)/{ID}/{SLUG}|/(?:themes|purposes|help|figures)/{SLUG}",
     {"page"}),
    (rf"/nights/{DAY}|/on-this-day/\d\d-\d\d|/calendar/\d{{4}}|/id/{ID}(?:/v\d+)?|/cite/(?:nights/{DAY}|{ID})", set()),
    (rf"/embed/(?:(?:messages|essays|collections)/{ID}|nights/{DAY})", set()),
    (rf"/messages/{ID}/listen", set()),
    (rf"/nights/{DAY}/listen", {"sound"}),
    (rf"/(?:collections/{ID}|nights/{DAY})/present", set()),
    (rf"/collections/{ID}/worksheet(?:/[1-3])?", {"variant"}),
    (rf"/nights/{DAY}/worksheet(?:/1)?", set()),
    (rf"/(?:collections/{ID}/worksheet/[1-3]|nights/{DAY}/worksheet/1)/key", {"code"}),
    (rf"/collections/{ID}/references", {"style"}),
]  # fmt: skip
# The files, in the same way. Those of ``SAME`` say the same in both languages.
CITED = r"\.(?:bib|ris|csl\.json)"
FILES: list[tuple[str, set[str]]] = [
    (rf"/(?:id/{ID}(?:/v\d+)?|nights/{DAY}|{RECORD}|collections/{ID}/references){CITED}", set()),
    (rf"/(?:calendar/\d{{4}}|figures/{SLUG}|surface-and-secret/{SLUG})\.(?:csv|svg)", set()),
    (rf"/messages/{ID}/listen\.(?:mp3|vtt)", set()),
    (rf"/nights/{DAY}/listen\.(?:mp3|vtt)", {"sound"}),
    (rf"/(?:collections/{ID}/worksheet/[1-3]|nights/{DAY}/worksheet/1)\.pdf", set()),
    (rf"/(?:collections/{ID}/worksheet/[1-3]|nights/{DAY}/worksheet/1)/key\.pdf", {"code"}),
    (rf"/(?:collections/{ID}|nights/{DAY})/present\.html|/collections/{ID}\.imscc", set()),
    (rf"/preview/(?:(?:messages|essays|collections)/{ID}|nights/{DAY})\.png", set()),
]
SAME: list[tuple[str, set[str]]] = [
    (rf"/(?:{RECORD}|nights/{DAY})(?:/v\d+)?\.json", set()),
    (rf"/(?:id/{ID}|nights/{DAY})/qr\.(?:svg|png)", set()),
    (rf"/media/{ID}/(?:original|[a-z0-9-]+\.[a-z0-9]+)", set()),
    (rf"/corpus\.tei\.xml|/nights/{DAY}\.tei\.xml|/vocabularies(?:/{SLUG})?\.ttl", set()),
    (
        r"/feeds/(?:messages|changes|essays|collections)\.(?:atom|json)|/sitemap(?:-[a-z0-9-]+)?\.xml|/robots\.txt",
        set(),
    ),
]
PLAIN = {"page": "1", "whole": "1", "sound": "clear", "paper": "a4", "variant": "1"}
"""What is meant where an address asks for nothing."""
VALUES = {"page": r"\d{1,6}", "year": r"\d{3,4}", "style": SLUG, "sound": SLUG, "variant": "[23]",
          "code": "[0-9a-f]{20}", "from": r"\d{1,6}", "to": r"\d{1,6}"}  # fmt: skip
FIXED = {"at", "edition", "ex", "items", "download"}
"""What an address says so that it gives the same in a year, or to be saved: in a folder it does anyway."""
APPEARANCES = {"auto", "light", "dark"}


class Spot(NamedTuple):
    """One page or file of the folder: its path in the archive, its language, its reading, what else is asked for."""

    path: str
    lang: str
    reading: str = ""
    more: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where the archive has it."""
        asked = [each.split("-", 1) for each in self.more]
        if self.path.endswith("/quiz"):  # the whole of it on one page: a folder cannot take an answer
            asked.append(["whole", "1"])
        reading = [["reading", self.reading]] if self.reading else []
        query = [["lang", self.lang or "fr"], *reading, *asked]
        return f"{self.path}?{'&'.join('='.join(pair) for pair in query)}"

    @property
    def file(self) -> str:
        """Where the folder has it."""
        path = self.path.strip("/")
        if self.is_page:
            return "/".join(filter(None, [self.lang, path, self.reading, *self.more, "index.html"]))
        return "/".join(filter(None, [self.lang, self.reading, *self.more, path]))

    @property
    def is_page(self) -> bool:
        """Whether it is read in the browser, with links of its own."""
        return _found(self.path, PAGES) is not None

    @property
    def printed(self) -> str:
        """The file at the very address that people and programs know, without a language; empty where it has one."""
        if self.lang != "fr" or self.reading or self.more or self.path == "/":
            return ""
        path = self.path.strip("/")
        return f"{path}/index.html" if self.is_page else path


def _found(path: str, kept: list[tuple[str, set[str]]]) -> set[str] | None:
    return next((names for pattern, names in kept if re.fullmatch(pattern, path)), None)


@lru_cache(maxsize=20_000)
def spot_at(address: str, lang: str) -> Spot | None:
    """The page or file of the folder at an address of the archive; None for what the folder does not have."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    for kept in (PAGES, FILES, SAME):
        names = _found(parts.path, kept)
        if names is not None:
            return _spot(parts.path, "" if kept is SAME else lang, names, asked)
    return None


def _spot(path: str, lang: str, names: set[str], asked: Mapping[str, str]) -> Spot | None:
    asked = {name: value for name, value in asked.items() if PLAIN.get(name) != value and name not in FIXED}
    if asked.get("theme") in APPEARANCES:
        asked.pop("theme")
    given, reading = asked.pop("lang", lang), asked.pop("reading", "")
    if (given not in LANGUAGES and given) or not all(_holds(name, value, names) for name, value in asked.items()):
        return None
    more = tuple(sorted(f"{name}-{value}" for name, value in asked.items()))
    hears = reading if reading in READINGS and not path.startswith(("/preview/", "/media/")) else ""
    return Spot(path, given if lang else "", hears, more)


def _holds(name: str, value: str, names: set[str]) -> bool:
    return name in names and re.fullmatch(VALUES[name], value) is not None


def spot_of(address: str, here: Spot) -> Spot | None:
    """The page or file that a link on a page of the folder leads to."""
    return spot_at(address.partition("#")[0], here.lang or "fr")
