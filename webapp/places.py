"""Places: drop grounds, towns, regions; each with the precision that its sources allow."""

from __future__ import annotations

import enum

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model, Texts
from webapp.revisions import Field, Kept, Kind, Status, keep


class Precision(enum.StrEnum):
    """How exactly a place is known: coordinates are drawn as a point only where the sources give the point."""

    POINT = "point"
    LOCALITY = "locality"
    REGION = "region"
    COUNTRY = "country"
    UNKNOWN = "unknown"


class Place(Kept, Model):
    """A place of an action or of an addressee. ``located_by`` credits who gave the coordinates."""

    __tablename__ = "place"

    name: Mapped[Texts] = mapped_column(default=dict)
    region: Mapped[str] = mapped_column(String(80), default="", index=True)
    country: Mapped[str] = mapped_column(String(2), default="", index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(10), default=Precision.UNKNOWN)
    located_by: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[Texts] = mapped_column(default=dict)


PLACE = keep(
    Kind("place", Place, [Field("name", "texts"), Field("region"), Field("country"), Field("lat", "number"),
                          Field("lon", "number"), Field("precision"), Field("located_by"), Field("note", "texts")],
         label=lambda place: place.name, endpoint="places.show")
)  # fmt: skip


def published() -> Select[Place]:
    """The places that everybody may see."""
    return select(Place).where(Place.status == Status.PUBLISHED)
