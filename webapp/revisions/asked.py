"""The record that somebody asks for by its identifier, or why there is none to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import Gone, NotFound

from webapp.database import session
from webapp.identifiers import Identifier, Reading, examine, resolve
from webapp.languages import Texts, _, told
from webapp.revisions.models import Status

R = TypeVar("R")


class Missing(NotFound):
    """Not found, and the archive can say why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Withdrawn(Gone):
    """The tombstone of a record: it was here, and this is why it no longer is."""

    def __init__(self, reason: Texts) -> None:
        super().__init__()
        why = told(reason).text
        self.sentence = _("This record was withdrawn. The reason given: %(reason)s", reason=why) if why else None


def known(typed: str, own: Session | None = None) -> Identifier | None:
    """What an identifier leads to, as people type it and through merges; raises Missing for a typing error."""
    if examine(typed) is Reading.MISTYPED:
        raise Missing(
            _("This identifier has a typing error: its check character does not fit. Compare it with the original.")
        )
    return resolve(own or session(), typed)


def asked(typed: str, get: Callable[[Session, str, Any], R | None]) -> R:
    """The record that an identifier leads to, if ``get(session, id, person)`` shows it to this person.

    Raises Missing for a typing error, NotFound for what never was or may not be seen, Withdrawn with the reason.
    """
    identifier = known(typed)
    record: Any = get(session(), identifier.id, current_user) if identifier else None
    if record is None:
        abort(404)
    if record.status == Status.WITHDRAWN:
        raise Withdrawn(record.withdrawn_reason)
    return record
