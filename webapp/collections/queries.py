"""Finding collections: who may see which, what is listed, and the things that a collection gathers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.broadcasts import queries as nights
from webapp.broadcasts.calendar import Night, NoDay, read_day
from webapp.collections.models import Collection, Item
from webapp.dates import Day
from webapp.essays.models import Essay
from webapp.identifiers import resolve, tidy
from webapp.messages.models import Message
from webapp.messages.queries import ON_CARD
from webapp.messages.queries import seen_by as message_seen_by
from webapp.permissions import Act, may
from webapp.revisions import Status
from webapp.revisions.telling import PUBLIC

MOST = 100
"""How many items a collection holds: a class reads eight, a course perhaps sixty."""


def owned_by(person: Any) -> ColumnElement[bool]:
    """That the collection is kept under this person's account."""
    return Collection.owner_id == (person.id if may(person, Act.COLLECT) else None)


def seen_by(person: Any) -> ColumnElement[bool]:
    """What this person may see of the collections: the published ones, and their own."""
    return or_(Collection.status == Status.PUBLISHED, owned_by(person) & (Collection.status != Status.WITHDRAWN))


def listed() -> ColumnElement[bool]:
    """That a collection stands in lists, searches and feeds, and not only under its own address."""
    return (Collection.status == Status.PUBLISHED) & or_(Collection.listed, Collection.featured)


PUBLIC["collection"] = listed


def visible_to(person: Any) -> Select[Collection]:
    """The collections that this person may see, in whatever list. Pages, feeds and exports of many begin here."""
    return select(Collection).where(listed(), seen_by(person))


def in_order(query: Select[Any]) -> Select[Any]:
    """The featured ones first, then the newest."""
    return query.order_by(Collection.featured.desc(), Collection.published_at.desc(), Collection.key, Collection.id)


def of_person(person: Any) -> Select[Collection]:
    """The collections under a person's account, the last changed first."""
    mine = select(Collection).where(owned_by(person), Collection.status != Status.WITHDRAWN)
    return mine.order_by(Collection.updated_at.desc(), Collection.id)


def unlisted() -> Select[Collection]:
    """The public collections that stand in no list: an editor may put them there."""
    query = select(Collection).where(Collection.status == Status.PUBLISHED, ~listed())
    return query.order_by(Collection.updated_at.desc(), Collection.id)


def get(session: Session, collection_id: str, person: Any) -> Collection | None:
    """The collection of that identifier, if this person may see it; withdrawn ones included, to say why."""
    allowed = or_(seen_by(person), Collection.status == Status.WITHDRAWN)
    query = select(Collection).where(Collection.id == collection_id, allowed)
    return session.scalars(query.options(selectinload(Collection.items), joinedload(Collection.adapted_from))).first()


def sizes(session: Session, collections: Iterable[Collection]) -> dict[str, int]:
    """How many items each of these has."""
    ids = [collection.id for collection in collections]
    counts = select(Item.collection_id, func.count()).where(Item.collection_id.in_(ids)).group_by(Item.collection_id)
    return {row[0]: row[1] for row in session.execute(counts)}


class Gathered(NamedTuple):
    """One thing of a collection as it can be shown today: a message, an essay or a night; none of them if it is gone.

    ``ref`` is how it is named: the identifier of a message or an essay, or the day of a night.
    """

    ref: str
    message: Message | None = None
    essay: Essay | None = None
    night: Day | None = None
    note: dict[str, str] = {}
    counted: Night | None = None

    @property
    def gone(self) -> bool:
        """Whether nobody in particular may see it any more."""
        return not (self.message or self.essay or self.night)


def gathered(session: Session, items: Iterable[Any], person: Any) -> list[Gathered]:
    """The items of a collection, or of a frozen version of one, with what they show: three queries however many."""
    items = list(items)
    refs = [item.message_id or item.essay_id or item.night for item in items]
    found = things(session, refs, person)
    return [found[ref]._replace(note=item.note or {}) for ref, item in zip(refs, items, strict=True)]


def things(session: Session, refs: list[str], person: Any) -> dict[str, Gathered]:
    """The messages, essays and nights of these names, as far as this person may see them."""
    ids = [ref for ref in refs if "-" not in ref]
    messages = session.scalars(select(Message).where(Message.id.in_(ids), message_seen_by(person)).options(*ON_CARD))
    essays = session.scalars(select(Essay).where(Essay.id.in_(ids), Essay.status == Status.PUBLISHED))
    found = {ref: Gathered(ref) for ref in refs}
    found |= {message.id: Gathered(message.id, message=message) for message in messages.unique()}
    found |= {essay.id: Gathered(essay.id, essay=essay) for essay in essays}
    return found | {ref: _night(session, ref, person) for ref in refs if "-" in ref}


def _night(session: Session, ref: str, person: Any) -> Gathered:
    try:
        day = read_day(ref)
    except NoDay:
        return Gathered(ref)
    calendar = nights.calendar(session, person)
    return Gathered(ref, night=day, counted=calendar.at(day)) if calendar.holds(day) else Gathered(ref)


def named(session: Session, typed: str, person: Any) -> Gathered | None:
    """The thing that somebody names by an identifier or a day; None for what cannot be gathered."""
    ref = typed.strip()[:40]
    if "-" not in ref or not ref[:4].isdigit():
        known = resolve(session, tidy(ref)) if ref else None
        if known is None:
            return None
        ref = known.id
    found = things(session, [ref], person)[ref]
    return None if found.gone else found
