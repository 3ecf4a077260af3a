"""Everything that everybody may see, sort by sort, as data: where the API, the exports and the harvesting begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.broadcasts.models import Broadcast
from webapp.collections import documents as collections
from webapp.collections import queries as collection_queries
from webapp.collections.models import Collection
from webapp.essays import documents as essays
from webapp.essays import queries as essay_queries
from webapp.essays.outline import outline
from webapp.languages import told
from webapp.media import documents as media
from webapp.media import queries as medium_queries
from webapp.media.models import Medium, Subject
from webapp.messages import documents as messages
from webapp.messages import queries as message_queries
from webapp.messages.models import Meaning, Message, Relation
from webapp.navigation import absolute
from webapp.revisions import KINDS, Kept, Kind, Part, Status, kind_of, label_of, labels, to_document
from webapp.sources.models import Attestation, Source
from webapp.vocabularies import Scheme, Term

BATCH = 200
Data = dict[str, Any]


@dataclass(frozen=True)
class Sort:
    """One sort of records: its word in addresses, its kind, what everybody may see of it, how it is told as data."""

    name: str
    kind: str
    visible: Callable[[], Select[Any]]
    load: Sequence[Any] = ()
    told: Callable[[Session, Any, str], Data] | None = None

    @property
    def model(self) -> Any:
        """Its table."""
        return KINDS[self.kind].model

    def record(self, session: Session, thing: Any, reading: str = "folded") -> Data:
        """One record as data; nothing in it is hidden from everybody."""
        data = self.told(session, thing, reading) if self.told else _plain(self, thing)
        return without_hidden(thing, data)


def _published(kind: str) -> Callable[[], Select[Any]]:
    return lambda: select(KINDS[kind].model).where(KINDS[kind].model.status == Status.PUBLISHED)


def _plain(sort: Sort, thing: Any) -> Data:
    document = to_document(thing)
    document.pop("id")
    title = told(label_of(thing)).text
    where = {"url": absolute(url_for(KINDS[sort.kind].endpoint, id=thing.id, lang=None)),
             "permanent": absolute(url_for("reading.permanent", id=thing.id, lang=None))}  # fmt: skip
    return {"type": sort.kind, "id": thing.id, **where, "version": thing.version, "title": title} | {
        name: value for name, value in document.items() if name != "title"
    }


def _message(_: Session, message: Message, reading: str) -> Data:
    return messages.record(message, reading)


def _essay(session: Session, essay: Any, _: str) -> Data:
    parts = [outline(text, lang) for lang, text in essay.body.items()]
    speaks = essay_queries.messages(session, sorted({name for part in parts for name in part.messages}))
    cites = essay_queries.sources(session, sorted({name for part in parts for name in part.sources}))
    return essays.record(essay, _each(speaks.values()), _each(cites.values()))


def _each(records: Iterable[Any]) -> list[Any]:
    return sorted({record.id: record for record in records}.values(), key=lambda record: record.id)


def _source(_: Session, source: Source, __: str) -> Data:
    """A source; the address of an unlicensed copy is not told."""
    data = _plain(BY_KIND["source"], source)
    named = {"type": "source", "url": absolute(url_for("sources.show", id=source.id, lang=None)), "name": source.title,
             "source_type": source.type, "link": source.url if source.linkable and source.url else None}  # fmt: skip
    return data | named


def _collection(session: Session, collection: Collection, reading: str) -> Data:
    return collections.record(collection, collection_queries.gathered(session, collection.items, None), reading)


def _medium(_: Session, medium: Medium, __: str) -> Data:
    return media.record(medium)


WHOLE_MESSAGE = [
    *message_queries.ON_PAGE,
    joinedload(Message.theme), joinedload(Message.surface),
    selectinload(Message.meanings).joinedload(Meaning.purpose),
    selectinload(Message.relations).joinedload(Relation.other),
    selectinload(Message.broadcasts).options(
        joinedload(Broadcast.station), selectinload(Broadcast.attestations).joinedload(Attestation.source)),
]  # fmt: skip

SORTS = [
    Sort("messages", "message", lambda: message_queries.visible_to(None), WHOLE_MESSAGE, _message),
    Sort("essays", "essay", lambda: essay_queries.visible_to(None).order_by(None), (), _essay),
    Sort("collections", "collection", lambda: collection_queries.visible_to(None),
         [selectinload(Collection.items)], _collection),
    Sort("media", "medium", lambda: medium_queries.visible_to(None),
         [selectinload(Medium.subjects).options(joinedload(Subject.message), joinedload(Subject.source))], _medium),
    Sort("sources", "source", _published("source"), (), _source),
    Sort("stations", "station", _published("station")),
    Sort("networks", "network", _published("network")),
    Sort("places", "place", _published("place")),
]  # fmt: skip
BY_NAME = {sort.name: sort for sort in SORTS}
BY_KIND = {sort.kind: sort for sort in SORTS}


def stream(session: Session, sort: Sort, reading: str = "folded") -> Iterator[Data]:
    """Every public record of a sort by identifier, in batches that fit into memory."""
    for thing in things(session, sort.visible(), sort):
        yield sort.record(session, thing, reading)


def things(session: Session, query: Select[Any], sort: Sort) -> Iterator[Any]:
    """The records of a query by identifier, a few queries for each two hundred; each batch is forgotten afterwards."""
    after = ""
    while True:
        batch = session.scalars(
            query.where(sort.model.id > after).order_by(sort.model.id).options(*sort.load).limit(BATCH)
        ).all()
        yield from batch
        if len(batch) < BATCH:
            break
        after = batch[-1].id
        session.expunge_all()


def total(session: Session, sort: Sort) -> int:
    """How many records of a sort everybody may see."""
    return session.scalar(sort.visible().order_by(None).with_only_columns(func.count(sort.model.id))) or 0


def vocabulary(session: Session, scheme: Scheme | None = None) -> list[Data]:
    """The terms of a vocabulary, or of all, in their own order."""
    query = select(Term).order_by(Term.scheme, Term.position, Term.slug)
    chosen = query.where(Term.scheme == scheme) if scheme else query
    return [{"type": each.scheme, "id": each.slug, "term": each.id, "position": each.position,
             "label": each.label, "definition": each.definition} for each in session.scalars(chosen)]  # fmt: skip


def document_of(thing: Any, hidden_too: bool = False) -> Data:
    """A record's own content; without what is hidden from everybody, unless a keeper asks for all."""
    document = to_document(thing) | {"labels": labels(thing)}
    if hidden_too:
        return document
    if isinstance(thing, Source) and not thing.linkable:
        document["url"] = ""
    return without_hidden(thing, document)


def without_hidden(thing: Any, data: Data) -> Data:
    """The record without links to what is not public: their names would be told before their time."""
    kind = kind_of(thing)
    hidden = set(_hidden(thing, kind))
    if not hidden:
        return data
    clean = _cleaned(kind, data, hidden)
    return clean | {"labels": {id: names for id, names in data.get("labels", {}).items() if id not in hidden}}


def _hidden(thing: Any, shape: Kind | Part) -> Iterator[str]:
    """What a record links to that is not public, by identifier."""
    for each in shape.fields:
        if each.type == "link":
            other = getattr(thing, each.name)
            if isinstance(other, Kept) and other.status != Status.PUBLISHED:
                yield other.id
    for part in shape.parts:
        for row in getattr(thing, part.name):
            yield from _hidden(row, part)


def _cleaned(shape: Kind | Part, data: Data, hidden: set[str]) -> Data:
    clean = dict(data)
    for each in shape.fields:
        if each.type == "link" and clean.get(each.name) in hidden:
            clean[each.name] = None
    for part in shape.parts:
        if part.name in clean:
            rows = clean[part.name]
            if not part.identified and part.name != "items":  # a collection says itself what is gone
                rows = [row for row in rows if not _leads_to(part, row, hidden)]
            clean[part.name] = [_cleaned(part, row, hidden) for row in rows] if part.name != "items" else rows
    return clean


def _leads_to(part: Part, row: Data, hidden: set[str]) -> bool:
    return any(each.type == "link" and row.get(each.name) in hidden for each in part.fields)


def as_visitor(app: Flask, lang: str = "en") -> Any:
    """A context in which addresses are made as for a visitor of the public address; for commands."""
    base = app.config["URL"] or f"http://{app.config['HOST']}:{app.config['PORT']}"
    return app.test_request_context("/", base_url=base, query_string={"lang": lang})
