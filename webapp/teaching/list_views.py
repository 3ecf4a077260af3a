"""Lists of references: all items of a collection, or what a search found, in one style to copy, or as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from webapp.broadcasts import citing as nights
from webapp.citations import EXPORTS, STYLES, Citable, Export, cite, export_many, usual
from webapp.collections.queries import Gathered, gathered
from webapp.database import session
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.limits import limit
from webapp.rendering import here, page, reading
from webapp.revisions.citing import citables
from webapp.search import exports, search
from webapp.search.engine import Found
from webapp.search.pages import query_of
from webapp.search.query import asked
from webapp.teaching.records import find

blueprint = Blueprint("references", __name__)

MOST = 100
"""References on one page; a reference manager takes the whole result as a file."""


def of_things(things: Iterable[Gathered], outsider: bool) -> Iterator[Citable]:
    """The items of a collection as references, in their order; what is gone is left out."""
    there = [thing for thing in things if not thing.gone]
    records = [thing.message or thing.essay for thing in there if not thing.night]
    by_id = {citable.id: citable for citable in citables(session(), records, outsider)}
    for thing in there:
        if thing.night:
            yield nights.night(thing.night)
        elif thing.ref in by_id:
            yield by_id[thing.ref]


def _style() -> str:
    wanted = request.args.get("style", "")
    return wanted if wanted in {style.name for style in STYLES} else usual(language())


def _shown(title: str, title_lang: str, back: str, found: Iterable[Citable], files: list[tuple[str, str]],
           cut: bool = False) -> Response:  # fmt: skip
    style = _style()
    references = [cite(each, style, language()) for each in found]
    return page("teaching/references.html", title=title, title_lang=title_lang, back=back, style=style, styles=STYLES,
                references=references, files=files, cut=cut, most=MOST)  # fmt: skip


@blueprint.get("/collections/<id>/references")
def of_collection(id: str) -> Any:
    """The references of all items of a collection, in the style asked for."""
    record = find(session(), id, "collection").record
    if id != record.id:
        return redirect(here(id=record.id), 301)
    outsider = reading() == "outsider"
    kept = "outsider" if outsider else None
    title = told(record.title)
    files = [(url_for(f"references.collection_{_ending(form)}", id=record.id, reading=kept), form.label)
             for form in EXPORTS]  # fmt: skip
    found = of_things(gathered(session(), record.items, None), outsider)
    return _shown(title.text, title.lang, url_for("collections.show", id=record.id, reading=kept), found, files)


@blueprint.get("/search/references")
@limit("search")
def of_search() -> Any:
    """The references of what a search found, the best hundred, in the style asked for."""
    what = replace(asked(request.args), sort=request.args.get("sort") or "relevance")
    found = Found() if what.wordless else search().find(query_of(what, size=MOST))
    records = islice(exports.records(session(), found), MOST)
    asked_with = request.args.lists()
    kept: dict[str, Any] = {name: values for name, values in asked_with if name not in ("style", "page", "lang")}
    files = [(url_for("search.keep", ending=form.name, **kept), form.label) for form in EXPORTS]
    back = url_for("search.show", **kept)
    title = what.plain or _("Messages of the archive")
    return _shown(title, language(), back, list(citables(session(), records, reading() == "outsider")), files,
                  found.total > MOST)  # fmt: skip


def _ending(form: Export) -> str:
    return form.name.replace(".", "_")


def _as_file(form: Export) -> Callable[[str], Any]:
    def download(id: str) -> Any:
        record = find(session(), id, "collection").record
        found = of_things(gathered(session(), record.items, None), reading() == "outsider")
        response = Response("".join(export_many(found, form.name, language())), mimetype=form.mimetype)
        name = f"carottes-{record.id}-references.{form.name}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    download.__doc__ = f"The references of all items of a collection as {form.label}."
    return download


for _format in EXPORTS:
    blueprint.add_url_rule(
        f"/collections/<id>/references.{_format.name}", f"collection_{_ending(_format)}", _as_file(_format)
    )
