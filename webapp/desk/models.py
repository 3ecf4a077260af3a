"""What the desk keeps besides the records: comments of a review, conflicts to settle, who has what open, merges."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, now
from webapp.identifiers import LENGTH
from webapp.people.models import Person


class Comment(Model):
    """A remark on one field of a record during its review; ``field`` is the name of the field on the form, empty for a
    remark on the whole."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("identifier.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    field: Mapped[str] = mapped_column(String(160), default="")
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    settled_at: Mapped[dt.datetime | None]

    person: Mapped[Person | None] = relationship()


class Conflict(Model):
    """A save that met a colleague's in the same fields: what was typed (``mine``), and the revision it was opened on.

    It waits for its author until it is settled, and is kept afterwards: nothing typed is ever lost.
    """

    __tablename__ = "conflict"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("identifier.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    base: Mapped[int]
    mine: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[dt.datetime] = mapped_column(default=now)
    settled_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    settled_as: Mapped[int | None]

    person: Mapped[Person | None] = relationship()


class Presence(Model):
    """Somebody has a record's form open; the row is refreshed while they do."""

    __tablename__ = "presence"

    record_id: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(default=now)
    at: Mapped[dt.datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship()


class Merge(Model):
    """Two records made one: which was kept, which leads to it since, and all that is needed to part them again.

    ``before`` holds the documents, statuses and versions of every record that was touched, ``after`` the numbers of
    the revisions that the merge made of them.
    """

    __tablename__ = "merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    kept_id: Mapped[str] = mapped_column(ForeignKey("identifier.id"), index=True)
    gone_id: Mapped[str] = mapped_column(ForeignKey("identifier.id"), index=True)
    before: Mapped[list[Any]]
    after: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[dt.datetime] = mapped_column(default=now)
    undone_at: Mapped[dt.datetime | None]

    person: Mapped[Person | None] = relationship()
