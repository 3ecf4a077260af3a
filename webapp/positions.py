"""How far a browser has saved: a place in PostgreSQL's log, kept in a cookie, so that a standby can be asked for it.

A standby has what was saved on the primary a moment later. Whoever saved something comes back with the place of that
save, and reads from a standby only when it has come that far.
"""

from __future__ import annotations

import re
import time

from flask import Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

COOKIE = "position"
LIVES = 3600
"""Seconds for which the place is kept: no standby that is any use is that far behind."""

WAIT, LOOK = 0.2, 0.002
"""Seconds that a reader waits for the standby, and between two looks at it."""

PRIMARY = "FFFFFFFF/FFFFFFFF"
"""A place that no standby reaches: it says that only the primary will do."""

# Without a wait for the disk, what was committed is not written yet; otherwise, what others are about to write is
# nothing to wait for.
SAVED = text("""SELECT CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
                       ELSE pg_current_wal_flush_lsn() END::text""")
REACHED = text("SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn)")
PLACE = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")


def asked() -> str:
    """The place that this request must be able to see; empty when any will do. A program with a token sees its own."""
    if "Authorization" in request.headers:
        return PRIMARY
    kept = None if g.get("cookieless") else request.cookies.get(COOKIE)
    if not kept:
        return ""
    try:
        place = _seal().loads(kept, max_age=LIVES)
    except BadData:
        return ""
    return place if isinstance(place, str) and PLACE.fullmatch(place) else ""


def reached(own: Session, place: str) -> bool:
    """Whether the session's server has come so far; a standby is given a moment."""
    until = time.monotonic() + (0 if place == PRIMARY else WAIT)
    while not own.scalar(REACHED, {"place": place}):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK)
    return True


def remember(response: Response, primary: Engine) -> None:
    """Let the browser keep the place that the primary has come to, just after a save."""
    try:
        with primary.connect() as connection:
            place = str(connection.scalar(SAVED))
    except SQLAlchemyError:  # it was there a moment ago: until it is back, whatever took its place will do
        place = PRIMARY
    response.set_cookie(COOKIE, _seal().dumps(place), max_age=LIVES if place != PRIMARY else 60, httponly=True,
                        samesite="Lax", secure=current_app.config["HTTPS"])  # fmt: skip


def _seal() -> URLSafeTimedSerializer:
    # Signed, since whoever could name any place could send every reader to the primary.
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="position")
