"""How a document lies in PostgreSQL: one narrow row, whose lexemes answer words, stems, fields and filters at once.

The lexemes are made by our own analysis, not by the server's parser. A word stands as ``=word`` and, with its field, as
``phrase=word``; a stem as ``~fr:stem`` and ``phrase~fr:stem``; two words one after the other as ``"word word``; a facet
value as ``#year:1944``; the length of a phrase as ``#length:5``; and every document as ``#all``, and as one of
``#part:0`` to ``#part:63``, from which the whole can be estimated. ``told`` and ``stems`` hold the same words in order,
a line for each text: for longer quotations, and for weighing what is shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any
from zlib import crc32

from webapp.search.days import OPEN_FUTURE, spans
from webapp.search.engine import Document
from webapp.text.analysis import stems, words
from webapp.text.stemming import primary

FORMAT = "3"
"""Counts up whenever documents are laid out in another way: rows of another format are written anew."""

LONGEST = 200
"""Letters of a word that count; what is longer is no word that anybody asks for."""

UNDATED = OPEN_FUTURE
NAMED = ("phrase", "name")
SEPARATOR = "\x1f"

PARTS = 64
"""Into so many parts of equal size the documents fall, without regard to anything else about them."""

EVERYTHING = "#all"


def row(document: Document) -> dict[str, Any]:
    """The columns of a document."""
    told = list(_lines(document))
    named = next((found for field, found, _ in told if field in NAMED), [])
    days = spans(document)
    return {
        "id": document.id, "type": document.type, "lang": document.lang, "title": document.title.replace("\x00", ""),
        "revision": document.revision, "entered": document.entered, "length": len(named),
        "first_day": days[0][0] if days else UNDATED,
        "firsts": [first for first, _ in days], "lasts": [last for _, last in days],
        "facets": facets(document), "spans": b"".join(struct.pack(">ii", *span) for span in days),
        "told": "\n".join(f"{field} {' '.join(found)} " for field, found, _ in told),
        "stems": "\n".join(f"{field} {' '.join(stems)} " for field, _, stems in told),
        "lexemes": vector({EVERYTHING, part_lexeme(crc32(document.id.encode()) % PARTS), length_lexeme(len(named)),
                           *_lexemes(document, told)}),
    }  # fmt: skip


def facets(document: Document) -> list[str]:
    """Every facet value, with the type, and the languages that the stems are of."""
    langs = {primary(text.lang) for text in document.texts if text.lang}
    values = {f"{name}{SEPARATOR}{value}" for name, all_of in document.facets.items() for value in all_of}
    return sorted(values | {f"type{SEPARATOR}{document.type}", *(f"stems{SEPARATOR}{lang}" for lang in langs)})


def words_of(document: Document) -> Iterator[tuple[str, str]]:
    """What the vocabulary has to know: every word, and the languages of the stems."""
    for text in document.texts:
        yield from (("w", word.text[:LONGEST]) for word in words(text.words))
        if text.lang:
            yield "l", primary(text.lang)


def _lines(document: Document) -> Iterator[tuple[str, list[str], list[str]]]:
    for text in document.texts:
        found, lang = [word.text[:LONGEST] for word in words(text.words)], primary(text.lang)
        yield text.field, found, [f"{lang}:{stem}" for word in found for stem in (stems(word, lang) if lang else ())]


def _lexemes(document: Document, told: list[tuple[str, list[str], list[str]]]) -> set[str]:
    made = {value_lexeme(*value.split(SEPARATOR, 1)) for value in facets(document)}
    for field, found, stemmed in told:
        for term in found:
            made |= {word_lexeme(term, None), word_lexeme(term, field)}
        made |= {pair_lexeme(*pair) for pair in pairwise(found)}
        for term in stemmed:
            made |= {stem_lexeme(term, None), stem_lexeme(term, field)}
    return made


def word_lexeme(word: str, field: str | None) -> str:
    """What stands for a word, in a field or anywhere."""
    return f"{field or ''}={word[:LONGEST]}"


def stem_lexeme(stem: str, field: str | None) -> str:
    """What stands for a stem."""
    return f"{field or ''}~{stem[:LONGEST]}"


def pair_lexeme(word: str, after: str) -> str:
    """What stands for two words, one after the other in one text."""
    return f'"{word[:LONGEST]} {after[:LONGEST]}'


def part_lexeme(part: int) -> str:
    """What stands for one of the equal parts of all documents."""
    return f"#part:{part}"


def length_lexeme(length: int) -> str:
    """What stands for the number of words of a phrase or name."""
    return f"#length:{length}"


def value_lexeme(facet: str, value: str) -> str:
    """What stands for a facet value."""
    return f"#{facet}:{value[:LONGEST]}"


def vector(lexemes: Iterable[str]) -> str:
    """Lexemes as PostgreSQL reads a tsvector."""
    return " ".join(quoted(each) for each in sorted(lexemes))


def quoted(lexeme: str) -> str:
    """A lexeme as PostgreSQL reads it in a tsvector or tsquery, whatever stands in it."""
    return "'" + lexeme.replace("\x00", "").replace("\\", "\\\\").replace("'", "''") + "'"
