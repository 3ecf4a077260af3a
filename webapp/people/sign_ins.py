"""Where people are signed in: one row a browser, which they or a keeper can end.

The session cookie is signed and holds a secret; the row holds its hash. Without the row the cookie is worth nothing,
so that ending a session, shutting somebody out and changing a password take effect at the next request.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, request
from flask import session as cookie
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.database import database, now, request_writes, session
from webapp.people import audit
from webapp.people.models import Person, SignIn

SEEN_EVERY = dt.timedelta(minutes=5)
LIVES_UNSEEN = dt.timedelta(days=30)
_SECRET = "signed_in"

# Looked for in this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("Linux", "Linux")]  # fmt: skip


def browser_family(agent: str) -> str:
    """The browser and system in a user agent, in two words at most; the rest is not kept."""
    words = [next((name for mark, name in family if mark in agent), "") for family in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, words))


def begin(person: Person, via: list[str]) -> None:
    """Note that this browser is signed in from now on, under a fresh secret; an older sign-in of it ends."""
    secret = secrets.token_urlsafe(24)
    with _writing() as own:
        if old := cookie.pop(_SECRET, None):
            own.execute(delete(SignIn).where(SignIn.secret_sha256 == _hash(old)))
        own.execute(delete(SignIn).where(SignIn.seen_at < now() - LIVES_UNSEEN))
        agent = browser_family(request.user_agent.string)
        own.add(SignIn(secret_sha256=_hash(secret), person_id=person.id, browser=agent))
        if person.confirmed_at is None and (met := own.get(Person, person.id)):
            met.confirmed_at = now()
        audit.note(own, "sign in", by=person, about=" → ".join(via))
    cookie[_SECRET] = secret
    # What was handed out before the sign-in is not accepted after it.
    cookie.pop("csrf_token", None)
    g.pop("csrf_token", None)
    cookie.permanent = bool(cookie.pop("stay", False))


def stands(person: Person) -> bool:
    """Whether this browser is still signed in as this person; at most every few minutes it is noted as seen."""
    row = session.get(SignIn, _hash(cookie.get(_SECRET, "")))
    if row is None or row.person_id != person.id or row.seen_at < now() - LIVES_UNSEEN:
        return False
    if row.seen_at < now() - SEEN_EVERY:
        _note_seen(row.secret_sha256)
    return True


def _note_seen(secret_sha256: str) -> None:
    def note(own: Session) -> None:
        if mine := own.get(SignIn, secret_sha256):
            mine.seen_at = now()

    if request_writes():
        note(session())
    else:
        database().leave_trace(note)


def end_this() -> None:
    """This browser is signed out."""
    if secret := cookie.pop(_SECRET, None):
        with _writing() as own:
            own.execute(delete(SignIn).where(SignIn.secret_sha256 == _hash(secret)))
            own.commit()


def of_person(own: Session, person: Person) -> list[SignIn]:
    """Where this person is signed in, the latest seen first."""
    query = select(SignIn).where(SignIn.person_id == person.id, SignIn.seen_at >= now() - LIVES_UNSEEN)
    return list(own.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.started_at.desc()).limit(100)))


def is_this(row: SignIn) -> bool:
    """Whether the row is this very browser."""
    return row.secret_sha256 == _hash(cookie.get(_SECRET, ""))


def end(own: Session, person: Person, short: str, by: Person) -> bool:
    """End the session of this person whose hash begins so; False when there is none."""
    if len(short) < 12 or not short.isalnum():
        return False
    query = delete(SignIn).where(SignIn.person_id == person.id, SignIn.secret_sha256.startswith(short))
    ended: Any = own.execute(query)
    if ended.rowcount:
        audit.note(own, "end session", by=by, whom=person)
    return bool(ended.rowcount)


def end_all(own: Session, person: Person, *, but_this: bool = False) -> int:
    """End all sessions of this person, or all others; says how many."""
    query = delete(SignIn).where(SignIn.person_id == person.id)
    if but_this:
        query = query.where(SignIn.secret_sha256 != _hash(cookie.get(_SECRET, "")))
    ended: Any = own.execute(query)
    return ended.rowcount


@contextmanager
def _writing() -> Iterator[Session]:
    # A request that writes has the write lock already and commits at its end; one that reads needs a short one.
    if request_writes():
        yield session()
        return
    with database().new_session(writes=True) as own:
        yield own
        own.commit()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
