"""What a contribution speaks of: a record, found by what a link or a person says; or a night."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.broadcasts.models import Broadcast
from webapp.dates import BadDate, Day, parse
from webapp.identifiers import Reading, examine, resolve
from webapp.languages import gettext as _
from webapp.languages import told
from webapp.messages.models import Meaning, Message
from webapp.revisions import KINDS, Kind, Status, label_of
from webapp.text.analysis import phrase_key

_WORDS = re.compile(r"[0-9a-z-]+", re.IGNORECASE)
# Parts that have an address of their own lead to the message that they belong to.
_PARTS: dict[str, Any] = {"meaning": Meaning, "broadcast": Broadcast}


class About(NamedTuple):
    """A record or a night as a form and a list show it; ``id`` is empty for a night."""

    id: str
    kind: str
    label: str
    lang: str
    href: str


def record(session: Session, typed: str) -> Any:
    """The published record that an identifier, an address or the very words of a message lead to, or None."""
    for word in [typed, *reversed(_WORDS.findall(typed))]:
        if examine(word) is Reading.GOOD and (found := _by_identifier(session, word)) is not None:
            return found
    key = phrase_key(typed[:1000])
    same = select(Message).where(Message.folded == key, Message.status == Status.PUBLISHED).limit(2)
    found = list(session.scalars(same)) if key else []
    return found[0] if len(found) == 1 else None


def _by_identifier(session: Session, word: str) -> Any:
    known = resolve(session, word)
    if known is not None and known.kind in _PARTS:
        part = session.get(_PARTS[known.kind], known.id)
        known = resolve(session, part.message_id) if part is not None else None
    if known is None or known.kind not in KINDS:
        return None
    found = session.get(KINDS[known.kind].model, known.id)
    return found if found is not None and found.status == Status.PUBLISHED else None


def night(typed: str) -> Day | None:
    """The night that a link names by its day, or None."""
    try:
        return parse(typed.strip()).day
    except BadDate:
        return None


def find(session: Session, typed: str) -> About | None:
    """What is spoken of, by an identifier, an address, the words of a message, or the day of a night."""
    if not typed.strip():
        return None
    if (found := record(session, typed)) is not None:
        return of(found)
    day = night(typed)
    if day is None:
        return None
    return About("", "night", _("the night of %(day)s", day=day.iso), "", url_for("nights.show", day=day.iso))


def of(found: Any) -> About:
    """A record as what is spoken of."""
    kind: Kind = KINDS[found.__tablename__]
    name = told(label_of(found))
    lang = found.lang if isinstance(found, Message) else name.lang
    return About(found.id, kind.name, name.text or found.id, lang, url_for(kind.endpoint, id=found.id))


def draft(session: Session, record_id: str | None) -> About | None:
    """A record at the desk, drafts included; none for no identifier."""
    known = resolve(session, record_id) if record_id else None
    found = session.get(KINDS[known.kind].model, known.id) if known and known.kind in KINDS else None
    return of(found) if found is not None else None
