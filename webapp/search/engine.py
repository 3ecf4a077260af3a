"""What a search engine of the archive takes and gives. Whoosh's stands in ``whoosh_engine``, PostgreSQL's beside.

An engine knows documents, clauses and facet values; it knows neither Flask, nor the database, nor the records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

FIELDS = ("phrase", "translation", "meaning", "note", "name", "about", "essay")
"""Where a word can stand in a document. ``name`` is the title of what is no message; ``about`` tells of station,
theme and dates; all that tells of what a message meant stands in ``meaning``."""

WEIGHTS = {"phrase": 4.0, "translation": 2.0, "meaning": 2.0, "note": 1.0, "name": 3.0, "about": 1.0, "essay": 1.0}

INSIDE = frozenset(("meaning", "note"))
"""The fields that tell the insider's reading."""

MOST_WORDS = 16
MOST_EXPANSIONS = 1024
SECONDS = 2.0
"""How long one search may take; what is known by then is shown, and the page says so."""


class Text(NamedTuple):
    """Words of a document in one field; ``lang`` chooses the stems."""

    field: str
    words: str
    lang: str


@dataclass(frozen=True)
class Document:
    """What the index holds of one published record.

    ``spans`` are first and last possible days, None where an end is open; ``doubtful`` are the places in ``spans`` of
    dates with a question mark or an "about", which lie certainly within no period. ``entered`` is the second of its
    first publication; ``revision`` lets the index be compared with the database; ``title`` is what suggestions show.
    """

    id: str
    type: str
    lang: str
    title: str
    texts: tuple[Text, ...]
    facets: Mapping[str, tuple[str, ...]]
    spans: tuple[tuple[int | None, int | None], ...] = ()
    doubtful: frozenset[int] = frozenset()
    entered: int = 0
    revision: int = 0


@dataclass(frozen=True)
class Clause:
    """One thing asked for: a word, a phrase in quotes, or the beginning of a word; in one field or in any.

    What was typed as a name (Guéret) is not taken for another word (guère), even where the archive has not got it.
    """

    words: tuple[str, ...]
    field: str | None = None
    quoted: bool = False
    prefix: bool = False
    without: bool = False
    name: bool = False


@dataclass(frozen=True)
class Query:
    """A search. ``filters`` and ``hidden`` are facet values that must, or must not, be there."""

    clauses: tuple[Clause, ...] = ()
    exact: bool = False
    filters: tuple[tuple[str, frozenset[str]], ...] = ()
    hidden: tuple[tuple[str, frozenset[str]], ...] = ()
    since: int | None = None
    until: int | None = None
    within: bool = False
    sort: str = "relevance"
    offset: int = 0
    size: int = 20
    facets: tuple[str, ...] = ()
    seconds: float = SECONDS


class Hit(NamedTuple):
    """A record found: where its words stand is in ``fields``, empty when nothing was asked in words."""

    type: str
    id: str
    revision: int
    fields: frozenset[str]


@dataclass
class Found:
    """The answer. Totals and counts are exact unless ``limits`` names what was cut short.

    ``partial`` says that no record has all the words, and that these have most of them. ``replaced`` are words of the
    query that the archive does not know, with the words that were looked for instead. ``words`` and ``stems`` are
    what may be marked in the texts. ``facets`` count, value by value, what one would find by choosing it too.
    """

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    partial: bool = False
    replaced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    limits: list[str] = field(default_factory=list)


class Suggested(NamedTuple):
    """Something to offer while typing."""

    type: str
    id: str
    title: str
    lang: str


class Change(NamedTuple):
    """A record to take out of the index, and what is to stand there instead, if anything."""

    id: str
    document: Document | None


@dataclass(frozen=True)
class Status:
    """How an index stands: ``ready``, ``missing`` or ``broken``."""

    state: str
    documents: int = 0
    generation: int = 0
    segments: int = 0
    bytes: int = 0


class Broken(Exception):
    """The index cannot be read."""


class Missing(Broken):
    """There is no index yet."""


Progress = Callable[[int], None]


def state_of(look: Callable[[], AbstractContextManager[object]]) -> str:
    """Whether an engine is ``ready``, ``missing`` or ``broken``, by what happens when it is looked into."""
    try:
        with look():
            return "ready"
    except Missing:
        return "missing"
    except Broken:
        return "broken"


class Engine(Protocol):
    """A search engine."""

    def search(self, query: Query) -> Found:
        """What the query finds. Raises ``Broken``."""

    def suggest(self, words: tuple[str, ...], types: Mapping[str, int]) -> list[Suggested]:
        """What begins so: up to so many of each type, messages by relevance. Raises ``Broken``."""

    def apply(self, changes: Iterable[Change]) -> None:
        """Bring these records up to date, durably; the same changes twice are harmless."""

    def rebuild(self, documents: Iterable[Document], progress: Progress = lambda done: None) -> int:
        """Build the index anew and put it in the place of the old one; gives the number of documents."""

    def revisions(self) -> dict[str, int]:
        """Which revision of which record the index holds. Raises ``Broken``."""

    def with_value(self, facet: str, value: str) -> list[str]:
        """The records that have this facet value."""

    def state(self) -> str:
        """Whether the index is ``ready``, ``missing`` or ``broken``."""

    def status(self) -> Status:
        """How the index stands, with its size."""

    def warm(self) -> None:
        """Prepare what the first searches would otherwise wait for. Raises ``Broken``."""

    def put_aside(self) -> None:
        """Move a broken index out of the way."""

    @property
    def generation(self) -> int:
        """A number that changes whenever a search may find something else."""
