"""Documents made whole, and what they hold: every field of their kind, their rows with identifiers, their links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect

from webapp.revisions.documents import Document, Field, Kind, Part


def completed(shape: Kind | Part, document: Document) -> Document:
    """The document with every field and part of its kind, in their order; where nothing is said, what the table's
    own default says, else empty."""
    whole: Document = {"id": document.get("id")} if isinstance(shape, Kind) or shape.identified else {}
    for each in shape.fields:
        whole[each.name] = _value(each, document[each.name]) if each.name in document else _default(shape.model, each)
    for part in shape.parts:
        whole[part.name] = [completed(part, row) for row in document.get(part.name) or []]
    return whole


def _value(each: Field, value: Any) -> Any:
    if each.type == "texts":
        return {lang: text for lang, text in sorted((value or {}).items()) if text}
    return each.empty if value is None else value


def _default(model: Any, each: Field) -> Any:
    default = model.__table__.c[each.column].default
    return default.arg if default is not None and default.is_scalar else each.empty


def identified_rows(shape: Kind | Part, document: Document) -> Iterator[Document]:
    """Every row of a document that has an identifier of its own."""
    for part in shape.parts:
        for row in document.get(part.name) or []:
            if part.identified:
                yield row
            yield from identified_rows(part, row)


def linked(shape: Kind | Part, document: Document) -> Iterator[tuple[Any, str]]:
    """Everything that a document links to, as its table's class and its identifier, in the order of the labels."""
    for each in shape.fields:
        if each.type == "link" and (id := document.get(each.name)):
            yield inspect(shape.model).relationships[each.name].mapper.class_, id
    for part in shape.parts:
        for row in document.get(part.name) or []:
            yield from linked(part, row)
