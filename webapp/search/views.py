"""The search page, its data, its suggestions, and the ways to keep a search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
)
from flask.blueprints import BlueprintSetupState

from webapp.database import session
from webapp.languages import language
from webapp.limits import limit
from webapp.navigation import absolute
from webapp.rendering import here, page_number, reading
from webapp.search import exports, frame, init_app, search
from webapp.search.engine import Found
from webapp.search.exports import FORMATS
from webapp.search.narrowing import wanted_facets
from webapp.search.pages import SIZE, answer, corrected, outsider, query_of, ways_on
from webapp.search.query import asked
from webapp.search.suggestions import as_options, suggestions

blueprint = Blueprint("search", __name__)

WHOLE = 1_000_000
IN_FEED = 50


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    init_app(state.app)  # type: ignore[arg-type]


@blueprint.get("/search")
@limit("search")
def show() -> Any:
    """Messages first, then all else that has the words, narrowed down as the address says."""
    what, number = asked(request.args), page_number()
    found = answer(what, number)
    if found.pages.beyond and number > 1:
        return redirect(here(page=found.pages.count if found.pages.count > 1 else None), 303)
    alone = request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")
    if not found.found.total:
        html = frame.nothing(found, ways_on(what), whole=not alone)
    else:
        html = frame.fragment(found) if alone else frame.page(found)
    response = make_response(html)
    response.vary.add("HX-Request")
    if request.args.keys() - {"lang"}:  # the door is for search engines to know, not every question asked behind it
        response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


@blueprint.get("/search.json")
@limit("search")
def show_json() -> Any:
    """The same search as data, a page at a time."""
    what, number = asked(request.args), page_number()
    query = query_of(what, (number - 1) * SIZE, SIZE, wanted_facets(outsider()))
    found = Found() if what.wordless else search().find(query)
    items = exports.items(session(), found, search().engine.generation, reading())
    more = number * SIZE < found.total
    following = absolute(here(page=number + 1)) if more else None
    return jsonify(total=found.total, items=items, facets=found.facets, partial=found.partial,
                   suggestion=corrected(what, found), next=following)  # fmt: skip


@blueprint.get("/search/suggestions")
@limit("suggest")
def suggest() -> Any:
    """What the archive has that begins as typed: a list of lines for the search box."""
    typed = request.args.get("q", "")[:120]
    found = suggestions(typed)
    if request.accept_mimetypes.best == "application/json":
        return jsonify([{"text": each.text, "lang": each.lang, "type": each.type, "what": each.what, "url": each.url}
                        for each in found])  # fmt: skip
    return Response(as_options(found, typed))


@blueprint.get("/opensearch.xml")
def describe() -> Any:
    """What a browser needs to add the archive to its searches."""
    return Response(render_template("search/opensearch.xml"), mimetype="application/opensearchdescription+xml")


@blueprint.get("/search.atom")
@limit("heavy")
def atom() -> Any:
    """The newest entries that the search finds, as an Atom feed (RFC 4287)."""
    return Response(render_template("search/feed.xml", **_feed()), mimetype="application/atom+xml")


@blueprint.get("/search.feed.json")
@limit("heavy")
def json_feed() -> Any:
    """The newest entries that the search finds, as a JSON Feed 1.1."""
    feed = _feed()
    items = [
        {"id": entry["tag"], "url": entry["url"], "title": entry["title"], "content_text": entry["title"],
         "date_published": entry["published"], "date_modified": entry["updated"], "language": entry["lang"]}
        for entry in feed["entries"]
    ]  # fmt: skip
    response = jsonify(version="https://jsonfeed.org/version/1.1", title=feed["title"], home_page_url=feed["home"],
                       feed_url=feed["feed_url"], language=language(), items=items)  # fmt: skip
    response.mimetype = "application/feed+json"
    return response


def _feed() -> dict[str, Any]:
    what = replace(asked(request.args), sort="newest")
    found = Found() if what.wordless else search().find(query_of(what, size=IN_FEED))
    entries = [_entry(record) for record in exports.records(session(), found)]
    return {
        "title": what.text,
        "entries": entries,
        "home": absolute(f"/search?{request.query_string.decode()}"),
        "feed_url": absolute(request.full_path),
        "updated": max((entry["updated"] for entry in entries), default=None),
    }


def _entry(record: Any) -> dict[str, Any]:
    line = exports.as_item(record, reading())
    host = request.host.partition(":")[0]
    return {"title": line["title"], "lang": line["lang"], "url": line["url"], "type": line["type"],
            "tag": f"tag:{host},2026:{record.id}", "published": record.published_at.isoformat(),
            "updated": record.updated_at.isoformat()}  # fmt: skip


@blueprint.get("/search.<path:ending>")
@limit("heavy")
def keep(ending: str) -> Any:
    """The whole result in one of the formats of the list, streamed."""
    each = next((each for each in FORMATS if each.ending == ending), None)
    if each is None:
        abort(404)
    what = asked(request.args)
    found = Found() if what.wordless else search().find(query_of(what, size=WHOLE))
    written = each.write(exports.records(session(), found), reading())
    response = Response(stream_with_context(written), mimetype=each.mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename=carottes-search.{each.ending}"
    return response
