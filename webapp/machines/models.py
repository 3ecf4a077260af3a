"""What was done to keep the archive whole: events in the manner of PREMIS, and the files that fixity is checked of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model, now


class Event(Model):
    """Something done for the sake of keeping, in the words of PREMIS: what, when, to what, with which outcome.

    ``kind`` is one of ``EVENTS``; ``outcome`` is ``success`` or ``fail``; ``detail`` holds figures and findings.
    """

    __tablename__ = "preservation_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    kind: Mapped[str] = mapped_column(String(30), index=True)
    about: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(10), default="success")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Holding(Model):
    """A file of the archive's own with its checksum, as it was when it was first seen; the name is its path below the
    data folder."""

    __tablename__ = "holding"

    name: Mapped[str] = mapped_column(String(400), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    since: Mapped[dt.datetime] = mapped_column(default=now)


class AccessToken(Model):
    """What lets a program write in one person's name. Only the hash of the secret is kept; the row goes when it is
    revoked, and with the person."""

    __tablename__ = "access_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    used_at: Mapped[dt.datetime | None]


class Topic(Model):
    """A feed in one form and language as a WebSub hub knows it: what it says now and what the hub was last told it
    says, as checksums; when the hub may be told, how often that has failed, and what it said."""

    __tablename__ = "hub_topic"

    url: Mapped[str] = mapped_column(String(400), primary_key=True)
    says: Mapped[str] = mapped_column(String(64))
    told: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[dt.datetime]
    tries: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(200), default="")
