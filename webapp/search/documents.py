"""The searchable document of every published record: what stands in which field, and which facet values it has.

A room that brings a new kind of record adds one line to ``MAKERS``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.broadcasts.models import Broadcast
from webapp.collections.models import Collection
from webapp.collections.queries import listed
from webapp.database import Texts
from webapp.essays.models import Essay, Mention
from webapp.media.models import Medium
from webapp.messages.models import Meaning, Message
from webapp.networks import Network
from webapp.places import Place
from webapp.revisions import Status
from webapp.search.engine import Document, Text
from webapp.search.facets import facet_values
from webapp.sources.models import Source
from webapp.stations import Station
from webapp.text.stemming import primary
from webapp.vocabularies import Term

BATCH = 500


class Maker(NamedTuple):
    """How records of one kind become documents: their table, what to load with them, and the function.

    ``only`` is what a public record must be besides, to be found.
    """

    model: Any
    load: tuple[Any, ...]
    make: Callable[[Any], Document]
    only: Callable[[], ColumnElement[bool]] = true


def _texts(field: str, texts: Texts | None) -> Iterator[Text]:
    for lang, words in (texts or {}).items():
        yield Text(field, words, lang)


def _plain(field: str, *words: str | None) -> Iterator[Text]:
    for each in words:
        if each:
            yield Text(field, each, "")


def _document(record: Any, type_: str, title: Texts, texts: Iterable[Text], **more: Any) -> Document:
    lang = "fr" if "fr" in title else next(iter(title), "")
    published: dt.datetime | None = record.published_at
    return Document(
        id=record.id, type=type_, lang=lang, title=title.get(lang, ""), texts=tuple(texts), revision=record.revision,
        entered=int(published.timestamp()) if published else 0, **{"facets": {"kind": (type_,)}, **more},
    )  # fmt: skip


def message_document(message: Message) -> Document:
    """A message: its phrase, translations, claims, notes; station, theme and dates; its essays."""
    essays = tuple(dict.fromkeys(mention.essay_id for mention in message.mentions))
    dated = [each for each in message.broadcasts if each.edtf]
    return _document(
        message, "message", {message.lang: message.text}, _message_texts(message),
        facets=facet_values(message) | {"essay": essays},
        spans=tuple((each.earliest, each.latest) for each in dated),
        doubtful=frozenset(at for at, each in enumerate(dated) if each.edtf and each.edtf.doubtful),
    )  # fmt: skip


def _message_texts(message: Message) -> Iterator[Text]:
    yield Text("phrase", message.text, message.lang)
    yield from _texts("translation", message.translation)
    for meaning in message.meanings:
        yield from _meaning_texts(meaning)
    for noted in (message, *message.meanings, *message.broadcasts):
        yield from _texts("note", noted.note)
    stations = [message.station, *(each.station for each in message.broadcasts)]
    for station in dict.fromkeys(station for station in stations if station):
        yield from _texts("about", station.name)
    for term in (message.theme,):
        yield from _texts("about", term.label if term else None)
    for lang in ("fr", "en"):
        yield Text("about", _language_names(lang).get(primary(message.lang), ""), lang)
    for each in message.broadcasts:
        yield from _date_texts(each)


def _meaning_texts(meaning: Meaning) -> Iterator[Text]:
    yield from _texts("meaning", meaning.statement)
    yield from _texts("meaning", meaning.purpose.label if meaning.purpose else None)
    yield from _texts("meaning", meaning.addressee)
    yield from _texts("meaning", meaning.network.name if meaning.network else None)
    if meaning.place:
        yield from _texts("meaning", meaning.place.name)
        yield from _plain("meaning", meaning.place.region)
        yield from _country("meaning", meaning.place.country)
    yield from _plain("meaning", meaning.operation)


def _date_texts(broadcast: Broadcast) -> Iterator[Text]:
    """A date as it was written, in EDTF, and in the words of both languages."""
    if broadcast.edtf:
        for lang in ("fr", "en"):
            yield Text("about", broadcast.edtf.words(lang), lang)
        yield from _plain("about", broadcast.edtf.text)
    if broadcast.written and not (broadcast.edtf and broadcast.written == broadcast.edtf.text):
        yield from _plain("about", broadcast.written)


def _country(field: str, code: str) -> Iterator[Text]:
    for lang in ("fr", "en"):
        if name := _territories(lang).get(code):
            yield Text(field, name, lang)


@lru_cache
def _language_names(lang: str) -> Mapping[str, str]:
    return Locale(lang).languages


@lru_cache
def _territories(lang: str) -> Mapping[str, str]:
    return Locale(lang).territories


_MACHINERY = re.compile(r"\[\[[^\]|]*\|?|\[@[^\]]*\]|\[\^[^\]]*\]|\{\{[^}]*\}\}|\]\(\S*\)")


def essay_document(essay: Essay) -> Document:
    """An essay: title and author, opening and text in each of its languages, without its marks and references."""

    def texts() -> Iterator[Text]:
        yield from _texts("name", essay.title)
        yield from _texts("about", essay.author)
        yield from _texts("essay", essay.chapo)
        yield from _texts("essay", {lang: _MACHINERY.sub(" ", body) for lang, body in essay.body.items()})

    return _document(essay, "essay", essay.title, texts())


def source_document(source: Source) -> Document:
    """A source: title and author, publisher and year, notes."""

    def texts() -> Iterator[Text]:
        yield Text("name", source.title or source.author, source.lang)
        yield from _plain("name", source.author if source.title else None)
        yield from _plain("about", source.publisher, source.year)
        yield from _texts("note", source.note)

    title = ", ".join(filter(None, (source.author, source.title, source.year)))
    return _document(source, "source", {source.lang or "": title}, texts())


def collection_document(collection: Collection) -> Document:
    """A collection: its title, what is written around its items and beside them; the items are found by themselves."""

    def texts() -> Iterator[Text]:
        yield from _texts("name", collection.title)
        yield from _plain("about", collection.author)
        for written in (collection.subject, collection.level):
            yield from _texts("about", written)
        for written in (collection.introduction, collection.aims, collection.questions):
            yield from _texts("essay", written)
        for item in collection.items:
            yield from _texts("note", item.note)

    return _document(collection, "collection", collection.title, texts())


def _authority(type_: str) -> Callable[[Any], Document]:
    def make(record: Any) -> Document:
        def texts() -> Iterator[Text]:
            yield from _texts("name", record.name)
            yield from _plain("about", getattr(record, "region", None))
            yield from _country("about", record.country)
            yield from _texts("note", record.note)

        return _document(record, type_, record.name, texts())

    return make


MAKERS: dict[str, Maker] = {
    "message": Maker(
        Message,
        (
            joinedload(Message.station), joinedload(Message.theme), selectinload(Message.mentions),
            selectinload(Message.meanings).options(
                joinedload(Meaning.purpose), joinedload(Meaning.network), joinedload(Meaning.place)),
            selectinload(Message.broadcasts).joinedload(Broadcast.station),
            selectinload(Message.media).joinedload(Medium.stored),
        ),
        message_document,
    ),
    "essay": Maker(Essay, (), essay_document),
    "collection": Maker(Collection, (selectinload(Collection.items),), collection_document, listed),
    "source": Maker(Source, (), source_document),
    "network": Maker(Network, (), _authority("network")),
    "place": Maker(Place, (), _authority("place")),
    "station": Maker(Station, (), _authority("station")),
}  # fmt: skip


def documents_of(session: Session, kind: str, ids: list[str]) -> dict[str, Document]:
    """The documents of those of the records that everybody may see."""
    maker = MAKERS[kind]
    rows = session.scalars(_published(maker).where(maker.model.id.in_(ids)))
    return {record.id: maker.make(record) for record in rows}


def all_documents(session: Session) -> Iterator[Document]:
    """The documents of everything that everybody may see, kind by kind, in batches that fit into memory."""
    for maker in MAKERS.values():
        after = ""
        while True:
            rows = session.scalars(
                _published(maker).where(maker.model.id > after).order_by(maker.model.id).limit(BATCH)
            ).all()
            yield from (maker.make(record) for record in rows)
            if len(rows) < BATCH:
                break
            after = rows[-1].id
            session.expunge_all()


def how_many(session: Session) -> int:
    """How many records everybody may see."""
    return sum(
        session.scalar(select(func.count()).select_from(maker.model).where(*_public(maker))) or 0
        for maker in MAKERS.values()
    )


def published_revisions(session: Session) -> dict[str, int]:
    """Which revision of which record everybody may see, as the database has it."""
    found: dict[str, int] = {}
    for maker in MAKERS.values():
        rows = session.execute(select(maker.model.id, maker.model.revision).where(*_public(maker)))
        found |= {row.id: row.revision for row in rows}
    return found


def _published(maker: Maker) -> Select[Any]:
    return select(maker.model).where(*_public(maker)).options(*maker.load)


def _public(maker: Maker) -> tuple[ColumnElement[bool], ...]:
    return maker.model.status == Status.PUBLISHED, maker.only()


# Which messages speak of a changed record, and have to be indexed anew because its name stands in them.
NAMED_IN: dict[str, Callable[[str], list[Select[Any]]]] = {
    "station": lambda key: [select(Message.id).where(Message.station_id == key),
                            select(Broadcast.message_id).where(Broadcast.station_id == key)],
    "network": lambda key: [select(Meaning.message_id).where(Meaning.network_id == key)],
    "place": lambda key: [select(Meaning.message_id).where(Meaning.place_id == key)],
    "essay": lambda key: [select(Mention.message_id).where(Mention.essay_id == key)],
    "term": lambda key: [select(Message.id).where(Message.theme_id == key),
                         select(Meaning.message_id).where(Meaning.purpose_id == key)],
}  # fmt: skip


def messages_naming(session: Session, kind: str, key: str) -> set[str]:
    """The messages in whose documents this record or term is named."""
    queries = NAMED_IN[kind](key) if kind in NAMED_IN else []
    return {message_id for query in queries for message_id in session.scalars(query)}


def terms_state(session: Session) -> dict[str, str]:
    """The vocabulary's labels, to notice when one was changed."""
    return {row.id: repr(sorted(row.label.items())) for row in session.execute(select(Term.id, Term.label))}
