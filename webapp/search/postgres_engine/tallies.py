"""Counts that are kept: how many documents a frequent word has, by facet value, without looking at each of them.

A tally is of one query of lexemes, apart for each kind, so that kinds can be chosen or hidden. It is as old as the
version under which it was made; what has changed since is noted (``writing``) and added when it is read, so that it is
exact after each save. ``tend`` makes the tallies of all that is frequent, and those that were asked for and not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, text

from webapp.search.engine import Query
from webapp.search.postgres_engine.asking import Condition, any_of
from webapp.search.postgres_engine.node import Node
from webapp.search.postgres_engine.packed import Numbers, Packed, Values, fetch
from webapp.search.postgres_engine.rows import stem_lexeme, value_lexeme, word_lexeme
from webapp.text.analysis import stems

KIND = "kind"
WITHOUT_END = 2**31 - 1

CHANGES = """
    SELECT coalesce(json_agg(json_build_array(sign, encode(codes, 'hex'))), '[]') FROM search.change
    WHERE version > {since} AND lexemes @@ CAST(CAST(:asked AS text) AS tsquery)
    """
READ = f"""
    SELECT tally.counts, ({CHANGES.format(since="tally.version")}) AS changes, state.version
    FROM search.tally, search.state WHERE tally.asked = CAST(:asked AS text) AND tally.version >= state.since
    """
READ_ON = f"""
    SELECT NULL AS counts, ({CHANGES.format(since=":version")}) AS changes, state.version
    FROM search.state WHERE :version >= state.since
    """
KEEP = """
    INSERT INTO search.tally (asked, version, counts) VALUES (:asked, :version, CAST(:counts AS jsonb))
    ON CONFLICT (asked) DO UPDATE SET version = excluded.version, counts = excluded.counts
    """
FREQUENT = """
    SELECT lexeme FROM pg_stats, unnest(CAST(CAST(most_common_elems AS text) AS text[]),
                                        most_common_elem_freqs) AS common (lexeme, share)
    WHERE schemaname = 'search' AND tablename = 'document' AND attname = 'lexemes' AND share >= :share
    """


@dataclass
class Counted:
    """How many documents there are, and how many have each facet value, by its code."""

    total: int
    counts: Numbers

    def __add__(self, other: Counted) -> Counted:
        size = max(len(self.counts), len(other.counts))
        return Counted(self.total + other.total, _padded(self.counts, size) + _padded(other.counts, size))

    def times(self, factor: int) -> Counted:
        """The same of so many times as many documents."""
        return Counted(self.total * factor, self.counts * factor)


NONE = Counted(0, np.zeros(0, "i8"))


class Tally:
    """The counts of one query, by the code of the kind."""

    def __init__(self, version: int, kinds: dict[int, Counted]) -> None:
        self.version, self.kinds = version, kinds

    def of(self, allowed: Callable[[int], bool]) -> Counted:
        """The counts of the kinds that are allowed."""
        return sum((counted for kind, counted in self.kinds.items() if allowed(kind)), start=NONE)

    def changed(self, version: int, changes: Iterable[tuple[int, str]], values: Values) -> Tally:
        """The same when documents with these codes have come (1) or gone (-1)."""
        kinds, known = dict(self.kinds), set(values.codes_of(KIND))
        for sign, hexed in changes:
            codes = np.frombuffer(bytes.fromhex(hexed), ">i4").astype("i8")
            kind = next((code for code in codes.tolist() if code in known), 0)
            kinds[kind] = kinds.get(kind, NONE) + Counted(1, np.bincount(codes)).times(sign)
        return Tally(version, kinds)

    def written(self) -> str:
        """As it is kept."""
        return json.dumps({kind: {0: each.total, **{code: int(each.counts[code]) for code in np.flatnonzero(each.counts)
                                                    .tolist()}} for kind, each in self.kinds.items()})  # fmt: skip

    @classmethod
    def read(cls, version: int, counts: Mapping[str, Mapping[str, int]]) -> Tally:
        """As it was kept."""
        return cls(version, {int(kind): _counted({int(code): n for code, n in by_code.items()})
                             for kind, by_code in counts.items()})  # fmt: skip

    @classmethod
    def made(cls, packed: Packed, values: Values) -> Tally:
        """The counts of these documents."""
        kinds = np.zeros(len(packed), "i4")
        for code in values.codes_of(KIND):
            kinds[packed.having([code])] = code
        return cls(packed.version, {
            int(kind): Counted(int(np.count_nonzero(kinds == kind)), packed.counts(kinds == kind))
            for kind in np.unique(kinds)
        })  # fmt: skip


def _counted(by_code: dict[int, int]) -> Counted:
    counts = np.zeros(max(by_code) + 1, "i8")
    for code, many in by_code.items():
        counts[code] = many if code else 0
    return Counted(by_code.get(0, 0), counts)


def _padded(counts: Numbers, size: int) -> Numbers:
    return np.concatenate([counts, np.zeros(size - len(counts), "i8")])


def kept(connection: Connection, node: Node, asked: str) -> Tally | None:
    """The tally of a query of lexemes as it is now, if there is one."""
    known: Tally | None = node.tallies.get(asked)
    if known and known.version == node.version:
        return known
    if known and known.version > node.version:
        known = None  # it was read elsewhere: this standby lies behind
    row = None
    if known:
        row = connection.execute(text(READ_ON), {"asked": asked, "version": known.version}).first()
    if row is None:
        row = connection.execute(text(READ), {"asked": asked}).first()
        known = None
    if row is None:
        return None
    if known is None:
        known = Tally.read(0, row.counts)
    node.tallies[asked] = made = known.changed(row.version, row.changes, node.values)
    return made


def keep(connection: Connection, node: Node, asked: str) -> None:
    """Make the tally of a query, or bring it up to date, for all nodes."""
    made = kept(connection, node, asked)
    if made is None:
        made = Tally.made(fetch(connection, Condition([asked]), WITHOUT_END), node.values)
    connection.execute(text(KEEP), {"asked": asked, "version": made.version, "counts": made.written()})


def old(connection: Connection, version: int) -> list[str]:
    """The queries of the tallies that lie behind this version, the oldest first."""
    sql = "SELECT asked FROM search.tally WHERE version < :version ORDER BY version"
    return list(connection.scalars(text(sql), {"version": version}))


def frequent(connection: Connection, node: Node, most: int, lexemes: Callable[[str], str]) -> Iterator[str]:
    """The queries of which tallies are worth keeping: everything, each frequent facet value, each frequent word."""
    share = most / max(1, node.frequencies.whole)
    if share > 1:
        return
    yield Condition().query()
    found = set(connection.scalars(text(FREQUENT), {"share": share / 2}))
    for name, value in node.values.names:
        if name != KIND and value_lexeme(name, value) in found:
            yield Condition([any_of([value_lexeme(name, value)])]).query()
    for part in node.words.parts:
        for word in part.words:
            if word_lexeme(word, None) in found or any(
                stem_lexeme(f"{lang}:{stem}", None) in found
                for lang in node.words.languages for stem in stems(word, lang)
            ):  # fmt: skip
                yield Condition([lexemes(word)]).query()


def allowed(query: Query, node: Node, hide: bool) -> Callable[[int], bool]:
    """Which kinds a search may find."""
    chosen = [values for name, values in query.filters if name == KIND]
    if chosen:
        return set(node.values.of(KIND, chosen[0])).__contains__
    hidden = [values for name, values in query.hidden if name == KIND]
    unwanted = set(node.values.of(KIND, hidden[0])) if hide and hidden else set()
    return lambda kind: kind not in unwanted
