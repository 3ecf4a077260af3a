"""Essays as data: one line of a list, and the whole record with what it speaks of and cites."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import url_for

from webapp.essays.models import Essay
from webapp.essays.outline import outline
from webapp.languages import told
from webapp.messages.models import Message
from webapp.navigation import absolute
from webapp.revisions import to_document
from webapp.sources.models import Source


def address(essay: Essay) -> str:
    """The full address of an essay's page."""
    return absolute(url_for("essays.show", id=essay.id, slug=essay.slug, lang=None))


def item(essay: Essay) -> dict[str, Any]:
    """An essay as one line of a listing."""
    return {
        "type": "essay",
        "id": essay.id,
        "url": address(essay),
        "title": told(essay.title).text,
        "summary": told(essay.chapo).text,
        "author": told(essay.author).text,
        "languages": list(essay.body),
        "published": essay.published_at.isoformat() if essay.published_at else None,
    }


def record(essay: Essay, messages: Iterable[Message], sources: Iterable[Source]) -> dict[str, Any]:
    """An essay as a record; of what it names, only what everybody may see."""
    shown, document = list(messages), to_document(essay)
    document.pop("id")
    known = {name for message in shown for name in (message.id, message.key)}
    document["body"] = {lang: _without_hidden(text, lang, known) for lang, text in essay.body.items()}
    return {
        "type": "essay",
        "id": essay.id,
        "url": address(essay),
        "permanent": absolute(url_for("reading.permanent", id=essay.id, lang=None)),
        "version": essay.version,
        **document,
        "words": {lang: outline(text, lang).words for lang, text in essay.body.items()},
        "published": essay.published_at.isoformat() if essay.published_at else None,
        "changed": essay.updated_at.isoformat(),
        "messages": [_named("messages.show", message.id, text=message.text, lang=message.lang) for message in shown],
        "sources": [_named("sources.show", source.id, title=source.title, lang=source.lang) for source in sources],
    }


def _named(endpoint: str, id: str, **more: str) -> dict[str, str]:
    return {"id": id, "url": absolute(url_for(endpoint, id=id, lang=None)), **more}


def _without_hidden(text: str, lang: str, known: set[str | None]) -> str:
    """The text without the names of messages that nobody may see yet: a name is made from the phrase."""
    for name in outline(text, lang).messages:
        if name not in known:
            text = re.sub(rf"\[\[\s*{re.escape(name)}(?![\w.-])", "[[…", text)
    return text
