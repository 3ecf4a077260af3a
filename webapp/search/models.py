"""What was looked for and not found: for the curators, without a trace of who asked."""

from __future__ import annotations

from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.database import Model, now

LONGEST = 120


class EmptySearch(Model):
    """Words that found nothing on a day, and how often; neither who asked nor when in the day."""

    __tablename__ = "empty_search"
    __table_args__ = (UniqueConstraint("day", "words"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(LONGEST))
    count: Mapped[int] = mapped_column(default=0)


def note_empty(session: Session, words: str) -> None:
    """Count one more search for these words that found nothing today."""
    day, words = now().date().isoformat(), words[:LONGEST]
    known = session.scalars(select(EmptySearch).where(EmptySearch.day == day, EmptySearch.words == words)).first()
    if known is None:
        session.add(known := EmptySearch(day=day, words=words, count=0))
    known.count += 1


def empty_searches() -> Select[EmptySearch]:
    """What was not found, the latest days first."""
    return select(EmptySearch).order_by(EmptySearch.day.desc(), EmptySearch.count.desc(), EmptySearch.words)
