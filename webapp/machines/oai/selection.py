"""The records that a wish asks for, a hundred at a time, and how each is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, and_, func, or_, select

from webapp.database import session
from webapp.machines.oai import sets
from webapp.machines.oai.formats import FORMATS
from webapp.machines.oai.wishes import Wish, moment_of
from webapp.machines.records import SORTS, Sort
from webapp.machines.xml import element, words
from webapp.navigation import absolute
from webapp.revisions import Status

AT_ONCE = 100


def known(sort: Sort) -> Select[Any]:
    """What is or was public of a sort: visible, or withdrawn after it had been published."""
    model = sort.model
    seen = sort.visible().order_by(None).with_only_columns(model.id)
    gone = and_(model.status == Status.WITHDRAWN, model.version > 0)
    return select(model).where(or_(model.id.in_(seen), gone))


def _wanted(sort: Sort, wish: Wish) -> Select[Any] | None:
    """The records of a sort that a wish asks for; None where the set has none of them."""
    query = known(sort)
    if wish.since:
        query = query.where(sort.model.updated_at >= moment_of(wish.since, end=False))
    if wish.until:
        query = query.where(sort.model.updated_at <= moment_of(wish.until, end=True))
    if wish.set:
        name, _, value = wish.set.partition(":")
        condition = sets.SETS[name](sort, value)
        if condition is None:
            return None
        query = query.where(condition)
    return query


def part(wish: Wish) -> tuple[list[tuple[Sort, Any]], Wish | None]:
    """The next hundred records of a wish, and the wish that goes on after them; None at the end."""
    found: list[tuple[Sort, Any]] = []
    after = wish.after
    for number in range(wish.sort, len(SORTS)):
        sort, room = SORTS[number], AT_ONCE - len(found)
        query = _wanted(sort, wish)
        if query is not None:
            query = query.where(sort.model.id > after).order_by(sort.model.id).options(*sort.load).limit(room + 1)
            rows = session.scalars(query).unique().all()
            found += [(sort, row) for row in rows[:room]]
            if len(rows) > room:
                last = rows[room - 1].id if room else after
                return found, replace(wish, sort=number, after=last, cursor=wish.cursor + len(found))
        after = ""
    return found, None


def total(wish: Wish) -> int:
    """How many records a wish asks for."""
    queries = (query for sort in SORTS if (query := _wanted(sort, wish)) is not None)
    return sum(session.scalar(select(func.count()).select_from(query.subquery())) or 0 for query in queries)


def name_of(id: str) -> str:
    """The name of a record among all archives."""
    return f"oai:{urlsplit(absolute('/')).hostname}:{id}"


def header(sort: Sort, thing: Any) -> str:
    """The header of a record: its name, its last change, its sets, whether it is gone."""
    gone = thing.status == Status.WITHDRAWN
    stamp = thing.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return element("header", element("identifier", words(name_of(thing.id))), element("datestamp", stamp),
                   *(element("setSpec", words(spec)) for spec in sets.of(sort, thing)),
                   status="deleted" if gone else None)  # fmt: skip


def record(sort: Sort, thing: Any, prefix: str) -> str:
    """A record in a format; of what is gone, the header alone."""
    if thing.status == Status.WITHDRAWN:
        return element("record", header(sort, thing))
    data = sort.record(session(), thing)
    return element("record", header(sort, thing), element("metadata", FORMATS[prefix].write(thing, data)))
