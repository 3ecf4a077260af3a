"""One segment of the index, decoded into arrays once and kept: segments never change, so these caches never expire."""

from __future__ import annotations

import pickle
import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from webapp.search.engine import FIELDS, WEIGHTS
from webapp.search.whoosh_engine.schema import FIELD_BITS, ROW, SEPARATOR
from webapp.search.whoosh_engine.vocabulary import Vocabulary

Numbers: TypeAlias = npt.NDArray[Any]
LEAST_BYTES, BYTES_EACH = 48 * 1024 * 1024, 300
"""How much of decoded postings one segment keeps before it forgets what was asked longest ago: so much, or so much for
each document, whichever is more."""

_WEIGHT = np.array([WEIGHTS[name] for name in FIELDS], "f4")


class Postings(NamedTuple):
    """The documents of a term, in order; the sum of its weights in each, and the fields in which it stands as bits.

    ``many`` is how many documents have it, where these are only some of them.
    """

    docs: Numbers
    weights: Numbers
    fields: Numbers
    many: int = 0


class Decoded(NamedTuple):
    """The postings of a term, with its positions, and how many of them each document has."""

    postings: Postings
    places: Numbers
    counts: Numbers


EMPTY = Postings(np.empty(0, "i4"), np.empty(0, "f4"), np.empty(0, "u1"))
NO_PLACES = np.empty(0, "u2")


class Codes(NamedTuple):
    """One facet of one segment: its values, the code of each document's first value (0: none), and further pairs."""

    values: list[str]
    first: Numbers
    more_docs: Numbers
    more_codes: Numbers


class Segment:
    """A segment's documents, terms and facets as arrays."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.size: int = reader.doc_count_all()
        self.vocabulary = Vocabulary(sorted(word.decode() for word in reader.lexicon("a")))
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], Decoded] = OrderedDict()
        self._bytes = 0
        self._most = max(LEAST_BYTES, BYTES_EACH * self.size)

    def __del__(self) -> None:
        """Close the files when the last snapshot that reads them is gone, and not before."""
        with suppress(Exception):
            self.reader.close()

    @cached_property
    def rows(self) -> Numbers:
        """Identifier, entry, revision, length and first span of every document."""
        with self._lock:
            column = self.reader.column_reader("row")
            return np.frombuffer(b"".join(column), ROW)

    @cached_property
    def more_spans(self) -> tuple[Numbers, Numbers]:
        """The documents of all further spans, and these spans."""
        if not (self.rows["spans"] > 1).any():
            return np.empty(0, "i4"), np.empty((0, 2), "i4")
        with self._lock:
            blobs = list(self.reader.column_reader("more"))
        counts = np.array([len(blob) // 8 for blob in blobs], "i8")
        spans = np.frombuffer(b"".join(blobs), "<i4").reshape(-1, 2)
        return np.repeat(np.arange(self.size, dtype="i4"), counts), spans

    @cached_property
    def codes(self) -> dict[str, Codes]:
        """Every facet that occurs, by name."""
        by_facet: dict[str, list[tuple[str, Numbers]]] = {}
        with self._lock:
            terms = [term.decode() for term in self.reader.lexicon("f")]
        for term in terms:
            name, _, value = term.partition(SEPARATOR)
            by_facet.setdefault(name, []).append((value, self._documents("f", term)))
        return {name: _codes(values, self.size) for name, values in by_facet.items()}

    def frequency(self, word: str) -> int:
        """In how many documents a word stands, deleted ones included."""
        with self._lock:
            return int(self.reader.doc_frequency("a", word)) if ("a", word) in self.reader else 0

    def beginning(self, letters: str) -> Numbers:
        """The documents of which a word of the phrase or name begins with these one to three letters."""
        return self._decoded("t", letters).postings.docs

    def _documents(self, field: str, term: str) -> Numbers:
        blocks = list(self._blocks(field, term))
        return np.concatenate([ids for ids, _ in blocks]) if blocks else np.empty(0, "i4")

    def numbers_of(self, record_id: str) -> list[int]:
        """The numbers of the documents of this record, deleted ones included."""
        return [int(number) for number in self._documents("k", record_id)]

    def title(self, number: int) -> tuple[str, str, str]:
        """Type, language and title of a document."""
        with self._lock:
            kind, lang, title = self._titles[number].decode().split(SEPARATOR, 2)
        return kind, lang, title

    @cached_property
    def _titles(self) -> Any:
        return self.reader.column_reader("title")

    def postings(self, field: str, term: str) -> Postings:
        """The documents of a term."""
        return self._decoded(field, term).postings

    def positions(self, field: str, term: str) -> Numbers:
        """The places of a term, as ``document << 16 | position``."""
        postings, places, counts = self._decoded(field, term)
        return (np.repeat(postings.docs.astype("i8"), counts) << 16) | places

    def _decoded(self, field: str, term: str) -> Decoded:
        key = (field, term)
        found = self._kept.get(key)
        if found is None:
            found = self._decode(field, term)
            with self._lock:
                self._remember(key, found)
        else:
            with suppress(KeyError):  # another thread has just forgotten it
                self._kept.move_to_end(key)
        return found

    def _remember(self, key: tuple[str, str], found: Decoded) -> None:
        self._kept[key] = found
        self._bytes += _size(found)
        while self._bytes > self._most and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)

    def _decode(self, field: str, term: str) -> Decoded:
        blocks = list(self._blocks(field, term))
        if not blocks:
            return Decoded(EMPTY, NO_PLACES, NO_PLACES)
        docs = blocks[0][0] if len(blocks) == 1 else np.concatenate([ids for ids, _ in blocks])
        if not blocks[0][1]:
            return Decoded(Postings(docs, EMPTY.weights, EMPTY.fields), NO_PLACES, NO_PLACES)
        values = [value for _, chunk in blocks for value in chunk]
        counts = np.fromiter(map(len, values), "i8", len(values)) >> 1
        places = np.frombuffer(b"".join(values), "<u2")
        starts = np.cumsum(counts) - counts
        in_field = places >> FIELD_BITS
        weights = np.add.reduceat(_WEIGHT[in_field], starts)
        fields = np.bitwise_or.reduceat(np.left_shift(1, in_field).astype("u1"), starts)
        return Decoded(Postings(docs, weights, fields), places, counts.astype("u2"))

    def _blocks(self, field: str, term: str) -> Iterator[tuple[Numbers, Any]]:
        """The postings of a term, block by block, as the standard index format keeps them.

        Whoosh's own matcher hands out one posting at a time; reading whole blocks is a hundred times as fast.
        """
        with self._lock:
            if (field, term) not in self.reader:
                return
            matcher = self.reader.postings(field, term)
            for ids, values in _raw_blocks(matcher):
                yield np.cumsum(np.array(ids, "i8")).astype("i4"), values


def _raw_blocks(matcher: Any) -> list[tuple[Any, Any]]:
    blocks = []
    matcher = getattr(matcher, "child", matcher)  # deleted documents are left out later, by number
    while not matcher._atend:
        data = matcher._postfile.get(matcher._dataoffset, matcher._nextoffset - matcher._dataoffset)
        if matcher._compression:
            data = zlib.decompress(data)
        ids, _, values = pickle.loads(data)  # noqa: S301  # our own index, in a private folder
        blocks.append((ids, values or ()))
        matcher._next_block()
    return blocks


def _size(kept: Decoded) -> int:
    return 400 + sum(array.nbytes for array in (*kept.postings[:3], kept.places, kept.counts))


def _codes(values: list[tuple[str, Numbers]], size: int) -> Codes:
    first = np.zeros(size, "u2")
    docs, codes = [np.empty(0, "i4")], [np.empty(0, "u2")]
    for code, (_, found) in enumerate(values, 1):
        free = first[found] == 0
        first[found[free]] = code
        docs.append(found[~free])
        codes.append(np.full(len(found) - int(free.sum()), code, "u2"))
    more_docs, more_codes = np.concatenate(docs), np.concatenate(codes)
    order = np.argsort(more_docs, kind="stable")
    return Codes([value for value, _ in values], first, more_docs[order], more_codes[order])


UNREADABLE = (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError,
              struct.error, pickle.UnpicklingError, zlib.error, UnicodeDecodeError)  # fmt: skip
"""What a damaged index raises; there is no telling which."""
