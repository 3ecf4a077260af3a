"""Everything the API can do: one list, from which the addresses, the checks and the OpenAPI document are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, create_model

from webapp.machines.api import reading, shapes, writing
from webapp.machines.records import SORTS, Sort
from webapp.search.facets import FACETS


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked or done.

    ``run`` takes the values of the address and the question; one that writes is also given who writes, and gives the
    record. ``refusals`` are the statuses that it may refuse with, besides those of every operation.
    """

    name: str
    path: str
    summary: str
    run: Callable[..., Any]
    answer: type[BaseModel]
    question: type[BaseModel] = shapes.Question
    method: str = "GET"
    status: int = 200
    body: type[BaseModel] | None = None
    guarded: bool = False
    matched: bool = False
    refusals: tuple[int, ...] = ()
    tag: str = "reading"


_Value = Annotated[str, StringConstraints(max_length=80)]
_FACETS: dict[str, Any] = {
    facet.name: (Annotated[list[_Value], Field(max_length=20)], Field([], description=f"Facet: {facet.label.lower()}."))
    for facet in FACETS
}
Search: type[BaseModel] = create_model("Search", __base__=shapes.Sought, **_FACETS)


def _of(sort: Sort) -> Iterator[Operation]:
    one, at = sort.kind, f"/{sort.name}"
    yield Operation(f"{sort.name}_list", at, f"All public {sort.name}, by identifier.", partial(reading.listing, sort),
                    shapes.Page, shapes.Listed)  # fmt: skip
    yield Operation(f"{sort.name}_show", f"{at}/<id>", f"One {one}.", partial(reading.one, sort), shapes.Record,
                    shapes.Told, refusals=(404, 410))  # fmt: skip
    yield Operation(f"{sort.name}_versions", f"{at}/<id>/versions", f"The published versions of one {one}.",
                    partial(reading.versions, sort), shapes.Page, shapes.Told, refusals=(404, 410))  # fmt: skip
    yield Operation(f"{sort.name}_version", f"{at}/<id>/versions/<int:number>", f"One version of one {one}, frozen.",
                    partial(reading.version, sort), shapes.Snapshot, shapes.Told, refusals=(404, 410))  # fmt: skip
    if sort.name in shapes.WRITTEN:
        yield from _written(sort)


def _written(sort: Sort) -> Iterator[Operation]:
    one, at, body = sort.kind, f"/{sort.name}", shapes.written(sort.name)
    with_token: dict[str, Any] = {"guarded": True, "tag": "writing", "answer": shapes.Draft}
    yield Operation(f"{sort.name}_create", at, f"A new draft of a {one}.", partial(create, sort), method="POST",
                    status=201, body=body, refusals=(409, 415, 422), **with_token)  # fmt: skip
    yield Operation(f"{sort.name}_draft", f"{at}/<id>/draft", f"The newest content of one {one}, drafts included.",
                    partial(draft, sort), refusals=(404, 410), **with_token)  # fmt: skip
    yield Operation(f"{sort.name}_change", f"{at}/<id>", f"New content for some fields of one {one}.",
                    partial(revise, sort), method="PATCH", body=body, matched=True,
                    refusals=(404, 409, 410, 412, 415, 422, 428), **with_token)  # fmt: skip
    yield Operation(f"{sort.name}_submit", f"{at}/<id>/submission", f"Ask for a review of one {one}.",
                    partial(submit, sort), method="POST", matched=True, refusals=(404, 409, 410, 412, 428),
                    **with_token)  # fmt: skip


def create(sort: Sort, given: Any, *, by: Any, sent: Any, if_match: Any) -> Any:
    """A new draft."""
    return writing.add(sort, sent, by)


def draft(sort: Sort, given: Any, *, id: str, by: Any, sent: Any, if_match: Any) -> Any:
    """The newest content."""
    return writing.find(sort, id)


def revise(sort: Sort, given: Any, *, id: str, by: Any, sent: Any, if_match: Any) -> Any:
    """A change."""
    record = writing.find(sort, id)
    writing.revise(sort, record, sent, if_match, by)
    return record


def submit(sort: Sort, given: Any, *, id: str, by: Any, sent: Any, if_match: Any) -> Any:
    """A request for review."""
    record = writing.find(sort, id)
    writing.ask_review(record, if_match, by)
    return record


OPERATIONS: list[Operation] = [
    *(operation for sort in SORTS for operation in _of(sort)),
    Operation("nights", "/nights", "The nights that have broadcasts.", reading.night_list, shapes.Page, shapes.Nights),
    Operation("night", "/nights/<day>", "One night as a bulletin.", reading.night, shapes.Night, shapes.Told,
              refusals=(404,)),
    Operation("vocabularies", "/vocabularies", "The vocabularies there are.", reading.scheme_list, shapes.Page),
    Operation("vocabulary", "/vocabularies/<scheme>", "The terms of one vocabulary.", reading.scheme, shapes.Page,
              refusals=(404,)),
    Operation("search", "/search", "What a search finds, with its facets.", reading.seek, shapes.Page, Search),
]  # fmt: skip
