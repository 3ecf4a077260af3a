"""An immutable view of the whole index: what one search sees from beginning to end.

A new snapshot is made beside the old one when the index has a new generation; its segments bring their caches along.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from webapp.search.whoosh_engine.facets import FacetColumn
from webapp.search.whoosh_engine.schema import ROW
from webapp.search.whoosh_engine.segments import EMPTY, Numbers, Postings, Segment

MESSAGES = "message"
LEAST_BYTES, BYTES_EACH = 64 * 1024 * 1024, 400
"""How much of what was worked out a snapshot keeps: so much, or so much for each document, whichever is more. With less
than that, a mix of frequent words puts out of a large index what it asks for again a moment later."""


class Place(NamedTuple):
    """A segment within the snapshot: its first document number."""

    base: int
    segment: Segment
    alive: Numbers | None


class Snapshot:
    """All living documents of one generation, numbered through."""

    def __init__(self, generation: int, segments: Sequence[tuple[Segment, set[int]]]) -> None:
        self.generation = generation
        self.places: list[Place] = []
        self.size = 0
        for segment, deleted in segments:
            self.places.append(Place(self.size, segment, _living(segment.size, deleted)))
            self.size += segment.size
        self._lock = Lock()
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._bytes = 0
        self._most = max(LEAST_BYTES, BYTES_EACH * self.size)

    # documents

    @cached_property
    def rows(self) -> Numbers:
        return np.concatenate([place.segment.rows for place in self.places] or [np.empty(0, ROW)])

    @cached_property
    def everything(self) -> Numbers:
        """The numbers of all living documents."""
        living: list[Numbers] = [
            (np.arange(place.segment.size) if place.alive is None else np.flatnonzero(place.alive)) + place.base
            for place in self.places
        ]
        return np.concatenate(living or [np.empty(0)]).astype("i4")

    @cached_property
    def count(self) -> int:
        """How many living documents there are."""
        return len(self.everything)

    @cached_property
    def ids(self) -> Numbers:
        """The identifier of each document."""
        return np.ascontiguousarray(self.rows["id"])

    @cached_property
    def revisions(self) -> Numbers:
        """The revision of each document."""
        return np.ascontiguousarray(self.rows["revision"])

    @cached_property
    def types(self) -> tuple[list[str], Numbers]:
        """The names of the types, and which one each document has."""
        column = self.facets.get("type")
        return (column.values, column.first) if column else ([""], np.zeros(self.size, "u2"))

    @cached_property
    def lengths(self) -> Numbers:
        return self.rows["length"].astype("f4")

    @cached_property
    def mean_length(self) -> float:
        return float(self.lengths[self.everything].mean() or 1.0) if len(self.everything) else 1.0

    @cached_property
    def tiers(self) -> Numbers:
        """What is added to a score so that messages come before all else."""
        return np.where(self.is_message, np.float32(1000), np.float32(1))

    @cached_property
    def is_message(self) -> Numbers:
        """Which documents are messages."""
        names, types = self.types
        return types == names.index(MESSAGES) if MESSAGES in names else np.zeros(self.size, bool)

    # dates

    @cached_property
    def spans(self) -> tuple[Numbers, Numbers]:
        """First and last day of the first span of each document."""
        return np.ascontiguousarray(self.rows["first"]), np.ascontiguousarray(self.rows["last"])

    @cached_property
    def more_spans(self) -> tuple[Numbers, Numbers]:
        """The further spans, with the documents they belong to."""
        pairs = [(place.base, *place.segment.more_spans) for place in self.places]
        docs = np.concatenate([np.empty(0, "i4"), *(docs + base for base, docs, _ in pairs)]).astype("i4")
        return docs, np.concatenate([np.empty((0, 2), "i4"), *(spans for _, _, spans in pairs)])

    @cached_property
    def by_date(self) -> Numbers:
        """A key that sorts documents by their first day, undated ones last; unique."""
        numbers = np.arange(self.size, dtype="i8")
        first = self.rows["first"].astype("i8")
        dated = self.rows["spans"] > 0
        return (np.where(dated, first, 2**31 - 1) << 31) + numbers

    @cached_property
    def by_entry(self) -> Numbers:
        """A key that sorts documents by their entry into the archive, the newest first; unique."""
        return (-self.rows["entered"].astype("i8") << 31) + np.arange(self.size, dtype="i8")

    # facets

    @cached_property
    def facets(self) -> dict[str, FacetColumn]:
        parts = [(place.segment.codes, place.base, place.segment.size) for place in self.places]
        names = {name for codes, _, _ in parts for name in codes}
        return {
            name: FacetColumn.joined([(codes.get(name), base, size) for codes, base, size in parts])
            for name in sorted(names)
        }

    # terms

    def postings(self, field: str, term: str) -> Postings:
        """The living documents of a term."""
        parts = []
        for place in self.places:
            found = place.segment.postings(field, term)
            if not len(found.docs):
                continue
            if place.alive is not None:
                living = place.alive[found.docs]
                found = Postings(found.docs[living], found.weights[living], found.fields[living])
            docs = found.docs + np.int32(place.base) if place.base else found.docs
            parts.append(Postings(docs, found.weights, found.fields))
        if len(parts) < 2:
            return parts[0] if parts else EMPTY
        docs, weights, fields = (np.concatenate([part[at] for part in parts]) for at in range(3))
        return Postings(docs, weights, fields)

    def positions(self, field: str, term: str) -> Numbers:
        """Every place of a term in a living document, as ``document << 16 | position``, in order."""
        return self.keep(("k", field, term), lambda: self._positions(field, term))

    def _positions(self, field: str, term: str) -> Numbers:
        parts = [np.empty(0, "i8")]
        for place in self.places:
            keys = place.segment.positions(field, term)
            if place.alive is not None and len(keys):
                keys = keys[place.alive[keys >> 16]]
            parts.append(keys + (np.int64(place.base) << 16))
        return np.concatenate(parts)

    def adjacent(self, words: tuple[str, ...]) -> Postings | None:
        """The documents in which these words follow one another, if that is known without looking at their places."""
        return None

    def letters(self, beginning: str) -> Numbers:
        """The living documents of which a word of the phrase or name begins with these one to three letters."""
        return self.keep(("t", beginning), lambda: self._letters(beginning))

    def _letters(self, beginning: str) -> Numbers:
        parts = [np.empty(0, "i4")]
        for place in self.places:
            docs = place.segment.beginning(beginning)
            parts.append((docs if place.alive is None else docs[place.alive[docs]]) + np.int32(place.base))
        return np.concatenate(parts)

    def frequency(self, word: str) -> int:
        """In how many documents a word stands."""
        return len(self.postings("a", word).docs)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The primary languages that the stems of this index are of."""
        return tuple(self.facets["stems"].values[1:]) if "stems" in self.facets else ()

    def beginning(self, prefix: str, most: int) -> tuple[list[str], bool]:
        """The most frequent words that begin so, and whether some were left out."""
        if len(self.places) == 1:
            found: Sequence[str] = self.places[0].segment.vocabulary.beginning(prefix)
        else:
            found = sorted({word for place in self.places for word in place.segment.vocabulary.beginning(prefix)})
        if len(found) <= most:
            return list(found), False
        return sorted(found, key=lambda word: -self._quick_frequency(word))[:most], True

    def _quick_frequency(self, word: str) -> int:
        return sum(place.segment.frequency(word) for place in self.places)

    def near(self, word: str) -> set[str]:
        """The words one slip away."""
        return {each for place in self.places for each in place.segment.vocabulary.near(word)}

    def farther(self, word: str) -> set[str]:
        """The words two slips away."""
        return {each for place in self.places for each in place.segment.vocabulary.farther(word)}

    def sounding(self, word: str) -> set[str]:
        """The words that sound alike."""
        return {each for place in self.places for each in place.segment.vocabulary.sounding(word)}

    def title(self, number: int) -> tuple[str, str, str]:
        """Type, language and title of a document."""
        place = next(place for place in reversed(self.places) if place.base <= number)
        return place.segment.title(number - place.base)

    # what was worked out once

    def keep(self, key: Any, make: Any) -> Any:
        """The value under this key, made when it is first asked for; what was asked for longest ago is forgotten."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                self._remember(key, found)
        else:
            with suppress(KeyError):  # another thread has just forgotten it
                self._kept.move_to_end(key)
        return found

    def _remember(self, key: Any, found: Any) -> None:
        if key not in self._kept:
            self._kept[key] = found
            self._bytes += _size(found)
        while self._bytes > self._most and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)


def _size(kept: Any) -> int:
    """About how many bytes a kept value takes: the arrays in it, and something for itself."""
    return 200 + (kept.nbytes if hasattr(kept, "nbytes") else 0)


def _living(size: int, deleted: set[int]) -> Numbers | None:
    if not deleted:
        return None
    alive = np.ones(size, bool)
    alive[list(deleted)] = False
    return alive
