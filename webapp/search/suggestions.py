"""What to offer while somebody types: phrases first, then networks, places, themes, essays."""

from __future__ import annotations

from typing import NamedTuple

from flask import url_for
from markupsafe import Markup, escape

from webapp.filters import language_name
from webapp.languages import gettext, language
from webapp.navigation import exists, path_to
from webapp.search import search
from webapp.search.engine import Broken, Suggested
from webapp.search.facets import KIND_LABELS
from webapp.search.marking import marked
from webapp.text.analysis import words
from webapp.text.stemming import primary

OFFERED = {"message": 6, "network": 2, "place": 2, "essay": 2, "station": 1}
LONGEST = 120


class Suggestion(NamedTuple):
    """One line of the list: what it says, in which language, what it is, and where it leads."""

    text: str
    html: Markup
    lang: str
    type: str
    what: str
    url: str


def suggestions(typed: str) -> list[Suggestion]:
    """What the archive has that begins so."""
    asked = tuple(dict.fromkeys(word.text for word in words(typed[:LONGEST].replace("\x00", " "))))[:8]
    search().settle()
    try:
        found = search().engine.suggest(asked, OFFERED)
    except Broken:
        return []
    return [_line(each, asked) for each in found]


def as_options(found: list[Suggestion], typed: str) -> str:
    """The lines of the search box's list. Asked for at every keystroke: a template would take half of the time."""
    lines = [
        f'<li role="option" id="suggestion-{at}" aria-selected="false" data-href="{escape(each.url)}">'
        f'<span class="phrase-s" lang="{escape(each.lang or language())}">{each.html}</span>'
        f'<span class="typed">{escape(each.what)}</span></li>'
        for at, each in enumerate(found, 1)
    ]
    if typed.strip():
        exact, label = escape(url_for("search.show", q=typed, exact=1)), escape(gettext("Search exactly"))
        lines.append(
            f'<li role="option" id="suggestion-exact" aria-selected="false" class="exact" data-href="{exact}">'
            f"<span>{label} <b>{escape(typed)}</b></span></li>"
        )
    return "\n".join(lines)


def _line(each: Suggested, asked: tuple[str, ...]) -> Suggestion:
    beginning = {word.text for word in words(each.title) if word.text.startswith(asked[-1])} if asked else set()
    html = marked(each.title, each.lang or "fr", {*asked[:-1], *beginning}, ())
    what = gettext(KIND_LABELS.get(each.type, each.type))
    if each.type == "message" and primary(each.lang) != language():
        what = gettext("%(kind)s, %(language)s", kind=what, language=language_name(each.lang))
    return Suggestion(each.title, html, each.lang, each.type, what, _address(each))


def _address(each: Suggested) -> str:
    path = f"/{each.type}s/{each.id}"
    return path_to(path) if exists(f"/{each.type}s/0") else url_for("search.show", q=each.title)
