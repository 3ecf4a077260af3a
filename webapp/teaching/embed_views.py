"""Cards for other people's pages, oEmbed, and preview pictures: any frame, no cookie, no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape as xml

from flask import Blueprint, Response, abort, current_app, g, jsonify, make_response, render_template, request
from werkzeug import exceptions
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from webapp.appearance import THEMES
from webapp.broadcasts import queries as night_queries
from webapp.broadcasts.bulletin import sheets
from webapp.broadcasts.calendar import NoDay, read_day
from webapp.citations import SNIPPETS
from webapp.citations.setting import tidy
from webapp.collections.queries import gathered
from webapp.database import session
from webapp.dates import Day
from webapp.errors import SENTENCES
from webapp.essays.texts import language_of
from webapp.languages import LANGUAGES, language
from webapp.languages import gettext as _
from webapp.messages import queries as message_queries
from webapp.navigation import absolute
from webapp.rendering import reading
from webapp.teaching import pictures, previews
from webapp.teaching.records import find
from webapp.teaching.sharing import EMBEDDED, Share, share
from webapp.text import markdown

blueprint = Blueprint("embeds", __name__)

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors * file: data: blob:"
)
# The star stands for the network only; a page on a teacher's own disk has another scheme.
LINES = 12  # phrases on the card of a night or a collection
EXCERPT = 320  # characters of an essay on its card
AN_HOUR = 3600


@blueprint.before_request
def _no_cookie() -> None:
    """A card in somebody else's page neither reads nor sets a cookie; the address or the browser says the language."""
    g.cookieless = True


# -- cards -------------------------------------------------------------------------------------------------------------


@blueprint.get("/embed/messages/<id>")
def message(id: str) -> Any:
    """The slip of one message, its meaning folded; neither with ``?reading=outsider``, unfolded for insiders."""
    found = find(session(), id, "message")
    record = message_queries.get(session(), found.record.id, None)
    return _card("embed/message.html", share(record), message=record)


@blueprint.get("/embed/nights/<day>")
def night(day: str) -> Any:
    """The bulletin of one night: its first phrases, and the way to all of them."""
    when = _day(day)
    laid = sheets(session.scalars(night_queries.of_night(when, None)).unique().all())
    lines = [line.broadcast for sheet in laid for line in sheet.lines]
    return _card("embed/night.html", share(when), day=when, lines=lines[:LINES],
                 counted=night_queries.calendar(session(), None).at(when))  # fmt: skip


@blueprint.get("/embed/essays/<id>")
def essay(id: str) -> Any:
    """The title of one essay, who signs it, its summary or its beginning."""
    record = find(session(), id, "essay").record
    lang = language_of(record)
    excerpt = record.chapo.get(lang) or markdown.excerpt(record.body.get(lang, ""), EXCERPT, lang)
    return _card("embed/essay.html", share(record), essay=record, excerpt=excerpt, text_lang=lang)


@blueprint.get("/embed/collections/<id>")
def collection(id: str) -> Any:
    """The title of one collection, for whom it is, and its first phrases; never a note: it may give a meaning away."""
    record = find(session(), id, "collection").record
    things = [each for each in gathered(session(), record.items, None) if not each.gone]
    return _card("embed/collection.html", share(record), collection=record, things=things[:LINES], count=len(things))


def _card(template: str, shared: Share | None, **context: Any) -> Response:
    response = make_response(render_template(template, shared=shared, theme_asked=_theme(), **context))
    return _framed(response)


def _theme() -> str:
    asked = request.args.get("theme", "auto")
    return asked if asked in THEMES else "auto"


def _framed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.public, response.cache_control.max_age = True, 300
    return response


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Any:
    """A refusal that fits where the card would have been; a sentence for programs elsewhere."""
    code = error.code or 500
    if 300 <= code < 400:
        return error
    title, text = (_(sentence) for sentence in SENTENCES.get(code, SENTENCES[500 if code >= 500 else 400]))
    sentence = getattr(error, "sentence", None) or text
    if not request.path.startswith("/embed/"):
        problem = jsonify(type="about:blank", title=title, status=code, detail=sentence, instance=request.path)
        problem.status_code, problem.mimetype = code, "application/problem+json"
        return problem
    response = make_response(
        render_template("embed/refused.html", title=title, text=sentence, theme_asked=_theme()), code
    )
    return _framed(response)


def _day(typed: str) -> Day:
    try:
        day = read_day(typed)
    except NoDay:
        abort(404)
    if not night_queries.calendar(session(), None).holds(day):
        abort(404)
    return day


# -- oEmbed 1.0 --------------------------------------------------------------------------------------------------------


@blueprint.get("/oembed")
def oembed() -> Any:
    """The card of one of our addresses, as programs ask for it: ``url``, ``format``, ``maxwidth``, ``maxheight``."""
    wanted = request.args.get("format", "json")
    if wanted not in ("json", "xml"):
        raise _because(exceptions.NotImplemented(), _("The formats are json and xml."))
    widest, highest = _most("maxwidth"), _most("maxheight")
    shared = _shared_at(request.args.get("url", ""))
    answer = _answer(shared, widest, highest)
    response = jsonify(answer) if wanted == "json" else Response(_as_xml(answer), mimetype="text/xml")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public, response.cache_control.max_age = True, AN_HOUR
    return response


def _because(error: HTTPException, sentence: str) -> HTTPException:
    error.sentence = sentence  # type: ignore[attr-defined]
    return error


def _most(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise _because(BadRequest(), _("%(name)s is a whole number of pixels.", name=name))
    return int(text)


def _shared_at(url: str) -> Share:
    """What one of our addresses shows; raises NotFound for any other, Withdrawn with the reason."""
    if not url:
        raise _because(BadRequest(), _("Give the address of a page of the archive as “url”."))
    try:
        parts = urlsplit(url) if len(url) < 2000 else urlsplit("")
    except ValueError:  # an IPv6 address without its end
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or parts.netloc not in _hosts():
        raise _because(NotFound(), _("This is no address of the archive."))
    asked = parse_qs(parts.query)
    lang = asked.get("lang", [""])[0]
    g.lang = lang if lang in LANGUAGES else language()
    shared = _shared_of(*_matched(parts.path))
    if asked.get("reading") == ["outsider"]:
        shared = Share(shared.citable, shared.page, True, shared.thing)
    return shared


def _hosts() -> set[str]:
    return {request.host, urlsplit(current_app.config["URL"]).netloc} - {""}


def _matched(path: str) -> tuple[str, dict[str, Any]]:
    try:
        endpoint, values = current_app.url_map.bind("").match(path)
    except (HTTPException, RequestRedirect):
        abort(404)
    return endpoint, dict(values)


# What has a card, by the endpoint of its page, of its short address or of the card itself.
_CARDS = {"messages.show": "message", "embeds.message": "message", "essays.show": "essay", "embeds.essay": "essay",
          "collections.show": "collection", "embeds.collection": "collection",
          "reading.permanent": None}  # fmt: skip


def _shared_of(endpoint: str, values: dict[str, Any]) -> Share:
    if endpoint in ("nights.show", "embeds.night"):
        return share(_day(values["day"])) or abort(404)
    if endpoint not in _CARDS:
        raise _because(NotFound(), _("This page has no card."))
    found = find(session(), values["id"], _CARDS[endpoint])
    shared = share(found.record)
    if shared is None or shared.citable.kind not in EMBEDDED:
        raise _because(NotFound(), _("This page has no card."))
    return shared


def _answer(shared: Share, widest: int | None, highest: int | None) -> dict[str, Any]:
    card = shared.embed or abort(404)
    width, height = min(card.width, widest or card.width), min(card.height, highest or card.height)
    frame = next(each for each in SNIPPETS if each.name == "iframe")
    answer: dict[str, Any] = {
        "type": "rich",
        "version": "1.0",
        "title": tidy(card.title),
        "provider_name": "Carottes",
        "provider_url": absolute("/"),
        "cache_age": AN_HOUR,
        "html": frame.make(shared.citable, type(card)(card.url, card.title, width, height), language()),
        "width": width,
        "height": height,
    }
    if (widest is None or widest >= previews.SIZE[0]) and (highest is None or highest >= previews.SIZE[1]):
        answer |= {"thumbnail_url": shared.picture, "thumbnail_width": previews.SIZE[0],
                   "thumbnail_height": previews.SIZE[1]}  # fmt: skip
    return answer


def _as_xml(answer: dict[str, Any]) -> str:
    fields = "".join(f"<{name}>{xml(tidy(str(value)))}</{name}>" for name, value in answer.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{fields}</oembed>\n'


# -- preview pictures --------------------------------------------------------------------------------------------------


def _folder() -> Path:
    return Path(current_app.config["DATA"]) / "previews"


def _sent(wanted: previews.Picture) -> Response:
    response = Response(previews.picture(wanted, _folder()), mimetype="image/png")
    response.set_etag(wanted.key)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public, response.cache_control.max_age = True, AN_HOUR
    response.make_conditional(request)
    return response


@blueprint.get("/preview/messages/<id>.png")
def message_picture(id: str) -> Any:
    """The preview picture of a message."""
    found = find(session(), id, "message")
    record = message_queries.get(session(), found.record.id, None) or abort(404)
    return _sent(pictures.of_message(record, absolute(f"/id/{record.id}"), reading() == "outsider"))


@blueprint.get("/preview/nights/<day>.png")
def night_picture(day: str) -> Any:
    """The preview picture of a night."""
    when = _day(day)
    found = night_queries.calendar(session(), None).at(when)
    count = found.certain if found else 0
    return _sent(pictures.of_night(when, count, absolute(f"/nights/{when.iso}")))


@blueprint.get("/preview/essays/<id>.png")
def essay_picture(id: str) -> Any:
    """The preview picture of an essay."""
    record = find(session(), id, "essay").record
    return _sent(pictures.of_essay(record, absolute(f"/id/{record.id}")))


@blueprint.get("/preview/collections/<id>.png")
def collection_picture(id: str) -> Any:
    """The preview picture of a collection."""
    record = find(session(), id, "collection").record
    count = sum(not each.gone for each in gathered(session(), record.items, None))
    return _sent(pictures.of_collection(record, count, absolute(f"/id/{record.id}")))
