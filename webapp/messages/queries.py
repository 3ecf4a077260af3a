"""Finding messages: who may see which, one by its identifier, and many by what they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from webapp.messages.models import Meaning, Message, Relation
from webapp.permissions import Act, may
from webapp.revisions import Status
from webapp.sources.models import Attestation
from webapp.vocabularies import Standing

CODEWORD = "codeword"


def seen_by(person: Any) -> ColumnElement[bool]:
    """What this person may see of the messages, as a condition: the published ones; at the desk, the drafts too."""
    if may(person, Act.DESK):
        return Message.status != Status.WITHDRAWN
    return Message.status == Status.PUBLISHED


def visible_to(person: Any) -> Select[Message]:
    """The messages that this person may see. Pages, feeds, exports and the index begin here."""
    return select(Message).where(seen_by(person))


# What a slip shows besides the message, and what the page of one message shows. Rooms above add what is theirs.
ON_CARD: list[_AbstractLoad] = [
    joinedload(Message.station),
    selectinload(Message.meanings).joinedload(Meaning.network),
]
ON_PAGE: list[_AbstractLoad] = [
    joinedload(Message.station),
    selectinload(Message.attestations).joinedload(Attestation.source),
    selectinload(Message.meanings).options(
        joinedload(Meaning.network),
        joinedload(Meaning.place),
        selectinload(Meaning.attestations).joinedload(Attestation.source),
    ),
]


def get(session: Session, message_id: str, person: Any) -> Message | None:
    """The message of that identifier with all its page shows, if this person may see it; withdrawn ones included,
    so that their page can say why they are gone."""
    allowed = or_(seen_by(person), Message.status == Status.WITHDRAWN)
    return session.scalars(select(Message).where(Message.id == message_id, allowed).options(*ON_PAGE)).first()


def relations_of(message: Message, person: Any) -> Select[Relation]:
    """How this message stands to others and others to it, where this person may see both ends."""
    other = select(Message.id).where(seen_by(person))
    return (
        select(Relation)
        .where(
            or_(
                and_(Relation.message_id == message.id, Relation.other_id.in_(other)),
                and_(Relation.other_id == message.id, Relation.message_id.in_(other)),
            )
        )
        .options(
            selectinload(Relation.message).options(*ON_CARD),
            selectinload(Relation.other).options(*ON_CARD),
        )
        .order_by(Relation.id)
    )


def leading_standing() -> ColumnElement[str]:
    """The standing of a message as an expression: that of its leading claim, unknown where there is none.

    The query must have been joined by ``with_leading``. The word stands in the statement itself: PostgreSQL groups by
    an expression only when it is the same to the letter.
    """
    return func.coalesce(Meaning.standing, literal_column(f"'{Standing.UNKNOWN.value}'"))


def with_leading(query: Any) -> Any:
    """The query joined to each message's leading claim, where there is one."""
    return query.outerjoin(Meaning, and_(Meaning.message_id == Message.id, Meaning.position == 0))


def unexplained(person: Any) -> Select[Message]:
    """Messages of which nobody claims to know the meaning."""
    return visible_to(person).where(~exists().where(Meaning.message_id == Message.id), Message.kind != CODEWORD)


def alphabetical() -> ColumnElement[str]:
    """An order for phrases that puts É with E, and what begins with no Latin letter last, in any database."""
    first = func.substr(Message.folded, 1, 1)
    return case((first.between("a", "z"), "a"), else_="b").concat(Message.folded)
