"""Stations: authority records, so that one name means one thing everywhere."""

from __future__ import annotations

import re

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.database import Model, Texts
from webapp.revisions import Field, Kept, Kind, Status, keep
from webapp.text.analysis import phrase_key

PARTS = re.compile(r"\s*[,;()]\s*")
"""Where a name falls into parts: “BBC, Radio Londres (service français)”."""


LONDON = "bbc-radio-londres"
"""The key of Radio Londres, the station that the archive is about before all others."""


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


def parts_of(name: Texts) -> set[str]:
    """The parts of a name by which a station is known too, folded: radio londres."""
    return {phrase_key(part) for text in name.values() for part in PARTS.split(text)} - {""}


def called(session: Session, words: str) -> Station | None:
    """The public station that people call so, by its name or a part of it; none when it could be several."""
    key, stations = phrase_key(words), list(session.scalars(published())) if words.strip() else []
    whole = [each for each in stations if key in {phrase_key(text) for text in each.name.values()}]
    near = whole or [each for each in stations if key in parts_of(each.name)]
    return near[0] if len(near) == 1 else None
