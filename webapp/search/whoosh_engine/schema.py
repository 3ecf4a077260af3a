"""How a document lies in a Whoosh index: two posting fields, facet terms, and two columns.

``a`` holds every folded word, ``s`` the stems, each with the language it is a stem of. The field of a word is part of
its position, so that one posting list answers phrases, weights and "only in the phrase". ``f`` holds facet values,
``t`` the beginnings of the words of phrases and names, ``k`` the identifier.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from webapp.search.days import OPEN_FUTURE, OPEN_PAST, spans
from webapp.search.engine import FIELDS, Document
from webapp.text.analysis import stems, words
from webapp.text.stemming import primary

FORMAT = "3"
"""Counts up whenever documents are laid out in another way: an index of another format is built anew."""

FIELD_BITS = 13
MOST_POSITIONS = (1 << FIELD_BITS) - 2
FIELD_NUMBER = {name: number for number, name in enumerate(FIELDS)}
SEPARATOR = "\x1f"
NAMED = ("phrase", "name")
BEGINNINGS = (1, 2, 3)

UNDATED = OPEN_FUTURE, OPEN_PAST
"""A span that overlaps nothing and lies within nothing."""

ROW = np.dtype([("id", "S12"), ("entered", "<i8"), ("revision", "<i4"), ("length", "<u2"), ("spans", "<u2"),
                ("first", "<i4"), ("last", "<i4")])  # fmt: skip
_ROW = struct.Struct("<12sqiHHii")
_SPAN = struct.Struct("<ii")


class Given(formats.Format):
    """Postings whose bytes were made by us: two bytes for each position."""

    def word_values(self, value: Any, analyzer: Any, **kwargs: Any) -> Iterator[Any]:
        raise NotImplementedError


class Present(formats.Format):
    """Postings that only say that a value is there."""

    posting_size = 0


class Words(fields.FieldType):
    """A field whose postings come ready, as pairs of term and positions."""

    def __init__(self) -> None:
        super().__init__(Given(), None)

    def index(self, value: dict[str, list[int]], **kwargs: Any) -> Iterator[Any]:
        for term, positions in value.items():
            yield term.encode(), 1, 1.0, np.array(positions, "<u2").tobytes()


class Values(fields.FieldType):
    """A field of plain values."""

    def __init__(self) -> None:
        super().__init__(Present(), None)

    def index(self, value: Iterable[str], **kwargs: Any) -> Iterator[Any]:
        return ((each.encode(), 1, 1.0, b"") for each in value)


def schema() -> fields.Schema:
    """The fields of the index."""
    return fields.Schema(
        a=Words(), s=Words(), f=Values(), k=Values(), t=Values(),
        row=fields.COLUMN(columns.FixedBytesColumn(ROW.itemsize)),
        more=fields.COLUMN(columns.VarBytesColumn()),
        title=fields.COLUMN(columns.VarBytesColumn()),
    )  # fmt: skip


def laid_out(document: Document) -> dict[str, Any]:
    """The document as the writer takes it."""
    folded, stemmed, length = _positions(document)
    langs = {primary(text.lang) for text in document.texts if text.lang}
    days = spans(document)
    first, last = days[0] if days else UNDATED
    return {
        "a": folded,
        "s": stemmed,
        "f": sorted({f"{name}{SEPARATOR}{value}" for name, values in document.facets.items() for value in values}
                    | {f"type{SEPARATOR}{document.type}", *(f"stems{SEPARATOR}{lang}" for lang in langs)}),
        "k": [document.id],
        "t": sorted(_beginnings(document)),
        "row": _ROW.pack(document.id.encode(), document.entered, document.revision, min(length, 65535),
                         min(len(days), 65535), first, last),
        "more": b"".join(_SPAN.pack(*span) for span in days[1:65535]),
        "title": SEPARATOR.join((document.type, document.lang, document.title)).encode(),
    }  # fmt: skip


def _beginnings(document: Document) -> set[str]:
    """The first letters of the words of the phrase or name: what suggestions are asked with."""
    named = (word.text for text in document.texts if text.field in NAMED for word in words(text.words))
    return {word[:size] for word in named for size in BEGINNINGS if len(word) >= size}


def _positions(document: Document) -> tuple[dict[str, list[int]], dict[str, list[int]], int]:
    """Where each word and each stem stands, and how many words the phrase or name has."""
    folded: dict[str, list[int]] = defaultdict(list)
    stemmed: dict[str, list[int]] = defaultdict(list)
    at, length = dict.fromkeys(FIELDS, 0), 0
    for text in document.texts:
        base, here, lang = FIELD_NUMBER[text.field] << FIELD_BITS, at[text.field], primary(text.lang)
        found = words(text.words)
        for word in found[: max(0, MOST_POSITIONS - here)]:
            folded[word.text].append(base | here)
            for stem in stems(word.text, lang) if lang else ():
                stemmed[f"{lang}:{stem}"].append(base | here)
            here += 1
        at[text.field] = here + 2  # a phrase does not run from one text into the next
        if text.field in NAMED and not length:
            length = len(found)
    return folded, stemmed, length
