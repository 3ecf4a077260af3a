"""From what is asked to conditions that PostgreSQL answers from one index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from webapp.search.days import period
from webapp.search.engine import Clause, Query
from webapp.search.postgres_engine.rows import (
    EVERYTHING,
    LONGEST,
    pair_lexeme,
    part_lexeme,
    quoted,
    stem_lexeme,
    value_lexeme,
    word_lexeme,
)


@dataclass
class Condition:
    """A part of WHERE, with the values of its parameters."""

    lexemes: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def sql(self) -> str:
        """The condition; every document has ``EVERYTHING``, so that what is left out is looked for in the index."""
        if self.plain and not self.lexemes:
            return " AND ".join(self.plain)
        return " AND ".join(["lexemes @@ CAST(:lexemes AS tsquery)", *self.plain])

    def query(self) -> str:
        """What is asked of the index."""
        if all(each.startswith("!") for each in self.lexemes):
            return " & ".join([quoted(EVERYTHING), *self.lexemes])
        return " & ".join(self.lexemes)

    def given(self) -> dict[str, Any]:
        """The values of its parameters."""
        return self.values | {"lexemes": self.query()}

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from other conditions."""
        return (self.query(), *self.plain, *map(str, sorted(self.values.items())))

    def __and__(self, other: Condition) -> Condition:
        return Condition(self.lexemes + other.lexemes, self.plain + other.plain, self.values | other.values)


def any_of(lexemes: Iterable[str]) -> str:
    """A query for one of these lexemes; for none at all, what nothing has."""
    return "(" + (" | ".join(map(quoted, lexemes)) or quoted("#none")) + ")"


def clause_lexemes(clause: Clause, stems: Sequence[str]) -> str:
    """A clause as a query of lexemes; a long quotation asks only for its pairs of words, see ``quotation``."""
    if clause.quoted:
        pairs = [pair_lexeme(*pair) for pair in pairwise(clause.words)]
        words = [word_lexeme(word, clause.field) for word in clause.words] if clause.field or not pairs else []
        return "(" + " & ".join(map(quoted, [*pairs, *words])) + ")"
    if clause.prefix:
        return quoted(word_lexeme(clause.words[0], clause.field)) + ":*"
    return any_of([word_lexeme(clause.words[0], clause.field), *(stem_lexeme(stem, clause.field) for stem in stems)])


def quotation(clause: Clause, name: str) -> tuple[str, str]:
    """The condition that the words stand one after the other in one text, and the value of its parameter."""
    words = " ".join(word[:LONGEST] for word in clause.words)
    if clause.field:
        return f"told ~ :{name}", rf"(^|\n){clause.field} ([^\n]* )?{re.escape(words)} "
    return f"strpos(told, :{name}) > 0", f" {words} "


def is_long(clause: Clause) -> bool:
    """Whether the lexemes of a quotation do not tell yet that its words follow one another."""
    return clause.quoted and len(clause.words) > (1 if clause.field else 2)


def in_words(clauses: Iterable[tuple[Clause, str]], name: str) -> Condition:
    """All these clauses, each with its query of lexemes; ``name`` tells their parameters from others."""
    made = Condition()
    for at, (clause, lexemes) in enumerate(clauses):
        if not is_long(clause):
            made.lexemes.append(f"!{lexemes}" if clause.without else lexemes)
            continue
        told, made.values[f"{name}{at}"] = quotation(clause, f"{name}{at}")
        if clause.without:
            made.values[f"all{name}{at}"] = lexemes
            made.plain.append(f"NOT (lexemes @@ CAST(:all{name}{at} AS tsquery) AND {told})")
        else:
            made.lexemes.append(lexemes)
            made.plain.append(told)
    return made


def numbered(numbers: Iterable[int]) -> Condition:
    """Documents that were found out already."""
    return Condition(plain=["number = ANY(:numbers)"], values={"numbers": list(numbers)})


def dated(query: Query) -> Condition:
    """Some date overlaps the period asked for, or lies certainly within it."""
    if query.since is None and query.until is None:
        return Condition()
    since, until = period(query)
    within, overlaps = "first >= :since AND last <= :until AND (first & 1) = 0", "first <= :until AND last >= :since"
    fits = within if query.within else overlaps
    return Condition(
        plain=[f"EXISTS (SELECT 1 FROM unnest(firsts, lasts) AS span (first, last) WHERE {fits})"],
        values={"since": since, "until": until},
    )


def sampled(parts: int) -> Condition:
    """So many of the equal parts of all documents."""
    return Condition([any_of(map(part_lexeme, range(parts)))])


def filtered(query: Query, but: str = "", hide: bool = True) -> Condition:
    """Every filter but one as lexemes of the same index; what is hidden stays so unless it is asked for."""
    chosen = {name for name, _ in query.filters}
    made = [any_of(value_lexeme(name, value) for value in sorted(values))
            for name, values in query.filters if name != but]  # fmt: skip
    if hide:
        made += ["!" + any_of(value_lexeme(name, value) for value in sorted(values))
                 for name, values in query.hidden if name not in chosen and name != but]  # fmt: skip
    return Condition(made)
