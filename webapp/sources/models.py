"""Sources, and their bearing witness: the attestation."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, Texts
from webapp.revisions import Field, Kept, Kind, Part, keep


class Source(Kept, Model):
    """Something that can be read, heard or seen, and cited. ``year`` is kept as its page writes it.

    ``linkable`` is false for an unlicensed copy of a book: the book is cited, the copy's address is not kept.
    """

    __tablename__ = "source"

    type: Mapped[str] = mapped_column(String(40), default="")
    author: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    publisher: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[str] = mapped_column(String(80), default="")
    url: Mapped[str] = mapped_column(Text, default="")
    linkable: Mapped[bool] = mapped_column(default=True)
    lang: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[Texts] = mapped_column(default=dict)


SOURCE = keep(
    Kind("source", Source, [Field("type"), Field("author"), Field("title"), Field("publisher"), Field("year"),
                            Field("url"), Field("linkable", "flag"), Field("lang"), Field("note", "texts")],
         label=lambda source: {"": ", ".join(filter(None, (source.author, source.title, source.year)))},
         endpoint="sources.show")
)  # fmt: skip


class WebLink(Model):
    """What the web address of a source answered when it was last asked; ``failures`` counts the times in a row."""

    __tablename__ = "web_link"

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    said: Mapped[str] = mapped_column(String(200), default="")
    failures: Mapped[int] = mapped_column(default=0)

    source: Mapped[Source] = relationship()


class Attestation(Model):
    """A source bearing witness, at a locator, to exactly one thing: a wording, a meaning or a broadcast."""

    __tablename__ = "attestation"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN message_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN meaning_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN broadcast_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    meaning_id: Mapped[str | None] = mapped_column(ForeignKey("meaning.id", ondelete="CASCADE"), index=True)
    broadcast_id: Mapped[str | None] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"), index=True)
    locator: Mapped[str] = mapped_column(Text, default="")

    source: Mapped[Source] = relationship()


def attestations() -> Part:
    """The part of a document that lists who bears witness; it has no identity of its own."""
    return Part("attestations", Attestation, [Field("source", "link"), Field("locator")], identified=False)
