"""Making accounts and letting people in."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.database import now
from webapp.people.models import Audit, EntryLink, Person, Role
from webapp.permissions import ROLES

LINK_LIVES = dt.timedelta(hours=24)


class LinkSpent(Exception):
    """The one-time link was used already, has expired, or was never given."""


def ensure_roles(session: Session) -> None:
    """Have a row for every role of the house."""
    known = set(session.scalars(select(Role.name)))
    session.add_all(Role(name=name, permissions=[]) for name in ROLES if name not in known)
    session.flush()


def create_person(
    session: Session,
    email: str,
    role: str,
    *,
    name: str = "",
    password: str | None = None,
    by: Person | None = None,
) -> Person:
    """A new account with one role; without a password it can only enter by a one-time link. Raises ValueError for
    an address that has an account already."""
    email = email.strip().lower()
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise ValueError(email)
    ensure_roles(session)
    person = Person(
        email=email, name=name or email.split("@")[0], fs_uniquifier=secrets.token_hex(32),
        password=hash_password(password) if password else None,
        roles=[session.scalars(select(Role).where(Role.name == role)).one()],
    )  # fmt: skip
    session.add(person)
    session.flush()
    session.add(Audit(person_id=by.id if by else None, act="create person", about=f"{person.id}: {role}"))
    return person


def give_entry_link(session: Session, person: Person) -> str:
    """The secret of a new one-time link that signs this person in; only its hash is kept."""
    secret = secrets.token_urlsafe(24)
    session.add(EntryLink(secret_sha256=_hash(secret), person_id=person.id, expires_at=now() + LINK_LIVES))
    session.flush()
    return secret


def use_entry_link(session: Session, secret: str) -> Person:
    """The person whom the link lets in; from now on it is spent. Raises ``LinkSpent``."""
    link = session.get(EntryLink, _hash(secret))
    if link is None or link.used_at or link.expires_at < now():
        raise LinkSpent
    person = session.get(Person, link.person_id)
    if person is None or not person.active:
        raise LinkSpent
    link.used_at = now()
    session.add(Audit(person_id=person.id, act="enter by link"))
    return person


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def first_keeper(session: Session) -> Person | None:
    """The keeper of an archive that nobody has signed in to yet (made on the spot); None when somebody keeps it."""
    keepers = select(Person).join(Person.roles).where(Role.name == "keeper")
    people = list(session.scalars(keepers))
    if not people:
        return create_person(session, "keeper@localhost", "keeper", name="Keeper")
    entered = session.scalar(select(EntryLink.secret_sha256).where(EntryLink.used_at.is_not(None)).limit(1))
    waits = len(people) == 1 and people[0].password is None and entered is None
    return people[0] if waits else None
