"""A frozen snapshot looked at as if it were the record: the same names, nothing asked of the database."""

from __future__ import annotations

from typing import Any

from webapp.database import Texts
from webapp.dates import parse
from webapp.revisions.documents import KINDS, Document, Kind, Part
from webapp.revisions.models import Revision, Status


class Linked:
    """What a snapshot links to: its identifier, and what it was called on that day."""

    def __init__(self, id: str, name: Texts) -> None:
        self.id, self.name = id, name

    label = property(lambda self: self.name)
    title = property(lambda self: next(iter(self.name.values()), self.id))


class Frozen:
    """A document, and the labels that were frozen with it, read by attribute: ``message.station.name``.

    Fields are what they are on the record (a date is an ``Edtf``), parts are lists, links are ``Linked``.
    """

    status = Status.PUBLISHED

    def __init__(self, shape: Kind | Part, document: Document, labels: dict[str, Texts]) -> None:
        self.shape, self.document, self.labels = shape, document, labels
        self.id: str = document.get("id", "")
        self._fields = {each.name: each for each in shape.fields}
        self._parts = {part.name: part for part in shape.parts}

    def __getattr__(self, name: str) -> Any:
        if name in self._parts:
            return [Frozen(self._parts[name], each, self.labels) for each in self.document.get(name) or []]
        if name in self._fields:
            return self._value(name)
        if name.endswith("_id") and name[:-3] in self._fields:
            return self.document.get(name[:-3])
        raise AttributeError(name)

    def _value(self, name: str) -> Any:
        each, value = self._fields[name], self.document.get(name)
        if each.type == "link":
            return Linked(value, self.labels.get(value, {})) if value else None
        if each.type == "edtf":
            return parse(value) if value else None
        return each.empty if value is None else value


class Version(Frozen):
    """One published version of a record, as it was."""

    def __init__(self, revision: Revision) -> None:
        super().__init__(KINDS[revision.kind], revision.document, revision.labels)
        self.id, self.version, self.revision = revision.record_id, revision.version, revision
