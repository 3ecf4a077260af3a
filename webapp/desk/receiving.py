"""From a form that was sent to the document that it says; what cannot be read is noted at its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.dates import BadDate, read
from webapp.desk import links
from webapp.desk.forms import Input, Problem, Row, Sheet
from webapp.desk.looks import target
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.revisions import Kind, Part
from webapp.revisions.documents import Document
from webapp.text.typography import unquoted


def document_of(session: Session, sheet: Sheet, known: set[str]) -> Document:
    """The document that the form says. What cannot be read is noted at its field and left out.

    ``known`` are the identifiers of rows that this record has or had; another mark means a new row.
    """
    document: Document = {each.field.name: _value(session, each) for each in sheet.inputs}
    _complete_date(document)
    for rows in sheet.lists:
        document[rows.part.name] = [
            row for row in (_row(session, rows.part, each, known) for each in rows.rows) if row is not None
        ]
    return document


def _row(session: Session, part: Part, row: Row, known: set[str]) -> Document | None:
    if row.mark not in known and not _says(row.sheet):
        return None  # nobody has said anything here: an empty broadcast would tell readers that there was one
    document = document_of(session, row.sheet, known)
    return {"id": row.mark, **document} if part.identified and row.mark in known else document


def _says(sheet: Sheet) -> bool:
    """Whether a new row says something: more than what its choices begin with. A standing does, “unknown” included."""
    typed = ((each, tidy(text)) for each in sheet.inputs for text in each.typed.values())
    said = any(text and (text != each.look.fallback or each.control == "standing") for each, text in typed)
    return said or any(_says(row.sheet) for rows in sheet.lists for row in rows.rows)


def _complete_date(document: Document) -> None:
    """The date as written is what was typed as the date, unless the source writes it otherwise."""
    if "edtf" in document:
        date, typed = document["edtf"] or (None, "")
        document["edtf"], document["written"] = date, document.get("written") or typed
    for name, value in document.items():
        if isinstance(value, tuple):  # a date beside which nothing is kept as written
            document[name] = value[0]


def row_ids(shape: Kind | Part, document: Document) -> Iterator[str]:
    """The identifiers of all rows of a document."""
    for part in shape.parts:
        for row in document.get(part.name) or []:
            if row.get("id"):
                yield row["id"]
            yield from row_ids(part, row)


def tidy(text: str) -> str:
    """What was typed without what nobody sees: outer spaces, other line ends, NUL; letters composed (NFC)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return unicodedata.normalize("NFC", text).strip()


def _value(session: Session, each: Input) -> Any:
    typed = {lang: tidy(text) for lang, text in each.typed.items()}
    if each.field.type == "texts":
        end = "\n" if each.control == "markdown" else ""
        return {"" if lang == "und" else lang: text + end for lang, text in sorted(typed.items()) if text}
    reader = _READERS.get(each.field.type, _text)
    return reader(session, each, typed[""])


def _text(session: Session, each: Input, text: str) -> str:
    if each.control in ("choice", "standing"):
        return _choice(session, each, text or each.look.fallback)
    if each.control == "time":
        return _time(each, text)
    if each.control == "fixed":
        return _fixed(session, each, text)
    if each.shape.name == "message" and each.field.name == "text":
        text = unquoted(text)  # the page sets its own around the words
    longest = getattr(each.shape.model.__table__.c[each.field.column].type, "length", None)
    if longest and len(text) > longest:
        each.problems.append(Problem(_("At most %(n)s characters.", n=longest)))
    return text


def _fixed(session: Session, each: Input, text: str) -> str:
    """What the form only carries along: the name of something that is there."""
    key = next(iter(each.shape.model.__table__.c[each.field.column].foreign_keys)).column
    if session.execute(select(key).where(key == text)).first() is None:
        each.problems.append(Problem(_("This is not in the list any more. Choose another.")))
    return text


_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


def _choice(session: Session, each: Input, value: str) -> str:
    """One of the list; of languages, also one that the list does not name."""
    known = {"", each.look.fallback, *dict(each.known_options(session))}
    if value not in known and not (each.field.name == "lang" and _LANGUAGE.fullmatch(value)):
        each.problems.append(Problem(_("This is not in the list any more. Choose another.")))
    return value


def _time(each: Input, text: str) -> str:
    hour, _mark, minute = text.replace(" ", "").replace("h", ":").replace(".", ":").partition(":")
    if not text:
        return ""
    if hour.isdigit() and (minute or "0").isdigit() and int(hour) < 24 and int(minute or 0) < 60:
        return f"{int(hour):02}:{int(minute or 0):02}"
    each.problems.append(Problem(_("This is no time of day. Write for example 21:15.")))
    return ""


def _flag(_session: Session, _each: Input, text: str) -> bool:
    return text == "yes"


def _number(_session: Session, each: Input, text: str) -> float | int | None:
    if not text:
        return None
    whole = each.shape.model.__table__.c[each.field.column].type.python_type is int
    try:
        number = int(text) if whole else float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        number = None
    if number is None or not abs(number) < 1_000_000:
        each.problems.append(Problem(_("This is no number that can be kept here.")))
        return None
    return number


def _date(_session: Session, each: Input, text: str) -> tuple[str, str] | None:
    if not text:
        return None
    try:
        return read(text).text, text
    except BadDate as error:
        choices = [(choice, choice) for choice in getattr(error, "choices", ())]
        each.problems.append(Problem(error.message(language()), choices))
        return None


def _link(session: Session, each: Input, text: str) -> str | None:
    if not text:
        return None
    model = target(each.shape, each.field)
    if each.control == "choice":
        if session.get(model, text) is None:
            each.problems.append(Problem(_("This is not in the list any more. Choose another.")))
            return None
        return text
    try:
        return links.found(session, links.kind_of_model(model), text)
    except links.Unclear as unclear:
        each.problems.append(_unclear(each, text, unclear))
        return None


def _unclear(each: Input, text: str, unclear: links.Unclear) -> Problem:
    choices = [(offer.typed, offer.label) for offer in unclear.offers]
    create = text if each.picks != "message" else ""
    if choices:
        return Problem(_("“%(text)s” can be several records. Which?", text=text), choices, create)
    if create:
        return Problem(
            _("Nothing in the archive is called “%(text)s”. Choose another, or create it.", text=text), [], text
        )
    return Problem(_("No message in the archive has these words: “%(text)s”.", text=text))


_READERS = {"flag": _flag, "number": _number, "edtf": _date, "link": _link}
