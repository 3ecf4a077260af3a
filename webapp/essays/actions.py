"""Keeping what follows from an essay's text: which messages it speaks of, in which sentence."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.essays.models import ESSAY, Essay, Mention
from webapp.essays.outline import outline
from webapp.messages.models import Message
from webapp.text.markdown import mentions


def note_mentions(session: Session, essay: Essay) -> None:
    """Read the essay's references anew: one mention for each message and language, with the first sentence."""
    named = {key for lang, body in essay.body.items() for key in outline(body, lang).messages}
    known = or_(Message.key.in_(named), Message.id.in_(named))
    rows = session.execute(select(Message.id, Message.key, Message.text).where(known)).all()
    ids = {name: row.id for row in rows for name in (row.id, row.key)}
    phrases = {name: row.text for row in rows for name in (row.id, row.key)}
    first: dict[tuple[str, str], Mention] = {}
    for lang, body in essay.body.items():
        for position, each in enumerate(mentions(body, phrases.get)):
            if each.key in ids:
                mention = Mention(message_id=ids[each.key], lang=lang, position=position, sentence=each.sentence)
                first.setdefault((ids[each.key], lang), mention)
    essay.mentions = list(first.values())


ESSAY.settle = note_mentions
