"""The form of any record, made from its kind: a document becomes typed texts, typed texts become a document again.

A form is its typed texts, by name. A row of a list is announced by a hidden field ``meanings`` that holds its mark; the
order of these is the order of the rows, and the row's fields are called ``meanings-<mark>-statement-fr``. An identified
row's mark is its identifier. So rows come, go and move without renumbering, in the browser or by a submit button.
"""

from __future__ import annotations

import dataclasses
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.dates import BadDate, Understood, read, understand
from webapp.desk import links
from webapp.desk.looks import Look, control_of, look_of, options_of, target
from webapp.languages import LANGUAGES, language, told
from webapp.languages import gettext as _
from webapp.revisions import Field, Kind, Part
from webapp.revisions.documents import Document

Typed = MultiDict[str, str]
MOST_ROWS = 200


@dataclass
class Problem:
    """What stands against a field: a sentence, what could be meant, as (value, label) to choose from, and the name of
    a record that could be created in place."""

    sentence: str
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    create: str = ""


@dataclass
class Input:
    """One field as it is shown: its name in the form, its control, its typed texts (by language, or one under "")."""

    name: str
    shape: Kind | Part
    field: Field
    typed: dict[str, str]
    problems: list[Problem] = dataclasses.field(default_factory=list)

    @property
    def look(self) -> Look:
        return look_of(self.shape, self.field)

    @property
    def control(self) -> str:
        return control_of(self.shape, self.field)

    @property
    def text(self) -> str:
        return self.typed.get("", "")

    @property
    def picks(self) -> str:
        """The kind of record that the field picks."""
        return links.kind_of_model(target(self.shape, self.field)).name

    @property
    def understood(self) -> Understood | None:
        """What is understood of a date."""
        try:
            return understand(self.text) if self.text else None
        except BadDate:
            return None

    def known_options(self, session: Session) -> list[tuple[str, str]]:
        """The list to choose from; many rows use it, and the session asks the database once."""
        known, key = session.info.setdefault("options", {}), (self.shape.name, self.field.name, language())
        if key not in known:
            options = options_of(self.shape, self.field)
            known[key] = options(session) if options else []
        return known[key]

    def options(self, session: Session) -> list[tuple[str, str]]:
        """What can be chosen; a value that the list does not have is kept and shown as it is."""
        known = self.known_options(session)
        extra = [] if not self.text or self.text in dict(known) else [(self.text, self.text)]
        empty = [] if self.look.fallback else [("", "")]
        return [*empty, *known, *extra]


@dataclass
class Row:
    """One row of a list: its mark, the start of its fields' names, its fields, the lists inside it."""

    mark: str
    name: str
    number: int
    sheet: Sheet


@dataclass
class Rows:
    """A list on the form."""

    name: str
    shape: Kind | Part
    part: Part
    rows: list[Row]
    problems: list[Problem] = dataclasses.field(default_factory=list)

    @property
    def look(self) -> Look:
        return look_of(self.shape, self.part)


@dataclass
class Sheet:
    """A form, or the inside of a row: fields and lists."""

    shape: Kind | Part
    inputs: list[Input]
    lists: list[Rows]

    def __getitem__(self, name: str) -> Any:
        return next(each for each in self.everything() if _own_name(each) == name)

    def everything(self) -> Iterator[Input | Rows]:
        """Fields and lists of this level."""
        yield from self.inputs
        yield from self.lists

    def problems(self) -> Iterator[tuple[str, Input | Rows, Problem]]:
        """All that stands against the form, from top to bottom, with where it is."""
        for each in self.everything():
            yield from ((each.name, each, problem) for problem in each.problems)
        for rows in self.lists:
            for row in rows.rows:
                yield from row.sheet.problems()

    def refuse(self, path: tuple[str | int, ...], problem: Problem) -> None:
        """Note what a rule says at the field that it looks at; at the first field, if the form has no such place."""
        try:
            self.at(path).problems.append(problem)
        except (StopIteration, IndexError, ValueError):
            self.inputs[0].problems.append(problem)

    def at(self, path: tuple[str | int, ...]) -> Input | Rows:
        """The field or list at a path of names and row numbers, as a refusal gives it."""
        name, *rest = path
        found = self[str(name)]
        return found.rows[rest[0]].sheet.at(tuple(rest[1:])) if len(rest) > 1 else found


def _own_name(each: Input | Rows) -> str:
    return each.field.name if isinstance(each, Input) else each.part.name


# From a document to what is typed.


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


# From what is typed to the sheet that is shown.


def sheet_of(shape: Kind | Part, typed: Typed, start: str = "") -> Sheet:
    """The form as it is shown for what is typed."""
    inputs = [Input(f"{start}{each.name}", shape, each, _texts(each, typed, start)) for each in shape.fields]
    lists = [Rows(f"{start}{part.name}", shape, part, _rows(part, typed, start)) for part in shape.parts]
    return Sheet(shape, inputs, lists)


def _texts(each: Field, typed: Typed, start: str) -> dict[str, str]:
    name = f"{start}{each.name}"
    if each.type != "texts":
        return {"": typed.get(name, "")}
    others = [key.removeprefix(f"{name}-") for key in typed if key.startswith(f"{name}-")]
    first = [language(), *(lang for lang in LANGUAGES if lang != language())]
    return {lang: typed.get(f"{name}-{lang}", "") for lang in dict.fromkeys([*first, *others])}


def _rows(part: Part, typed: Typed, start: str) -> list[Row]:
    marks = [mark for mark in dict.fromkeys(typed.getlist(f"{start}{part.name}")) if mark.isalnum()][:MOST_ROWS]
    names = {mark: f"{start}{part.name}-{mark}" for mark in marks}
    return [Row(mark, names[mark], number, sheet_of(part, typed, f"{names[mark]}-"))
            for number, mark in enumerate(marks, 1)]  # fmt: skip


# From the sheet to a document.


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
    if not part.identified and all(not text for each in row.sheet.inputs for text in each.typed.values()):
        return None  # an empty line without an identity is no row
    document = document_of(session, row.sheet, known)
    return {"id": row.mark, **document} if part.identified and row.mark in known else document


def _complete_date(document: Document) -> None:
    """The date as written is what was typed as the date, unless the source writes it otherwise."""
    if "edtf" in document:
        date, typed = document["edtf"] or (None, "")
        document["edtf"], document["written"] = date, document.get("written") or typed


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
    longest = getattr(each.shape.model.__table__.c[each.field.column].type, "length", None)
    if longest and len(text) > longest:
        each.problems.append(Problem(_("At most %(n)s characters.", n=longest)))
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


# Adding, removing and moving rows by a submit button.


def new_mark() -> str:
    """A mark for a new row, unlike any identifier."""
    return "new" + secrets.token_hex(4)


def input_named(sheet: Sheet, name: str) -> Input | None:
    """The field of that name, in whatever row."""
    for each in sheet.inputs:
        if each.name == name:
            return each
    inner = (input_named(row.sheet, name) for rows in sheet.lists for row in rows.rows)
    return next((found for found in inner if found), None)


def operate(typed: Typed, wish: str) -> tuple[Typed, str]:
    """The typed texts after ``add:meanings``, ``remove:meanings-x``, ``up:…``, ``down:…`` or ``set:name=value``, and
    the name of what should have the focus next."""
    act, _mark, name = wish.partition(":")
    if act == "set":
        name, _mark, value = name.partition("=")
        typed.setlist(name, [value])
        return typed, name
    if act == "add":
        mark = new_mark()
        typed.add(name, mark)
        return typed, f"{name}-{mark}"
    return typed, _move(typed, act, name)


def _move(typed: Typed, act: str, name: str) -> str:
    rows, _mark, mark = name.rpartition("-")
    marks = typed.getlist(rows)
    if mark not in marks:
        return ""
    place = marks.index(mark)
    marks.remove(mark)
    if act == "remove":
        typed.setlist(rows, marks)
        return f"{rows}-{marks[min(place, len(marks) - 1)]}" if marks else f"add:{rows}"
    marks.insert(max(0, place - 1) if act == "up" else place + 1, mark)
    typed.setlist(rows, marks)
    return name


def label_of_field(shape: Kind | Part, each: Field | Part) -> str:
    """What a field is called on the page."""
    return _(look_of(shape, each).label)


def title_of(kind: Kind, document: Document) -> str:
    """What a document would be called if it were kept."""
    first = document.get("text") or document.get("title") or document.get("name") or ""
    return told(first).text if isinstance(first, dict) else first
