"""Figures as they stood when the version of an essay that shows them was published."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Model, now
from webapp.identifiers import LENGTH


class FrozenFigure(Model):
    """One figure of one version of an essay in one language: its picture, table, rule and denominator, as HTML."""

    __tablename__ = "frozen_figure"

    essay_id: Mapped[str] = mapped_column(String(LENGTH), ForeignKey("essay.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(default=now)
