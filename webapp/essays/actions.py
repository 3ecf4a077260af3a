"""Keeping what follows from an essay's text: which messages it speaks of, in which sentence."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.essays.models import Essay, Mention
from webapp.messages.models import Message
from webapp.text.markdown import mentions


def note_mentions(session: Session, essay: Essay) -> None:
    """Read the essay's references anew: one mention for each message and language, with the first sentence."""
    found = [(lang, each) for lang, body in essay.body.items() for each in mentions(body)]
    keys = {each.key for _, each in found}
    rows = session.execute(select(Message.id, Message.key).where(or_(Message.key.in_(keys), Message.id.in_(keys))))
    ids = {name: found_id for found_id, key in rows for name in (found_id, key)}
    first: dict[tuple[str, str], Mention] = {}
    for position, (lang, each) in enumerate(found):
        if each.key in ids:
            mention = Mention(message_id=ids[each.key], lang=lang, position=position, sentence=each.sentence)
            first.setdefault((ids[each.key], lang), mention)
    essay.mentions = list(first.values())
