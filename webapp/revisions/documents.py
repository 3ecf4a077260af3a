"""A record as a document: plain JSON of all that is its own, made from a list of fields and parts.

The document is the common coin of the house: forms edit it, revisions freeze it, conflicts merge it, imports and
exports carry it. Adding a field to a record is one column and one line in its ``Kind``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from webapp.database import Texts
from webapp.identifiers import mint, register
from webapp.text.analysis import phrase_key

Document = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a document.

    ``type`` is one of text, texts (by language), flag, number, edtf (as text) and link (the identifier of another
    record or term, kept in the column ``<name>_id``).
    """

    name: str
    type: str = "text"

    @property
    def column(self) -> str:
        return f"{self.name}_id" if self.type == "link" else self.name

    def get(self, thing: Any) -> Any:
        value = getattr(thing, self.column)
        return value.text if self.type == "edtf" and value else value

    def set(self, thing: Any, value: Any) -> None:
        setattr(thing, self.column, self.empty if value is None else value)

    @property
    def empty(self) -> Any:
        return {"text": "", "texts": {}, "flag": False}.get(self.type)


@dataclass
class Part:
    """A list inside a document: meanings, broadcasts, attestations. Identified parts keep their own identifiers."""

    name: str
    model: type[Any]
    fields: list[Field]
    parts: list[Part] = field(default_factory=list)
    identified: bool = True

    @property
    def singular(self) -> str:
        return self.name.removesuffix("s")


@dataclass
class Kind:
    """A kind of record: its name, its table, what its document holds, how it is called, where its page is.

    ``label`` gives the record's name by language; ``refusals`` the reasons why it may not be published yet,
    ``cautions`` sentences on what had better be mended; ``settle`` works out anew what follows from the record's
    content, whenever that has changed; ``inside`` names the fields and parts that may give a meaning away, which the
    outsider's reading leaves out.
    """

    name: str
    model: type[Any]
    fields: list[Field]
    parts: list[Part] = field(default_factory=list)
    label: Callable[[Any], Texts] = lambda _: {}
    endpoint: str = ""
    many: str = ""
    refusals: Callable[[Any], Sequence[Exception]] = lambda _: ()
    cautions: Callable[[Any], Sequence[str]] = lambda _: ()
    settle: Callable[[Session, Any], None] = lambda *_: None
    inside: frozenset[str] = frozenset()

    def tells(self, *path: str) -> bool:
        """Whether what stands at this path of a document may give a meaning away: notes and witnesses always may."""
        return path[0] in self.inside or path[-1] in ("note", "locator") or "attestations" in path

    @property
    def plural(self) -> str:
        """The word for many of a kind, as it stands in addresses: messages, media."""
        return self.many or f"{self.name}s"


KINDS: dict[str, Kind] = {}
_LABELS: dict[type, Callable[[Any], Texts]] = {}


def keep(kind: Kind) -> Kind:
    """Enter a kind of record into the house; from then on it has documents, revisions and an ``/id/`` address."""
    KINDS[kind.name] = kind
    _LABELS[kind.model] = kind.label
    return kind


def labelled(model: type, label: Callable[[Any], Texts]) -> None:
    """Say how things that are not records of their own (vocabulary terms) are called in frozen snapshots."""
    _LABELS[model] = label


def outside(shape: Kind | Part, document: Document) -> Document:
    """The document as the outsider's reading has it: without what may give a meaning away, in it and in its parts."""
    hidden = {"note", "attestations", *(shape.inside if isinstance(shape, Kind) else ())}
    face = {name: value for name, value in document.items() if name not in hidden}
    for part in shape.parts:
        if part.name in face:
            face[part.name] = [outside(part, row) for row in face[part.name]]
    return face


def kind_of(record: Any) -> Kind:
    """The kind of a record."""
    return KINDS[record.__tablename__]


def label_of(thing: Any) -> Texts:
    """What a record or term is called, by language."""
    return _LABELS[type(thing)](thing)


def folded(record: Any) -> str:
    """What a record is called, in all its languages, by the analysis of the search: one line for each name."""
    return "\n".join(dict.fromkeys(phrase_key(text) for text in label_of(record).values() if text))


def to_document(record: Any, shape: Kind | Part | None = None) -> Document:
    """The record's own content as plain JSON values, in the order in which its kind lists them."""
    shape = shape or kind_of(record)
    document: Document = {"id": record.id} if isinstance(shape, Kind) or shape.identified else {}
    document |= {each.name: each.get(record) for each in shape.fields}
    return document | {
        part.name: [to_document(thing, part) for thing in getattr(record, part.name)] for part in shape.parts
    }


def apply_document(session: Session, record: Any, document: Document, shape: Kind | Part | None = None) -> None:
    """Make the record's tables say what the document says; parts keep their identity by their identifiers."""
    shape = shape or kind_of(record)
    for each in shape.fields:
        if each.name in document:
            each.set(record, document[each.name])
    for part in shape.parts:
        if part.name in document:
            _apply_part(session, record, part, document[part.name])


def _apply_part(session: Session, record: Any, part: Part, documents: list[Document]) -> None:
    present = {thing.id: thing for thing in getattr(record, part.name)} if part.identified else {}
    things = []
    for position, document in enumerate(documents):
        thing = present.get(document.get("id")) or _new_part(session, part, document)
        if hasattr(thing, "position"):
            thing.position = position
        apply_document(session, thing, document, part)
        things.append(thing)
    if not part.identified and things and _unchanged(record, part, documents):
        return  # rows without identity are rewritten only when they differ
    setattr(record, part.name, things)


def _unchanged(record: Any, part: Part, documents: list[Document]) -> bool:
    return [to_document(thing, part) for thing in getattr(record, part.name)] == documents


def _new_part(session: Session, part: Part, document: Document) -> Any:
    if not part.identified:
        return part.model()
    given = document.get("id")
    if given:
        register(session, given, part.singular)
    return part.model(id=given or mint(session, part.singular))


def labels(record: Any, shape: Kind | Part | None = None) -> dict[str, Texts]:
    """The names of everything that the record links to, by identifier, as they are today."""
    return dict(_labels(record, shape or kind_of(record)))


def _labels(record: Any, shape: Kind | Part) -> Iterator[tuple[str, Texts]]:
    for each in shape.fields:
        if each.type == "link" and (linked := getattr(record, each.name)) is not None:
            yield linked.id, label_of(linked)
    for part in shape.parts:
        for thing in getattr(record, part.name):
            yield from _labels(thing, part)


def canonical(document: Any) -> bytes:
    """The canonical JSON of a document: sorted keys, no spaces, UTF-8; what its checksum is taken over."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(document: Document, names: dict[str, Texts]) -> str:
    """The SHA-256 of a frozen snapshot, in hexadecimal."""
    return hashlib.sha256(canonical({"document": document, "labels": names})).hexdigest()
