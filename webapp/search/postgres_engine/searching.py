"""One search on PostgreSQL: the server finds; what is found is counted and put in order here, what is shown is weighed.

Up to ``MOST_PACKED`` documents come packed, and totals, counts and order are exact. Of these, the ``MOST_WEIGHED`` that
come first by tier (all the very words in the phrase, other forms of them, elsewhere) and then by the shortness of their
phrase are weighed as on Whoosh's segments; the others follow in that order. What more documents have is answered from
tallies that are kept, else counted or estimated (and the answer says so), and read in the order of an index:
there the shortest phrases with the very words are weighed, and all else follows about in the order of its entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from webapp.search.engine import Clause, Found, Hit, Query
from webapp.search.postgres_engine import asking
from webapp.search.postgres_engine.asking import Condition, any_of, clause_lexemes
from webapp.search.postgres_engine.corrections import Corrections, Part, weighed
from webapp.search.postgres_engine.large import MOST_PACKED, Sets
from webapp.search.postgres_engine.node import Node
from webapp.search.postgres_engine.packed import Numbers, Packed
from webapp.search.postgres_engine.rows import NAMED, PARTS, word_lexeme
from webapp.search.postgres_engine.slices import COLUMNS, Slice, fields_of
from webapp.search.postgres_engine.tallies import Counted
from webapp.search.whoosh_engine import matching
from webapp.search.whoosh_engine.matching import Deadline
from webapp.search.whoosh_engine.searching import explain, keys
from webapp.search.whoosh_engine.snapshot import MESSAGES
from webapp.text.analysis import stems

MOST_WEIGHED = 100
"""So many are weighed word by word."""

WITHOUT_END = 3600.0

MOST_NAMED = 200
"""So many words with one beginning are looked up one by one; of more, the index is asked for the beginning."""

PLAIN = "number, id, type, revision, length, '' AS told, '' AS stems"


class Searching:
    """One search within one transaction."""

    def __init__(self, connection: Connection, node: Node, query: Query) -> None:
        self.connection, self.node, self.query = connection, node, query
        self.deadline = Deadline(query.seconds)
        self.found = Found()
        self.sets = Sets(connection, node, query, self.deadline)
        self.base: Condition | None = None
        self.implied: set[str] = set()
        self.parts = [Part(clause, {}) for clause in query.clauses if not clause.without]
        self.corrections = Corrections(connection, node, self._lexemes, self.sets.some, self.sets.packed, self.deadline)

    def run(self) -> Found:
        """What the query finds."""
        found, query = self.found, self.query
        base = self._in_words() & self._clauses([each for each in query.clauses if each.without], "n")
        self.base = base
        packed = self.sets.packed(base)
        if packed is None and self.sets.is_dated:  # days are not in the index of the lexemes: all have to be looked at
            packed = self.sets.whole(base)
        if packed is not None:
            self._within(packed, base)
        else:
            self._beyond(base)
        found.partial = self.corrections.partial
        if self.deadline.passed:
            found.limits.append("time")
        if self.sets.about or self.corrections.cut:
            found.limits.append("about")
        return found

    def hasten(self) -> None:
        """In the place of what took too long: the total if it was known by then, and what a part of all lets see."""
        self.deadline = self.sets.deadline = Deadline(WITHOUT_END)
        known, small = bool(self.found.total), self.node.frequencies.whole <= MOST_PACKED
        self.found.limits = ["time"] if known or small else ["time", "about"]
        base = self.base or self._clauses(self.query.clauses, "h")
        condition = base & asking.dated(self.query) & asking.filtered(self.query)
        packed = self.sets.some(condition) if small else self.sets.part(condition)
        if not known:
            counted = Counted(len(packed), packed.counts()).times(1 if small else PARTS)
            self.found.total = counted.total
            self.found.facets = self.node.values.named(counted.counts, self.query.facets)
        order = packed.order(self.query.sort, np.zeros(len(packed), "i1"))
        self._show_numbers(packed.numbers[order][self.query.offset :][: self.query.size])

    # which documents

    def _in_words(self) -> Condition:
        """Those that have all the words; where no message has, those that have nearly the words asked for."""
        condition, query = self._clauses([part.clause for part in self.parts], "p"), self.query
        self.implied = set(condition.lexemes)
        if not self.parts or query.exact or any(part.clause.quoted for part in self.parts):
            return condition
        packed = self.sets.packed(condition)
        if packed is None or packed.is_message.any():
            return condition
        self.parts, instead = self.corrections.meant(self.parts, packed)
        self.implied = set() if instead else self.implied
        return instead or condition

    def of_word(self, word: str) -> str:
        """The query of lexemes for a word, with its stems."""
        return self._lexemes(Clause((word,)), None)

    def _clauses(self, clauses: Sequence[Clause], name: str) -> Condition:
        return asking.in_words([(clause, self._lexemes(clause, clause.field)) for clause in clauses], name)

    def _lexemes(self, clause: Clause, field: str | None, stemmed: Sequence[str] | None = None) -> str:
        if clause.prefix and (begun := self._begun(clause.words[0])):
            lexemes = [word_lexeme(word, field) for word in begun]
            return any_of(self._frequent(lexemes) if stemmed is not None else lexemes)
        if stemmed is None:
            stemmed = () if self.query.exact else self._stems(clause.words[0])
        return clause_lexemes(Clause(clause.words, field, clause.quoted, clause.prefix), stemmed)

    def _begun(self, letters: str) -> list[str]:
        """The words that begin so, if they are few enough to be named."""
        found, more = self.node.words.beginning(letters, MOST_NAMED)
        return [] if more else found

    def _frequent(self, lexemes: list[str]) -> list[str]:
        """Of these, the most frequent ones, where that is known: enough to find what comes first."""
        common = self.node.frequencies.common
        return sorted((each for each in lexemes if each in common), key=lambda each: -common[each])[:10] or lexemes

    def _stems(self, word: str) -> list[str]:
        return [f"{lang}:{stem}" for lang in self.node.words.languages for stem in stems(word, lang)]

    # counting and showing what can be looked at one by one

    def _within(self, packed: Packed, base: Condition) -> None:
        """Narrow down, count, and show a page."""
        query = self.query
        docs = packed.dated(query) if self.sets.is_dated else np.ones(len(packed), bool)
        passes = self._passes(packed, docs)
        failed = np.zeros(len(packed), "u1")
        for passed in passes.values():
            failed += ~passed
        kept = docs & (failed == 0)
        self.found.total = int(np.count_nonzero(kept))
        self.found.facets = self._counts(packed, docs, failed, kept, passes)
        self._show(packed, base, kept)

    def _passes(self, packed: Packed, docs: Numbers) -> dict[str, Numbers]:
        """Which documents pass which filter; what is hidden stays so unless there is nothing else."""
        query, values = self.query, self.node.values
        passes = {name: packed.having(values.of(name, asked)) for name, asked in query.filters}
        hidden = {name: ~packed.having(values.of(name, unasked)) for name, unasked in query.hidden
                  if name not in passes}  # fmt: skip
        if not docs.any() or all((passed & docs).any() for passed in hidden.values()):
            passes |= hidden
        return passes

    def _counts(
        self, packed: Packed, docs: Numbers, failed: Numbers, kept: Numbers, passes: dict[str, Numbers]
    ) -> dict[str, dict[str, int]]:
        """For each facet, the counts under all filters but its own."""
        query, values = self.query, self.node.values
        made = values.named(packed.counts(kept), [name for name in query.facets if name not in passes])
        for name in query.facets:
            if name in passes:
                made |= values.named(packed.counts(docs & (failed == ~passes[name])), [name])
        return made

    def _show(self, packed: Packed, base: Condition, kept: Numbers) -> None:
        query, start = self.query, self.query.offset
        end = min(start + query.size, self.found.total)
        by_relevance = self.parts and query.sort == "relevance"
        order = packed.order(query.sort, self._worth(packed, base) if by_relevance and start < end else None)
        numbers = packed.numbers[order[kept[order]]]
        if by_relevance and start < min(end, MOST_WEIGHED):
            self._show_best(numbers, start, end)
        else:
            self._show_numbers(numbers[start:end])

    def _worth(self, packed: Packed, base: Condition) -> Numbers:
        """Which documents have all the words in their phrase, the very words above all; if that has to be known."""
        worth = np.zeros(len(packed), "i1")
        if len(packed) > MOST_WEIGHED:
            for very in (False, True):
                named = self._named(base, very)
                found = self.sets.whole(named)
                worth += np.isin(packed.numbers, (self.sets.some(named) if found is None else found).numbers)
        return worth

    # what is too much for that

    def _beyond(self, base: Condition) -> None:
        """Count, and show a page, without looking at each document."""
        query, sets, found = self.query, self.sets, self.found
        hide = bool(query.hidden) and sets.hides(base)
        filters = dict(query.filters)
        counted = sets.counted(base, filters, hide)
        found.total = counted.total
        own = {*filters, *(name for name, _ in query.hidden if hide)}
        found.facets = self.node.values.named(counted.counts, [name for name in query.facets if name not in own])
        for name in query.facets:
            if name in own:
                found.facets |= self.node.values.named(sets.counted(base, filters, hide, name).counts, [name])
        condition = base & asking.dated(query) & asking.filtered(query, hide=hide)
        if (packed := sets.packed(condition)) is not None:
            self._show(packed, condition, np.ones(len(packed), bool))
        else:
            self._show_along(condition, counted)

    def _show_along(self, condition: Condition, counted: Counted) -> None:
        query, sets, start = self.query, self.sets, self.query.offset
        most = query.size if sets.about else max(0, min(query.size, self.found.total - start))
        messages = int(counted.counts[code]) if (code := self._of_messages) < len(counted.counts) else 0
        if not most:
            self._show_rows([])
        elif query.sort != "relevance":
            self._show_numbers(sets.along(condition, query.sort, most, start))
        elif not self.parts:
            self._show_numbers(sets.newest(condition, start, most, messages))
        else:
            best = self._first(condition)
            rows = self._best(best)[start : start + most] if start < len(best) else []
            if len(rows) < most:
                beyond = max(0, start - len(best))
                rows += self._rows(sets.further(condition, best, beyond, most - len(rows), messages), COLUMNS)
            self._show_rows(rows)

    def _first(self, condition: Condition) -> Numbers:
        """The messages that are weighed: all the very words in the phrase, other forms of them, words elsewhere."""
        found = np.empty(0, "i8")
        for tier in (self._named(condition, very=True), self._named(condition, very=False), condition):
            if len(found) < MOST_WEIGHED:
                more = self.sets.best(tier, MOST_WEIGHED)
                found = np.concatenate([found, more[~np.isin(more, found)]])[:MOST_WEIGHED]
        return found

    @property
    def _of_messages(self) -> int:
        return next(iter(self.node.values.of("type", frozenset({MESSAGES}))), 0)

    def _named(self, base: Condition, very: bool) -> Condition:
        """What of these has all the words in its phrase or name itself, and therefore somewhere."""
        rest = Condition([each for each in base.lexemes if each not in self.implied], base.plain, base.values)
        if not very:
            return rest & Condition([self.corrections.of(part, NAMED) for part in self.parts])
        made = []
        for part in self.parts:
            fields = (part.clause.field,) if part.clause.field else NAMED
            made.append(" | ".join(self._lexemes(part.clause, field, ()) for field in fields))
        return rest & Condition([f"({each})" for each in made])

    def _show_best(self, numbers: Numbers, start: int, end: int) -> None:
        """Weigh what comes first, and show a page of it and of what follows."""
        shown = self._best(numbers[:MOST_WEIGHED])[start:end]
        self._show_rows([*shown, *self._rows(numbers[MOST_WEIGHED:end], COLUMNS)])

    def _best(self, numbers: Numbers) -> list[Any]:
        """The rows of these documents, weighed and in order."""
        slice_ = self._slice(sorted(self._rows(numbers, COLUMNS), key=lambda row: row.number))
        wanted = weighed(slice_, self.parts, self.query.exact)
        docs = slice_.everything
        return [slice_.found[doc] for doc in docs[np.argsort(keys(slice_, wanted, docs, "relevance"))]]

    def _show_numbers(self, numbers: Numbers) -> None:
        self._show_rows(self._rows(numbers, COLUMNS if self.parts else PLAIN))

    def _slice(self, rows: Iterable[Any]) -> Slice:
        node, frequencies = self.node, self.node.frequencies
        known = frequencies.of(self.connection, self._terms())
        slice_ = Slice(node.words, frequencies.whole, frequencies.mean_length, known)
        slice_.add(rows)
        return slice_

    def _terms(self) -> list[tuple[str, str]]:
        """The words that are looked for, with their stems."""
        made = [("a", word) for part in self.parts for each in part.closeness for word in each.split()]
        for clause in (part.clause for part in self.parts if not (part.closeness or part.clause.prefix)):
            made += [("a", word) for word in clause.words]
            if not (clause.quoted or self.query.exact):
                made += [("s", stem) for stem in self._stems(clause.words[0])]
        return made

    def _show_rows(self, rows: Sequence[Any]) -> None:
        slice_ = self._slice(rows)
        wanted = weighed(slice_, self.parts, self.query.exact)
        self.found.hits = [Hit(row.type, row.id, row.revision, matching.field_names(fields_of(wanted, doc)))
                           for doc, row in enumerate(rows)]  # fmt: skip
        explain(slice_, wanted, self.query.exact, self.found)

    def _rows(self, numbers: Numbers, columns: str) -> list[Any]:
        """The rows of these documents, in this order."""
        if not len(numbers):
            return []
        sql = f"SELECT {columns} FROM search.document WHERE number = ANY(:numbers)"
        found = {row.number: row for row in self.connection.execute(text(sql), {"numbers": numbers.tolist()})}
        return [found[number] for number in numbers.tolist() if number in found]
