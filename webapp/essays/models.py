"""Essays: signed texts, each in French and in English, that cite messages and sources."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, cast, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, Texts
from webapp.messages.models import Message
from webapp.revisions import Field, Kept, Kind, keep
from webapp.revisions.telling import BESIDES
from webapp.sources.models import Source
from webapp.text.slug import slug


class Essay(Kept, Model):
    """A signed text on the futility of messages; ``body`` is Markdown, one text for each language it is written in."""

    __tablename__ = "essay"

    title: Mapped[Texts] = mapped_column(default=dict)
    chapo: Mapped[Texts] = mapped_column(default=dict)
    body: Mapped[Texts] = mapped_column(default=dict)
    author: Mapped[Texts] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)

    mentions: Mapped[list[Mention]] = relationship(back_populates="essay", cascade="all, delete-orphan")

    @property
    def slug(self) -> str:
        """The title as it stands in the address, in English where there is an English title."""
        return slug(self.title.get("en") or next(iter(self.title.values()), ""))


class Mention(Model):
    """An essay speaks of a message, in this sentence. Derived from the body at every save, never edited."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[str] = mapped_column(ForeignKey("essay.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    lang: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    sentence: Mapped[str] = mapped_column(Text, default="")

    essay: Mapped[Essay] = relationship(back_populates="mentions")
    message: Mapped[Message] = relationship(back_populates="mentions")


ESSAY = keep(
    Kind("essay", Essay, [Field("title", "texts"), Field("chapo", "texts"), Field("body", "texts"),
                          Field("author", "texts"), Field("position", "number")],
         label=lambda essay: essay.title, endpoint="essays.show")
)  # fmt: skip

Message.mentions = relationship(Mention, back_populates="message", order_by=Mention.id, cascade="all, delete-orphan")

BESIDES["message", "essay"].append(lambda ids: select(Mention.essay_id).where(Mention.message_id.in_(ids)))
BESIDES["source", "essay"].append(
    # A citation is written with the source's key or identifier: [@s-e-001, p. 12].
    lambda ids: select(Essay.id).join(Source, or_(*(cast(Essay.body, Text).contains("@" + name)
                                                    for name in (Source.key, Source.id)))).where(Source.id.in_(ids))
)  # fmt: skip
