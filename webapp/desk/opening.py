"""From a document to what its form opens with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.dates import BadDate, read
from webapp.desk import links
from webapp.desk.forms import Typed
from webapp.languages import told
from webapp.revisions import Kind, Part
from webapp.revisions.documents import Document


def typed_of(session: Session, kind: Kind, document: Document) -> Typed:
    """The typed texts that a document opens with."""
    return MultiDict(_typed(kind, document, "", links.names(session, kind, document)))


def _typed(shape: Kind | Part, document: Document, start: str, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for each in shape.fields:
        value = document.get(each.name)
        if each.type == "texts":
            yield from ((f"{start}{each.name}-{lang or 'und'}", text) for lang, text in (value or {}).items())
        elif each.type == "flag":
            yield f"{start}{each.name}", "yes" if value else ""
        elif each.type == "edtf":
            yield f"{start}{each.name}", _date_shown(document, value)
        elif each.name == "written" and value == _date_shown(document, document.get("edtf")):
            yield f"{start}{each.name}", ""
        else:
            yield f"{start}{each.name}", "" if value is None else names.get(str(value), str(value))
    for part in shape.parts:
        for place, row in enumerate(document.get(part.name) or []):
            mark = row.get("id") or f"r{place}"
            yield f"{start}{part.name}", mark
            yield from _typed(part, row, f"{start}{part.name}-{mark}-", names)


def _date_shown(document: Document, edtf: str | None) -> str:
    """The date as it was written, where reading it gives the date that is kept; else the date that is kept."""
    written = document.get("written") or ""
    try:
        return written if written and edtf and read(written).text == edtf else edtf or ""
    except BadDate:
        return edtf or ""


def title_of(kind: Kind, document: Document) -> str:
    """What a document would be called if it were kept."""
    first = document.get("text") or document.get("title") or document.get("name") or ""
    return told(first).text if isinstance(first, dict) else first
