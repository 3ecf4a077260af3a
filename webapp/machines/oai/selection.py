"""The records that a wish asks for, a hundred at a time, and how each is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select

from webapp.database import session
from webapp.machines.oai import sets
from webapp.machines.oai.formats import FORMATS
from webapp.machines.oai.wishes import Wish, moment_of
from webapp.machines.records import SORTS, Sort
from webapp.machines.xml import element, words
from webapp.navigation import absolute

AT_ONCE = 100


class Found(NamedTuple):
    """A record that was asked for, and whether it is gone."""

    sort: Sort
    thing: Any
    lost: bool


def known(sort: Sort) -> Select[Any]:
    """What everybody is or was told of a sort: visible, withdrawn, or no longer in any list."""
    return select(sort.model).where(sort.model.told_at.is_not(None))


def gone(sort: Sort, things: Sequence[Any]) -> set[str]:
    """Those of the known records that are no longer to be seen, by identifier."""
    ids = {thing.id for thing in things}
    seen = sort.visible().order_by(None).with_only_columns(sort.model.id).where(sort.model.id.in_(ids))
    return ids - set(session.scalars(seen))


def _wanted(sort: Sort, wish: Wish) -> Select[Any] | None:
    """The records of a sort that a wish asks for; None where the set has none of them."""
    query = known(sort)
    if wish.since:
        query = query.where(sort.model.told_at >= moment_of(wish.since, end=False))
    if wish.until:
        query = query.where(sort.model.told_at <= moment_of(wish.until, end=True))
    if wish.set:
        name, _, value = wish.set.partition(":")
        condition = sets.SETS[name](sort, value)
        if condition is None:
            return None
        query = query.where(condition)
    return query


def part(wish: Wish) -> tuple[list[Found], Wish | None]:
    """The next hundred records of a wish, and the wish that goes on after them; None at the end."""
    found: list[Found] = []
    after = wish.after
    for number in range(wish.sort, len(SORTS)):
        sort, room = SORTS[number], AT_ONCE - len(found)
        query = _wanted(sort, wish)
        if query is not None:
            query = query.where(sort.model.id > after).order_by(sort.model.id).options(*sort.load).limit(room + 1)
            rows = session.scalars(query).unique().all()
            found += as_found(sort, rows[:room])
            if len(rows) > room:
                last = rows[room - 1].id if room else after
                return found, replace(wish, sort=number, after=last, cursor=wish.cursor + len(found))
        after = ""
    return found, None


def as_found(sort: Sort, things: Sequence[Any]) -> list[Found]:
    """The records with whether they are gone."""
    lost = gone(sort, things) if things else ()
    return [Found(sort, thing, thing.id in lost) for thing in things]


def total(wish: Wish) -> int:
    """How many records a wish asks for."""
    queries = (query for sort in SORTS if (query := _wanted(sort, wish)) is not None)
    return sum(session.scalar(select(func.count()).select_from(query.subquery())) or 0 for query in queries)


def name_of(id: str) -> str:
    """The name of a record among all archives."""
    return f"oai:{urlsplit(absolute('/')).hostname}:{id}"


def header(found: Found) -> str:
    """The header of a record: its name, when what is told of it last changed, its sets, whether it is gone."""
    sort, thing, lost = found
    stamp = thing.told_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return element("header", element("identifier", words(name_of(thing.id))), element("datestamp", stamp),
                   *(element("setSpec", words(spec)) for spec in sets.of(sort, thing)),
                   status="deleted" if lost else None)  # fmt: skip


def record(found: Found, prefix: str) -> str:
    """A record in a format; of what is gone, the header alone."""
    sort, thing, lost = found
    if lost:
        return element("record", header(found))
    data = sort.record(session(), thing)
    return element("record", header(found), element("metadata", FORMATS[prefix].write(thing, data)))
