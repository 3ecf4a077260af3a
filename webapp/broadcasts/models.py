"""Broadcasts: one reading of one message, on a night as far as it is known."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webapp.database import Model, Texts
from webapp.dates import Edtf, parse
from webapp.identifiers import LENGTH
from webapp.messages.models import MESSAGE, Message
from webapp.revisions import Field, Part
from webapp.sources.models import Attestation, attestations
from webapp.stations import Station


class Dated(enum.StrEnum):
    """What the date is the date of: where a source only dates the drop, the archive says so."""

    BROADCAST = "broadcast"
    OPERATION = "operation"


class Broadcast(Model):
    """One reading of one message: who sent it, and when, as written, as EDTF, and as first and last possible day.

    ``earliest`` and ``latest`` are day numbers of the proleptic Gregorian calendar (1 = 1 January of year 1), None
    where the date is open; ``night`` is the day number of the evening when the date is one day. ``time`` is London wall
    time. ``said`` is how many times the phrase was read, when known; ``place_in_night`` its place in the bulletin.
    """

    __tablename__ = "broadcast"

    id: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"), index=True)
    written: Mapped[str] = mapped_column(Text, default="")
    edtf: Mapped[Edtf | None]
    earliest: Mapped[int | None] = mapped_column(index=True)
    latest: Mapped[int | None] = mapped_column(index=True)
    night: Mapped[int | None] = mapped_column(index=True)
    time: Mapped[str] = mapped_column(String(5), default="")
    dated: Mapped[str] = mapped_column(String(10), default=Dated.BROADCAST)
    said: Mapped[int | None]
    place_in_night: Mapped[int | None]
    note: Mapped[Texts] = mapped_column(default=dict)

    message: Mapped[Message] = relationship(back_populates="broadcasts")
    station: Mapped[Station | None] = relationship()
    attestations: Mapped[list[Attestation]] = relationship(order_by=Attestation.position, cascade="all, delete-orphan")

    @validates("edtf")
    def _bounds(self, _: str, value: Edtf | str | None) -> Edtf | None:
        date = parse(value) if isinstance(value, str) and value else value or None
        self.earliest = date.earliest.ordinal if date and date.earliest else None
        self.latest = date.latest.ordinal if date and date.latest else None
        self.night = date.day.ordinal if date and date.day else None
        return date


Message.broadcasts = relationship(
    Broadcast, back_populates="message", order_by=Broadcast.position, cascade="all, delete-orphan"
)
MESSAGE.parts.append(
    Part("broadcasts", Broadcast,
         [Field("station", "link"), Field("written"), Field("edtf", "edtf"), Field("time"), Field("dated"),
          Field("said", "number"), Field("place_in_night", "number"), Field("note", "texts")],
         parts=[attestations()])
)  # fmt: skip
