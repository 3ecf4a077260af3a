"""Messages as data: one line of a list, and the whole record; for the outsider, without the secret."""

from __future__ import annotations

from typing import Any

from flask import url_for

from webapp.messages.models import MESSAGE, Message
from webapp.navigation import absolute
from webapp.revisions import Status, labels, to_document
from webapp.revisions.documents import outside


def item(message: Message, reading: str = "folded") -> dict[str, Any]:
    """A message as one line of a listing."""
    line = {
        "type": "message",
        "id": message.id,
        "url": absolute(url_for("messages.show", id=message.id, slug=message.slug, lang=None)),
        "title": message.text,
        "text": message.text,
        "lang": message.lang,
        "kind": message.kind,
        "rendering": message.rendering,
        "translation": message.translation,
        "station": message.station.name if message.station else None,
        "broadcasts": [each.edtf.text for each in message.broadcasts if each.edtf],
    }
    if reading != "outsider":
        line["standing"] = message.standing
    return line


def record(message: Message, reading: str = "folded") -> dict[str, Any]:
    """A message as a record: what it is, where it is, which version, then its fields and the names it links to."""
    document, names = to_document(message), labels(message)
    hidden = {each.other_id for each in message.relations if each.other.status != Status.PUBLISHED}
    document["relations"] = [each for each in document["relations"] if each["other"] not in hidden]
    names = {key: name for key, name in names.items() if key not in hidden}
    if reading == "outsider":
        document = outside(MESSAGE, document)
        shown = {document["station"], document["theme"], *(each["station"] for each in document["broadcasts"])}
        names = {key: name for key, name in names.items() if key in shown}
    document.pop("id")
    return {
        "type": "message",
        "id": message.id,
        "url": absolute(url_for("messages.show", id=message.id, slug=message.slug, lang=None)),
        "permanent": absolute(url_for("reading.permanent", id=message.id, lang=None)),
        "version": message.version,
        "title": message.text,
        **({"standing": message.standing} if reading != "outsider" else {}),
        **document,
        "labels": names,
    }
