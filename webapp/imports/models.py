"""What was loaded from the seed data, so that loading again changes only what the seed changed."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model


class Seeded(Model):
    """A seed row that was loaded: ``kind/key``, and the checksum of what it said."""

    __tablename__ = "seeded"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
