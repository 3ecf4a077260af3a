"""The form of any record, made from its kind: a document becomes typed texts, typed texts become a document again.

A form is its typed texts, by name. A row of a list is announced by a hidden field ``meanings`` that holds its mark; the
order of these is the order of the rows, and the row's fields are called ``meanings-<mark>-statement-fr``. An identified
row's mark is its identifier. So rows come, go and move without renumbering, in the browser or by a submit button.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.dates import BadDate, Understood, understand
from webapp.desk import links
from webapp.desk.blueprint import plural
from webapp.desk.looks import Look, control_of, in_order, look_of, options_of, target
from webapp.languages import LANGUAGES, language
from webapp.revisions import KINDS, Field, Kind, Part

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
    def folded(self) -> bool:
        """Whether the field is put away: rarely used, empty, and nothing stands against it."""
        said = any(text for text in self.typed.values() if text not in ("", self.look.fallback))
        return self.look.rare and not said and not self.problems

    @property
    def picks(self) -> str:
        """The kind of record that the field picks."""
        return links.kind_of_model(target(self.shape, self.field)).name

    @property
    def pick_address(self) -> str:
        """The last word of the address that offers these records."""
        return plural(KINDS[self.picks])

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
    """A form, or the inside of a row: fields and lists; and what stands against the line that says why."""

    shape: Kind | Part
    inputs: list[Input]
    lists: list[Rows]
    reason: list[Problem] = dataclasses.field(default_factory=list)

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
        if path == ("reason",):
            self.reason.append(problem)
            return
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


def sheet_of(shape: Kind | Part, typed: Typed, start: str = "") -> Sheet:
    """The form as it is shown for what is typed."""
    inputs = [
        Input(f"{start}{each.name}", shape, each, _texts(each, typed, start)) for each in in_order(shape, shape.fields)
    ]
    lists = [
        Rows(f"{start}{part.name}", shape, part, _rows(part, typed, start)) for part in in_order(shape, shape.parts)
    ]
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
    return f"{act}:{name}"
