"""Who may do what: one list of acts, one list of roles, one question ``may()``, one guard ``@needs``."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort
from flask_login import current_user

P = ParamSpec("P")
R = TypeVar("R")


class Act(enum.Enum):
    """Everything that not everybody may do."""

    DESK = "work at the desk"
    DRAFT = "draft and change records"
    IMPORT = "import spreadsheets"
    REVIEW = "comment on drafts in review"
    PUBLISH = "publish, withdraw and merge"
    MODERATE = "answer contributions and replies"
    FEATURE = "choose what the home page shows"
    COLLECT = "keep collections under an account"
    ACCOUNTS = "invite people and give roles"
    KEEP = "see health, settings, audit and fixity"


_EDUCATOR = {Act.COLLECT}
_CURATOR = _EDUCATOR | {Act.DESK, Act.DRAFT, Act.IMPORT, Act.REVIEW}
_EDITOR = _CURATOR | {Act.PUBLISH, Act.MODERATE, Act.FEATURE}
_KEEPER = _EDITOR | {Act.ACCOUNTS, Act.KEEP}

ROLES: dict[str, set[Act]] = {
    "educator": _EDUCATOR,
    "curator": _CURATOR,
    "editor": _EDITOR,
    "keeper": _KEEPER,
}


def may(person: Any, act: Act) -> bool:
    """Whether this person may do this act; nobody in particular may do none of them."""
    if person is None or not getattr(person, "is_authenticated", False) or not person.active:
        return False
    return any(act in ROLES.get(role.name, ()) for role in person.roles)


def needs(act: Act) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a view: a stranger is sent to sign in (401), a person without the right is refused (403)."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                abort(401)
            if not may(current_user, act):
                abort(403)
            return view(*args, **kwargs)

        guarded.act = act  # type: ignore[attr-defined]  # read by the table of permissions in the tests
        return guarded

    return guard
