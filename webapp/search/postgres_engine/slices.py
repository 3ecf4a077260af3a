"""The documents that one answer shows, as the weighing of both engines wants to see them.

Rows come from PostgreSQL; what they are worth is worked out by the same code as on Whoosh's segments, so that both
engines put the same message first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from webapp.search.engine import FIELDS, WEIGHTS
from webapp.search.postgres_engine.rows import LONGEST
from webapp.search.postgres_engine.words import Words
from webapp.search.whoosh_engine.matching import Wanted
from webapp.search.whoosh_engine.schema import FIELD_BITS, FIELD_NUMBER
from webapp.search.whoosh_engine.segments import EMPTY, Numbers, Postings
from webapp.search.whoosh_engine.snapshot import MESSAGES, Snapshot


class Row(NamedTuple):
    """What is asked of the server for a document that may be shown."""

    number: int
    id: str
    type: str
    revision: int
    length: int
    told: str
    stems: str


COLUMNS = ", ".join(Row._fields)
Known = Mapping[tuple[str, str], int]
"""How many documents of the whole archive have a term."""


class Slice(Snapshot):
    """Some documents, numbered from 0 in the order in which they came."""

    def __init__(self, words: Words, total: int, mean_length: float, known: Known) -> None:
        super().__init__(0, [])
        self.words, self._total, self._mean = words, total, mean_length
        self._known = known
        self._terms: dict[str, set[str]] = {}
        self.found: list[Row] = []
        self._at: dict[int, int] = {}

    # documents

    def add(self, rows: Iterable[Any]) -> list[int]:
        """Take in rows; gives the numbers that they have here."""
        here = []
        for row in rows:
            if row.number not in self._at:
                self._at[row.number] = len(self.found)
                self.found.append(Row(*row))
            here.append(self._at[row.number])
        self.__dict__.pop("_arrays", None)
        self._terms = {}
        return here

    @property
    def _columns(self) -> tuple[Numbers, Numbers]:
        kept: tuple[Numbers, Numbers] | None = self.__dict__.get("_arrays")
        if kept is None or len(kept[0]) != len(self.found):
            lengths = np.fromiter((row.length for row in self.found), "f4", len(self.found))
            kept = lengths, np.fromiter((row.type == MESSAGES for row in self.found), bool, len(self.found))
            self.__dict__["_arrays"] = kept
        return kept

    @property
    def count(self) -> int:
        return self._total

    @property
    def mean_length(self) -> float:
        return self._mean

    @property
    def lengths(self) -> Numbers:
        return self._columns[0]

    @property
    def is_message(self) -> Numbers:
        return self._columns[1]

    @property
    def tiers(self) -> Numbers:
        return np.where(self.is_message, np.float32(1000), np.float32(1))

    @property
    def everything(self) -> Numbers:
        return np.arange(len(self.found), dtype="i4")

    # terms

    def postings(self, field: str, term: str) -> Postings:
        """The documents of a term, weighed by the fields in which it stands."""
        return self.keep(("p", field, term), lambda: self._postings(field, term))

    def _postings(self, field: str, term: str) -> Postings:
        docs = self._documents(field, term[:LONGEST])
        if not docs:
            return EMPTY
        weights, fields = np.zeros(len(docs), "f4"), np.zeros(len(docs), "u1")
        for at, doc in enumerate(docs):
            for name, times in self._places(field, term, doc):
                weights[at] += np.float32(WEIGHTS[name] * times)
                fields[at] |= 1 << FIELD_NUMBER[name]
        there = fields > 0
        many = self._known.get((field, term), 0)
        return Postings(np.array(docs, "i4")[there], weights[there], fields[there], many)

    def _documents(self, field: str, term: str) -> list[int]:
        if field not in self._terms:
            told = (row.told if field == "a" else row.stems for row in self.found)
            self._terms[field] = set(" ".join(told).split(" "))
        if term not in self._terms[field]:
            return []
        sought = f" {term} "
        return [doc for doc, row in enumerate(self.found) if sought in (row.told if field == "a" else row.stems)]

    def _places(self, field: str, term: str, doc: int) -> Iterator[tuple[str, int]]:
        """The fields of a document in which a term stands, and how often."""
        row, sought = self.found[doc], f" {term} "
        lines = row.told if field == "a" else row.stems
        if sought in lines:
            for line in lines.split("\n"):
                if sought in line:
                    name, *found = line.split(" ")
                    yield name, found.count(term)

    def positions(self, field: str, term: str) -> Numbers:
        """Every place of a word, as ``document << 16 | position``, in order."""
        docs = self.postings(field, term).docs
        keys = [(int(doc) << 16) | place for doc in docs for place in self._positions_in(term, self.found[doc].told)]
        return np.array(sorted(keys), "i8")

    @staticmethod
    def _positions_in(term: str, told: str) -> Iterator[int]:
        at = dict.fromkeys(FIELDS, 0)
        for line in told.split("\n"):
            name, *found = line.split(" ")
            base = FIELD_NUMBER[name] << FIELD_BITS
            yield from (base | (at[name] + here) for here, word in enumerate(found[:-1]) if word == term)
            at[name] = min(at[name] + len(found) + 1, 1 << (FIELD_BITS - 1))

    # the vocabulary

    @property
    def languages(self) -> tuple[str, ...]:
        return self.words.languages

    def beginning(self, prefix: str, most: int) -> tuple[list[str], bool]:
        """The first words that begin so, and whether some were left out."""
        return self.words.beginning(prefix, most)


def fields_of(parts: Sequence[Wanted], doc: int) -> int:
    """In which fields of a document the words stand, as bits: where in its phrase, there alone."""
    from_phrase = 1 << FIELD_NUMBER["phrase"] | 1 << FIELD_NUMBER["name"]
    bits = 0
    for part in parts:
        at = int(np.searchsorted(part.match.docs, doc))
        if at < len(part.match.docs) and part.match.docs[at] == doc:
            found = int(part.match.fields[at])
            bits |= (found & from_phrase) or found
    return bits
