"""Figures that hold until the archive changes: counted once, then remembered by the state that they were counted in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, TypeVar

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.revisions.models import Revision

T = TypeVar("T")


State: TypeAlias = tuple[int, ...]

LATE = 1000
"""A revision that is committed after one with a higher number is noticed among so many of the last."""

BESIDES: list[Any] = []
"""What else may change any figure and leaves no revision: counts, each a scalar subquery."""


def state(session: Session) -> State:
    """How far the archive has come, the same on every node; another state means that any figure may have changed."""
    return tuple(session.execute(_asked(session.get_bind().dialect.name != "sqlite")).one())


@cache
def _asked(at_once: bool) -> Any:
    """The last revision; where several are written at once and the last may not be committed last, how many of the last
    are there; and what comes besides."""
    last = select(func.coalesce(func.max(Revision.id), 0)).scalar_subquery()
    late = select(func.count()).select_from(Revision).where(Revision.id > last - LATE).scalar_subquery()
    return select(last, *([late] if at_once else []), *BESIDES)


def until_changed(session: Session, name: str, count: Callable[[Session], T]) -> T:
    """What ``count`` finds, counted anew only when something in the archive has changed since."""
    kept: dict[str, tuple[State, T]] = current_app.extensions.setdefault("figures", {})
    now = state(session)
    found = kept.get(name)
    if found is None or found[0] != now:
        found = kept[name] = (now, count(session))
    return found[1]
