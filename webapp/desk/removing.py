"""Deleting a draft that was never public."""

from __future__ import annotations

from itertools import chain
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.database import now
from webapp.desk.models import Comment, Conflict
from webapp.desk.opening import title_of
from webapp.desk.pointers import drafts_naming, pointing_at
from webapp.languages import gettext as _
from webapp.languages import told
from webapp.people.models import Person
from webapp.permissions import Act, may
from webapp.revisions import KINDS, Revision, Status, label_of
from webapp.revisions.actions import Refusal, Refused, remove
from webapp.revisions.queries import of


class Named(Refusal):
    """Other records name the draft: without it they would lead nowhere."""


def author_of(session: Session, record: Any) -> int | None:
    """The number of whoever wrote last in a record: giving a draft back is not writing in it."""
    wrote = of(record.id).where(Revision.act != "hand back").limit(1)
    last = session.scalars(wrote).first()
    return last.person_id if last else None


def may_remove(session: Session, person: Any, record: Any) -> bool:
    """Whether this person may delete the record: a draft that was never public, their own or as an editor."""
    if record.version or record.status not in (Status.DRAFT, Status.IN_REVIEW):
        return False
    return may(person, Act.PUBLISH) or (may(person, Act.DRAFT) and author_of(session, record) == person.id)


def throw_away(session: Session, record: Any, by: Person, reason: str = "") -> None:
    """Delete a draft, and settle what was said about it. Raises ``Refused`` when it was public or others name it.

    The caller commits.
    """
    if names := _named_by(session, record):
        raise Refused([Named(_("Others name it: %(names)s. Take these references out first.", names=names))])
    remove(record, by=by, reason=reason)
    for model in (Comment, Conflict):
        waits = update(model).where(model.record_id == record.id, model.settled_at.is_(None))
        session.execute(waits.values(settled_at=now()))


def _named_by(session: Session, record: Any) -> str:
    kept = (told(label_of(other)).text for other in pointing_at(session, record))
    drafted = (title_of(KINDS[each.kind], each.document) for each in drafts_naming(session, record))
    return _("; ").join(dict.fromkeys(name or _("(without a name)") for name in chain(kept, drafted)))
