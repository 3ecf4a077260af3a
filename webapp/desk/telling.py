"""Saying in words where something is in a document, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from webapp.database import Texts
from webapp.dates import parse
from webapp.desk.looks import look_of, options_of
from webapp.filters import language_name
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.revisions import Field, Kind, Part
from webapp.revisions.comparing import Difference, Run, compared_words
from webapp.revisions.documents import Document
from webapp.revisions.rows import keyed


@dataclass
class Teller:
    """Says paths and values of one kind of record. ``names`` are those of linked records, as they were frozen;
    ``documents`` are where rows are counted, the first that has the row."""

    session: Session
    kind: Kind
    names: dict[str, Texts]
    documents: list[Document]
    _choices: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def path(self, path: tuple[str, ...]) -> str:
        """“Meaning 2, what the phrase signified (French)”."""
        return ", ".join(self._steps(self.kind, path, self.documents))

    def _steps(self, shape: Kind | Part, path: tuple[str, ...], documents: list[Document]) -> list[str]:
        name, *rest = path
        part = next((each for each in shape.parts if each.name == name), None)
        if part is None:
            return [self._field(shape, name, rest)]
        if not rest or rest == ["order"]:
            return [_("%(list)s, order", list=_(look_of(shape, part).label))]
        lists = [document.get(part.name) or [] for document in documents]
        step = f"{_(look_of(shape, part).help) or part.name} {_number(part, lists, rest[0])}"
        if len(rest) == 1:
            return [step]
        inside = [row for rows in lists if (row := keyed(part, rows).get(rest[0])) is not None]
        return [step, *self._steps(part, tuple(rest[1:]), inside)]

    def _field(self, shape: Kind | Part, name: str, rest: list[str]) -> str:
        each = next((one for one in shape.fields if one.name == name), None)
        label = _(look_of(shape, each).label) if each else name
        return f"{label} ({language_name(rest[0])})" if rest and rest[0] else label

    def value(self, path: tuple[str, ...], each: Field | Part, value: Any) -> str:
        """What a field holds, or all that a row holds."""
        if isinstance(each, Part):
            return "" if value is None else self.row(each, value)
        if each.type == "flag":
            return _("yes") if value else _("no")
        if value in (None, "", {}, []):
            return ""
        if each.type == "edtf":
            return _in_words(value)
        if each.type == "link":
            return told(self.names.get(value, {"": value})).text
        if isinstance(value, dict):
            return " / ".join(value.values())
        return self._word(path, each, value)

    def words(self, difference: Difference) -> tuple[list[Run], list[Run]]:
        """Both sides of a difference in words, what only one side has marked."""
        sides = (self.value(difference.path, difference.field, each) for each in (difference.before, difference.after))
        return compared_words(*sides)

    def list_name(self, part: Part) -> str:
        """What a list is called."""
        return _(look_of(self.kind, part).label)

    def places(self) -> list[tuple[str, str]]:
        """Every field that a remark can be about: its name on the form, and where it is in words."""
        return [(name, self.path(path)) for name, path in _places(self.kind, self.documents[0], (), "")]

    def where(self, name: str) -> str:
        """A field by its name on the form, in words."""
        return dict(self.places()).get(name, "")

    def row(self, part: Part, row: Document) -> str:
        """A row in one paragraph: each field that says something."""
        said = [(each, self.value((part.name, "", each.name), each, row.get(each.name))) for each in part.fields]
        lines = [f"{_(look_of(part, each).label)}{_(': ')}{text}" for each, text in said if text]
        for inner in part.parts:
            lines += [self.row(inner, each) for each in row.get(inner.name) or []]
        return "\n".join(lines)

    def _word(self, path: tuple[str, ...], each: Field, value: Any) -> str:
        """A choice by the label that the form shows for it."""
        shape = self._shape(path)
        key = (shape.name, each.name)
        if key not in self._choices:
            options = options_of(shape, each)
            self._choices[key] = dict(options(self.session)) if options else {}
        return self._choices[key].get(str(value), str(value))

    def _shape(self, path: tuple[str, ...]) -> Kind | Part:
        shape: Kind | Part = self.kind
        for name in path:
            shape = next((part for part in shape.parts if part.name == name), shape)
        return shape


def _in_words(edtf: str) -> str:
    """A date as one says it, with what is kept of it where that reads otherwise."""
    words = parse(edtf).words(language())
    return words if words == edtf else f"{words} ({edtf})"


def _places(
    shape: Kind | Part, document: Document, path: tuple[str, ...], start: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from ((f"{start}{each.name}", (*path, each.name)) for each in shape.fields)
    for part in shape.parts:
        for key, row in keyed(part, document.get(part.name) or []).items():
            if row.get("id"):
                yield from _places(part, row, (*path, part.name, key), f"{start}{part.name}-{row['id']}-")


def _number(part: Part, lists: list[list[Document]], key: str) -> str:
    for rows in lists:
        keys = list(keyed(part, rows))
        if key in keys:
            return str(keys.index(key) + 1)
    return ""
