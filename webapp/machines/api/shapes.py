"""What goes in and out of the API, as pydantic models made from the kinds of records: the code is the description."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model
from sqlalchemy import String

from webapp.broadcasts.models import Dated
from webapp.dates import BadDate, parse
from webapp.machines.records import BY_KIND
from webapp.machines.sheets import MEANS
from webapp.places import Precision
from webapp.revisions import KINDS, Kind, Part
from webapp.revisions import Field as RecordField
from webapp.vocabularies import Standing

ID = r"^[0-9bcdfghjkmnpqrstvwxz]{7}$"
TERM = r"^[a-z]+/[a-z0-9-]+$"
LANG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
LONGEST = 100_000
MOST_ROWS = 200

Identifier = Annotated[str, StringConstraints(pattern=ID)]
Texts = dict[str, str]
Reading = Literal["insider", "outsider"]


class Strict(BaseModel):
    """Whatever is not described is refused: a misspelt name would otherwise be lost in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Open(BaseModel):
    """What the archive tells; later releases may tell more."""

    model_config = ConfigDict(extra="allow")


# -- what is asked -----------------------------------------------------------------------------------------------------


class Question(BaseModel):
    """What may be asked of every address."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["fr", "en"] | None = Field(None, description="Language of titles and of refusals.")


class Told(Question):
    """What may be asked where meanings are told."""

    reading: Reading | None = Field(None, description="outsider: the surface alone, without meanings and sources.")


class Listed(Told):
    """What may be asked of a list."""

    limit: int = Field(50, ge=1, le=200, description="How many records at once.")
    cursor: Annotated[str, Field(max_length=200, json_schema_extra={"format": "cursor"})] | None = Field(
        None, description="Where to go on, from “next” of the answer before."
    )


class Nights(Listed):
    """What may be asked of the list of nights."""

    year: int | None = Field(None, ge=1, le=9999, description="Only the nights of this year.")


class Sought(Listed):
    """A search: words, dates and facets; each facet may be given several times."""

    q: str | None = Field(None, max_length=2000, description="Words, as on the search page; quoted ones are exact.")
    from_: str | None = Field(None, alias="from", max_length=120, description="First date, EDTF or as people write it.")
    to: str | None = Field(None, max_length=120, description="Last date.")
    within: Literal["certain"] | None = Field(None, description="Only what certainly falls between the dates.")
    sort: Literal["relevance", "date", "newest"] | None = None
    exact: Literal["1"] | None = Field(None, description="No correction of words that the archive does not know.")


# -- what is told ------------------------------------------------------------------------------------------------------


class Record(Open):
    """What every record has."""

    type: str
    id: str
    url: str = Field(description="Its page.")
    permanent: str = Field(description="The address that never changes.")
    version: int | None = Field(description="The number of its last public version.")


class Page(Open):
    """One part of a list."""

    total: int
    items: list[dict[str, Any]]
    next: str | None = Field(description="The address of the next part; null at the end.")


class Night(Open):
    """A night: the programme of an evening as far as it is known."""

    type: Literal["night"]
    id: str
    date: str
    sheets: list[dict[str, Any]]
    perhaps: list[dict[str, Any]]


class Snapshot(Open):
    """One published version, frozen, with its checksum."""

    type: str
    id: str
    version: int
    made: str
    sha256: str
    document: dict[str, Any]
    labels: dict[str, Texts]


class Draft(Open):
    """The newest content of a record as those who may draft see it; its ETag is what If-Match wants."""

    type: str
    id: str
    status: str
    revision: int
    document: dict[str, Any]


class Fault(Open):
    """One thing that is wrong, and where."""

    pointer: str
    detail: str


class ProblemDetails(Open):
    """A refusal (RFC 9457), in the language that was asked for."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = []


# -- what is written ---------------------------------------------------------------------------------------------------

ENUMS: dict[str, Any] = {
    "standing": Standing, "wording_standing": Standing, "dated": Dated, "precision": Precision,
}  # fmt: skip
MESSAGE_KINDS = Literal["message", "codeword", "tune", "signal"]
PATTERNS = {"lang": rf"{LANG[:-1]}$|^$", "country": r"^([A-Z]{2})?$", "time": r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$",
            "url": r"^(https?://[^\x00-\x20\x7f-\xa0]+)?[ \n]*$"}  # fmt: skip
NO_NULL = r"^[^\x00]*$"  # what no text has; said in the description, so that nobody finds out by being refused
BOUNDS = {"lat": (-90, 90), "lon": (-180, 180), "said": (1, 100), "place_in_night": (1, 10_000)}
WRITTEN = ["messages", "sources", "stations", "networks", "places", "essays"]


def _type_of(shape: Kind | Part, each: RecordField) -> Any:
    if each.name in ENUMS:
        return Literal[tuple(value.value for value in ENUMS[each.name])]
    if each.name == "kind" and shape.name == "message":
        return MESSAGE_KINDS
    if each.name == "kind" and shape.name == "relations":
        return Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z-]+$")]
    return _PLAIN[each.type](shape, each)


def _text(shape: Kind | Part, each: RecordField) -> Any:
    kept = shape.model.__table__.c[each.column].type
    longest = min(kept.length, LONGEST) if isinstance(kept, String) and kept.length else LONGEST
    return Annotated[str, StringConstraints(max_length=longest, pattern=PATTERNS.get(each.name, NO_NULL))]


def _texts(shape: Kind | Part, each: RecordField) -> Any:
    names: dict[str, Any] = {"propertyNames": {"pattern": PATTERNS["lang"], "maxLength": 20}}
    text = Annotated[str, StringConstraints(max_length=LONGEST, pattern=NO_NULL)]
    return Annotated[dict[str, text], Field(max_length=20, json_schema_extra=names)]


def _number(shape: Kind | Part, each: RecordField) -> Any:
    whole = each.name not in ("lat", "lon")
    least, most = BOUNDS.get(each.name, (0, 100_000))
    return Annotated[int if whole else float, Field(ge=least, le=most), BeforeValidator(_whole)] | None


def _whole(value: Any) -> Any:
    """In JSON, 3.0 is a whole number too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _link(shape: Kind | Part, each: RecordField) -> Any:
    term = each.name in ("theme", "surface", "purpose")
    name = Annotated[str, StringConstraints(pattern=TERM if term else ID, max_length=80)]
    return name if _needed(shape, each) else name | None


def _needed(shape: Kind | Part, each: RecordField) -> bool:
    """A row that has no identity of its own is what it leads to: without that, it is nothing."""
    return isinstance(shape, Part) and not shape.identified and (each.type == "link" or each.name == "kind")


_PLAIN: dict[str, Any] = {
    "text": _text,
    "texts": _texts,
    "flag": lambda *_: bool,
    "number": _number,
    "edtf": lambda *_: Annotated[str, Field(max_length=120, json_schema_extra={"format": "edtf"})] | None,
    "link": _link,
}


def _described(shape: Kind | Part, each: RecordField) -> tuple[Any, Any]:
    default: Any = ... if _needed(shape, each) else None
    return _type_of(shape, each), Field(default, description=MEANS[each.name][1].capitalize() + ".")


@cache
def written(name: str) -> type[BaseModel]:
    """What may be written of one sort of record: any of its fields; a list is written whole."""
    kind = KINDS[next(each.kind for each in BY_KIND.values() if each.name == name)]
    return _input(kind, f"{kind.name.capitalize()}Input")


def _input(shape: Kind | Part, name: str) -> type[BaseModel]:
    fields: dict[str, Any] = {each.name: _described(shape, each) for each in shape.fields}
    if isinstance(shape, Part) and shape.identified:
        fields["id"] = (Identifier | None, Field(default=None, description="Of a row that is there already."))
    for part in shape.parts:
        row = _input(part, f"{name.removesuffix('Input')}{part.singular.capitalize()}Input")
        fields[part.name] = (Annotated[list[row], Field(max_length=MOST_ROWS)], Field(default=None))  # type: ignore[valid-type]
    return create_model(name, __base__=Strict, **fields)


def faults(shape: Kind | Part, document: dict[str, Any], at: str = "") -> list[tuple[str, str]]:
    """What no schema can say is wrong: dates that are no EDTF, letters that no text can hold, names of no language."""
    found = [fault for each in shape.fields if each.name in document
             for fault in _faults(each, document[each.name], f"{at}/{each.name}")]  # fmt: skip
    for part in shape.parts:
        for number, row in enumerate(document.get(part.name) or []):
            found += faults(part, row, f"{at}/{part.name}/{number}")
    return found


def _faults(each: RecordField, value: Any, at: str) -> list[tuple[str, str]]:
    if each.type == "edtf" and value:
        try:
            parse(value)
        except BadDate as error:
            return [(at, error.message("en"))]
    if each.type == "texts":
        strange = [lang for lang in value if lang and not re.fullmatch(LANG, lang)]
        if strange:
            return [(at, f"“{strange[0]}” is no language: write it as in BCP 47")]
    texts = value.items() if isinstance(value, dict) else [("", value)] if isinstance(value, str) else []
    return [(at, "this text holds a character that no text has") for pair in texts if not all(map(_sound, pair))]


def _sound(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
