"""Media as data."""

from __future__ import annotations

from typing import Any

from flask import url_for

from webapp.languages import told
from webapp.media.models import Medium
from webapp.media.storing import EXTENSIONS
from webapp.navigation import absolute
from webapp.revisions import labels, to_document


def file_name(medium: Medium, width: int | None = None, form: str = "") -> str:
    """The name of one of a medium's files in its address; it changes with the file, so that it may be kept for ever."""
    stem = medium.file[:16]
    return f"{stem}-{width}.{form}" if width else f"{stem}.{EXTENSIONS[medium.stored.type]}"


def file_address(medium: Medium, width: int | None = None, form: str = "") -> str:
    """Where a copy of a picture, or the sound of a recording, is fetched."""
    return url_for("media.file", id=medium.id, name=file_name(medium, width, form), lang=None)


def record(medium: Medium) -> dict[str, Any]:
    """A medium as a record: its words, its rights, its file and checksum, what it is shown with."""
    document, stored = to_document(medium), medium.stored
    document.pop("id")
    shown = file_address(medium) if stored.is_sound else file_address(medium, 1920, "webp")
    return {
        "type": "medium",
        "id": medium.id,
        "url": absolute(url_for("media.show", id=medium.id, lang=None)),
        "permanent": absolute(url_for("reading.permanent", id=medium.id, lang=None)),
        "version": medium.version,
        "title": told(medium.title or medium.alt).text,
        **{name: value for name, value in document.items() if name not in ("title", "file")},
        "titles": medium.title,
        "file": absolute(shown),
        "sha256": stored.sha256,
        "media_type": stored.type,
        "bytes": stored.size,
        "width": stored.width,
        "height": stored.height,
        "seconds": stored.seconds,
        "labels": labels(medium),
    }
