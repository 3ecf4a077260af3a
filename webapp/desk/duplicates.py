"""Messages that are much alike: the same words by the analysis of the search, or most of them."""

from __future__ import annotations

from difflib import SequenceMatcher

from sqlalchemy import Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.messages.models import Message, Relation
from webapp.revisions import Status
from webapp.text.analysis import phrase_key

CANDIDATES, SHOWN, ALIKE = 300, 6, 0.72


def alike(session: Session, phrase: str, besides: str = "") -> list[Message]:
    """The messages most like a phrase, the likest first: those that share its longest words, then measured."""
    key = phrase_key(phrase)
    if len(key) < 4:
        return []
    words = sorted(set(key.split()), key=len, reverse=True)[:3]
    near = or_(Message.folded == key, *(Message.folded.contains(word, autoescape=True) for word in words))
    rows = session.execute(
        select(Message.id, Message.folded)
        .where(near, Message.id != besides, Message.status != Status.WITHDRAWN)
        .order_by(func.abs(func.length(Message.folded) - len(key)), Message.id)
        .limit(CANDIDATES)
    )
    ranked = sorted(((likeness(key, folded), id) for id, folded in rows), reverse=True)[:SHOWN]
    ids = [id for score, id in ranked if score >= ALIKE]
    found = {message.id: message for message in session.scalars(select(Message).where(Message.id.in_(ids)))}
    return [found[id] for id in ids]


def likeness(one: str, other: str) -> float:
    """From 0 to 1: how much two folded phrases are one; the order of the words does not matter."""
    if one == other:
        return 1.0
    first, second = set(one.split()), set(other.split())
    shared = len(first & second) / max(1, min(len(first), len(second)))
    return max(SequenceMatcher(None, one, other).ratio(), 0.9 * shared if len(first & second) > 1 else 0)


def doubles() -> Select[Message]:
    """Messages whose words another message has too, and that are not said to be its variants."""
    other = aliased(Message)
    related = exists().where(
        or_(
            and_(Relation.message_id == Message.id, Relation.other_id == other.id),
            and_(Relation.message_id == other.id, Relation.other_id == Message.id),
        )
    )
    same = exists().where(
        other.folded == Message.folded, other.id != Message.id, other.status != Status.WITHDRAWN, not_(related)
    )
    return select(Message).where(Message.folded != "", Message.status != Status.WITHDRAWN, same)
