"""A message as cells and cells as a message: one row of a spreadsheet, by the list of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from webapp.identifiers import ALPHABET, LENGTH
from webapp.imports import cells, values
from webapp.imports.columns import COLUMNS, PARTS, Column, Place
from webapp.imports.problems import Problem
from webapp.imports.references import References
from webapp.languages import N_
from webapp.messages.models import MESSAGE
from webapp.revisions.bulk import State
from webapp.revisions.complete import completed
from webapp.revisions.documents import Document

PART_OF = {part.name: part for part in MESSAGE.parts}
# An identifier in a cell, behind a name or alone.
_MINTED = re.compile(rf"(?P<behind> \[)?\b(?P<id>[{ALPHABET}]{{{LENGTH}}})\b(?(behind)\])")
# Columns that say which message, and nothing about it.
_ABOUT = ("id", "key", "revision", "nothing")


class Row(NamedTuple):
    """One row of the file: its number there, and its cells by the place that they go to."""

    number: int
    cells: dict[Place, str]

    def get(self, name: str) -> str:
        """A cell of the message itself."""
        return cells.read(self.cells.get(Place("", 0, name), ""))


class Read(NamedTuple):
    """What a row came to: the document, all that stands against it, and the cells that were shown before."""

    document: Document
    problems: list[Problem]
    shown: dict[Place, str]


# From a message to cells.


def cells_of(document: Document, names: References) -> dict[Place, str]:
    """Every cell that a message fills, as the person reads it."""
    found = dict(_cells("", 0, document, names))
    for group, part in PARTS.items():
        for n, row in enumerate(document.get(part) or [], 1):
            found |= _cells(group, n, row, names)
    return found


def _cells(group: str, n: int, document: Document, names: References) -> Iterator[tuple[Place, str]]:
    for column in COLUMNS[group]:
        if column.reads == "id":
            yield Place(group, n, "id"), document.get("id") or ""
        elif column.reads == "texts":
            for lang, text in (document.get(column.of_document) or {}).items():
                yield Place(group, n, column.name, lang), text
        elif column.reads not in _ABOUT and (text := values.write(column, document.get(column.of_document), names)):
            yield Place(group, n, column.name), text


def state_cells(state: State, names: References, status: str) -> dict[Place, str]:
    """The cells of a record as it stands, with what tells it from others."""
    about = {"key": state.key or "", "revision": str(state.number), "status": status}
    return {Place("", 0, name): text for name, text in about.items()} | cells_of(state.document, names)


# From cells to a message.


def read(row: Row, before: Document | None, names: References) -> Read:
    """The message that a row says. What has no column stays as it is; what reads as an export would write it, too."""
    base = completed(MESSAGE, before or {})
    shown = cells_of(base, names) if before else {}
    problems: list[Problem] = list(_strange(row))
    document = {**base, **_fields("", 0, row.cells, base, shown, names, problems)}
    for group, part in PARTS.items():
        if any(place.group == group for place in row.cells):
            document[part] = list(_rows(group, row.cells, base[part], shown, names, problems))
    if not document["text"].strip() and not any(problem.column == "text" for problem in problems):
        problems.append(Problem("text", N_("A message needs its exact words."), {}))
    return Read(document, problems, shown)


def _strange(row: Row) -> Iterator[Problem]:
    for place, text in row.cells.items():
        if text == cells.FORMULA:
            yield Problem(place.machine, N_("The cell holds a formula. Put its value there, as text."), {})
        elif text == cells.ERROR:
            yield Problem(place.machine, N_("The cell holds an error of the spreadsheet."), {})
        elif len(text) > cells.LONGEST:
            yield Problem(place.machine, N_("The cell has more than %(most)s letters."), {"most": cells.LONGEST})
        elif code := cells.strange(text):
            yield Problem(place.machine, N_("The cell has a character that cannot be kept (%(code)s)."), {"code": code})


def _fields(
    group: str, n: int, row: Mapping[Place, str], base: Document, shown: Mapping[Place, str], names: References,
    problems: list[Problem], shown_as: int | None = None,
) -> Document:  # fmt: skip
    """The fields of a message, or of one row of a list, that have a column. ``shown_as`` is the number under which an
    export writes the row today."""
    found: Document = {}
    for column in COLUMNS[group]:
        if column.reads in _ABOUT:
            continue
        for place in _places(group, n, column, row):
            text, as_now = row[place], shown.get(place._replace(n=n if shown_as is None else shown_as), "")
            value = _value(column, place, text, as_now, found, base, names, problems)
            found[column.of_document] = value
    _complete_date(found, base, row, group, n)
    return found


def _places(group: str, n: int, column: Column, row: Mapping[Place, str]) -> list[Place]:
    if column.reads != "texts":
        place = Place(group, n, column.name)
        return [place] if place in row else []
    return [place for place in row if place.group == group and place.n == n and place.name == column.name]


def _value(
    column: Column, place: Place, text: str, as_now: str, found: Document, base: Document, names: References,
    problems: list[Problem],
) -> Any:  # fmt: skip
    field = column.of_document
    now = found.get(field, base.get(field))
    if bool(base.get("id")) and cells.read(text) == cells.read(cells.written(as_now)):
        return now
    if text in (cells.FORMULA, cells.ERROR):
        return now
    try:
        value = values.read(values.Cell(column, place.machine, cells.read(text)), names, now)
    except values.Refused as refused:
        problems.extend(refused.problems)
        return now
    if column.reads != "texts":
        return value
    return {lang: each for lang, each in sorted({**(now or {}), place.lang: value}.items()) if each}


def _complete_date(found: Document, base: Document, row: Mapping[Place, str], group: str, n: int) -> None:
    """Where the source's own writing is not given, it is what was typed as the date; also when that was changed."""
    if group != "broadcast" or "edtf" not in found or found["edtf"] == base.get("edtf"):
        return
    said = cells.read(row.get(Place(group, n, "written"), ""))
    if not said or said == base.get("written"):
        found["written"] = cells.read(row[Place(group, n, "date")])


def _rows(
    group: str, row: Mapping[Place, str], now: list[Document], shown: Mapping[Place, str], names: References,
    problems: list[Problem],
) -> Iterator[Document]:  # fmt: skip
    """The rows of a list, in the order of their groups; those that the file has no columns for are kept at the end."""
    numbers = sorted({place.n for place in row if place.group == group})
    by_id = {each["id"]: (place, each) for place, each in enumerate(now, 1)}
    met: set[str] = set()
    for n in numbers:
        known = _known(group, n, row, by_id, now, problems)
        if _blank(group, n, row):
            met |= {known[1]["id"]} if known and known[0] == n and not _named(group, n, row) else set()
            continue
        if known and known[1]["id"] in met:
            problems.append(
                Problem(Place(group, n, "id").machine, N_("The same identifier stands twice in the row."), {})
            )
        base = known[1] if known else completed(PART_OF[PARTS[group]], {})
        met |= {known[1]["id"]} if known else set()
        shown_as = known[0] if known else 0
        yield {**base, **_fields(group, n, row, base, shown, names, problems, shown_as)}
    if len(numbers) < len(now):
        yield from (each for each in now if each["id"] not in met)


def _named(group: str, n: int, row: Mapping[Place, str]) -> bool:
    return bool(row.get(Place(group, n, "id"), "").strip())


def _known(
    group: str, n: int, row: Mapping[Place, str], by_id: dict[str, tuple[int, Document]], now: list[Document],
    problems: list[Problem],
) -> tuple[int, Document] | None:  # fmt: skip
    """Which row of the record a group is: by its identifier, or by its place where the file has no identifiers."""
    place = Place(group, n, "id")
    if place not in row:
        return (n, now[n - 1]) if n <= len(now) else None
    id = cells.read(row[place])
    if id and id not in by_id:
        sentence = N_("“%(text)s” is nothing of this message. Leave it empty for a new one.")
        problems.append(Problem(place.machine, sentence, {"text": id[:40]}))
    return by_id.get(id)


def _blank(group: str, n: int, row: Mapping[Place, str]) -> bool:
    return not any(
        text.strip() for place, text in row.items() if place.group == group and place.n == n and place.name != "id"
    )


def changes(old: dict[Place, str], after: Document, names: References) -> list[list[str]]:
    """What a change changes: column, cell before, cell after; identifiers aside."""
    new = cells_of(after, names)
    differing = [place for place in _ordered({**old, **new}) if old.get(place, "") != new.get(place, "")]
    return [
        [place.machine, old.get(place, ""), new.get(place, "")] for place in differing if place.column.reads != "id"
    ]


def holds(document: Document, names: References) -> list[list[str]]:
    """What a new record would hold, as ``changes`` tell it. What is made along with it is told by its name alone: its
    identifier is minted anew whenever the import is thought out."""

    def named(found: re.Match[str]) -> str:
        name = names.fresh.get(found["id"])
        return found[0] if name is None else "" if found["behind"] else name

    return [[column, "", _MINTED.sub(named, text)] for column, _nothing, text in changes({}, document, names)]


def _ordered(places: Iterable[Place]) -> list[Place]:
    order = {(group, column.name): (at, spot) for at, (group, columns) in enumerate(COLUMNS.items())
             for spot, column in enumerate(columns)}  # fmt: skip
    return sorted(
        places, key=lambda each: (order[each.group, each.name][0], each.n, order[each.group, each.name], each.lang)
    )
