"""Messages, the claims of what they meant, and how messages answer each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, exists, literal, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, Texts
from webapp.identifiers import LENGTH
from webapp.networks import Network
from webapp.places import Place
from webapp.revisions import Field, Kept, Kind, Part, keep
from webapp.revisions.telling import BESIDES
from webapp.sources.models import Attestation, attestations
from webapp.stations import Station
from webapp.text.slug import slug
from webapp.vocabularies import Standing, Term

AGAIN = text("version > 1")


class Message(Kept, Model):
    """A phrase (or tune, or signal) as it was sent, with its exact wording and its language.

    ``rendering`` says that only a translation of the lost original is known. ``wording_standing`` grades the wording
    alone: that these words were sent; what they meant is graded claim by claim.
    """

    __tablename__ = "message"
    # What feeds read, in their order: new messages, and those that were published again.
    __table_args__ = (
        Index("ix_message_status_published_at_id", "status", "published_at", "id"),
        Index(
            "ix_message_status_updated_at_id", "status", "updated_at", "id", sqlite_where=AGAIN, postgresql_where=AGAIN
        ),
    )

    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(20), default="fr")
    kind: Mapped[str] = mapped_column(String(12), default="message", index=True)
    rendering: Mapped[bool] = mapped_column(default=False)
    translation: Mapped[Texts] = mapped_column(default=dict)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"), index=True)
    theme_id: Mapped[str | None] = mapped_column(ForeignKey("term.id"), index=True)
    surface_id: Mapped[str | None] = mapped_column(ForeignKey("term.id"), index=True)
    wording_standing: Mapped[str] = mapped_column(String(12), default=Standing.UNKNOWN)
    note: Mapped[Texts] = mapped_column(default=dict)

    station: Mapped[Station | None] = relationship()
    theme: Mapped[Term | None] = relationship(foreign_keys=theme_id)
    surface: Mapped[Term | None] = relationship(foreign_keys=surface_id)
    meanings: Mapped[list[Meaning]] = relationship(
        back_populates="message", order_by="Meaning.position", cascade="all, delete-orphan"
    )
    attestations: Mapped[list[Attestation]] = relationship(order_by=Attestation.position, cascade="all, delete-orphan")
    relations: Mapped[list[Relation]] = relationship(
        foreign_keys="Relation.message_id", order_by="Relation.id", cascade="all, delete-orphan"
    )

    if TYPE_CHECKING:  # laid by the rooms that know messages: broadcasts, essays and media
        broadcasts: Mapped[list[Any]]
        mentions: Mapped[list[Any]]
        media: Mapped[list[Any]]

    @property
    def slug(self) -> str:
        """The phrase as it stands in the address, for people; the identifier alone is what counts."""
        return slug(self.text)

    @property
    def standing(self) -> str:
        """The standing of the leading claim; ``unknown`` when nobody claims to know what the message meant."""
        return self.meanings[0].standing if self.meanings else Standing.UNKNOWN


class Meaning(Model):
    """A claim of what a message signified: statement, purpose, addressee, operation, place; with a standing."""

    __tablename__ = "meaning"

    id: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    statement: Mapped[Texts] = mapped_column(default=dict)
    purpose_id: Mapped[str | None] = mapped_column(ForeignKey("term.id"), index=True)
    standing: Mapped[str] = mapped_column(String(12), default=Standing.UNKNOWN, index=True)
    addressee: Mapped[Texts] = mapped_column(default=dict)
    network_id: Mapped[str | None] = mapped_column(ForeignKey("network.id"), index=True)
    operation: Mapped[str] = mapped_column(Text, default="")
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    note: Mapped[Texts] = mapped_column(default=dict)

    message: Mapped[Message] = relationship(back_populates="meanings")
    purpose: Mapped[Term | None] = relationship()
    network: Mapped[Network | None] = relationship()
    place: Mapped[Place | None] = relationship()
    attestations: Mapped[list[Attestation]] = relationship(order_by=Attestation.position, cascade="all, delete-orphan")


class Relation(Model):
    """How one message stands to another: alert for, action for, variant of, reply to."""

    __tablename__ = "relation"
    __table_args__ = (UniqueConstraint("message_id", "kind", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    other_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    note: Mapped[Texts] = mapped_column(default=dict)

    message: Mapped[Message] = relationship(foreign_keys=message_id, overlaps="relations")
    other: Mapped[Message] = relationship(foreign_keys=other_id)


MESSAGE = keep(
    Kind(
        "message",
        Message,
        [Field("text"), Field("lang"), Field("kind"), Field("rendering", "flag"), Field("translation", "texts"),
         Field("station", "link"), Field("theme", "link"), Field("surface", "link"), Field("wording_standing"),
         Field("note", "texts")],
        parts=[
            attestations(),
            Part("meanings", Meaning,
                 [Field("statement", "texts"), Field("purpose", "link"), Field("standing"), Field("addressee", "texts"),
                  Field("network", "link"), Field("operation"), Field("place", "link"), Field("note", "texts")],
                 parts=[attestations()]),
            Part("relations", Relation, [Field("kind"), Field("other", "link"), Field("note", "texts")],
                 identified=False),
        ],
        label=lambda message: {message.lang: message.text},
        endpoint="messages.show",
        inside=frozenset({"meanings", "relations", "attestations", "note", "surface", "wording_standing"}),
    )
)  # fmt: skip

# A standing is no link, but its name stands before each claim; where nobody claims anything, “unknown” does.
BESIDES["term", "message"] += [
    lambda ids: select(Meaning.message_id).where((literal("standing/") + Meaning.standing).in_(ids)),
    lambda ids: select(Message.id).where(
        literal(f"standing/{Standing.UNKNOWN}").in_(ids), ~exists().where(Meaning.message_id == Message.id)),
]  # fmt: skip
