"""Links between records as curators type them: a label with the identifier behind it, or either alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from webapp.desk.looks import target
from webapp.identifiers import Reading, examine, tidy
from webapp.languages import told
from webapp.messages.models import Message
from webapp.revisions import KINDS, Kind, Part, Status, label_of
from webapp.revisions.documents import Document
from webapp.sources.models import Source
from webapp.stations import Station
from webapp.text.analysis import phrase_key
from webapp.vocabularies import Term

MOST = 12
_BEHIND = re.compile(r"\[([^\[\]]+)\]\s*$")


class Offer(NamedTuple):
    """A record that a picker offers: its identifier, its name in the reader's language, its key, if it has one, what
    tells it from others of that name, and its status."""

    id: str
    label: str
    key: str | None = None
    besides: str = ""
    status: str = Status.PUBLISHED

    @property
    def typed(self) -> str:
        """What stands in the field: the name for people, the identifier for certainty."""
        return f"{self.label} [{self.id}]"


def offer(record: Any) -> Offer:
    """A record as a picker offers it."""
    besides = getattr(record, "publisher", "")
    return Offer(record.id, told(label_of(record)).text, record.key, besides, record.status)


def kind_of_model(model: type) -> Kind:
    """The kind that is kept in a table."""
    return next(kind for kind in KINDS.values() if kind.model is model)


def matching(kind: Kind, typed: str) -> Select[Any]:
    """The records whose name has these words in this order, those that begin with them first; withdrawn ones not."""
    model, key = kind.model, phrase_key(typed)
    escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    here = or_(model.folded.like(f"%{escaped}%", escape="\\"), model.id == tidy(typed), model.key == typed.strip())
    first = case((model.folded == key, 0), (model.folded.like(f"{escaped}%", escape="\\"), 1), (here, 2), else_=3)
    return (
        select(model).where(or_(here, *_elsewhere(model, typed.strip())), model.status != Status.WITHDRAWN)
        .order_by(first, *_most_used(model), func.length(model.folded), model.folded, model.id).limit(MOST)
    )  # fmt: skip


def _elsewhere(model: Any, typed: str) -> list[ColumnElement[bool]]:
    """Where else than in its name a record is recognised: a source by its author, its publisher or its site."""
    if model is not Source or not typed:
        return []
    site = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [
        Source.author.icontains(typed, autoescape=True),
        Source.publisher.icontains(typed, autoescape=True),
        *(Source.url.ilike(f"%{before}{site}%", escape="\\") for before in ("://", "://www.")),
    ]


def _most_used(model: Any) -> list[ColumnElement[Any]]:
    """Of stations that are called alike, the one of most messages is meant: Radio Londres before Radio Londra."""
    if model is not Station:
        return []
    return [select(func.count()).where(Message.station_id == model.id).scalar_subquery().desc()]


def offers(session: Session, kind: Kind, typed: str) -> list[Offer]:
    """What a picker offers for what was typed so far; with nothing typed, what was used last."""
    if typed.strip():
        return [offer(record) for record in session.scalars(matching(kind, typed))]
    recent = select(kind.model).where(kind.model.status != Status.WITHDRAWN).order_by(kind.model.updated_at.desc())
    return [offer(record) for record in session.scalars(recent.limit(MOST))]


class Unclear(Exception):
    """What was typed leads to no record, or to several: ``offers`` are the choices."""

    def __init__(self, offers: list[Offer]) -> None:
        super().__init__()
        self.offers = offers


def found(session: Session, kind: Kind, typed: str) -> str:
    """The identifier of the record that was meant: by the identifier behind the name, by either alone. Raises
    ``Unclear``."""
    behind = _BEHIND.search(typed)
    for text in filter(None, (behind and behind[1], typed)):
        if examine(text) is Reading.GOOD and (record := session.get(kind.model, tidy(text))) is not None:
            return record.id
    name = _BEHIND.sub("", typed)
    near = list(session.scalars(matching(kind, name)))
    same = [record for record in near if phrase_key(name) in record.folded.split("\n") or record.key == name.strip()]
    if len(same) == 1:
        return same[0].id
    raise Unclear([offer(record) for record in same or near])


def names(session: Session, kind: Kind, document: Document) -> dict[str, str]:
    """What the fields show for every record that the document links to: one query for each kind of record."""
    wanted: dict[type, set[str]] = {}
    for model, one in linked(kind, document):
        wanted.setdefault(model, set()).add(one)
    shown: dict[str, str] = {}
    for model, ids in wanted.items():
        table: Any = model
        shown |= {record.id: offer(record).typed for record in session.scalars(select(table).where(table.id.in_(ids)))}
    return shown


def linked(shape: Kind | Part, document: Document) -> Iterator[tuple[type, str]]:
    """Every record that a document links to, vocabulary terms aside, as its table and identifier."""
    for each in shape.fields:
        if each.type == "link" and document.get(each.name) and (model := target(shape, each)) is not Term:
            yield model, document[each.name]
    for part in shape.parts:
        for row in document.get(part.name, []):
            yield from linked(part, row)
