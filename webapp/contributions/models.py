"""Contributions: what somebody without an account offers the archive, what was written about it, and the credit."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, now
from webapp.people.models import Person


class Stage(enum.StrEnum):
    """What has become of a contribution. ``question`` waits for its contributor, the first two for an editor."""

    RECEIVED = "received"
    LOOKED_AT = "looked-at"
    QUESTION = "question"
    ACCEPTED = "accepted"
    DECLINED = "declined"


OPEN = (Stage.RECEIVED, Stage.LOOKED_AT, Stage.QUESTION)
WAITING = (Stage.RECEIVED, Stage.LOOKED_AT)


class Contribution(Model):
    """Something offered by the public; nothing of it is published by itself.

    ``answers`` are the texts that its kind asks for, by name. ``about_id`` is the record it speaks of, ``about_words``
    what was typed where no record was found, or a night. ``name`` is how the contributor wishes to be credited.
    ``address`` is never shown and goes when the contributor erases it or the answer has been given. ``record_id`` and
    ``medium_id`` are what it became. Recollections and replies are shown beneath what they speak of, once accepted;
    ``parent_id`` is what they answer. ``mark`` is the form it came in: the same form sent again is no second one.
    """

    __tablename__ = "contribution"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(String(16), unique=True)
    mark: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    about_id: Mapped[str | None] = mapped_column(ForeignKey("identifier.id"), index=True)
    about_words: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"), index=True)
    answers: Mapped[dict[str, Any]]
    evidence: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str | None] = mapped_column(String(255))
    lang: Mapped[str] = mapped_column(String(2), default="fr")
    photo: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default=Stage.RECEIVED, index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    record_id: Mapped[str | None] = mapped_column(ForeignKey("identifier.id"), index=True)
    medium_id: Mapped[str | None] = mapped_column(ForeignKey("identifier.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    answered_at: Mapped[dt.datetime | None]

    person: Mapped[Person | None] = relationship()
    parent: Mapped[Contribution | None] = relationship(remote_side=id)
    letters: Mapped[list[Letter]] = relationship(
        back_populates="contribution", order_by="Letter.id", cascade="all, delete-orphan"
    )


class Letter(Model):
    """One question of an editor, or one answer of the contributor; only the two of them read it."""

    __tablename__ = "contribution_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), index=True)
    by_editor: Mapped[bool]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(default=now)

    contribution: Mapped[Contribution] = relationship(back_populates="letters")


class Credit(Model):
    """Thanks to a contributor on a record: the name as wished (empty: a reader), for what, and in which revision."""

    __tablename__ = "credit"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("identifier.id"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120), default="")
    revision: Mapped[int] = mapped_column(default=0)
    at: Mapped[dt.datetime] = mapped_column(default=now)
