"""Finding essays: who may see which, one by its identifier, what they refer to, and what refers to a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, defer

from webapp.essays.models import Essay, Mention
from webapp.essays.outline import outline
from webapp.messages.models import Message
from webapp.messages.queries import ON_CARD
from webapp.messages.queries import visible_to as visible_messages
from webapp.permissions import Act, may
from webapp.revisions import Status
from webapp.revisions.figures import until_changed
from webapp.sources.models import Source


def seen_by(person: Any) -> ColumnElement[bool]:
    """What this person may see of the essays: the published ones; at the desk, the drafts too."""
    if may(person, Act.DESK):
        return Essay.status != Status.WITHDRAWN
    return Essay.status == Status.PUBLISHED


def visible_to(person: Any) -> Select[Essay]:
    """The essays that this person may see, in their own order. Pages, feeds and exports begin here."""
    return select(Essay).where(seen_by(person)).order_by(Essay.position, Essay.id)


def get(session: Session, essay_id: str, person: Any) -> Essay | None:
    """The essay of that identifier, if this person may see it; withdrawn ones included, to say why they are gone."""
    allowed = or_(seen_by(person), Essay.status == Status.WITHDRAWN)
    return session.scalars(select(Essay).where(Essay.id == essay_id, allowed)).first()


def shelf(person: Any) -> Select[Essay]:
    """The essays without their texts: enough to say what comes before and after."""
    return visible_to(person).options(defer(Essay.body), defer(Essay.chapo))


def spoken_of(session: Session, essays: Iterable[Essay]) -> dict[str, int]:
    """How many messages each of these essays speaks of, of those that everybody may see."""
    counts = (
        select(Mention.essay_id, func.count(func.distinct(Mention.message_id)))
        .join(Mention.message)
        .where(Mention.essay_id.in_([essay.id for essay in essays]), Message.status == Status.PUBLISHED)
        .group_by(Mention.essay_id)
    )
    return {row[0]: row[1] for row in session.execute(counts)}


def messages(session: Session, names: Sequence[str]) -> dict[str, Message]:
    """The public messages of these keys or identifiers, by both; a draft is not among them, whoever asks."""
    named = or_(Message.key.in_(names), Message.id.in_(names))
    found = session.scalars(visible_messages(None).where(named).options(*ON_CARD)).unique()
    return {name: message for message in found for name in (message.id, message.key) if name}


def sources(session: Session, names: Sequence[str]) -> dict[str, Source]:
    """The public sources of these keys or identifiers, by both."""
    named = or_(Source.key.in_(names), Source.id.in_(names))
    found = session.scalars(select(Source).where(Source.status == Status.PUBLISHED, named))
    return {name: source for source in found for name in (source.id, source.key) if name}


def citing(session: Session, source: Source) -> Sequence[Essay]:
    """The published essays that cite a source, in their own order."""
    cited = until_changed(session, "sources cited in essays", _cited)
    ids = {essay for name in (source.id, source.key) if name for essay in cited.get(name, ())}
    return session.scalars(shelf(None).where(Essay.id.in_(ids))).all()


def _cited(session: Session) -> dict[str, set[str]]:
    """Which essays cite which source, by the source's key or identifier as it is written."""
    by_source: dict[str, set[str]] = {}
    for essay, texts in session.execute(select(Essay.id, Essay.body).where(Essay.status == Status.PUBLISHED)):
        for lang, text in texts.items():
            for name in outline(text, lang).sources:
                by_source.setdefault(name, set()).add(essay)
    return by_source
