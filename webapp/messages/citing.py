"""How a message and a meaning are cited: the phrase as the title, who sent it, when; a claim with its standing."""

from __future__ import annotations

from typing import Any

from webapp.citations import When
from webapp.languages import told
from webapp.revisions.citing import cited
from webapp.vocabularies import Standing


@cited("message")
def message(message: Any, lang: str) -> dict[str, Any]:
    """The phrase. Its dates are those of its broadcasts; where a source dates only the operation, that is said."""
    translation = {code: text for code, text in message.translation.items() if code != message.lang}
    dates = [When(each.edtf, each.dated == "operation") for each in message.broadcasts if each.edtf]
    return {
        "title": message.text,
        "lang": message.lang,
        "translation": translation.get(lang, "") if not message.lang.startswith(lang) else "",
        "form": message.kind,
        "rendering": message.rendering,
        "station": told(message.station.name, lang).text if message.station else "",
        "dates": tuple(dates),
        "standing": message.meanings[0].standing if message.meanings else Standing.UNKNOWN,
    }


def meaning(message: Any, meaning: Any, lang: str) -> dict[str, Any]:
    """A claim of what a phrase meant, with its standing; a meaning is never cited without it."""
    return {
        "title": message.text,
        "lang": message.lang,
        "standing": meaning.standing,
        "statement": told(meaning.statement, lang).text,
    }


@cited("meaning")
def _meaning(thing: Any, lang: str) -> dict[str, Any]:
    return meaning(thing.message, thing, lang)
