"""What finds more documents than can be looked at one by one: counted from tallies or parts, read along an index.

Where no tally is kept, all are counted if they are not too many; else the count is estimated from a part of all
documents, and the answer says so (``about``). By relevance come first, weighed, the messages with the shortest phrases
that have all the very words in them; then the other messages by the shortness of their phrase, and then all else. That
differs from Whoosh's order only among documents that are too many to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import Connection, text

from webapp.search.engine import Query
from webapp.search.postgres_engine import asking, tallies
from webapp.search.postgres_engine.asking import Condition, sampled
from webapp.search.postgres_engine.corrections import OF_MESSAGES
from webapp.search.postgres_engine.node import Node
from webapp.search.postgres_engine.packed import Numbers, Packed, fetch
from webapp.search.postgres_engine.rows import PARTS, length_lexeme, quoted
from webapp.search.postgres_engine.tallies import Counted

Filters: TypeAlias = Mapping[str, frozenset[str]]

MOST_PACKED = 3_000
"""So many documents are looked at one by one, each of which takes the server some microseconds."""

MOST_COUNTED = 30_000
"""So many are counted one by one where no tally is kept; of more, a part of all is counted, and the answer says so."""

SURPLUS = 1.2
"""An estimate that is so much above that needs no closer look."""

MOST_WISHES = 1000

ORDERS = {"date": "first_day, number", "newest": "entered DESC, number", "relevance": "length, number"}
ALONG = ("enable_indexscan", "on"), ("enable_indexonlyscan", "on"), ("enable_bitmapscan", "off")
ACROSS = ("enable_indexscan", "off"), ("enable_indexonlyscan", "off"), ("enable_bitmapscan", "on")


class Sets:
    """Documents fetched and counted for one search."""

    def __init__(self, connection: Connection, node: Node, query: Query) -> None:
        self.connection, self.node, self.query = connection, node, query
        self.is_dated = query.since is not None or query.until is not None
        self.about = False

    def some(self, condition: Condition) -> Packed:
        """What fulfils a condition, as far as it can be looked at one by one."""
        key = (condition.key, self.is_dated)
        return self.node.keep(key, lambda: fetch(self.connection, condition, MOST_PACKED + 1, self.is_dated))

    def packed(self, condition: Condition) -> Packed | None:
        """What fulfils a condition, unless that is too much to be looked at one by one."""
        known = self.node.frequencies
        surely = known.whole <= MOST_PACKED or known.surely_fewer(condition, MOST_COUNTED)
        if not surely and self.many(condition) > SURPLUS * MOST_PACKED:
            return None
        found = self.some(condition)
        return found if len(found) <= MOST_PACKED else None

    def part(self, condition: Condition) -> Packed:
        """What fulfils a condition, in a part of all documents."""
        return self.some(condition & sampled(1))

    def many(self, condition: Condition) -> int:
        """About how many fulfil a condition."""
        tally = self.tally(condition)
        return tally.of(lambda kind: True).total if tally else len(self.part(condition)) * PARTS

    # counting

    def tally(self, condition: Condition) -> tallies.Tally | None:
        """The tally of a condition, if one is kept."""
        return None if condition.plain else tallies.kept(self.connection, self.node, condition.query())

    def counted(self, base: Condition, filters: Filters, hide: bool, but: str = "") -> Counted:
        """How many documents of the base pass all filters but one, and how many of them have each facet value."""
        query = self.query
        condition = base & asking.dated(query) & asking.filtered(query, but, hide)
        if not (self.is_dated or base.plain):
            others = {name: values for name, values in filters.items() if name not in (but, tallies.KIND)}
            kinds = base & _filtered(others)
            if tally := self.tally(kinds):
                return tally.of((lambda kind: True) if but == tallies.KIND else tallies.allowed(query, self.node, hide))
            if len(self.node.wishes) < MOST_WISHES and self.packed(condition) is None:
                self.node.wishes.setdefault(kinds.query())
        return self._counted(condition)

    def _counted(self, condition: Condition) -> Counted:
        packed = self.packed(condition)
        if packed is None and self.many(condition) <= MOST_COUNTED:
            packed = self._whole(condition)
        if packed is not None:
            return Counted(len(packed), packed.counts())
        self.about = True
        part = self.part(condition)
        return Counted(len(part), part.counts()).times(PARTS)

    def _whole(self, condition: Condition) -> Packed:
        key = ("whole", *condition.key)
        return self.node.keep(key, lambda: fetch(self.connection, condition, tallies.WITHOUT_END, self.is_dated))

    def hides(self, base: Condition) -> bool:
        """Whether something is left when what is hidden unless it is asked for is taken away."""
        unwanted = Query(hidden=self.query.hidden)
        if tally := self.tally(base):
            return tally.of(tallies.allowed(unwanted, self.node, True)).total > 0
        shown = base & asking.filtered(unwanted)
        return bool(len(self.part(shown)) or self.node.frequencies.how_many(self.connection, [shown.query()])[0])

    # in order

    def along(self, condition: Condition, order: str, most: int, start: int = 0) -> Numbers:
        """The numbers of so many documents in the order of an index, which is read from its beginning."""
        self._plan(ALONG)
        where = condition.sql() if condition.lexemes else " AND ".join(condition.plain) or "true"
        sql = f"SELECT number FROM search.document WHERE {where} ORDER BY {order} LIMIT :most OFFSET :start"
        found = self.connection.scalars(text(sql), condition.given() | {"most": most, "start": start}).all()
        self._plan(ACROSS)
        return np.array(found, "i8")

    def _plan(self, settings: Any) -> None:
        sql = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings)
        self.connection.execute(text(f"SELECT {sql}"))

    def best(self, condition: Condition, most: int) -> Numbers:
        """The messages with the shortest phrases, the shortest first; of many that are equally short, some."""
        condition = condition & Condition([OF_MESSAGES])
        if self.node.frequencies.whole > MOST_PACKED and self.many(condition) > MOST_PACKED:
            condition = condition & self._short(np.sort(self.part(condition).lengths), 2 * most)
        found = self.some(condition)
        return found.numbers[np.lexsort((found.numbers, found.lengths))][:most]

    def _short(self, lengths: Numbers, enough: int) -> Condition:
        """A condition that about so many of the shortest fulfil, as their lengths in a part of all let expect."""
        at = min(len(lengths) - 1, enough // PARTS)
        if at < 0:
            return Condition()
        longest = int(lengths[at])
        equal = int(np.count_nonzero(lengths == longest))
        parts = min(PARTS, -(-enough // max(1, equal)))
        shorter = [quoted(length_lexeme(length)) for length in range(longest)]
        some = f"({quoted(length_lexeme(longest))} & {sampled(parts).query()})"
        return Condition([f"({' | '.join([*shorter, some])})"])

    def further(
        self, condition: Condition, best: Numbers, start: int, most: int, messages: int, order: str = "relevance"
    ) -> Numbers:
        """What follows the best: messages by the shortness of their phrase (or in that order), then all else."""
        others = Condition(plain=["number <> ALL(:best)"], values={"best": best.tolist()}) if len(best) else Condition()
        found = np.empty(0, "i8")
        if start < messages - len(best):
            own = condition & others & Condition(plain=["type = 'message'"])
            found = self.along(own, ORDERS[order], most, start)
        if len(found) < most:
            skipped = max(0, start - (messages - len(best)))
            found = np.concatenate([found, self._others(condition, order, skipped, most - len(found))])
        return found

    def _others(self, condition: Condition, order: str, start: int, most: int) -> Numbers:
        """What is no message, in order."""
        rest = self.packed(condition & Condition([f"!{OF_MESSAGES}"]))
        if rest is None:
            return self.along(condition & Condition(plain=["type <> 'message'"]), ORDERS[order], most, start)
        return rest.numbers[rest.order(order, np.zeros(len(rest), "i1"))][start : start + most]


def _filtered(filters: Filters) -> Condition:
    return asking.filtered(Query(filters=tuple(filters.items())))
