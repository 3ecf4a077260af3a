"""The rows of the seed files: what each column may hold, checked before anything is loaded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from webapp import identifiers
from webapp.dates import BadDate, parse
from webapp.vocabularies import Standing


@dataclass(frozen=True)
class Finding:
    """Something wrong in a seed file: where, and why."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.reason}"


def _id(value: str) -> str:
    if identifiers.examine(value) is not identifiers.Reading.GOOD or identifiers.tidy(value) != value:
        raise ValueError(f"{value!r} is not an identifier (its check character does not fit)")
    return value


def _edtf(value: str) -> str:
    try:
        return parse(value).text if value else ""
    except BadDate as error:
        raise ValueError(error.message("en")) from None


def _some(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _blank_is_none(value: str) -> str | None:
    return value or None


Id = Annotated[str, AfterValidator(_id)]
Some = Annotated[str, AfterValidator(_some)]
DateText = Annotated[str, AfterValidator(_edtf)]
Flag = Annotated[Literal["yes", "no"], BeforeValidator(lambda value: value or "no")]
Number = Annotated[float | None, BeforeValidator(_blank_is_none)]
Whole = Annotated[int | None, BeforeValidator(_blank_is_none)]
Grade = Annotated[Standing, BeforeValidator(lambda value: value or "unknown")]


class Row(BaseModel):
    """A row of a seed file; unknown columns are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class TermRow(Row):
    """vocabularies.csv"""

    scheme: Some
    slug: Some
    label_fr: Some
    label_en: Some
    definition_fr: str = ""
    definition_en: str = ""
    position: Whole = None


class SourceRow(Row):
    """sources.csv"""

    id: Id
    key: Some
    type: str = ""
    author: str = ""
    title: str = ""
    publisher: str = ""
    year: str = ""
    url: str = ""
    linkable: Flag = "yes"
    lang: str = ""
    note_en: str = ""
    note_fr: str = ""


class NamedRow(Row):
    """stations.csv and networks.csv"""

    id: Id
    key: Some
    name_fr: Some
    name_en: Some
    kind: str = ""
    country: str = ""
    note_en: str = ""
    note_fr: str = ""


class PlaceRow(Row):
    """places.csv"""

    id: Id
    key: Some
    name: Some
    name_fr: str = ""
    region: str = ""
    country: str = ""
    lat: Number = None
    lon: Number = None
    precision: str = "unknown"
    located_by: str = ""
    note_en: str = ""
    note_fr: str = ""


class MessageRow(Row):
    """messages.csv"""

    id: Id
    key: Some
    text: Some
    lang: Some
    kind: Some
    rendering: Flag = "no"
    translation_en: str = ""
    translation_fr: str = ""
    station: str = ""
    theme: str = ""
    surface: str = ""
    wording_standing: Grade = Standing.UNKNOWN
    wording_sources: str = ""
    note_en: str = ""
    note_fr: str = ""
    operation_date_note: str = ""


class MeaningRow(Row):
    """meanings.csv"""

    id: Id
    key: Some
    message: Some
    position: Whole = None
    standing: Grade
    purpose: str = ""
    statement_fr: Some
    statement_en: Some
    addressee_fr: str = ""
    addressee_en: str = ""
    network: str = ""
    operation: str = ""
    place: str = ""
    note_en: str = ""
    note_fr: str = ""
    sources: str = ""


class BroadcastRow(Row):
    """broadcasts.csv"""

    id: Id
    key: Some
    message: Some
    position: Whole = None
    station: str = ""
    written: str = ""
    edtf: DateText = ""
    time: str = ""
    what: Literal["broadcast", "operation"] = "broadcast"
    said: Whole = None
    sources: str = ""
    note_en: str = ""
    note_fr: str = ""


class RelationRow(Row):
    """relations.csv"""

    message: Some
    relation: Some
    other: Some
    note_en: str = ""
    note_fr: str = ""


FILES: dict[str, type[Row]] = {
    "vocabularies": TermRow,
    "sources": SourceRow,
    "stations": NamedRow,
    "networks": NamedRow,
    "places": PlaceRow,
    "messages": MessageRow,
    "meanings": MeaningRow,
    "broadcasts": BroadcastRow,
    "relations": RelationRow,
}


def read_rows(folder: Path, name: str, findings: list[Finding]) -> list[Any]:
    """The rows of one file; what is wrong with the others is added to the findings, all at once."""
    path = folder / f"{name}.csv"
    if not path.exists():
        findings.append(Finding(path.name, 0, "", "the file is missing"))
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(_checked(path.name, csv.DictReader(file), FILES[name], findings))


def _checked(file: str, rows: Any, model: type[Row], findings: list[Finding]) -> Iterator[Row]:
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            findings.append(Finding(file, number, "", "has more or fewer columns than the header"))
            continue
        try:
            yield model(**row)
        except ValidationError as error:
            for problem in error.errors():
                column = ".".join(str(step) for step in problem["loc"])
                findings.append(Finding(file, number, column, problem["msg"].removeprefix("Value error, ")))


def unresolved(rows: dict[str, list[Any]]) -> Iterator[Finding]:
    """References that lead nowhere, and keys and identifiers that stand twice."""
    known = {
        name: {row.key for row in rows[name]} for name in ("sources", "stations", "networks", "places", "messages")
    }
    slugs = {(row.scheme, row.slug) for row in rows["vocabularies"]}
    for name, column, among in REFERENCES:
        for number, row in enumerate(rows[name], 2):
            for key in _keys(getattr(row, column), column):
                found = (among[1:], key) in slugs if among.startswith("/") else key in known[among]
                if not found:
                    yield Finding(f"{name}.csv", number, column, f"{key!r} is not in {among.strip('/')}")
    yield from _twice(rows)


REFERENCES = [
    ("messages", "station", "stations"),
    ("messages", "theme", "/theme"),
    ("messages", "surface", "/surface"),
    ("messages", "wording_sources", "sources"),
    ("meanings", "message", "messages"),
    ("meanings", "purpose", "/purpose"),
    ("meanings", "network", "networks"),
    ("meanings", "place", "places"),
    ("meanings", "sources", "sources"),
    ("broadcasts", "message", "messages"),
    ("broadcasts", "station", "stations"),
    ("broadcasts", "sources", "sources"),
    ("relations", "message", "messages"),
    ("relations", "other", "messages"),
    ("relations", "relation", "/relation"),
]


def witnesses(cell: str) -> list[tuple[str, str]]:
    """``s-fr-001 @ p. 12 | s-fr-002`` as pairs of source key and locator."""
    entries = (entry.partition("@") for entry in cell.split("|") if entry.strip())
    return [(key.strip(), locator.strip()) for key, _, locator in entries]


def _keys(value: str, column: str) -> list[str]:
    if "sources" in column:
        return [key for key, _ in witnesses(value)]
    return [value] if value else []


def _twice(rows: dict[str, list[Any]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name in FILES:
        for number, row in enumerate(rows[name], 2):
            for column in ("id", "key"):
                value = getattr(row, column, None)
                place = str(value) if column == "id" else f"{name}/{value}"
                if value and seen.setdefault(place, f"{name}.csv, row {number}") != f"{name}.csv, row {number}":
                    yield Finding(f"{name}.csv", number, column, f"{value!r} stands already in {seen[place]}")
