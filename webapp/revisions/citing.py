"""What a reference says of a record: each kind says how it is cited; here is the list, and one question for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from webapp.citations import Citable
from webapp.database import now
from webapp.dates import Day
from webapp.languages import language, told
from webapp.navigation import absolute
from webapp.revisions.models import Revision, Status

Cited = Callable[[Any, str], dict[str, Any]]

CITED: dict[str, Cited] = {}
"""How a kind of thing is cited: from the thing (a record, or a frozen version of one) and a language, the fields of a
``Citable``. The identifier, the address and the version are added for all."""


def cited(kind: str) -> Callable[[Cited], Cited]:
    """Say how a kind of record is cited."""

    def keep(function: Cited) -> Cited:
        CITED[kind] = function
        return function

    return keep


def _by_name(thing: Any, lang: str) -> dict[str, Any]:
    name = told(thing.name, lang)
    return {"title": name.text, "lang": name.lang}


def today() -> Day:
    """The day on which a reader looks at the archive."""
    moment = now()
    return Day(moment.year, moment.month, moment.day)


def day_of(moment: dt.datetime | None) -> Day | None:
    """The day of a moment of the archive's own life."""
    return Day(moment.year, moment.month, moment.day) if moment else None


def address(id: str, version: int | None = None) -> str:
    """The permanent address of a thing, or of one of its versions."""
    return absolute(f"/id/{id}/v{version}" if version else f"/id/{id}")


def citable(
    kind: str, thing: Any, *, version: int | None = None, made: dt.datetime | None = None, outsider: bool = False,
    lang: str | None = None, withdrawn: bool = False,
) -> Citable:  # fmt: skip
    """The thing as a reference sees it, at a version; an outsider's reference does not tell its standing."""
    lang = lang or language()
    fields = CITED.get(kind, _by_name)(thing, lang)
    if outsider:
        fields |= {"standing": "", "statement": ""}
    return Citable(kind=kind, id=thing.id, url=address(thing.id, version), version=version or None,
                   versioned=day_of(made), withdrawn=withdrawn, accessed=today(), **fields)  # fmt: skip


def made_at(session: Session, record_id: str, version: int) -> dt.datetime | None:
    """When a version was made."""
    return session.scalar(select(Revision.at).where(Revision.record_id == record_id, Revision.version == version))


def citables(session: Session, records: Iterable[Any], outsider: bool = False) -> Iterator[Citable]:
    """Many records as references, for an export: published ones, in their order, one query for two hundred."""
    remaining = iter(records)
    while batch := list(islice(remaining, 200)):
        published = [record for record in batch if record.status == Status.PUBLISHED and record.version]
        when = _made_at(session, published)
        for record in published:
            yield citable(record.__tablename__, record, version=record.version, made=when.get(record.id),
                          outsider=outsider)  # fmt: skip


def _made_at(session: Session, records: Sequence[Any]) -> dict[str, dt.datetime]:
    pairs = [(record.id, record.version) for record in records]
    rows = select(Revision.record_id, Revision.at).where(tuple_(Revision.record_id, Revision.version).in_(pairs))
    return {row.record_id: row.at for row in session.execute(rows)}
