"""A whole synthetic archive on the disk: database and index of the same messages, and the same rows for Datasette."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.benchmarks.synthetic import NETWORKS, PURPOSES, STATIONS, THEMES, documents, identifier
from webapp import schema
from webapp.broadcasts.models import Broadcast
from webapp.database import Database
from webapp.dates import Day, parse
from webapp.identifiers import Identifier, check_character
from webapp.machines.records import WHOLE_MESSAGE
from webapp.messages.models import Meaning, Message
from webapp.networks import Network
from webapp.revisions import Revision, digest, labels, to_document
from webapp.search.engine import Document
from webapp.search.whoosh_engine import WhooshEngine
from webapp.stations import Station
from webapp.vocabularies import Term

MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEPT = {"status": "published", "revision": 1, "version": 1, "created_at": MOMENT, "updated_at": MOMENT,
        "published_at": MOMENT, "told_at": MOMENT, "withdrawn_reason": {}, "note": {}}  # fmt: skip


def build(folder: Path, size: int) -> None:
    """An archive of so many messages in this folder, with its index."""
    fill(folder, size)
    WhooshEngine(folder / "index").rebuild(documents(size))


def fill(folder: Path, size: int) -> None:
    """Its database alone: each message with its identifier and the revision that its version is."""
    database = Database(f"sqlite:///{folder / 'carottes.db'}")
    schema.move(database)
    with database.writing() as own:
        _names(own)
        for batch in _batches(size):
            _insert(own, batch)
    database.engine.dispose()


def _batches(size: int) -> Iterator[list[Document]]:
    made = documents(size)
    while batch := list(itertools.islice(made, 2000)):
        yield batch


def _names(own: Session) -> None:
    def named(name: str) -> dict[str, Any]:
        return {"name": {"fr": name, "en": name}, "kind": "", "country": "FR", "folded": name.lower(), **KEPT}

    own.execute(insert(Identifier), [{"id": _station(f"st{n}"), "kind": "station"} for n in range(STATIONS)])
    own.execute(insert(Identifier), [{"id": _network(f"ne{n}"), "kind": "network"} for n in range(NETWORKS)])
    own.execute(insert(Station), [{"id": _station(f"st{n}"), **named(f"Station {n}")} for n in range(STATIONS)])
    own.execute(insert(Network), [{"id": _network(f"ne{n}"), **named(f"Network {n}")} for n in range(NETWORKS)])
    terms = [("theme", f"th{n}") for n in range(THEMES)] + [("purpose", f"pu{n}") for n in range(PURPOSES)]
    own.execute(insert(Term), [
        {"id": f"{scheme}/{slug}", "scheme": scheme, "slug": slug, "position": 0, "definition": {},
         "label": {"fr": slug, "en": slug}} for scheme, slug in terms])  # fmt: skip


def _station(name: str) -> str:
    """The identifier of ``st7``."""
    return identifier("s", int(name[2:]))


def _network(name: str) -> str:
    """The identifier of ``ne7``."""
    return identifier("w", int(name[2:]))


def _beside(space: str, document: Document) -> str:
    """The identifier of a part of this message."""
    stem = space + document.id[1:-1]
    return stem + check_character(stem)


def _insert(own: Session, batch: list[Document]) -> None:
    meant = [_meaning(each) for each in batch if any(text.field == "meaning" for text in each.texts)]
    own.execute(insert(Identifier), [{"id": each.id, "kind": "message"} for each in batch])
    own.execute(insert(Identifier), [{"id": each["id"], "kind": "meaning"} for each in meant])
    own.execute(insert(Identifier), [{"id": _beside("b", each), "kind": "broadcast"} for each in batch])
    own.execute(insert(Message), [_message(each) for each in batch])
    own.execute(insert(Meaning), meant)
    own.execute(insert(Broadcast), [_broadcast(each) for each in batch])
    own.execute(insert(Revision), [_revision(each) for each in _written(own, batch)])
    own.expunge_all()


def _written(own: Session, batch: list[Document]) -> Iterator[Message]:
    """The messages as the archive reads them back."""
    ids = [document.id for document in batch]
    for start in range(0, len(ids), 500):
        query = select(Message).where(Message.id.in_(ids[start : start + 500])).options(*WHOLE_MESSAGE)
        yield from own.scalars(query)


def _revision(message: Message) -> dict[str, Any]:
    document, names = to_document(message), labels(message)
    return {"record_id": message.id, "kind": "message", "number": 1, "base": 0, "status": "published", "version": 1,
            "act": "publish", "document": document, "labels": names, "sha256": digest(document, names),
            "agent": "benchmark", "reason": "", "at": MOMENT}  # fmt: skip


def _text(document: Document, field: str) -> dict[str, str]:
    return {text.lang: text.words for text in document.texts if text.field == field}


def _message(document: Document) -> dict[str, Any]:
    return {"id": document.id, "text": document.title, "lang": document.lang, "kind": document.facets["kind"][0],
            "rendering": False, "translation": _text(document, "translation"), "wording_standing": "attested",
            "station_id": _station(document.facets["station"][0]), "theme_id": f"theme/{document.facets['theme'][0]}",
            "folded": document.title.lower(), **KEPT}  # fmt: skip


def _meaning(document: Document) -> dict[str, Any]:
    return {"id": _beside("n", document), "message_id": document.id, "position": 0, "operation": "", "addressee": {},
            "statement": _text(document, "meaning"), "standing": document.facets["standing"][0], "note": {},
            "network_id": _network(document.facets["network"][0]),
            "purpose_id": f"purpose/{document.facets['purpose'][0]}"}  # fmt: skip


def _broadcast(document: Document) -> dict[str, Any]:
    first, last = document.spans[0]
    assert first is not None
    assert last is not None
    days = [Day.from_ordinal(first).iso, Day.from_ordinal(last).iso]
    edtf = days[0] if first == last else "/".join(days)
    return {"id": _beside("b", document), "message_id": document.id, "position": 0, "written": edtf,
            "edtf": parse(edtf), "earliest": first, "latest": last, "night": first if first == last else None,
            "time": "", "note": {}, "dated": "broadcast"}  # fmt: skip


FACETS = ("language", "theme", "year", "standing")


def build_for_datasette(file: Path, size: int) -> None:
    """The same rows as Datasette likes them: one wide table with a full-text index."""
    database = sqlite3.connect(file)
    columns = ["id", "text", "translation", "meaning", "station", *FACETS]
    database.execute(f"CREATE TABLE message ({', '.join(columns)})")
    marks = ",".join("?" * len(columns))
    database.executemany(f"INSERT INTO message VALUES ({marks})", (_wide(document) for document in documents(size)))
    for name in FACETS:
        database.execute(f"CREATE INDEX message_{name} ON message({name})")
    database.execute("CREATE VIRTUAL TABLE message_fts USING fts5(text, translation, meaning, content='message',"
                     " tokenize=\"unicode61 remove_diacritics 2\")")  # fmt: skip
    database.execute("INSERT INTO message_fts(rowid, text, translation, meaning)"
                     " SELECT rowid, text, translation, meaning FROM message")  # fmt: skip
    database.execute("ANALYZE")
    database.commit()
    database.close()


def _wide(document: Document) -> tuple[str, ...]:
    texts = [" ".join(_text(document, field).values()) for field in ("phrase", "translation", "meaning")]
    return (document.id, *texts, document.facets["station"][0], *(document.facets[name][0] for name in FACETS))
