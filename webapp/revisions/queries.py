"""Reading the history of records."""

from __future__ import annotations

from sqlalchemy import Select, select
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
