"""Personal tokens: what a curator's program shows instead of a password."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.database import now
from webapp.machines.models import AccessToken
from webapp.people.models import Person

PREFIX = "carottes_"
MOST = 20
"""How many tokens one person may have."""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def give(session: Session, person: Person, name: str) -> str:
    """A new token for this person; it is told this once, and only its hash is kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(AccessToken(sha256=_hash(secret), person_id=person.id, name=name.strip()[:80] or "token"))
    session.flush()
    return secret


def of(session: Session, person: Person) -> Sequence[AccessToken]:
    """A person's tokens, the newest first."""
    query = select(AccessToken).where(AccessToken.person_id == person.id).order_by(AccessToken.id.desc())
    return session.scalars(query).all()


def revoke(session: Session, person: Person, number: int) -> None:
    """End one of a person's own tokens."""
    session.execute(delete(AccessToken).where(AccessToken.id == number, AccessToken.person_id == person.id))


def bearer(session: Session, header: str) -> Person | None:
    """Whom the ``Authorization`` header stands for; None for a token that was never given, or whose owner is out."""
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.isascii():
        return None
    token = session.scalar(select(AccessToken).where(AccessToken.sha256 == _hash(secret.strip())))
    person = session.get(Person, token.person_id) if token else None
    if token is None or person is None or not person.active:
        return None
    token.used_at = now()
    return person
