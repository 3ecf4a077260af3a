"""Stations: authority records, so that one name means one thing everywhere."""

from __future__ import annotations

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model, Texts
from webapp.revisions import Field, Kept, Kind, Status, keep


class Station(Kept, Model):
    """Who transmitted a message, or where it appeared: a broadcaster, a telegraph, a newspaper, a network."""

    __tablename__ = "station"

    name: Mapped[Texts] = mapped_column(default=dict)
    kind: Mapped[str] = mapped_column(String(30), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    note: Mapped[Texts] = mapped_column(default=dict)


STATION = keep(
    Kind("station", Station, [Field("name", "texts"), Field("kind"), Field("country"), Field("note", "texts")],
         label=lambda station: station.name, endpoint="stations.show")
)  # fmt: skip


def published() -> Select[Station]:
    """The stations that everybody may see."""
    return select(Station).where(Station.status == Status.PUBLISHED)
