"""What the reading room adds to the page of a message: the essays that speak of it, with the sentence."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.database import session
from webapp.essays.models import Essay, Mention
from webapp.languages import language
from webapp.messages.models import Message
from webapp.messages.panels import BENEATH, Panel
from webapp.revisions import Status


def mentions(message: Message, _person: Any) -> dict[str, Any]:
    """Each published essay that speaks of the message, once, in the reader's language where there is one."""
    speaking = (
        select(Mention)
        .join(Mention.essay)
        .where(Mention.message_id == message.id, Essay.status == Status.PUBLISHED)
        .order_by(Essay.position, Mention.position)
        .options(joinedload(Mention.essay))
    )
    by_essay: dict[str, Mention] = {}
    for mention in session.scalars(speaking):
        if mention.essay_id not in by_essay or mention.lang == language() != by_essay[mention.essay_id].lang:
            by_essay[mention.essay_id] = mention
    told = [(mention, mention.sentence if _says_more(mention, message) else "") for mention in by_essay.values()]
    return {"mentions": told} if told else {}


def _says_more(mention: Mention, message: Message) -> bool:
    """Whether the sentence says something beside the phrase; a phrase that stands alone in an essay is only quoted."""
    return len(mention.sentence) > len(message.text) + 12


BENEATH.append(Panel("messages/_essays.html", mentions))
