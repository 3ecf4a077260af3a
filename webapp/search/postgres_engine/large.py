"""What finds more documents than can be looked at one by one: counted from tallies or parts, read along an index.

Where no tally is kept, all are counted if they are not too many; else the count is estimated from a part of all
documents, and the answer says so (``about``). By relevance come first, weighed, the messages with the shortest phrases
that have all the very words in them; then the other messages about in the order of their entry, and then all else. That
differs from Whoosh's order only among documents that are too many to be read. A page by date or entry is found from the
one before it, not by counting from the beginning.
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
from webapp.search.postgres_engine.rows import PARTS, length_lexeme
from webapp.search.postgres_engine.tallies import Counted
from webapp.search.whoosh_engine.matching import Deadline

Filters: TypeAlias = Mapping[str, frozenset[str]]

MOST_PACKED = 3_000
"""So many documents are looked at one by one, each of which takes the server some microseconds."""

MOST_COUNTED = 30_000
"""So many are counted one by one where no tally is kept; of more, a part of all is counted, and the answer says so."""

MOST_WEIGHTY = 15_000
"""Of so many, the shortest are found by looking at all of them; of more, a part of all has enough that are short."""

SURPLUS = 1.2
"""An estimate that is so much above that needs no closer look."""

MOST_WISHES = 1000

ORDERS = {
    "date": ("first_day", "first_day, number", "(first_day, number) > (:passed, :last)"),
    "newest": ("entered", "entered DESC, number", "entered <= :passed AND (entered < :passed OR number > :last)"),
}
"""By which column an index puts documents in order, how, and what then comes after a document."""

ALONG = ("enable_indexscan", "on"), ("enable_indexonlyscan", "on"), ("enable_bitmapscan", "off")
ACROSS = ("enable_indexscan", "off"), ("enable_indexonlyscan", "off"), ("enable_bitmapscan", "on")


class OutOfTime(Exception):
    """The search has taken as long as it may."""


class Sets:
    """Documents fetched and counted for one search, as long as its time lasts. Raises ``OutOfTime``."""

    def __init__(self, connection: Connection, node: Node, query: Query, deadline: Deadline) -> None:
        self.connection, self.node, self.query, self.deadline = connection, node, query, deadline
        self.is_dated = query.since is not None or query.until is not None
        self.about = False

    def some(self, condition: Condition) -> Packed:
        """What fulfils a condition, as far as it can be looked at one by one."""
        key = (condition.key, self.is_dated)
        self._in_time()
        return self.node.keep(key, lambda: fetch(self.connection, condition, MOST_PACKED + 1, self.is_dated))

    def packed(self, condition: Condition) -> Packed | None:
        """What fulfils a condition, unless that is too much to be looked at one by one."""
        known = self.node.frequencies
        surely = known.whole <= MOST_PACKED or known.surely_fewer(condition, MOST_COUNTED)
        if not surely and self.many(condition) > SURPLUS * MOST_PACKED:
            return None
        found = self.some(condition)
        return found if len(found) <= MOST_PACKED else None

    def whole(self, condition: Condition, most: int = 0) -> Packed | None:
        """What fulfils a condition, unless that is too much to be counted one by one."""
        if (found := self.packed(condition)) is not None:
            return found
        most = most or MOST_COUNTED
        if self.node.frequencies.whole > most and self.many(condition) > most:
            return None
        key = ("whole", condition.key, self.is_dated)
        self._in_time()
        return self.node.keep(key, lambda: fetch(self.connection, condition, tallies.WITHOUT_END, self.is_dated))

    def part(self, condition: Condition) -> Packed:
        """What fulfils a condition, in a part of all documents."""
        return self.some(condition & sampled(1))

    def many(self, condition: Condition) -> int:
        """About how many fulfil a condition."""
        tally = self.tally(condition)
        return tally.of(lambda kind: True).total if tally else len(self.part(condition)) * PARTS

    def _in_time(self) -> None:
        if self.deadline.over():
            raise OutOfTime

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
        if (whole := self.whole(condition)) is not None:
            return Counted(len(whole), whole.counts())
        self.about = True
        part = self.part(condition)
        return Counted(len(part), part.counts()).times(PARTS)

    def hides(self, base: Condition) -> bool:
        """Whether something is left when what is hidden unless it is asked for is taken away."""
        unwanted = Query(hidden=self.query.hidden)
        if tally := self.tally(base):
            return tally.of(tallies.allowed(unwanted, self.node, True)).total > 0
        shown = base & asking.filtered(unwanted)
        return bool(len(self.part(shown)) or self.node.frequencies.how_many(self.connection, [shown.query()])[0])

    # in order

    def along(self, condition: Condition, sort: str, most: int, start: int = 0) -> Numbers:
        """The numbers of so many documents in the order of an index, read on from the page that was turned last."""
        self._in_time()
        column, order, after = ORDERS[sort]
        places = self.node.places.setdefault((condition.key, sort), {})
        known = max((at for at in places if at <= start), default=0)
        where, given = condition.sql(), condition.given() | {"most": most, "start": start - known}
        if known:
            where, given = f"{where} AND {after}", given | dict(zip(("passed", "last"), places[known], strict=True))
        sql = f"SELECT {column}, number FROM search.document WHERE {where} ORDER BY {order} LIMIT :most OFFSET :start"
        self._plan(ALONG)
        found = self.connection.execute(text(sql), given).all()
        self._plan(ACROSS)
        if found:
            places[start + len(found)] = tuple(found[-1])
        return np.array([number for _, number in found], "i8")

    def across(self, condition: Condition, most: int, start: int) -> Numbers:
        """The numbers of so many documents as they lie, about in the order of their entry."""
        sql = f"SELECT number FROM search.document WHERE {condition.sql()} LIMIT :most OFFSET :start"
        given = condition.given() | {"most": most, "start": start}
        return np.array(self.connection.scalars(text(sql), given).all(), "i8")

    def _plan(self, settings: Any) -> None:
        sql = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings)
        self.connection.execute(text(f"SELECT {sql}"))

    def best(self, condition: Condition, most: int) -> Numbers:
        """The messages with the shortest phrases, the shortest first; of very many that are equally short, some."""
        condition = condition & Condition([OF_MESSAGES])
        if (whole := self.whole(condition, MOST_WEIGHTY)) is not None:
            return _shortest(whole.numbers, whole.lengths)[:most]
        part = self.part(condition)
        longest = int(np.sort(part.lengths)[min(len(part) - 1, 2 * most // PARTS)])
        shorter = asking.any_of(map(length_lexeme, range(longest)))
        found = self.some(condition & Condition([shorter]))
        numbers, first = np.unique(np.concatenate([part.numbers, found.numbers]), return_index=True)
        return _shortest(numbers, np.concatenate([part.lengths, found.lengths])[first])[:most]

    def further(self, condition: Condition, best: Numbers, start: int, most: int, messages: int) -> Numbers:
        """What follows the best: the other messages, those of a part first, which is known already; then all else."""
        own = condition & Condition([OF_MESSAGES])
        part = np.setdiff1d(self.part(own).numbers, best)
        found = part[start : start + most]
        if len(found) < most and start + len(found) < messages - len(best):
            others = Condition([f"!{sampled(1).query()}"], ["number <> ALL(:best)"], {"best": best.tolist()})
            more = self.across(own & others, most - len(found), max(0, start - len(part)))
            found = np.concatenate([found, more])
        if len(found) < most:
            skipped = max(0, start - (messages - len(best)))
            rest = self.across(condition & Condition([f"!{OF_MESSAGES}"]), most - len(found), skipped)
            found = np.concatenate([found, rest])
        return found

    def newest(self, condition: Condition, start: int, most: int, messages: int) -> Numbers:
        """Messages, the newest first, then all else."""
        found = np.empty(0, "i8")
        if start < messages:
            found = self.along(condition & Condition(plain=["type = 'message'"]), "newest", most, start)
        if len(found) < most:
            own = condition & Condition(plain=["type <> 'message'"])
            found = np.concatenate([found, self.along(own, "newest", most - len(found), max(0, start - messages))])
        return found


def _shortest(numbers: Numbers, lengths: Numbers) -> Numbers:
    return numbers[np.lexsort((numbers, lengths))]


def _filtered(filters: Filters) -> Condition:
    return asking.filtered(Query(filters=tuple(filters.items())))
