"""Collections as data: one line of a list, and the whole record with its items; for the outsider, without notes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from webapp.collections.models import COLLECTION, Collection, Licence
from webapp.collections.queries import Gathered
from webapp.essays.documents import item as essay_item
from webapp.languages import told
from webapp.messages.documents import item as message_item
from webapp.navigation import absolute
from webapp.revisions import to_document


def address(collection: Collection) -> str:
    """The full address of a collection's page."""
    return absolute(url_for("collections.show", id=collection.id, lang=None))


def item(collection: Collection, size: int) -> dict[str, Any]:
    """A collection as one line of a listing."""
    return {
        "type": "collection",
        "id": collection.id,
        "url": address(collection),
        "title": told(collection.title).text,
        "level": told(collection.level).text,
        "duration": told(collection.duration).text,
        "subject": told(collection.subject).text,
        "author": collection.author,
        "items": size,
        "featured": collection.featured,
        "languages": list(collection.title),
    }


def record(collection: Collection, things: Iterable[Gathered], reading: str) -> dict[str, Any]:
    """A collection as a record; an item that is gone says so and nothing else."""
    outsider = reading == "outsider"
    document = {name: value for name, value in to_document(collection).items()
                if name != "items" and not (outsider and name in COLLECTION.inside)}  # fmt: skip
    document.pop("id")
    return {
        "type": "collection",
        "id": collection.id,
        "url": address(collection),
        "permanent": absolute(url_for("reading.permanent", id=collection.id, lang=None)),
        "version": collection.version,
        **document,
        "licence_url": Licence(collection.licence).url,
        "items": [_thing(thing, reading) for thing in things],
    }


def _thing(thing: Gathered, reading: str) -> dict[str, Any]:
    if thing.gone:  # a note may quote what was withdrawn
        return {"type": "gone", "id": thing.ref}
    line: dict[str, Any] = {}
    if thing.message:
        line = message_item(thing.message, reading)
    elif thing.essay:
        line = essay_item(thing.essay)
    elif thing.night:
        line = {"type": "night", "id": thing.ref, "url": absolute(url_for("nights.show", day=thing.ref, lang=None))}
    return line if reading == "outsider" else line | {"note": thing.note}
