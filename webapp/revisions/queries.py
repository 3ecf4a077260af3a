"""Reading the history of records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.revisions.models import Revision


def of(record_id: str) -> Select[Revision]:
    """All revisions of a record, the newest first."""
    return select(Revision).where(Revision.record_id == record_id).order_by(Revision.number.desc())


def latest(session: Session, record_id: str) -> Revision | None:
    """The newest revision, drafted ones included."""
    return session.scalars(of(record_id).limit(1)).first()


def version(session: Session, record_id: str, number: int) -> Revision | None:
    """The revision that was published as this version, or None."""
    return session.scalars(of(record_id).where(Revision.version == number)).first()


def versions(record_id: str) -> Select[Revision]:
    """The published versions of a record, the newest first."""
    return of(record_id).where(Revision.version.is_not(None))


def public_at(session: Session, ids: Collection[str], moment: dt.datetime) -> dict[str, Revision]:
    """The version of each record that was public at the moment, by the record's identifier; one query."""
    last = (
        select(Revision.record_id, func.max(Revision.number).label("number"))
        .where(Revision.record_id.in_(ids), Revision.version.is_not(None), Revision.at <= moment)
        .group_by(Revision.record_id)
        .subquery()
    )
    query = select(Revision).join(last, (Revision.record_id == last.c.record_id) & (Revision.number == last.c.number))
    return {revision.record_id: revision for revision in session.scalars(query)}
