"""Questions about people, for keepers."""

from __future__ import annotations

import datetime as dt

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.people.models import Passkey, Person, SignIn
from webapp.text.folding import fold


def people(session: Session, offset: int, size: int) -> list[Person]:
    """A page of the people with accounts, those shut out last."""
    names = session.execute(select(Person.id, Person.active, Person.name)).all()
    ordered = sorted(names, key=lambda row: (not row.active, fold(row.name or ""), row.id))
    place = {row.id: at for at, row in enumerate(ordered[offset : offset + size])}
    return sorted(session.scalars(select(Person).where(Person.id.in_(list(place)))), key=lambda each: place[each.id])


def count(session: Session) -> int:
    """How many people have an account."""
    return session.scalar(select(func.count()).select_from(Person)) or 0


def last_seen(session: Session, people: list[Person]) -> dict[int, dt.datetime]:
    """When each of them was last seen signed in, by number; asked once for all."""
    query = select(SignIn.person_id, func.max(SignIn.seen_at)).group_by(SignIn.person_id)
    found = session.execute(query.where(SignIn.person_id.in_([each.id for each in people])))
    return {number: seen for number, seen in found}  # noqa: C416  # a result is no list of pairs to dict()


def with_passkey(session: Session, people: list[Person]) -> set[int]:
    """The numbers of those who have a passkey; asked once for all."""
    query = select(Passkey.user_id).where(Passkey.user_id.in_([each.id for each in people]))
    return set(session.scalars(query))


def get(session: Session, number: int) -> Person:
    """The person with this number, or a page that says there is none."""
    return session.get(Person, number) or abort(404)
