"""Networks: authority records, so that one name means one thing everywhere."""

from __future__ import annotations

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model, Texts
from webapp.revisions import Field, Kept, Kind, Status, keep


class Network(Kept, Model):
    """Who a message was for: a circuit, a maquis, a group, a unit."""

    __tablename__ = "network"

    name: Mapped[Texts] = mapped_column(default=dict)
    kind: Mapped[str] = mapped_column(String(30), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    note: Mapped[Texts] = mapped_column(default=dict)


NETWORK = keep(
    Kind("network", Network, [Field("name", "texts"), Field("kind"), Field("country"), Field("note", "texts")],
         label=lambda network: network.name, endpoint="networks.show")
)  # fmt: skip


def published() -> Select[Network]:
    """The networks that everybody may see."""
    return select(Network).where(Network.status == Status.PUBLISHED)
