"""Media: a picture or a recording with all that must be said about it, and the file it is, known by its checksum."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, Texts, now
from webapp.dates import Edtf
from webapp.messages.models import Message
from webapp.revisions import Field, Kept, Kind, Part, keep
from webapp.sources.models import Source


class StoredFile(Model):
    """One file as it came, kept under its SHA-256 and never changed; what it is was found by reading it."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[int | None]
    at: Mapped[dt.datetime] = mapped_column(default=now)

    @property
    def is_sound(self) -> bool:
        """Whether it is heard rather than seen."""
        return self.type.startswith("audio/")


class Medium(Kept, Model):
    """A picture, a scan or a recording: what it shows in words, who made it, its rights; and which records it shows.

    ``file`` is the checksum of its file, which never changes: another file is another medium. ``open_original`` lets
    everybody have the file as it came, with what cameras hide in it; else readers get a copy without.
    """

    __tablename__ = "medium"

    file: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    title: Mapped[Texts] = mapped_column(default=dict)
    alt: Mapped[Texts] = mapped_column(default=dict)
    caption: Mapped[Texts] = mapped_column(default=dict)
    transcript: Mapped[Texts] = mapped_column(default=dict)
    credit: Mapped[str] = mapped_column(Text, default="")
    written: Mapped[str] = mapped_column(Text, default="")
    edtf: Mapped[Edtf | None]
    rights: Mapped[str] = mapped_column(String(100), default="")
    open_original: Mapped[bool] = mapped_column(default=False)

    stored: Mapped[StoredFile] = relationship()
    subjects: Mapped[list[Subject]] = relationship(
        back_populates="medium", order_by="Subject.position", cascade="all, delete-orphan"
    )


class Subject(Model):
    """What a medium is shown with: a message, a source, or a night by its evening."""

    __tablename__ = "subject"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN message_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN source_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN night IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    medium_id: Mapped[str] = mapped_column(ForeignKey("medium.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), index=True)
    night: Mapped[Edtf | None]

    medium: Mapped[Medium] = relationship(back_populates="subjects")
    message: Mapped[Message | None] = relationship()
    source: Mapped[Source | None] = relationship()


Message.media = relationship(Medium, secondary=Subject.__table__, viewonly=True, order_by=Medium.id)

MEDIUM = keep(
    Kind("medium", Medium,
         [Field("file"), Field("title", "texts"), Field("alt", "texts"), Field("caption", "texts"),
          Field("transcript", "texts"), Field("credit"), Field("written"), Field("edtf", "edtf"), Field("rights"),
          Field("open_original", "flag")],
         parts=[Part("subjects", Subject,
                     [Field("message", "link"), Field("source", "link"), Field("night", "edtf")], identified=False)],
         label=lambda medium: medium.title or medium.alt, endpoint="media.show", many="media")
)  # fmt: skip
