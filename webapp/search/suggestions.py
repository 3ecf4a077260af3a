"""What to offer while somebody types: phrases first, then networks, places, themes, essays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import current_app, url_for
from markupsafe import Markup, escape

from webapp.database import session
from webapp.filters import capitalised, language_name
from webapp.languages import N_, gettext, language
from webapp.navigation import exists, path_to
from webapp.search import search
from webapp.search.engine import Broken, Query, Suggested
from webapp.search.facets import BY_NAME, KIND_LABELS
from webapp.search.marking import marked, words_of
from webapp.search.pages import counted
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
    return [*(_line(each, asked) for each in found), *_themes_and_purposes(asked)]


def _themes_and_purposes(asked: tuple[str, ...]) -> list[Suggestion]:
    """The themes and purposes of which some word begins as the last word typed, with how many messages they have."""
    last = asked[-1] if asked else ""
    if len(last) < 3:
        return []
    fitting = [term for term in _known_terms() if any(word.startswith(last) for word in term.words)]
    return [_term_line(term) for term in fitting[:MOST_TERMS]]


def _term_line(term: KnownTerm) -> Suggestion:
    what = gettext(
        "%(kind)s, %(messages)s", kind=gettext(TERM_LABELS[term.facet]), messages=counted("message", term.messages)
    )
    chosen: dict[str, Any] = {term.facet: term.slug}
    address = url_for("search.show", **chosen)
    return Suggestion(term.label, escape(term.label), language(), term.facet, what, address)


class KnownTerm(NamedTuple):
    """A theme or purpose that some message has."""

    facet: str
    slug: str
    label: str
    words: tuple[str, ...]
    messages: int


TERM_LABELS = {"theme": N_("theme"), "purpose": N_("purpose")}
MOST_TERMS = 2


def _known_terms() -> list[KnownTerm]:
    """All of them in the reader's language, worked out once for each state of the index."""
    engine = search().engine
    known: dict[str, tuple[object, list[KnownTerm]]] = current_app.extensions.setdefault("search terms", {})
    generation, terms = known.get(language(), (None, []))
    if generation != engine.generation:
        terms = list(_counted_terms())
        known[language()] = (engine.generation, terms)
    return terms


def _counted_terms() -> Iterator[KnownTerm]:
    counts = search().find(Query(size=0, facets=tuple(TERM_LABELS))).facets
    for facet, by_slug in counts.items():
        names = BY_NAME[facet].names(session(), list(by_slug))
        for slug, count in by_slug.items():
            label = capitalised(names.get(slug, slug))
            yield KnownTerm(facet, slug, label, tuple(word.text for word in words(label)), count)


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
    lang = each.lang or "fr"
    beginning = {word for word in words_of(each.title, lang) if word.startswith(asked[-1])} if asked else set()
    html = marked(each.title, lang, {*asked[:-1], *beginning}, ())
    what = gettext(KIND_LABELS.get(each.type, each.type))
    if each.type == "message" and primary(each.lang) != language():
        what = gettext("%(kind)s, %(language)s", kind=what, language=language_name(each.lang))
    return Suggestion(each.title, html, each.lang, each.type, what, _address(each))


def _address(each: Suggested) -> str:
    path = f"/{each.type}s/{each.id}"
    return path_to(path) if exists(f"/{each.type}s/0") else url_for("search.show", q=each.title)
