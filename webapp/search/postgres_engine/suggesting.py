"""What to offer while somebody types, from PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from webapp.search.engine import Suggested
from webapp.search.postgres_engine.asking import any_of
from webapp.search.postgres_engine.corrections import Nearby
from webapp.search.postgres_engine.node import Node
from webapp.search.postgres_engine.rows import NAMED, length_lexeme, quoted, value_lexeme, word_lexeme
from webapp.search.whoosh_engine import matching
from webapp.search.whoosh_engine.matching import Deadline
from webapp.search.whoosh_engine.searching import MOST_BEGUN

MOST_LIKELY = 30
"""So many frequent words with a beginning are tried before all that have it."""

SHORT = 3
"""Words of a phrase that is offered first."""


def suggest(connection: Connection, node: Node, words: tuple[str, ...], types: Mapping[str, int]) -> list[Suggested]:
    """Up to so many of each type that have these words in their phrase or name, the last one only begun."""
    if not words:
        return []
    whole = [_named(word) for word in words[:-1]]
    for last in (_likely(node, words[-1]), _begun(words[-1])):
        if last and (found := _offered(connection, node, [*whole, last], types)):
            return found
    return _offered(connection, node, [_slipped(connection, node, word) for word in words], types)


def _offered(connection: Connection, node: Node, lexemes: list[str], types: Mapping[str, int]) -> list[Suggested]:
    return [each for type_, most in types.items() for each in _of_type(connection, node, lexemes, type_, most)]


def _named(word: str) -> str:
    return any_of(word_lexeme(word, field) for field in NAMED)


def _begun(letters: str) -> str:
    return "(" + " | ".join(f"{quoted(word_lexeme(letters, field))}:*" for field in NAMED) + ")"


def _likely(node: Node, letters: str) -> str:
    """The frequent words that begin so, where there are some: the index would gather all words with that beginning."""
    common = node.frequencies.common
    begun = [f"{field}={letters}" for field in NAMED]
    found = sorted((lexeme for lexeme in common if lexeme.startswith(tuple(begun))), key=lambda each: -common[each])
    return any_of(found[:MOST_LIKELY]) if found else ""


def _found(connection: Connection, lexemes: list[str]) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM search.document WHERE lexemes @@ CAST(:asked AS tsquery))"
    return bool(connection.scalar(text(sql), {"asked": " & ".join(lexemes)}))


def _slipped(connection: Connection, node: Node, word: str) -> str:
    """The same for a word that was misspelt or is only begun."""
    if _found(connection, [_begun(word)]) or len(word) <= 3:
        return _begun(word)
    close = [each for each in matching.candidates(Nearby(connection, node), word, Deadline(0.1)) if " " not in each]
    return any_of(word_lexeme(each, field) for each in close[:MOST_BEGUN] for field in NAMED)


def _of_type(connection: Connection, node: Node, lexemes: list[str], type_: str, most: int) -> list[Suggested]:
    """The shortest of a type; in a large archive the short ones are tried first, which mostly is enough."""
    asked = [*lexemes, quoted(value_lexeme("type", type_))]
    if node.frequencies.common:
        short = any_of(length_lexeme(length) for length in range(SHORT + 1))
        if len(found := _shortest(connection, [*asked, short], type_, most)) == most:
            return found
    return _shortest(connection, asked, type_, most)


def _shortest(connection: Connection, asked: list[str], type_: str, most: int) -> list[Suggested]:
    sql = """SELECT type, id, title, lang FROM search.document WHERE lexemes @@ CAST(:asked AS tsquery)
             AND type = :type ORDER BY length, number LIMIT :most"""
    rows = connection.execute(text(sql), {"asked": " & ".join(asked), "type": type_, "most": most})
    return [Suggested(*row) for row in rows]
