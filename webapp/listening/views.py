"""Listening: the page of a night or a message read aloud, its sound, its captions, and a podcast of this day."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from webapp.broadcasts import queries
from webapp.broadcasts.bulletin import sheets
from webapp.broadcasts.views import Shown, night_found, no_night
from webapp.database import session
from webapp.dates import Day
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import limit
from webapp.listening import captions, episodes, panels, script
from webapp.listening.radio import CLEAR, COLOURINGS, Colouring
from webapp.listening.recordings import Recording, recording
from webapp.listening.script import Script
from webapp.listening.voice import NoVoice, available
from webapp.messages.models import Message
from webapp.messages.views import message_found
from webapp.navigation import absolute
from webapp.rendering import here, page
from webapp.text.slug import slug

blueprint = Blueprint("listening", __name__)
panels.install()

SOME_TIME = 300  # seconds that a browser may keep a reading before it asks whether it changed


class NotRead(NotFound):
    """There is nothing to listen to under this address; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class VoiceFailed(ServiceUnavailable):
    """The voice could not read this."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("The voice failed at this text. The transcript has every word of it.")


class Night(NamedTuple):
    """A night with its script."""

    day: Day
    script: Script


@blueprint.get("/nights/<day>/listen")
def night(day: str) -> Any:
    """A night read aloud: the player, the ways it may sound, and every word that is read."""
    found = _night(day)
    if isinstance(found, AnyResponse):
        return found
    colouring = _colouring()
    return page(
        "listening/night.html", day=found.day, script=found.script, **_player("night", found.day.iso, colouring)
    )


@blueprint.get("/nights/<day>/listen.mp3")
def night_sound(day: str) -> Any:
    """The sound of a night; players may ask for parts of it."""
    found = _night(day)
    if isinstance(found, AnyResponse):
        return found
    name = _("carottes-night-%(day)s-reconstruction", day=found.day.iso)
    return _sent(recording_of(found.script, _colouring()), name)


@blueprint.get("/nights/<day>/listen.vtt")
def night_captions(day: str) -> Any:
    """When which line of a night is heard."""
    found = _night(day)
    return found if isinstance(found, AnyResponse) else _captions(found.script)


@blueprint.get("/messages/<id>/listen")
def message(id: str) -> Any:
    """A message read aloud; or why it is not."""
    found = message_found(id)
    if id != found.id:
        return redirect(here(id=found.id), 301)
    colouring = _colouring()
    return page("listening/message.html", message=found, script=script.of_message(found),
                unread=script.why_unread(found), **_player("message", found.id, colouring))  # fmt: skip


@blueprint.get("/messages/<id>/listen.mp3")
def message_sound(id: str) -> Any:
    """The sound of a message; players may ask for parts of it."""
    found = _readable(message_found(id))
    name = _("carottes-message-%(name)s-reconstruction", name=f"{found.id}-{slug(found.text)}"[:80].strip("-"))
    return _sent(recording_of(script.of_message(found), _colouring()), name)


@blueprint.get("/messages/<id>/listen.vtt")
def message_captions(id: str) -> Any:
    """When which words of a message are heard."""
    return _captions(script.of_message(_readable(message_found(id))))


@blueprint.get("/feeds/on-this-day.rss")
@limit("search")
def podcast() -> Response:
    """A podcast: the nights of this day, each read aloud."""
    today = dt.datetime.now(dt.UTC).date()
    found = episodes.of(today, queries.calendar(session(), None))
    told = [episodes.told(each, _night_script(each.day)) for each in found]
    address, home = absolute(request.full_path.rstrip("?")), absolute(url_for("nights.today"))
    feed = render_template("listening/podcast.xml", episodes=told, address=address, home=home)
    answer = Response(feed, mimetype="application/rss+xml")
    answer.cache_control.public = True
    answer.cache_control.max_age = SOME_TIME
    answer.vary.update(["Accept-Language", "Cookie"])
    return answer


def _night(typed: str) -> Night | AnyResponse:
    """The night of an address with its script; else the way there, or a page that says why there is nothing."""
    found = night_found(typed)
    if not isinstance(found, Shown):
        return found
    if not found.sheets:
        sentence = _("No message of the archive is certainly of this night: there is nothing to read aloud.")
        return no_night(sentence, found.calendar.nearest(found.day))
    return Night(found.day, script.of_night(found.day, found.sheets))


def _night_script(day: Day) -> Script:
    """The script of a night as everybody may hear it."""
    return script.of_night(day, sheets(session.scalars(queries.of_night(day, None)).unique()))


def _readable(found: Message) -> Message:
    reason = script.why_unread(found)
    if reason:
        raise NotRead(_("This message is not read aloud. %(reason)s", reason=reason))
    return found


def _colouring() -> Colouring:
    """How the reading is to sound. Raises NotRead for a way that there is not."""
    asked = request.args.get("sound", CLEAR.name)
    if asked not in COLOURINGS:
        known = ", ".join(COLOURINGS)
        raise NotRead(
            _("A reading cannot sound like “%(asked)s”. It may sound: %(known)s.", asked=asked[:40], known=known)
        )
    return COLOURINGS[asked]


def _player(kind: str, name: str, colouring: Colouring) -> dict[str, Any]:
    """What the player of a page is given: its addresses, how it sounds, and the other ways."""
    where: dict[str, Any] = {"day" if kind == "night" else "id": name, "lang": language()}
    sound = None if colouring is CLEAR else colouring.name
    return {
        "installed": available(),
        "sound": url_for(f"listening.{kind}_sound", sound=sound, **where),
        "captions": url_for(f"listening.{kind}_captions", **where),
        "download": url_for(f"listening.{kind}_sound", sound=sound, download="", **where),
        "colourings": [(each, here(sound=None if each is CLEAR else each.name), each is colouring)
                       for each in COLOURINGS.values()],
    }  # fmt: skip


def recording_of(read: Script, colouring: Colouring) -> Recording:
    """The reading. Raises VoiceFailed with a sentence for whoever waits for it."""
    try:
        return recording(read, colouring)
    except NoVoice as fault:
        raise VoiceFailed from fault


def _sent(found: Recording, name: str) -> Response:
    """The file, or the part of it that is asked for; named after what it reads when it is kept."""
    try:
        answer = send_file(found.path, "audio/mpeg", as_attachment="download" in request.args, conditional=True,
                           download_name=f"{name}.mp3", etag=found.content)  # fmt: skip
    except RequestedRangeNotSatisfiable as refusal:
        return _no_such_part(refusal, found.path.stat().st_size)
    return _kept_by_browsers(answer)


def _no_such_part(refusal: RequestedRangeNotSatisfiable, size: int) -> Response:
    title = _("No such part of the recording")
    text = _("The recording has %(size)s bytes; the part asked for lies outside of it.", size=size)
    answer = page("errors/error.html", "errors/_error.html", 416, code=416, title=title, text=text, error=refusal)
    answer.headers["Content-Range"] = f"bytes */{size}"
    return answer


def _captions(read: Script) -> Response:
    found = recording_of(read, CLEAR)
    answer = Response(captions.vtt(read.title, found.cues), mimetype="text/vtt")
    answer.set_etag(found.content)
    answer.make_conditional(request)
    return _kept_by_browsers(answer)


def _kept_by_browsers(answer: Response) -> Response:
    """What anybody may hear may be kept anywhere; what was made at the desk, of drafts, only by its reader."""
    answer.cache_control.no_cache = None
    answer.cache_control.max_age = SOME_TIME
    if current_user.is_authenticated:
        answer.cache_control.private = True
    else:
        answer.cache_control.public = True
    answer.headers["Content-Language"] = language()
    answer.vary.update(["Accept-Language", "Cookie"])
    return answer
