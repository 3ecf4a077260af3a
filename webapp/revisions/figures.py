"""Figures that hold until the archive changes: counted once, then remembered by the number of the last revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.revisions.models import Revision

T = TypeVar("T")


def state(session: Session) -> int:
    """The number of the last change ever made; a new one means that any figure may have changed."""
    return session.scalar(select(func.coalesce(func.max(Revision.id), 0))) or 0


def until_changed(session: Session, name: str, count: Callable[[Session], T]) -> T:
    """What ``count`` finds, counted anew only when something in the archive has changed since."""
    kept: dict[str, tuple[int, T]] = current_app.extensions.setdefault("figures", {})
    now = state(session)
    found = kept.get(name)
    if found is None or found[0] != now:
        found = kept[name] = (now, count(session))
    return found[1]
