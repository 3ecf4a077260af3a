"""What somebody is gathering: a list of names in a cookie of their own browser. The archive keeps nothing of it.

The cookie is set when something is gathered, and not before; it holds identifiers and days, and nothing about anybody.
It is taken away when the collection is saved or the list emptied.
"""

from __future__ import annotations

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from webapp.collections.queries import MOST, Gathered, things

COOKIE = "gathering"
LASTS = 90 * 86_400


class Full(Exception):
    """A collection holds no more than so many items."""


def read() -> list[str]:
    """The names that this browser has gathered, in their order."""
    names = request.cookies.get(COOKIE, "")[:4000].split("~")
    return list(dict.fromkeys(name for name in names if name and len(name) <= 12))[:MOST]


def keep(response: Response, refs: list[str]) -> None:
    """Leave the list in the browser; an empty one leaves nothing."""
    if not refs:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    secure = current_app.config["HTTPS"]
    response.set_cookie(COOKIE, "~".join(refs), max_age=LASTS, samesite="Lax", httponly=True, secure=secure)


def added(refs: list[str], ref: str) -> list[str]:
    """The list with one more at its end; what it has already stays where it is. Raises Full."""
    if ref not in refs and len(refs) >= MOST:
        raise Full
    return list(dict.fromkeys([*refs, ref]))


def moved(refs: list[str], ref: str, step: int) -> list[str]:
    """The list with one name a step up (-1) or down (1)."""
    if ref not in refs:
        return refs
    place = refs.index(ref)
    other = min(max(place + step, 0), len(refs) - 1)
    fresh = [each for each in refs if each != ref]
    fresh.insert(other, ref)
    return fresh


def shown(session: Session, refs: list[str]) -> list[Gathered]:
    """The things that these names lead to today; what is gone is said to be gone."""
    found = things(session, refs, None)
    return [found[ref] for ref in refs]
