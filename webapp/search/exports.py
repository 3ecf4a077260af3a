"""A search to keep: the whole result, streamed, in the formats of one list; and as feeds of what is new in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.citations import EXPORTS, Export, export_many
from webapp.database import session
from webapp.languages import N_, gettext, language, told
from webapp.messages.documents import item
from webapp.messages.models import Message
from webapp.messages.queries import ON_CARD
from webapp.navigation import absolute, exists
from webapp.revisions import KINDS, Status, label_of
from webapp.revisions.citing import citables
from webapp.search.cards import RENDER, remembered
from webapp.search.engine import Found, Hit

BATCH = 200


class Format(NamedTuple):
    """A way of writing a result: its ending, how it is called, its media type, and what writes it piece by piece."""

    ending: str
    label: str
    mimetype: str
    write: Callable[[Iterator[Any], str], Iterator[str]]


def records(session: Session, found: Found) -> Iterator[Any]:
    """The records that were found, in order, as far as everybody may see them; a few queries for each two hundred."""
    for start in range(0, len(found.hits), BATCH):
        hits = found.hits[start : start + BATCH]
        by_id: dict[str, Any] = {}
        for type_ in dict.fromkeys(hit.type for hit in hits):
            model = KINDS[type_].model
            ids = [hit.id for hit in hits if hit.type == type_]
            query = select(model).where(model.id.in_(ids), model.status == Status.PUBLISHED).options(*_loads(type_))
            by_id |= {record.id: record for record in session.scalars(query)}
        yield from (by_id[hit.id] for hit in hits if hit.id in by_id)
        session.expunge_all()


def items(session: Session, found: Found, generation: object, reading: str) -> list[dict[str, Any]]:
    """The records of a page as lines of a listing; what was withdrawn a moment ago is left out."""

    def make(hits: list[Hit]) -> dict[str, dict[str, Any]]:
        return {record.id: as_item(record, reading) for record in records(session, Found(hits=hits))}

    made = remembered("items", (language(), reading, absolute("")), found.hits, generation, make)
    found.total -= sum(hit.id not in made for hit in found.hits)
    return [made[hit.id] for hit in found.hits if hit.id in made]


def _loads(type_: str) -> list[Any]:
    if type_ != "message":
        return list(RENDER[type_].load) if type_ in RENDER else []
    return [*ON_CARD, selectinload(Message.meanings)]


def as_item(record: Any, reading: str) -> dict[str, Any]:
    """One record as a line of a listing."""
    if isinstance(record, Message):
        return item(record, reading)
    kind = record.__tablename__
    title = told(label_of(record))
    return {
        "type": kind,
        "id": record.id,
        "url": absolute(f"/{kind}s/{record.id}"),
        "title": title.text,
        "lang": title.lang,
    }


def _json(records: Iterator[Any], reading: str) -> Iterator[str]:
    yield "[\n"
    for number, record in enumerate(records):
        yield ("" if not number else ",\n") + json.dumps(as_item(record, reading), ensure_ascii=False)
    yield "\n]\n"


COLUMNS: dict[str, Callable[[Message], Any]] = {
    "lang": lambda m: m.lang,
    "kind": lambda m: m.kind,
    "translation_fr": lambda m: m.translation.get("fr", ""),
    "translation_en": lambda m: m.translation.get("en", ""),
    "station": lambda m: told(m.station.name).text if m.station else "",
    "theme": lambda m: (m.theme_id or "").partition("/")[2],
    "dates": lambda m: " | ".join(each.edtf.text for each in m.broadcasts if each.edtf),
}
INSIDE_COLUMNS: dict[str, Callable[[Message], Any]] = {
    "standing": lambda m: m.standing,
    "purpose": lambda m: " | ".join((each.purpose_id or "").partition("/")[2] for each in m.meanings),
    "meaning_fr": lambda m: " | ".join(each.statement.get("fr", "") for each in m.meanings),
    "meaning_en": lambda m: " | ".join(each.statement.get("en", "") for each in m.meanings),
}


def _csv(records: Iterator[Any], reading: str) -> Iterator[str]:
    columns = COLUMNS if reading == "outsider" else COLUMNS | INSIDE_COLUMNS
    yield "\ufeff" + _csv_line(["type", "id", "url", "text", *columns])
    for record in records:
        line = as_item(record, reading)
        rest = [value(record) for value in columns.values()] if isinstance(record, Message) else [""] * len(columns)
        yield _csv_line([line["type"], line["id"], line["url"], line["title"], *rest])


def _csv_line(values: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(str(value)) for value in values])
    return out.getvalue()


def _harmless(value: str) -> str:
    """A spreadsheet must not take a phrase for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


# A room above that knows more formats (citations, say) adds its own line here.
def _references(form: Export) -> Format:
    """The result as references for a reference manager."""

    def write(records: Iterator[Any], reading: str) -> Iterator[str]:
        return export_many(citables(session(), records, reading == "outsider"), form.name, language())

    return Format(form.name, form.label, form.mimetype, write)


FORMATS = [
    Format("csv", "CSV", "text/csv", _csv),
    Format("all.json", "JSON", "application/json", _json),
    *(_references(form) for form in EXPORTS),
]


# What rooms above make of a search, where they are there.
ABOVE = [("/search/references", N_("References")), ("/search/worksheet", N_("Worksheet"))]


def links(**values: Any) -> list[tuple[str, str]]:
    """The address and name of every way to keep a search; they differ in their endings only."""
    before, _mark, query = url_for("search.keep", ending="·", **values).partition("%C2%B7")
    ways = [("atom", "Atom"), ("feed.json", "JSON Feed"), *((each.ending, each.label) for each in FORMATS)]
    more = [(f"{path}{query}", gettext(label)) for path, label in ABOVE if exists(path)]
    return [(f"{before}{ending}{query}", label) for ending, label in ways] + more
