"""From what is asked to the documents that have it: words, phrases, beginnings, and how well each document answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

import numpy as np

from webapp.search.engine import FIELDS, MOST_EXPANSIONS, Clause
from webapp.search.whoosh_engine.schema import FIELD_NUMBER
from webapp.search.whoosh_engine.segments import Numbers, Postings
from webapp.search.whoosh_engine.snapshot import Snapshot
from webapp.search.whoosh_engine.vocabulary import LONG, SHORTEST
from webapp.text.analysis import stems

K1, B = 1.2, 0.6
STEM = 0.4
"""What a stem is worth beside the word itself."""

PHRASE_BITS = np.uint8(1 << FIELD_NUMBER["phrase"] | 1 << FIELD_NUMBER["name"])
MOST_ORDERED = 2000
"""Up to so many candidates, the order of the words is looked at too."""

ENOUGH = 0.6
"""The share of a query's weight that a document must have to be "most of the words"."""

LITTLE, NEARLY_ALL = 0.3, 0.75
"""What is enough of the query, where a document has so much of its own phrase in it."""

MOST_CANDIDATES = 8

NEAR, ALIKE, BEGUN, FARTHER = 0.8, 0.75, 0.7, 0.5
"""How close a word is to one that the archive does not know."""


class Match:
    """Documents in order, how well each answers, in which fields, and in which of them with the very word."""

    __slots__ = ("best", "docs", "exact", "fields", "scores")

    def __init__(self, docs: Numbers, scores: Numbers, fields: Numbers, exact: Numbers) -> None:
        self.docs, self.scores, self.fields, self.exact = docs, scores, fields, exact
        self.best: Numbers | None = None

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.docs.nbytes + self.scores.nbytes + self.fields.nbytes + self.exact.nbytes + 8000


NOTHING = Match(np.empty(0, "i4"), np.empty(0, "f4"), np.empty(0, "u1"), np.empty(0, "u1"))


class Kept(NamedTuple):
    """The match of a clause as the snapshot keeps it; ``cut`` says that some words were left out."""

    match: Match
    cut: bool

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.match.nbytes


class Wanted(NamedTuple):
    """A clause with its match, and the words that were looked for in the place of an unknown one."""

    clause: Clause
    match: Match
    replaced: tuple[str, ...] = ()
    cut: bool = False


class Deadline:
    """How long a search may still take."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.passed = False

    def over(self) -> bool:
        """Whether the time is up; once it is, it stays so."""
        self.passed = self.passed or time.monotonic() > self.end
        return self.passed


def wanted(snapshot: Snapshot, clause: Clause, exact: bool) -> Wanted:
    """The match of one clause, by itself."""
    key = ("w", clause.words, clause.field, clause.quoted, clause.prefix, exact)
    match, cut = snapshot.keep(key, lambda: _match(snapshot, clause, exact))
    return Wanted(clause, match, (), cut)


def _match(snapshot: Snapshot, clause: Clause, exact: bool) -> Kept:
    cut = False
    if clause.quoted:
        parts = [_scored(snapshot, phrase(snapshot, clause.words), clause.field, 1.0, True)]
    elif clause.prefix:
        words, cut = snapshot.beginning(clause.words[0], MOST_EXPANSIONS)
        parts = [_scored(snapshot, snapshot.postings("a", word), clause.field, 1.0, True) for word in words]
    else:
        parts = list(_variants(snapshot, clause.words[0], clause.field, exact))
    return Kept(union(parts), cut)


def _variants(snapshot: Snapshot, word: str, field: str | None, exact: bool) -> Iterable[Match]:
    yield _scored(snapshot, snapshot.postings("a", word), field, 1.0, True)
    if not exact:
        for stem in stems_of(snapshot, word):
            yield _scored(snapshot, snapshot.postings("s", stem), field, STEM, False)


def stems_of(snapshot: Snapshot, word: str) -> list[str]:
    """The stems of a word in every language of the archive, as they stand in the index."""
    return snapshot.keep(
        ("stems", word), lambda: [f"{lang}:{s}" for lang in snapshot.languages for s in stems(word, lang)]
    )


def _scored(snapshot: Snapshot, postings: Postings, field: str | None, worth: float, exact: bool) -> Match:
    """Postings weighed by BM25, only those in the field if one is given."""
    docs, weights, fields, many = postings
    if field is not None:
        inside = (fields & np.uint8(1 << FIELD_NUMBER[field])) > 0
        docs, weights, fields = docs[inside], weights[inside], fields[inside]
    if not len(docs):
        return NOTHING
    many = max(many, len(docs))
    total = max(snapshot.count, many)
    idf = np.float32(np.log(1 + (total - many + 0.5) / (many + 0.5)) * worth)
    norm = np.float32(K1 * (1 - B)) + np.float32(K1 * B / snapshot.mean_length) * snapshot.lengths[docs]
    scores = idf * np.float32(K1 + 1) * weights / (weights + norm)
    return Match(docs, scores, fields, fields if exact else np.zeros_like(fields))


def union(parts: Sequence[Match]) -> Match:
    """The documents of any of the parts; each scored by its best."""
    parts = [part for part in parts if len(part.docs)]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    docs, scores, fields, exact = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("docs", "scores", "fields", "exact")
    )
    order = np.argsort(docs, kind="stable")
    docs = docs[order]
    starts = np.flatnonzero(np.concatenate([[True], docs[1:] != docs[:-1]]))
    return Match(
        docs[starts], np.maximum.reduceat(scores[order], starts), np.bitwise_or.reduceat(fields[order], starts),
        np.bitwise_or.reduceat(exact[order], starts),
    )  # fmt: skip


def phrase(snapshot: Snapshot, words: tuple[str, ...]) -> Postings:
    """The documents in which these words stand one after the other, in one text."""
    if len(words) == 1:
        return snapshot.postings("a", words[0])
    if (known := snapshot.adjacent(words)) is not None:
        return known
    keys = [snapshot.positions("a", word) - at for at, word in enumerate(words)]
    order = sorted(range(len(words)), key=lambda at: len(keys[at]))
    starts = reduce(common, (keys[at] for at in order))
    if not len(starts):
        return Postings(NOTHING.docs, NOTHING.scores, NOTHING.fields)
    places = snapshot.postings("a", words[order[0]])
    docs = np.unique(starts >> 16).astype("i4")
    bits = np.left_shift(1, (starts & 0xFFFF) >> 13).astype("u1")
    firsts = np.searchsorted(starts >> 16, docs)
    at = np.searchsorted(places.docs, docs)
    return Postings(docs, places.weights[at], np.bitwise_or.reduceat(bits, firsts))


def common(few: Numbers, many: Numbers) -> Numbers:
    """What two ordered arrays share."""
    if len(few) > len(many):
        few, many = many, few
    return few[found_in(few, many)]


def found_in(few: Numbers, many: Numbers) -> Numbers:
    """For each of the few, whether it is among the many; both in order."""
    if not len(many):
        return np.zeros(len(few), bool)
    at = many.searchsorted(few)
    at[at == len(many)] = 0
    return many[at] == few


def all_of(matches: Sequence[Match]) -> Numbers:
    """The documents that are in every match."""
    if not matches:
        return NOTHING.docs
    return reduce(common, sorted((match.docs for match in matches), key=len))


def at_documents(match: Match, docs: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Scores, fields and exact fields of a match at these documents; nothing where it has none of them."""
    if docs is match.docs:
        return match.scores, match.fields, match.exact
    if not len(match.docs):
        return np.zeros(len(docs), "f4"), np.zeros(len(docs), "u1"), np.zeros(len(docs), "u1")
    at = match.docs.searchsorted(docs)
    at[at == len(match.docs)] = 0
    here = match.docs[at] == docs
    if here.all():
        return match.scores[at], match.fields[at], match.exact[at]
    return match.scores[at] * here, match.fields[at] * here, match.exact[at] * here


def scores(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers) -> Numbers:
    """How well these documents answer: exact phrase, then all words in the phrase, then stems, then meanings."""
    total, fields, exact = at_documents(parts[0].match, docs)
    everywhere, exact = fields & PHRASE_BITS, exact & PHRASE_BITS
    for part in parts[1:]:
        score, fields, exactly = at_documents(part.match, docs)
        total = total + score
        everywhere, exact = everywhere & fields, exact & exactly
    words = sum(len(part.clause.words) for part in parts)
    in_all, very = everywhere > 0, exact > 0
    whole = very & (snapshot.lengths[docs] == words)
    total = total + (np.float32(10) * in_all + np.float32(10) * very + np.float32(20) * whole)
    if len(parts) > 1:
        _reward_order(snapshot, parts, docs, very, total)
    return total


def _reward_order(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers, exact: Numbers, total: Numbers) -> None:
    words = tuple(word for part in parts for word in part.clause.words)
    if any(part.clause.prefix for part in parts):
        return
    candidates = np.flatnonzero(exact)
    if 1 < len(candidates) <= MOST_ORDERED:
        in_order = phrase(snapshot, words).docs
        total[candidates] += np.float32(15) * found_in(docs[candidates], in_order)


def most_of(snapshot: Snapshot, parts: Sequence[Wanted], among: Numbers) -> Numbers:
    """The documents (of those marked in ``among``) that have most of what is asked for, where none has all of it.

    Either most of the query's weight, or nearly the whole of their own phrase: somebody remembered more than there is.
    """
    weights = [_weight(snapshot, part) for part in parts]
    docs = _with_something(parts, weights, LITTLE * sum(weights))
    docs = docs[among[docs]]
    has, in_phrase = np.zeros(len(docs), "f8"), np.zeros(len(docs), "i4")
    for part, weight in zip(parts, weights, strict=True):
        _, fields, _ = at_documents(part.match, docs)
        has += weight * (fields > 0)
        in_phrase += (fields & PHRASE_BITS) > 0
    remembered = (in_phrase >= NEARLY_ALL * snapshot.lengths[docs]) & (in_phrase > 1)
    enough = np.where(remembered, LITTLE, ENOUGH) * sum(weights)
    return docs[has >= enough]


def _with_something(parts: Sequence[Wanted], weights: list[float], needed: float) -> Numbers:
    """The documents that can have so much weight: those with one of the words that the others cannot make up for."""
    spare, found = sum(weights), [NOTHING.docs]
    for at in sorted(range(len(parts)), key=lambda at: -weights[at]):
        if spare < needed:
            break
        found.append(parts[at].match.docs)
        spare -= weights[at]
    return np.unique(np.concatenate(found))


def _weight(snapshot: Snapshot, part: Wanted) -> float:
    found = len(part.match.docs)
    total = max(snapshot.count, found)
    return float(np.log(1 + (total - found + 0.5) / (found + 0.5)))


def replacement(snapshot: Snapshot, clause: Clause, others: Numbers | None, deadline: Deadline) -> Wanted | None:
    """Words of the archive in the place of one it does not know, such that the other words of the query fit."""
    closeness = candidates(snapshot, clause.words[0], deadline) if len(clause.words[0]) >= SHORTEST else {}
    fitting: list[tuple[float, str, Match]] = []
    for word, close in closeness.items():
        match = _scored(snapshot, phrase(snapshot, tuple(word.split())), clause.field, close, False)
        if len(match.docs) and (others is None or len(common(match.docs, others))):
            fitting.append((close, word, match))
    if not fitting:
        return None
    best = max(close for close, _, _ in fitting)
    kept = sorted((each for each in fitting if each[0] > best - 0.1), key=lambda each: (-each[0], -len(each[2].docs)))
    kept = kept[:MOST_CANDIDATES]
    return Wanted(clause, union([match for _, _, match in kept]), tuple(word for _, word, _ in kept))


def of_words(snapshot: Snapshot, clause: Clause, closeness: Mapping[str, float]) -> Match:
    """The match of the words that are looked for in the place of the one that was asked for."""
    return union([
        _scored(snapshot, phrase(snapshot, tuple(word.split())), clause.field, close, False)
        for word, close in closeness.items()
    ])  # fmt: skip


def candidates(snapshot: Snapshot, word: str, deadline: Deadline) -> dict[str, float]:
    """Words like this one, with how close each is: one slip, the same sound, so begun, two slips in a long word."""
    if word.isdigit() or deadline.over():
        return {}
    return snapshot.keep(("c", word), lambda: _candidates(snapshot, word))


def _candidates(snapshot: Snapshot, word: str) -> dict[str, float]:
    close: dict[str, float] = {}
    for find, worth in WAYS:
        if worth < ALIKE and close:
            break  # the last resorts
        for each in find(snapshot, word):
            if len(each) > 2:
                close[each] = max(close.get(each, 0), worth * (1.0 if each[0] == word[0] else 0.9))
    return close


def _parted(snapshot: Snapshot, word: str) -> Iterable[str]:
    """Two words that were written as one."""
    for at in range(3, len(word) - 2):
        two = word[:at], word[at:]
        if all(snapshot.frequency(each) for each in two) and len(phrase(snapshot, two).docs):
            yield " ".join(two)


# How a word that the archive does not know may be meant, the likeliest first.
WAYS: list[tuple[Callable[[Snapshot, str], Iterable[str]], float]] = [
    (lambda snapshot, word: snapshot.near(word), NEAR),
    (_parted, NEAR),
    (lambda snapshot, word: snapshot.sounding(word), ALIKE),
    (lambda snapshot, word: snapshot.beginning(word, 2 * MOST_CANDIDATES)[0], BEGUN),
    (lambda snapshot, word: snapshot.farther(word) if len(word) >= LONG else (), FARTHER),
]


@lru_cache(maxsize=256)
def field_names(bits: int) -> frozenset[str]:
    """The fields that are set in a byte."""
    return frozenset(name for number, name in enumerate(FIELDS) if bits >> number & 1)
