"""Collections and their items, in an order that somebody chose."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import Model, Texts
from webapp.essays.models import Essay
from webapp.identifiers import LENGTH
from webapp.messages.models import Message
from webapp.revisions import Field, Kept, Kind, Part, keep
from webapp.revisions.telling import QUOTING


class Licence(enum.StrEnum):
    """Under which licence a collection's own texts may be reused. All of them allow copying and adapting."""

    BY = "CC-BY-4.0"
    BY_SA = "CC-BY-SA-4.0"
    ZERO = "CC0-1.0"

    @property
    def url(self) -> str:
        """The licence's own address."""
        names = {
            "CC-BY-4.0": "licenses/by/4.0",
            "CC-BY-SA-4.0": "licenses/by-sa/4.0",
            "CC0-1.0": "publicdomain/zero/1.0",
        }
        return f"https://creativecommons.org/{names[self.value]}/"

    @property
    def label(self) -> str:
        """The licence's name, the same in every language."""
        return self.value.replace("CC-", "CC ").replace("-4.0", " 4.0").replace("CC0-1.0", "CC0 1.0")


class Collection(Kept, Model):
    """An ordered, annotated choice of messages, essays and nights, with aims, questions, level and duration.

    Whoever saved it without an account keeps a private edit link, of whose secret only the hash is here; an educator
    with an account is its ``owner``. It is seen by everybody who has its address. Only a ``listed`` one stands in the
    list and in the search: those of educators who wish it, and those that an editor puts there. ``featured`` ones are
    chosen by editors. These four are not part of its content: they change without a new version.
    """

    __tablename__ = "collection"

    title: Mapped[Texts] = mapped_column(default=dict)
    introduction: Mapped[Texts] = mapped_column(default=dict)
    aims: Mapped[Texts] = mapped_column(default=dict)
    questions: Mapped[Texts] = mapped_column(default=dict)
    level: Mapped[Texts] = mapped_column(default=dict)
    duration: Mapped[Texts] = mapped_column(default=dict)
    subject: Mapped[Texts] = mapped_column(default=dict)
    author: Mapped[str] = mapped_column(Text, default="")
    licence: Mapped[str] = mapped_column(String(20), default=Licence.BY)
    adapted_from_id: Mapped[str | None] = mapped_column(ForeignKey("collection.id"), index=True)
    adapted_version: Mapped[int | None]

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    secret_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    listed: Mapped[bool] = mapped_column(default=False)
    featured: Mapped[bool] = mapped_column(default=False)

    items: Mapped[list[Item]] = relationship(order_by="Item.position", cascade="all, delete-orphan")
    adapted_from: Mapped[Collection | None] = relationship(remote_side="Collection.id")


class Item(Model):
    """One item of a collection: a message, an essay or a night (as a day, 1944-06-05), with a note."""

    __tablename__ = "collection_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str | None] = mapped_column(String(LENGTH), ForeignKey("message.id"), index=True)
    essay_id: Mapped[str | None] = mapped_column(String(LENGTH), ForeignKey("essay.id"), index=True)
    night: Mapped[str] = mapped_column(String(12), default="")
    note: Mapped[Texts] = mapped_column(default=dict)

    message: Mapped[Message | None] = relationship()
    essay: Mapped[Essay | None] = relationship()


COLLECTION = keep(
    Kind(
        "collection",
        Collection,
        [Field("title", "texts"), Field("introduction", "texts"), Field("aims", "texts"), Field("questions", "texts"),
         Field("level", "texts"), Field("duration", "texts"), Field("subject", "texts"), Field("author"),
         Field("licence"), Field("adapted_from", "link"), Field("adapted_version", "number")],
        parts=[
            Part("items", Item, [Field("message", "link"), Field("essay", "link"), Field("night"),
                                 Field("note", "texts")], identified=False),
        ],
        label=lambda collection: collection.title,
        endpoint="collections.show",
        inside=frozenset({"introduction", "aims", "questions"}),  # an author may tell in them what phrases meant
    )
)  # fmt: skip

QUOTING.add(COLLECTION.name)  # its data show each message and essay with dates, translation and standing
