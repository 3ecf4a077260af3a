"""Many documents at once: what the server sends of each are a few bytes, which are counted and put in order here.

A search of a frequent word would otherwise take apart, sort and count thousands of rows in the server for each facet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import Connection

from webapp.search.days import period
from webapp.search.engine import Query
from webapp.search.postgres_engine.asking import Condition
from webapp.search.postgres_engine.rows import SEPARATOR

Numbers: TypeAlias = np.ndarray[Any, Any]

HEAD = np.dtype([("number", ">i8"), ("entered", ">i8"), ("first", ">i4"), ("length", ">i4"), ("codes", ">i4"),
                 ("spans", ">i4"), ("message", ">i4")])  # fmt: skip
"""As the column ``head`` of ``search.document`` is made."""

FETCH = """
    SELECT (SELECT version FROM search.state), coalesce(string_agg(head, ''), ''), coalesce(string_agg(codes, ''), ''),
           coalesce(string_agg(spans, ''), '')
    FROM (SELECT head, codes, spans FROM {table} WHERE {where} LIMIT {most}) AS found
    """


class Values:
    """The facet values of an archive by their codes, as one node knows them."""

    def __init__(self) -> None:
        self.last = 0
        self.names: list[tuple[str, str]] = [("", "")]

    def learn(self, rows: Sequence[Any]) -> None:
        """Take in codes that are new."""
        for code, whole in rows:
            self.names += [("", "")] * (code + 1 - len(self.names))
            name, _, value = whole.partition(SEPARATOR)
            self.names[code] = (name, value)
            self.last = max(self.last, code)

    def of(self, name: str, values: frozenset[str]) -> list[int]:
        """The codes of these values of a facet."""
        return [code for code, (facet, value) in enumerate(self.names) if facet == name and value in values]

    def codes_of(self, name: str) -> list[int]:
        """The codes of all values of a facet."""
        return [code for code, (facet, _) in enumerate(self.names) if facet == name]

    def named(self, counts: Numbers, names: Sequence[str]) -> dict[str, dict[str, int]]:
        """Counts by code as counts by facet and value."""
        made: dict[str, dict[str, int]] = {name: {} for name in names}
        for code in np.flatnonzero(counts).tolist():
            name, value = self.names[code]
            if name in made:
                made[name][value] = int(counts[code])
        return {name: dict(sorted(of.items())) for name, of in made.items()}


class Packed:
    """Documents that were found, numbered from 0 as they came."""

    def __init__(self, heads: bytes, codes: bytes, spans: bytes, version: int = 0) -> None:
        self.version = version
        self.heads = np.frombuffer(heads, HEAD)
        self.codes = np.frombuffer(codes, ">i4").astype("i4")
        self._spans = spans

    def __len__(self) -> int:
        return len(self.heads)

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return 2 * self.heads.nbytes + 2 * self.codes.nbytes + len(self._spans)

    @cached_property
    def numbers(self) -> Numbers:
        return self.heads["number"].astype("i8")

    @cached_property
    def lengths(self) -> Numbers:
        return self.heads["length"].astype("i8")

    @cached_property
    def is_message(self) -> Numbers:
        return self.heads["message"] > 0

    @cached_property
    def owners(self) -> Numbers:
        """To which document each code belongs."""
        return np.repeat(np.arange(len(self), dtype="i4"), self.heads["codes"])

    def having(self, codes: Sequence[int]) -> Numbers:
        """Which documents have one of these facet values."""
        made = np.zeros(len(self), bool)
        for code in codes:
            made[self.owners[self.codes == code]] = True
        return made

    def counts(self, which: Numbers | None = None) -> Numbers:
        """How many of these documents have each code."""
        return np.bincount(self.codes if which is None else self.codes[which[self.owners]])

    def dated(self, query: Query) -> Numbers:
        """Which documents have a date that overlaps the period asked for, or lies certainly within it."""
        spans = np.frombuffer(self._spans, ">i4").reshape(-1, 2)
        since, until = period(query)
        if query.within:
            fits = (spans[:, 0] >= since) & (spans[:, 1] <= until) & (spans[:, 0] & 1 == 0)
        else:
            fits = (spans[:, 0] <= until) & (spans[:, 1] >= since)
        made = np.zeros(len(self), bool)
        made[np.repeat(np.arange(len(self)), self.heads["spans"])[fits]] = True
        return made

    def order(self, sort: str, worth: Numbers | None = None) -> Numbers:
        """The documents in order; ``worth`` says, by relevance, which come before others whatever their length."""
        heads, numbers = self.heads, self.numbers
        if sort == "date":
            return np.lexsort((numbers, heads["first"].astype("i8")))
        if sort == "newest" or worth is None:
            newest = (numbers, -heads["entered"].astype("i8"))
            return np.lexsort(newest if sort == "newest" else (*newest, ~self.is_message))
        return np.lexsort((numbers, self.lengths, -worth, ~self.is_message))


def fetch(connection: Connection, condition: Condition, most: int, dated: bool = False) -> Packed:
    """The documents that fulfil a condition, or so many of them."""
    sql = FETCH.format(table="search.document", where=condition.sql(), most=most)
    version, heads, codes, spans = rows(connection, sql if dated else sql.replace(
        "coalesce(string_agg(spans, ''), '')", "''::bytea"), condition.given())[0]  # fmt: skip
    return Packed(heads, codes, spans, version)


def rows(connection: Connection, sql: str, given: Mapping[str, Any]) -> list[Any]:
    """The rows of a query, sent as bytes and not as text. Raises ``psycopg.Error``."""
    raw: Any = connection.connection.driver_connection
    return raw.execute(re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql), given, binary=True).fetchall()
