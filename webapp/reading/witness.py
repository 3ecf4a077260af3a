"""What a source bears witness to: messages by their wordings, their claims and their broadcasts, with the locators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, distinct, func, select
from sqlalchemy.orm import Session

from webapp.broadcasts.models import Broadcast
from webapp.messages.models import Meaning, Message
from webapp.messages.queries import alphabetical, seen_by, visible_to
from webapp.permissions import Act, may
from webapp.revisions import Status
from webapp.revisions.figures import until_changed
from webapp.sources.models import Attestation, Source
from webapp.text.folding import fold

_SIGNS = re.compile(r"^\W+")


@dataclass
class Witness:
    """What one source says of one message: locators of its wording, claims and broadcasts each with the locator."""

    message: Message
    wordings: list[str] = field(default_factory=list)
    claims: list[tuple[Meaning, str]] = field(default_factory=list)
    broadcasts: list[tuple[Broadcast, str]] = field(default_factory=list)


class Listed(NamedTuple):
    """A source in a list: enough for its reference, and how many messages it bears witness to."""

    source: Source
    messages: int


def _message_of(attestation: Any = Attestation) -> ColumnElement[str]:
    return func.coalesce(attestation.message_id, Meaning.message_id, Broadcast.message_id)


def _joined(query: Any) -> Any:
    return query.outerjoin(Meaning, Meaning.id == Attestation.meaning_id).outerjoin(
        Broadcast, Broadcast.id == Attestation.broadcast_id
    )


def messages_of(source: Source, person: Any, outsider: bool) -> Select[Message]:
    """The messages that a source bears witness to, by the alphabet; for outsiders without what only claims say."""
    attested = _joined(select(_message_of()).select_from(Attestation)).where(Attestation.source_id == source.id)
    if outsider:
        attested = attested.where(Attestation.meaning_id.is_(None))
    return visible_to(person).where(Message.id.in_(attested)).order_by(alphabetical(), Message.id)


def witnesses(session: Session, source: Source, messages: Sequence[Message], outsider: bool) -> list[Witness]:
    """What the source says of each of these messages."""
    found = {message.id: Witness(message) for message in messages}
    query = (
        _joined(select(Attestation, Meaning, Broadcast).select_from(Attestation))
        .where(Attestation.source_id == source.id, _message_of().in_(list(found)))
        .order_by(Meaning.position, Broadcast.position, Attestation.id)
    )
    for attestation, meaning, broadcast in session.execute(query):
        if meaning is not None:
            if not outsider:
                found[meaning.message_id].claims.append((meaning, attestation.locator))
        elif broadcast is not None:
            found[broadcast.message_id].broadcasts.append((broadcast, attestation.locator))
        else:
            found[attestation.message_id].wordings.append(attestation.locator)
    return list(found.values())


def seen_sources(person: Any) -> ColumnElement[bool]:
    """Which sources this person may see: the published ones; at the desk, the drafts too."""
    if may(person, Act.DESK):
        return Source.status != Status.WITHDRAWN
    return Source.status == Status.PUBLISHED


def shelf(session: Session, person: Any) -> list[tuple[str, int]]:
    """The identifiers of all sources by author and title, with how many messages each bears witness to."""
    name = "sources of the desk" if may(person, Act.DESK) else "sources"
    return until_changed(session, name, lambda own: _shelf(own, person))


def _shelf(session: Session, person: Any) -> list[tuple[str, int]]:
    counted = (
        _joined(select(Attestation.source_id, func.count(distinct(_message_of()))).select_from(Attestation))
        .join(Message, Message.id == _message_of())
        .where(seen_by(person))
        .group_by(Attestation.source_id)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    rows = session.execute(select(Source.id, Source.author, Source.title).where(seen_sources(person))).all()
    ordered = sorted(rows, key=lambda row: (_filed(row.author or row.title), fold(row.title), row.id))
    return [(row.id, counts.get(row.id, 0)) for row in ordered]


def _filed(name: str) -> str:
    """Under what a name stands on the shelf: without accents, and without the signs that it begins with."""
    folded = fold(name)
    return _SIGNS.sub("", folded) or folded


def listed(session: Session, part: Sequence[tuple[str, int]]) -> list[Listed]:
    """One page of the shelf."""
    counts = dict(part)
    found = {source.id: source for source in session.scalars(select(Source).where(Source.id.in_(list(counts))))}
    return [Listed(found[id], count) for id, count in part if id in found]
