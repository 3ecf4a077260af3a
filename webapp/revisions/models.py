"""What every kept record has in common, and the history of its changes."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model, Texts, now
from webapp.identifiers import LENGTH


class Status(enum.StrEnum):
    """Where a record stands: only what is published is seen by everybody; what is withdrawn leaves a tombstone."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Kept:
    """The columns of a record that is kept, cited and revised: its identifier, status, and counts of changes.

    ``revision`` is the number of the revision whose content is in the tables; ``version`` the number of the last
    published state, 0 before the first publication. ``key`` is the stable slug of a seed row. ``folded`` is what the
    record is called, by the analysis of the search: pickers and the watch for duplicates read it. ``told_at`` is when
    what everybody is told of it last changed, names of others in it included; None while nobody was told anything.
    """

    id: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    status: Mapped[str] = mapped_column(String(12), default=Status.DRAFT, index=True)
    revision: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)
    published_at: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    withdrawn_reason: Mapped[Texts] = mapped_column(default=dict)
    folded: Mapped[str] = mapped_column(Text, default="", index=True)


class Revision(Model):
    """One saved change of one record: its whole content, frozen, with who, when and why.

    ``document`` is the record's own content, ``labels`` the names of what it links to, as they were on that day, so
    that a version reads the same in a hundred years. ``sha256`` is taken over the canonical JSON of both. ``status`` is
    the record's status after the change; a revision that is newer than the record's ``revision`` is a change drafted
    beside the published state. ``version`` is set when the revision was published.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("record_id", "number"), Index(None, "kind", "at"), Index(None, "status", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("identifier.id"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    base: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(12))
    version: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(20))
    document: Mapped[dict[str, Any]]
    labels: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    agent: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[dt.datetime] = mapped_column(default=now)


class Outbox(Model):
    """A record whose public face changed, written in the same transaction; the indexer takes the row away."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(String(LENGTH), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
