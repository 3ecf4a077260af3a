"""The sets by which a harvester chooses: sorts of records, languages, years, standings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, true

from webapp.broadcasts.models import Broadcast
from webapp.broadcasts.queries import doubtful
from webapp.database import session
from webapp.dates import Day
from webapp.machines.records import BY_KIND, SORTS, Sort
from webapp.messages.models import Meaning, Message
from webapp.revisions import Status
from webapp.sources.models import Source
from webapp.vocabularies import Standing


def _of_language(sort: Sort, value: str) -> ColumnElement[bool] | None:
    columns: dict[str, Any] = {"message": Message.lang, "source": Source.lang}
    return columns[sort.kind] == value if sort.kind in columns else None


def _of_period(sort: Sort, value: str) -> ColumnElement[bool] | None:
    """Messages with a broadcast that certainly fell into that year."""
    if sort.kind != "message" or not re.fullmatch(r"\d{4}", value) or value == "0000":
        return None
    first, last = Day(int(value), 1, 1).ordinal, Day(int(value), 12, 31).ordinal
    certain = Broadcast.earliest >= first, Broadcast.latest <= last, ~doubtful()
    return exists().where(Broadcast.message_id == Message.id, *certain)


def _of_standing(sort: Sort, value: str) -> ColumnElement[bool] | None:
    """Messages by the standing of their leading claim."""
    if sort.kind != "message":
        return None
    leading = select(Meaning.standing).where(Meaning.message_id == Message.id, Meaning.position == 0).scalar_subquery()
    return func.coalesce(leading, Standing.UNKNOWN) == value


SETS: dict[str, Callable[[Sort, str], ColumnElement[bool] | None]] = {
    "type": lambda sort, value: true() if sort.kind == value else None,
    "language": _of_language, "period": _of_period, "standing": _of_standing,
}  # fmt: skip


def every() -> Iterator[tuple[str, str]]:
    """All sets that have something in them, with their names."""
    own = session()
    for sort in SORTS:
        yield f"type:{sort.kind}", sort.name
    langs = select(Message.lang).distinct().where(Message.status == Status.PUBLISHED).order_by(Message.lang)
    for lang in own.scalars(langs):
        if re.fullmatch(r"[\w.-]{1,20}", lang):
            yield f"language:{lang}", f"in the language {lang}"
    bounds = own.execute(
        select(func.min(Broadcast.earliest), func.max(Broadcast.latest)).join(Broadcast.message)
        .where(Message.status == Status.PUBLISHED, Broadcast.earliest > 0)
    ).one()  # fmt: skip
    if bounds[0] and bounds[1]:
        for year in range(Day.from_ordinal(bounds[0]).year, Day.from_ordinal(bounds[1]).year + 1):
            condition = _of_period(BY_KIND["message"], f"{year:04d}")
            if condition is not None and own.scalar(
                select(exists().where(Message.status == Status.PUBLISHED, condition))
            ):
                yield f"period:{year:04d}", f"broadcast in {year}"
    for standing in Standing:
        yield f"standing:{standing}", f"messages whose leading claim is {standing}"


def of(sort: Sort, thing: Any) -> Iterator[str]:
    """The sets that a record is in."""
    yield f"type:{sort.kind}"
    if sort.kind in ("message", "source") and re.fullmatch(r"[\w.-]{1,20}", thing.lang or ""):
        yield f"language:{thing.lang}"
    if sort.kind == "message":
        years = {str(year) for each in thing.broadcasts if (year := _year(each))}
        yield from (f"period:{year:0>4}" for year in sorted(years))
        yield f"standing:{thing.standing}"


def _year(broadcast: Broadcast) -> int | None:
    if broadcast.earliest is None or broadcast.latest is None or broadcast.earliest < 1:
        return None
    first, last = Day.from_ordinal(broadcast.earliest).year, Day.from_ordinal(broadcast.latest).year
    return first if first == last else None
