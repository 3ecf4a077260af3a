"""What one node remembers between two searches: the archive's words, how frequent they are, what was found just now."""

from __future__ import annotations

import re
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
"""So many documents are counted one by one in a small archive; of more, a part of all is."""

ENOUGH = 8
"""So many documents of a part are enough to say about how frequent a term is."""

COMMON = """
    SELECT common.lexeme, common.share
    FROM pg_stats, unnest(CAST(CAST(most_common_elems AS text) AS text[]),
                          most_common_elem_freqs) AS common (lexeme, share)
    WHERE schemaname = 'search' AND tablename = 'document' AND attname = 'lexemes' AND common.lexeme IS NOT NULL
    """
"""What the server has found out by itself about the most frequent lexemes: which share of all documents has each."""

LEXEME = re.compile(r"'((?:[^']|'')*)'(:\*)?")

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
        self.places: dict[Any, dict[int, tuple[int, int]]] = {}
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
            self.places.clear()
            self._bytes = 0

    def keep(self, key: Any, make: Callable[[], Packed]) -> Packed:
        """What was found under this key; not kept, when something has changed while it was looked for."""
        found, version = self._kept.get(key), self.version
        if found is None:
            found = make()
            with self._lock:
                if key not in self._kept and version == self.version:
                    self._kept[key] = found
                    self._bytes += found.nbytes
                while self._bytes > MOST_BYTES and len(self._kept) > 1:
                    self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return found


class Frequencies:
    """In how many documents a term stands, on which its weight depends.

    Exact in a small archive; in a large one some minutes old, and of frequent terms what the server itself believes.
    """

    FRESH = 300.0
    SMALL = 20_000
    MOST = 50_000

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], int] = {}
        self._generation, self._since = -1, 0.0
        self.whole, self.mean_length = 0, 1.0
        self.common: dict[str, float] = {}

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
        if self.whole > self.SMALL:
            self.common = {row.lexeme: row.share for row in connection.execute(text(COMMON))}
        self._kept, self._generation, self._since = {}, generation, time.monotonic()

    def of(self, connection: Connection, terms: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """The frequencies of these terms."""
        kept, terms = self._kept, list(dict.fromkeys(terms))
        if new := [term for term in terms if term not in kept]:
            lexemes = {(word_lexeme if field == "a" else stem_lexeme)(term, None): (field, term) for field, term in new}
            counted = [each for each in lexemes if each not in self.common]
            kept |= {lexemes[each]: round(self.common[each] * self.whole) for each in lexemes if each in self.common}
            many = self.how_many(connection, [quoted(each) for each in counted])
            kept |= zip((lexemes[each] for each in counted), many, strict=True)
        return {term: kept[term] for term in terms}

    def how_many(self, connection: Connection, queries: Sequence[str]) -> list[int]:
        """How many documents each of these queries of lexemes finds; about so many in a large archive."""
        if self.whole <= self.SMALL:
            return _counted(connection, queries, SURELY)
        part = sampled(1).query()
        counts = [many * PARTS for many in _counted(connection, [f"({each}) & {part}" for each in queries], SURELY)]
        few = [at for at, count in enumerate(counts) if count < ENOUGH * PARTS]
        for at, count in zip(few, _counted(connection, [queries[at] for at in few], ENOUGH * PARTS), strict=True):
            counts[at] = count
        return counts

    def surely_fewer(self, condition: Condition, most: int) -> bool:
        """Whether a condition hardly finds so many, as far as the server knows how frequent its lexemes are."""
        if not self.common:
            return False
        rare = min(self.common.values())
        return any(self._share(part, rare) * self.whole < most for part in condition.lexemes)

    def _share(self, part: str, rare: float) -> float:
        """About how great a share of all documents has one of the lexemes of a part: mostly forms of one word."""
        found = LEXEME.findall(part)
        if "!" in part or any(begun for _, begun in found):
            return 1.0
        return max((self.common.get(lexeme.replace("''", "'"), rare) for lexeme, _ in found), default=1.0)


def _counted(connection: Connection, queries: Sequence[str], most: int) -> list[int]:
    if not queries:
        return []
    sql = f"""SELECT ({MANY}) FROM unnest(CAST(:asked AS text[])) WITH ORDINALITY AS term (asked, at) ORDER BY at"""
    return list(connection.scalars(text(sql), {"asked": list(queries), "most": most}))
