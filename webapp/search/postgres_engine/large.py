"""What finds more documents than can be looked at one by one: counted from tallies or parts, read along an index.

Where no tally is kept and a count would take too long, it is estimated from a part of all documents, and the answer
says so (``about``). By relevance come first, weighed, the messages with the shortest phrases that have all the very
words in them; then the other messages by the shortness of their phrase, and then all else. That differs from Whoosh's
order only among documents that are too many to be read.
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
from webapp.search.postgres_engine.node import Node, how_many
from webapp.search.postgres_engine.packed import Numbers, Packed, fetch
from webapp.search.postgres_engine.rows import PARTS, length_lexeme
from webapp.search.postgres_engine.tallies import Counted

Filters: TypeAlias = Mapping[str, frozenset[str]]

MOST_PACKED = 30_000
"""So many documents are looked at one by one."""

SURPLUS = 1.2
"""An estimate that is so much above that needs no closer look."""

LONGEST_PHRASE = 30

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
        if self.node.frequencies.whole > MOST_PACKED and self.many(condition) > SURPLUS * MOST_PACKED:
            return None
        found = self.some(condition)
        return found if len(found) <= MOST_PACKED else None

    def part(self, condition: Condition) -> Packed:
        """What fulfils a condition, in a part of all documents."""
        return self.some(condition & sampled(1))

    def many(self, condition: Condition) -> int:
        """About how many fulfil a condition."""
        return len(self.part(condition)) * PARTS

    # counting

    def counted(self, base: Condition, filters: Filters, hide: bool, but: str = "") -> Counted:
        """How many documents of the base pass all filters but one, and how many of them have each facet value."""
        query, others = (
            self.query,
            {name: values for name, values in filters.items() if name not in (but, tallies.KIND)},
        )
        if not (self.is_dated or base.plain):
            asked = (base & _filtered(others)).query()
            if (tally := tallies.kept(self.connection, self.node, asked)) is not None:
                return tally.of((lambda kind: True) if but == tallies.KIND else tallies.allowed(query, self.node, hide))
            self.node.wishes.setdefault(asked)
        condition = base & asking.dated(query) & asking.filtered(query, but, hide)
        if (packed := self.packed(condition)) is not None:
            self.node.wishes.pop(asked, None) if not (self.is_dated or base.plain) else None
            return Counted(len(packed), packed.counts())
        self.about = True
        part = self.part(condition)
        return Counted(len(part), part.counts()).times(PARTS)

    def hides(self, base: Condition) -> bool:
        """Whether something is left when what is hidden unless it is asked for is taken away."""
        shown = base & asking.filtered(Query(filters=self.query.filters, hidden=self.query.hidden), hide=True)
        without = Condition([each for each in shown.lexemes if each.startswith("!")])
        return bool(len(self.part(base & without)) or how_many(self.connection, [(base & without).query()])[0])

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
        """The messages with the shortest phrases, the shortest first."""
        condition = condition & Condition([OF_MESSAGES])
        part = self.part(condition)
        if len(part) * PARTS > MOST_PACKED:
            lengths = np.sort(part.lengths)
            enough = int(lengths[min(len(lengths) - 1, 4 * most // PARTS + 8)])
            if enough < LONGEST_PHRASE:
                condition = condition & Condition([asking.any_of(map(length_lexeme, range(enough + 1)))])
        found = self.some(condition)
        return found.numbers[np.lexsort((found.numbers, found.lengths))][:most]

    def further(self, condition: Condition, best: Numbers, start: int, most: int, messages: int) -> Numbers:
        """What follows the best: messages by the shortness of their phrase, then all else."""
        others = Condition(plain=["number <> ALL(:best)"], values={"best": best.tolist()})
        found = np.empty(0, "i8")
        if start < messages - len(best):
            own = condition & others & Condition(plain=["type = 'message'"])
            found = self.along(own, "length, number", most, start)
        if len(found) < most:
            rest = self.some(condition & Condition([f"!{OF_MESSAGES}"]))
            skipped = max(0, start - (messages - len(best)))
            in_order = rest.numbers[np.lexsort((rest.numbers, rest.lengths))]
            found = np.concatenate([found, in_order[skipped : skipped + most - len(found)]])
        return found


def _filtered(filters: Filters) -> Condition:
    return asking.filtered(Query(filters=tuple(filters.items())))
