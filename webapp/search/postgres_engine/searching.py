"""One search on PostgreSQL: the server finds, filters and counts; what is shown is weighed as on Whoosh's segments."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, text

from webapp.search.engine import MOST_EXPANSIONS, Clause, Found, Hit, Query, Suggested
from webapp.search.postgres_engine import asking
from webapp.search.postgres_engine.asking import Condition, any_of, clause_lexemes
from webapp.search.postgres_engine.rows import (
    NAMED,
    SEPARATOR,
    quoted,
    stem_lexeme,
    value_lexeme,
    word_lexeme,
)
from webapp.search.postgres_engine.slices import COLUMNS, Slice, fields_of
from webapp.search.postgres_engine.words import Words
from webapp.search.whoosh_engine import matching
from webapp.search.whoosh_engine.matching import Deadline, Wanted
from webapp.search.whoosh_engine.searching import MOST_BEGUN, explain, in_words, keys
from webapp.text.analysis import stems

MOST_RANKED = 2000
"""So many are weighed; of more, the newest that have the words in their phrase."""

MOST_FETCHED = 5000
"""So many documents of one word are looked at for a correction; of more, the answer says that it was cut short."""

ORDERS = {
    "date": "first_day, number",
    "newest": "entered DESC, number",
    "relevance": "(type = 'message') DESC, entered DESC, number",
}


class Counted(NamedTuple):
    """What a search counts: kept for those who turn pages, until something changes."""

    hide: bool
    total: int
    facets: dict[str, dict[str, int]]


class Searching:
    """One search within one transaction."""

    def __init__(self, connection: Connection, words: Words, frequencies: Frequencies, query: Query) -> None:
        self.connection, self.words, self.frequencies, self.query = connection, words, frequencies, query
        self.deadline = Deadline(query.seconds)
        self.found = Found()
        self.cut = False
        self.asked = [clause for clause in query.clauses if not clause.without]
        self.mean_length, self.total = frequencies.mean_length, frequencies.whole

    def run(self, kept: dict[Any, Counted], generation: int) -> Found:
        """What the query finds."""
        found, query = self.found, self.query
        base, slice_, parts = self._in_words()
        base = base & self._clauses([each for each in query.clauses if each.without], "n") & asking.dated(query)
        key = (generation, query.clauses, query.exact, query.filters, query.hidden, query.since, query.until,
               query.within, query.facets)  # fmt: skip
        counted = kept.get(key) or self._counted(base)
        kept[key] = counted
        found.total, found.facets = counted.total, counted.facets
        self._show(base & asking.filtered(query, hide=counted.hide), slice_, parts)
        if self.deadline.passed or self.cut:
            found.limits.append("time")
        if any(part.cut for part in parts):
            found.limits.append("expansions")
        return found

    # which documents

    def _in_words(self) -> tuple[Condition, Slice | None, list[Wanted]]:
        """Those that have all the words; where no message has, those that have nearly the words asked for."""
        condition, query = self._clauses(self.asked, "p"), self.query
        if not self.asked or query.exact or any(each.quoted for each in self.asked):
            return condition, None, []
        if self._any(condition & Condition(plain=["type = 'message'"])):
            return condition, None, []
        slice_ = Slice(self.words, self.total, self.mean_length, {}, self._fetch)
        parts = [matching.wanted(slice_, clause, query.exact) for clause in self.asked]
        parts, docs = in_words(slice_, parts, query.exact, self.deadline, self.found)
        return asking.numbered(slice_.found[doc].number for doc in docs), slice_, parts

    def _clauses(self, clauses: Sequence[Clause], name: str) -> Condition:
        return asking.in_words([(clause, self._lexemes(clause, clause.field)) for clause in clauses], name)

    def _lexemes(self, clause: Clause, field: str | None) -> str:
        stemmed = () if self.query.exact else self._stems(clause.words[0])
        begun: list[str] = []
        if clause.prefix:
            begun, _ = self._bare({}).beginning(clause.words[0], MOST_EXPANSIONS)
        return clause_lexemes(Clause(clause.words, field, clause.quoted, clause.prefix), stemmed, begun)

    def _stems(self, word: str) -> list[str]:
        return [f"{lang}:{stem}" for lang in self.words.languages for stem in stems(word, lang)]

    def _bare(self, known: Mapping[tuple[str, str], int]) -> Slice:
        return Slice(self.words, self.total, self.mean_length, known)

    def _fetch(self, field: str, term: str) -> Sequence[Any]:
        lexeme = (word_lexeme if field == "a" else stem_lexeme)(term, None)
        rows = self._rows(Condition([quoted(lexeme)]), "number", MOST_FETCHED)
        self.cut = self.cut or len(rows) == MOST_FETCHED
        return rows

    # counting

    def _any(self, condition: Condition) -> bool:
        sql = f"SELECT EXISTS (SELECT 1 FROM search.document WHERE {condition.sql()})"
        return bool(self.connection.scalar(text(sql), condition.given()))

    def _counted(self, base: Condition) -> Counted:
        query = self.query
        hide = bool(query.hidden) and self._any(base & asking.filtered(Query(hidden=_unasked(query))))
        condition = base & asking.filtered(query, hide=hide)
        sql = f"SELECT count(*) FROM search.document WHERE {condition.sql()}"
        total = self.connection.scalar(text(sql), condition.given()) or 0
        own = [name for name, _ in (*query.filters, *(_unasked(query) if hide else ()))]
        facets = self._values(condition, [name for name in query.facets if name not in own])
        for name in query.facets:
            if name in own:
                facets |= self._values(base & asking.filtered(query, name, hide), [name])
        return Counted(hide, total, facets)

    def _values(self, condition: Condition, names: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many documents have each value of these facets."""
        made: dict[str, dict[str, int]] = {name: {} for name in names}
        if not names:
            return made
        sql = f"""SELECT value, count(*) FROM search.document, unnest(facets) AS value
                  WHERE {condition.sql()} GROUP BY value ORDER BY value"""
        for value, count in self.connection.execute(text(sql), condition.given()):
            name, _, own = value.partition(SEPARATOR)
            if name in made:
                made[name][own] = count
        return made

    # showing

    def _show(self, condition: Condition, slice_: Slice | None, parts: list[Wanted]) -> None:
        query, start = self.query, self.query.offset
        end = min(start + query.size, self.found.total)
        if not self.asked or query.sort != "relevance" or start >= end:
            rows = self._rows(condition, ORDERS[query.sort], max(0, end - start), start)
        else:
            rows = self._best(condition, slice_, parts)
            rows = [*rows[start:end], *self._further(condition, max(start, len(rows)), end)]
        if slice_ is None:
            slice_ = self._bare(self._known())
            slice_.add(rows)
            parts[:] = [matching.wanted(slice_, clause, query.exact) for clause in self.asked]
        places = {row.number: doc for doc, row in enumerate(slice_.found)}
        self.found.hits = [
            Hit(row.type, row.id, row.revision, matching.field_names(fields_of(parts, places[row.number])))
            for row in rows
        ]
        explain(slice_, parts, query.exact, self.found)

    def _best(self, condition: Condition, slice_: Slice | None, parts: list[Wanted]) -> Sequence[Any]:
        """What can come first, weighed and in order."""
        rows = self._candidates(condition)
        if slice_ is None:
            slice_ = self._bare(self._known())
            slice_.add(rows)
            parts = [matching.wanted(slice_, clause, self.query.exact) for clause in self.asked]
        docs = np.array(slice_.add(rows), "i4")
        order = docs[np.argsort(keys(slice_, parts, docs, "relevance"))] if len(docs) else docs
        return [slice_.found[doc] for doc in order]

    def _candidates(self, condition: Condition) -> Sequence[Any]:
        if self.found.total > MOST_RANKED:
            named = self._rows(condition & self._named(), "entered DESC, number", MOST_RANKED)
            if len(named) == MOST_RANKED:
                return sorted(named, key=lambda row: row.number)
        rows = self._rows(condition, self._order() if self.found.total > MOST_RANKED else "number", MOST_RANKED)
        return sorted(rows, key=lambda row: row.number)

    def _further(self, condition: Condition, start: int, end: int) -> Sequence[Any]:
        """Beyond what is weighed: those with the words in the phrase first, the newest of them first."""
        return self._rows(condition, self._order(), end - start, start) if end > start else []

    def _named(self) -> Condition:
        """Messages with all the words in the phrase itself."""
        lexemes = [" | ".join(self._lexemes(clause, field) for field in (clause.field,) if field) or
                   " | ".join(self._lexemes(clause, field) for field in NAMED) for clause in self.asked]  # fmt: skip
        return Condition([f"({each})" for each in lexemes], ["type = 'message'"])

    def _order(self) -> str:
        return "(type = 'message' AND lexemes @@ CAST(:named AS tsquery)) DESC, entered DESC, number"

    def _rows(self, condition: Condition, order: str, most: int, start: int = 0) -> Sequence[Any]:
        sql = (
            f"SELECT {COLUMNS} FROM search.document WHERE {condition.sql()} ORDER BY {order} LIMIT :most OFFSET :start"
        )
        more = {"most": most, "start": start} | (
            {"named": " & ".join(self._named().lexemes)} if ":named" in order else {}
        )
        return self.connection.execute(text(sql), condition.given() | more).all()

    def _known(self) -> Mapping[tuple[str, str], int]:
        """In how many documents the words asked for stand, with their stems."""
        terms = [("a", word) for clause in self.asked if not clause.prefix for word in clause.words]
        if not self.query.exact:
            terms += [("s", stem) for clause in self.asked if not (clause.quoted or clause.prefix)
                      for stem in self._stems(clause.words[0])]  # fmt: skip
        return self.frequencies.of(self.connection, terms)


def _unasked(query: Query) -> tuple[tuple[str, frozenset[str]], ...]:
    chosen = {name for name, _ in query.filters}
    return tuple((name, values) for name, values in query.hidden if name not in chosen)


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
        """Forget what is too old, and count the documents again."""
        old = time.monotonic() - self._since > self.FRESH or len(self._kept) > self.MOST
        if old or (generation != self._generation and self.whole < self.SMALL):
            row = connection.execute(text("SELECT count(*), coalesce(avg(length), 1) FROM search.document")).one()
            self.whole, self.mean_length = row[0], float(row[1]) or 1.0
            self._kept, self._generation, self._since = {}, generation, time.monotonic()

    def of(self, connection: Connection, terms: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """The frequencies of these terms."""
        kept = self._kept
        new = [term for term in dict.fromkeys(terms) if term not in kept]
        if new:
            kept |= self._counted(connection, new)
        return {term: kept[term] for term in terms}

    @staticmethod
    def _counted(connection: Connection, terms: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        lexemes = [(word_lexeme if field == "a" else stem_lexeme)(term, None) for field, term in terms]
        sql = """SELECT (SELECT count(*) FROM search.document WHERE lexemes @@ CAST(asked AS tsquery))
                 FROM unnest(CAST(:asked AS text[])) WITH ORDINALITY AS term (asked, at) ORDER BY at"""
        counts = connection.scalars(text(sql), {"asked": [quoted(each) for each in lexemes]})
        return dict(zip(terms, counts, strict=True))


def suggest(
    connection: Connection, vocabulary: Words, words: tuple[str, ...], types: Mapping[str, int]
) -> list[Suggested]:
    """Up to so many of each type that have these words in their phrase or name, the last one only begun."""
    if not words:
        return []
    begun = [*(_named(word) for word in words[:-1]), _begun(words[-1])]
    if not _found(connection, begun):
        begun = [_slipped(connection, vocabulary, word) for word in words]
    return [each for type_, most in types.items() for each in _of_type(connection, begun, type_, most)]


def _named(word: str) -> str:
    return any_of(word_lexeme(word, field) for field in NAMED)


def _begun(letters: str) -> str:
    return "(" + " | ".join(f"{quoted(word_lexeme(letters, field))}:*" for field in NAMED) + ")"


def _found(connection: Connection, lexemes: list[str]) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM search.document WHERE lexemes @@ CAST(:asked AS tsquery))"
    return bool(connection.scalar(text(sql), {"asked": " & ".join(lexemes)}))


def _slipped(connection: Connection, vocabulary: Words, word: str) -> str:
    """The same for a word that was misspelt or is only begun."""
    if _found(connection, [_begun(word)]) or len(word) <= 3:
        return _begun(word)
    bare = Slice(vocabulary, 1, 1.0, {})
    close = [each for each in matching.candidates(bare, word, Deadline(0.1)) if " " not in each]
    return any_of(word_lexeme(each, field) for each in close[:MOST_BEGUN] for field in NAMED)


def _of_type(connection: Connection, lexemes: list[str], type_: str, most: int) -> list[Suggested]:
    asked = [*lexemes, quoted(value_lexeme("type", type_))]
    sql = """SELECT type, id, title, lang FROM search.document WHERE lexemes @@ CAST(:asked AS tsquery)
             AND type = :type ORDER BY length, number LIMIT :most"""
    rows = connection.execute(text(sql), {"asked": " & ".join(asked), "type": type_, "most": most})
    return [Suggested(*row) for row in rows]
