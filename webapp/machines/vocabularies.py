"""The vocabularies as SKOS (Turtle): each scheme and term with an address of its own that leads to its page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as Answer

from webapp.database import Texts, session
from webapp.limits import limit
from webapp.navigation import absolute, exists, path_to
from webapp.vocabularies import Scheme, Term, terms

blueprint = Blueprint("skos", __name__)

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
TITLES: dict[Scheme, Texts] = {
    Scheme.THEME: {"fr": "Thèmes de surface", "en": "Surface themes"},
    Scheme.PURPOSE: {"fr": "Buts", "en": "Purposes"},
    Scheme.STANDING: {"fr": "Degrés de certitude", "en": "Standings"},
    Scheme.SURFACE: {"fr": "Formes de surface", "en": "Forms on the surface"},
    Scheme.RELATION: {"fr": "Relations entre messages", "en": "Relations between messages"},
    Scheme.KIND: {"fr": "Genres de messages", "en": "Kinds of messages"},
    Scheme.SOURCE_TYPE: {"fr": "Types de sources", "en": "Types of sources"},
}
PAGES = {Scheme.THEME: "/themes/{}", Scheme.PURPOSE: "/purposes/{}", Scheme.STANDING: "/standings#{}"}


@blueprint.get("/vocabularies.ttl")
@limit("search")
def everything() -> Response:
    """All vocabularies."""
    return _turtle(Scheme)


@blueprint.get("/vocabularies/<scheme>.ttl")
@limit("search")
def one(scheme: str) -> Response:
    """One vocabulary."""
    return _turtle([_named(scheme)])


@blueprint.get("/vocabularies/<scheme>")
@blueprint.get("/vocabularies/<scheme>/<slug>")
def concept(scheme: str, slug: str = "") -> Answer:
    """The address of a scheme or a term leads to its page, or to its description for who accepts Turtle (303)."""
    known = _named(scheme)
    if slug and (len(slug) > 60 or "\x00" in slug or session.get(Term, f"{known}/{slug}") is None):
        abort(404)
    wanted = request.accept_mimetypes.best_match(["text/html", "text/turtle"])
    page = PAGES.get(known, "").format(slug).rstrip("/#")
    if wanted != "text/turtle" and page and exists(page.partition("#")[0]):
        return redirect(path_to(page), 303)
    return redirect(f"/vocabularies/{known}.ttl", 303)


def _named(scheme: str) -> Scheme:
    return Scheme(scheme) if scheme in list(Scheme) else abort(404)


def _turtle(schemes: Iterable[Scheme]) -> Response:
    text = PREFIXES + "".join(line for scheme in schemes for line in _described(scheme))
    response = Response(text, content_type="text/turtle; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _described(scheme: Scheme) -> Iterator[str]:
    address = absolute(f"/vocabularies/{scheme}")
    yield f"\n<{address}> a skos:ConceptScheme"
    yield "".join(f" ;\n  dcterms:title {_text(text, lang)}" for lang, text in TITLES[scheme].items())
    yield " ;\n  dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/>"
    found = session.scalars(terms(scheme)).all()
    yield "".join(f" ;\n  skos:hasTopConcept <{address}/{term.slug}>" for term in found) + " .\n"
    for term in found:
        yield f"\n<{address}/{term.slug}> a skos:Concept"
        yield f" ;\n  skos:inScheme <{address}> ;\n  skos:topConceptOf <{address}>"
        yield f" ;\n  skos:notation {_quoted(term.slug)}"
        yield "".join(f" ;\n  skos:prefLabel {_text(text, lang)}" for lang, text in term.label.items() if lang)
        yield "".join(f" ;\n  skos:definition {_text(text, lang)}" for lang, text in term.definition.items() if lang)
        yield " .\n"


def _text(text: str, lang: str) -> str:
    return f"{_quoted(text)}@{lang}" if re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", lang) else _quoted(text)


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(text: str) -> str:
    escaped = "".join(_ESCAPES.get(letter, letter) for letter in text)
    return '"' + re.sub(r"[\x00-\x1f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
