"""Making accounts, letting people in, and what keepers do with accounts."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import unicodedata

from flask_security.utils import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.database import now
from webapp.errors import BadInput
from webapp.languages import N_, gettext
from webapp.people import audit, sign_ins
from webapp.people.models import EntryLink, Person, Role
from webapp.permissions import ROLES

LINK_LIVES = dt.timedelta(hours=24)
INVITATION_LIVES = dt.timedelta(days=7)
LAST_KEEPER = N_(
    "This is the last keeper who has come in: without them nobody could look after the archive."
    " Make somebody else a keeper first, and wait until they have signed in."
)


class LinkSpent(Exception):
    """The one-time link was used already, has expired, or was never given."""


class LastKeeper(BadInput):
    """Without this person nobody could look after the archive any more."""


class Oneself(BadInput):
    """Nobody shuts themselves out."""


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
        fs_webauthn_user_handle=secrets.token_hex(32), roles=[_role(session, role)],
    )  # fmt: skip
    if password:
        set_password(person, password)
    session.add(person)
    session.flush()
    audit.note(session, "create person", by=by, whom=person, about=role)
    return person


def _role(session: Session, name: str) -> Role:
    return session.scalars(select(Role).where(Role.name == name)).one()


def set_password(person: Person, password: str) -> None:
    """Give a person this password. Letters with accents are kept in one form, however the keyboard sends them."""
    person.password = hash_password(unicodedata.normalize("NFKD", password))


def give_entry_link(session: Session, person: Person, purpose: str = "enter") -> str:
    """The secret of a new one-time link that lets this person in; only its hash is kept."""
    secret = secrets.token_urlsafe(24)
    lives = INVITATION_LIVES if purpose == "invite" else LINK_LIVES
    link = EntryLink(secret_sha256=_hash(secret), person_id=person.id, purpose=purpose, expires_at=now() + lives)
    session.add(link)
    session.flush()
    return secret


def find_entry_link(session: Session, secret: str, purpose: str = "enter") -> tuple[EntryLink, Person]:
    """The link and the person whom it would let in. Raises ``LinkSpent``."""
    link = session.get(EntryLink, _hash(secret))
    if link is None or link.purpose != purpose or link.used_at or link.expires_at < now():
        raise LinkSpent
    person = session.get(Person, link.person_id)
    if person is None or not person.active:
        raise LinkSpent
    return link, person


def use_entry_link(session: Session, secret: str, purpose: str = "enter") -> Person:
    """The person whom the link lets in; from now on it is spent. Raises ``LinkSpent``."""
    link, person = find_entry_link(session, secret, purpose)
    link.used_at = now()
    audit.note(session, "enter by link" if purpose == "enter" else "accept invitation", by=person)
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


def invite(session: Session, email: str, role: str, *, name: str, lang: str, by: Person) -> tuple[Person, str]:
    """A new account, and the secret of the link by which its owner comes in. Raises ValueError like create_person."""
    person = create_person(session, email, role, name=name, by=by)
    person.lang = lang
    audit.note(session, "invite", by=by, whom=person, about=role)
    return person, give_entry_link(session, person, "invite")


def give_new_link(session: Session, person: Person, by: Person) -> str:
    """A new way in for somebody who lost theirs: with it they choose a new password."""
    audit.note(session, "give link", by=by, whom=person)
    return give_entry_link(session, person, "invite")


def begin(session: Session, person: Person, *, name: str, email: str, password: str) -> None:
    """What a person who came in by a link chooses first."""
    if person.email != email:
        audit.note(session, "change address", by=person)
    person.name, person.email = name, email
    set_password(person, password)
    audit.note(session, "change password", by=person)


def accept(session: Session, secret: str, *, name: str, password: str) -> Person:
    """An invited person comes in with a name and a password of their choice; everywhere else they are signed out.
    Raises ``LinkSpent``."""
    person = use_entry_link(session, secret, "invite")
    person.name = name
    person.fs_uniquifier = secrets.token_hex(32)
    set_password(person, password)
    sign_ins.end_all(session, person)
    return person


def change_role(session: Session, person: Person, role: str, *, by: Person) -> bool:
    """Give this person another role; whether it was another. Raises ``LastKeeper``."""
    if person.role == role:
        return False
    if person.role == "keeper":
        _ensure_another_keeper(session, person)
    audit.note(session, "change role", by=by, whom=person, about=f"{person.role} → {role}")
    person.roles = [_role(session, role)]
    return True


def shut_out(session: Session, person: Person, *, by: Person) -> None:
    """Close this account: its sessions end at once, its links and password work no more. Raises ``LastKeeper``
    and ``Oneself``."""
    _ensure_another_keeper(session, person)
    if person.id == by.id:
        raise Oneself(gettext("You cannot shut yourself out. Another keeper can."))
    person.active = False
    sign_ins.end_all(session, person)
    audit.note(session, "shut out", by=by, whom=person)


def let_in(session: Session, person: Person, *, by: Person) -> None:
    """Open this account again; its owner signs in as before."""
    person.active = True
    audit.note(session, "let in", by=by, whom=person)


def remove_second_step(session: Session, person: Person, *, by: Person) -> None:
    """For somebody who lost both telephone and recovery codes: the password alone lets them in again."""
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = person.mf_recovery_codes = None
    audit.note(session, "second step off", by=by, whom=person)


def _ensure_another_keeper(session: Session, person: Person) -> None:
    """An archive always has a keeper who has come in before; two who demote each other at once wait for one another."""
    keeper = session.scalars(select(Role).where(Role.name == "keeper").with_for_update()).one_or_none()
    if keeper is None or person.role != "keeper":
        return
    others = select(func.count()).select_from(Person).join(Person.roles).where(
        Role.name == "keeper", Person.id != person.id, Person.active, Person.confirmed_at.is_not(None))  # fmt: skip
    if not session.scalar(others):
        raise LastKeeper(gettext(LAST_KEEPER))
