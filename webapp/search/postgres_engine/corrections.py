"""Where no message has all the words: other words of the archive in their place, or what has most of them.

The same steps as on Whoosh's segments (``whoosh_engine.searching.in_words``), asked of the server word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, text

from webapp.search.engine import Clause
from webapp.search.postgres_engine.asking import Condition, any_of
from webapp.search.postgres_engine.node import Node
from webapp.search.postgres_engine.packed import Numbers, Packed
from webapp.search.postgres_engine.rows import NAMED, length_lexeme, pair_lexeme, quoted, value_lexeme, word_lexeme
from webapp.search.whoosh_engine import matching
from webapp.search.whoosh_engine.matching import ENOUGH, LITTLE, MOST_CANDIDATES, NEARLY_ALL, Deadline
from webapp.search.whoosh_engine.segments import EMPTY, Postings
from webapp.search.whoosh_engine.snapshot import MESSAGES, Snapshot
from webapp.search.whoosh_engine.vocabulary import SHORTEST

OF_MESSAGES = quoted(value_lexeme("type", MESSAGES))
MOST_COMBINED = 4
"""Of so many words, all combinations are asked of the index."""

Lexemes = Callable[[Clause, str | None], str]
"""The query of lexemes for a clause in a field."""


class Part(NamedTuple):
    """A clause, and how close the words are that are looked for in the place of an unknown one."""

    clause: Clause
    closeness: Mapping[str, float]


class Nearby(Snapshot):
    """The archive's words as the search for similar ones wants to see them."""

    def __init__(self, connection: Connection, node: Node) -> None:
        super().__init__(0, [])
        self.connection, self.node = connection, node

    def _how_many(self, queries: list[str]) -> list[int]:
        return self.node.frequencies.how_many(self.connection, queries)

    def frequency(self, word: str) -> int:
        """Whether a word stands somewhere."""
        return self._how_many([quoted(word_lexeme(word, None))])[0] if self.node.words.knows(word) else 0

    def adjacent(self, words: tuple[str, ...]) -> Postings | None:
        """Something for each document in which two words stand one after the other, as far as it matters."""
        there = self._how_many([quoted(pair_lexeme(*words))])[0]
        return Postings(np.zeros(1, "i4"), np.ones(1, "f4"), np.ones(1, "u1")) if there else EMPTY

    def beginning(self, prefix: str, most: int) -> tuple[list[str], bool]:
        return self.node.words.beginning(prefix, most)

    def near(self, word: str) -> set[str]:
        return {each for part in self.node.words.parts for each in part.near(word)}

    def farther(self, word: str) -> set[str]:
        return {each for part in self.node.words.parts for each in part.farther(word)}

    def sounding(self, word: str) -> set[str]:
        return {each for part in self.node.words.parts for each in part.sounding(word)}


@dataclass
class Corrections:
    """What may be meant by a query, as long as its time lasts."""

    connection: Connection
    node: Node
    lexemes: Lexemes
    fetch: Callable[[Condition], Packed]
    packed: Callable[[Condition], Packed | None]
    deadline: Deadline

    def __post_init__(self) -> None:
        self.nearby = Nearby(self.connection, self.node)
        self.partial = self.cut = False

    def _how_many(self, queries: list[str]) -> list[int]:
        return self.node.frequencies.how_many(self.connection, queries)

    def meant(self, parts: list[Part], found: Packed) -> tuple[list[Part], Condition | None]:
        """The parts as they may be meant, and the condition of what they find; None where it is what was found."""
        condition: Condition | None = None
        if not len(found):
            parts = self._replace_unknown(parts)
            condition = self.all_of(parts)
            found = self.fetch(condition)
        if not found.is_message.any() and len(parts) > 1 and not self.deadline.over():
            most = self._most_of(parts)
            self.partial = bool(len(most))
            if self.partial:
                numbers = np.union1d(found.numbers, most)
                condition = Condition(plain=["number = ANY(:numbers)"], values={"numbers": numbers.tolist()})
                return parts, condition
        if not len(found) and len(parts) > 1:
            parts = self._replace_one(parts)
            condition = self.all_of(parts)
        return parts, condition

    def all_of(self, parts: Iterable[Part]) -> Condition:
        """What has all of these."""
        return Condition([self.of(part) for part in parts])

    def of(self, part: Part, fields: Sequence[str | None] = ()) -> str:
        """The query of lexemes for a part, in the field that it asks for or in one of these."""
        asked: Sequence[str | None] = (part.clause.field,) if part.clause.field or not fields else fields
        if not part.closeness:
            return "(" + " | ".join(self.lexemes(part.clause, field) for field in asked) + ")"
        return "(" + " | ".join(_instead(word, field) for field in asked for word in part.closeness) + ")"

    # other words

    def _replace_unknown(self, parts: list[Part]) -> list[Part]:
        """For words that stand nowhere, the archive's own words that are closest, fitting the others where they can."""
        there = self._how_many([self.of(part) for part in parts])
        known = [part for part, many in zip(parts, there, strict=True) if many]
        fits = bool(known) and self._finds(known)
        return [
            part if many or part.clause.prefix or part.clause.name
            else self._unknown(part, known if known and fits else None, bool(known))
            for part, many in zip(parts, there, strict=True)
        ]  # fmt: skip

    def _unknown(self, part: Part, others: list[Part] | None, narrowed: bool) -> Part:
        fitting = self._replacement(part.clause, others) if others or not narrowed else None
        return fitting or self._replacement(part.clause, None) or part

    def _replace_one(self, parts: list[Part]) -> list[Part]:
        """All words are known, but no record has them all: perhaps one of them was meant to be another."""
        best, fewest = parts, 0
        for at, part in enumerate(parts):
            others = [*parts[:at], *parts[at + 1 :]]
            if (
                part.clause.prefix
                or part.clause.name
                or part.closeness
                or self.deadline.over()
                or not self._finds(others)
            ):
                continue
            if (new := self._replacement(part.clause, others)) is None:
                continue
            changed = [*parts[:at], new, *parts[at + 1 :]]
            hits = self.fetch(self.all_of(changed))
            if hits.is_message.any() and (not fewest or len(hits) < fewest):
                best, fewest = changed, len(hits)
        return best

    def _finds(self, parts: Iterable[Part]) -> bool:
        return bool(self._how_many([self.all_of(parts).query()])[0])

    def _replacement(self, clause: Clause, others: list[Part] | None) -> Part | None:
        """Words of the archive in the place of one it does not know, such that the other words of the query fit."""
        word = clause.words[0]
        close = matching.candidates(self.nearby, word, self.deadline) if len(word) >= SHORTEST else {}
        queries = {each: _instead(each, clause.field) for each in close}
        there = dict(zip(queries, self._how_many(list(queries.values())), strict=True)) if queries else {}
        fitting = [each for each, many in there.items() if many]
        if others and fitting:
            rest = self.all_of(others).query()
            with_others = self._how_many([f"{queries[each]} & {rest}" for each in fitting])
            fitting = [each for each, many in zip(fitting, with_others, strict=True) if many]
        if not fitting:
            return None
        best = max(close[each] for each in fitting)
        kept = [each for each in fitting if close[each] > best - 0.1]
        kept.sort(key=lambda each: (-close[each], -there[each]))
        return Part(clause, {each: close[each] for each in kept[:MOST_CANDIDATES]})

    # most of the words

    def _most_of(self, parts: list[Part]) -> Numbers:
        """The messages that have most of what is asked for, or nearly the whole of their own phrase."""
        weights = self._weights(parts)
        if (enough := self._combined(parts, weights)) is not None:
            return enough.numbers
        found = self._promising(parts, weights)
        having = self._having(found, [*(self.of(part) for part in parts), *(self.of(part, NAMED) for part in parts)])
        has = having[: len(parts)].T @ np.array(weights)
        in_phrase = having[len(parts) :].sum(axis=0)
        remembered = (in_phrase >= NEARLY_ALL * found.lengths) & (in_phrase > 1)
        return found.numbers[has >= np.where(remembered, LITTLE, ENOUGH) * sum(weights)]

    def _combined(self, parts: list[Part], weights: list[float]) -> Packed | None:
        """The same for few words, of which the index alone can say which combinations are enough."""
        if len(parts) > MOST_COMBINED:
            return None
        whole, made = sum(weights), list[str]()
        for size in range(1, len(parts)):
            for chosen in combinations(range(len(parts)), size):
                weight = sum(weights[at] for at in chosen)
                if weight >= ENOUGH * whole:
                    made.append(" & ".join(self.of(parts[at]) for at in chosen))
                elif size > 1:
                    made.append(self._nearly_phrase(parts, weights, chosen))
        queries = " | ".join(f"({each})" for each in made if each)
        return self.packed(Condition([f"({queries or any_of(())})", OF_MESSAGES]))

    def _nearly_phrase(self, parts: list[Part], weights: list[float], chosen: Sequence[int]) -> str:
        """Messages whose phrase has these words and hardly any other, with as many of the rest as it takes."""
        missing = LITTLE * sum(weights) - sum(weights[at] for at in chosen)
        short = any_of(length_lexeme(length) for length in range(int(len(chosen) / NEARLY_ALL) + 1))
        made = [*(self.of(parts[at], NAMED) for at in chosen), short]
        if missing > 0:
            others = [self.of(part) for at, part in enumerate(parts) if at not in chosen and weights[at] >= missing]
            made.append(f"({' | '.join(others)})")
            return " & ".join(made) if others else ""
        return " & ".join(made)

    def _promising(self, parts: list[Part], weights: list[float]) -> Packed:
        """What can have enough; of too many, what can have most of the words, and of still too many, some."""
        found = self.packed(Condition([self._with_something(parts, weights, LITTLE)]))
        if found is None:
            self.cut = True
            found = self.fetch(Condition([self._with_something(parts, weights, ENOUGH)]))
        return found

    def _having(self, found: Packed, queries: Sequence[str]) -> Numbers:
        """For each query, which of these documents it finds; asked of their rows at once."""
        columns = ", ".join(f"lexemes @@ CAST(:q{at} AS tsquery)" for at in range(len(queries)))
        sql = f"SELECT number, {columns} FROM search.document WHERE number = ANY(:numbers)"
        given = {f"q{at}": query for at, query in enumerate(queries)} | {"numbers": found.numbers.tolist()}
        made = np.zeros((len(queries), len(found)), bool)
        places = {number: at for at, number in enumerate(found.numbers.tolist())}
        for number, *has in self.connection.execute(text(sql), given):
            made[:, places[number]] = has
        return made

    def _weights(self, parts: list[Part]) -> list[float]:
        there = self._how_many([self.of(part) for part in parts])
        whole = self.node.frequencies.whole
        return [float(np.log(1 + (max(whole, many) - many + 0.5) / (many + 0.5))) for many in there]

    def _with_something(self, parts: list[Part], weights: list[float], least: float) -> str:
        """What can have so much: a word that the others cannot make up for, and unless it is enough, another one."""
        whole, made = sum(weights), list[str]()
        spare = whole
        for at in sorted(range(len(parts)), key=lambda at: -weights[at]):
            if spare < least * whole:
                break
            others = " | ".join(self.of(part) for n, part in enumerate(parts) if n != at)
            own = self.of(parts[at])
            made.append(own if weights[at] >= ENOUGH * whole else f"({own} & ({others}))")
            spare -= weights[at]
        return f"({' | '.join(made) or any_of(())}) & {OF_MESSAGES}"


def _instead(word: str, field: str | None) -> str:
    """The query for a word of the archive, or for two that were written as one."""
    two = word.split()
    words = [quoted(word_lexeme(each, field)) for each in two]
    return words[0] if len(two) == 1 else f"({' & '.join([quoted(pair_lexeme(*two)), *words])})"


def weighed(snapshot: Any, parts: Iterable[Part], exact: bool) -> list[matching.Wanted]:
    """The parts as they are weighed in the documents that are shown."""
    return [
        matching.Wanted(part.clause, matching.of_words(snapshot, part.clause, part.closeness), tuple(part.closeness))
        if part.closeness
        else matching.wanted(snapshot, part.clause, exact)
        for part in parts
    ]
