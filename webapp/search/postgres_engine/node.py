"""What one node remembers between two searches: the archive's words, how frequent they are, what was found just now."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Connection, text

from webapp.search.postgres_engine.asking import Condition, sampled
from webapp.search.postgres_engine.packed import Packed, Values
from webapp.search.postgres_engine.rows import PARTS, quoted, stem_lexeme, word_lexeme
from webapp.search.postgres_engine.words import Words

MOST_BYTES = 32 * 1024 * 1024
"""How much of what was found is kept for those who turn pages, until something changes."""

SURELY = 10_000
"""So many documents are counted one by one; of more, a part of all is."""

MANY = (
    "SELECT count(*) FROM (SELECT 1 FROM search.document WHERE lexemes @@ CAST(asked AS tsquery) LIMIT :most) AS found"
)


class Node:
    """The memory of one process for one state of the search."""

    def __init__(self, built: int = -1) -> None:
        self.built, self.version, self.since = built, -1, -1
        self.words, self.values, self.frequencies = Words(), Values(), Frequencies()
        self.tended = -1
        self.tallies: dict[str, Any] = {}
        self.wishes: dict[str, None] = {}
        self._kept: OrderedDict[Any, Packed] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def look(self, connection: Connection, state: Any) -> None:
        """Take in what has changed since this node was asked last."""
        self.since = state.since
        if state.version != self.version:
            self.forget()
            self.version = state.version
        self.words.learn(connection, state.last_word or 0)
        if (state.last_value or 0) > self.values.last:
            sql = text("SELECT code, whole FROM search.value WHERE code > :last ORDER BY code")
            with self._lock:
                self.values.learn(connection.execute(sql, {"last": self.values.last}).all())
        self.frequencies.look(connection, self.version)

    def forget(self) -> None:
        """Forget what was found."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def keep(self, key: Any, make: Callable[[], Packed]) -> Packed:
        """What was found under this key."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                if key not in self._kept:
                    self._kept[key] = found
                    self._bytes += found.nbytes
                while self._bytes > MOST_BYTES and len(self._kept) > 1:
                    self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return found


class Frequencies:
    """In how many documents a term stands, on which its weight depends: exact in a small archive, else a minute old."""

    FRESH = 60.0
    SMALL = 20_000
    MOST = 50_000

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], int] = {}
        self._generation, self._since = -1, 0.0
        self.whole, self.mean_length = 0, 1.0

    def look(self, connection: Connection, generation: int) -> None:
        """Forget what is too old, and count the documents again: all of a small archive, else a part of it."""
        old = time.monotonic() - self._since > self.FRESH or len(self._kept) > self.MOST
        if not (old or (generation != self._generation and self.whole < self.SMALL)):
            return
        for parts in (1, PARTS):
            row = connection.execute(
                text(f"""SELECT count(*), coalesce(avg(length), 1) FROM search.document
                         WHERE {sampled(parts).sql() if parts < PARTS else "true"}"""),
                sampled(parts).given(),
            ).one()
            self.whole, self.mean_length = row[0] * PARTS // parts, float(row[1]) or 1.0
            if self.whole > self.SMALL:
                break
        self._kept, self._generation, self._since = {}, generation, time.monotonic()

    def of(self, connection: Connection, terms: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """The frequencies of these terms."""
        kept, terms = self._kept, list(dict.fromkeys(terms))
        if new := [term for term in terms if term not in kept]:
            lexemes = [(word_lexeme if field == "a" else stem_lexeme)(term, None) for field, term in new]
            kept |= zip(new, how_many(connection, [quoted(each) for each in lexemes]), strict=True)
        return {term: kept[term] for term in terms}


def how_many(connection: Connection, queries: Sequence[str]) -> list[int]:
    """How many documents each of these queries of lexemes finds; about so many, where there are very many."""
    counts = _counted(connection, queries, SURELY)
    if many := [at for at, count in enumerate(counts) if count == SURELY]:
        part = Condition([*sampled(1).lexemes]).query()
        parts = _counted(connection, [f"{queries[at]} & {part}" for at in many], SURELY)
        for at, count in zip(many, parts, strict=True):
            counts[at] = max(SURELY, count * PARTS)
    return counts


def _counted(connection: Connection, queries: Sequence[str], most: int) -> list[int]:
    sql = f"""SELECT ({MANY}) FROM unnest(CAST(:asked AS text[])) WITH ORDINALITY AS term (asked, at) ORDER BY at"""
    return list(connection.scalars(text(sql), {"asked": list(queries), "most": most}))
