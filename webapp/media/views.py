"""The page of a medium, and its files: checked, typed as they are, never run, kept by browsers for ever."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, send_file, url_for
from flask_login import current_user
from markupsafe import Markup

from webapp.languages import gettext as _
from webapp.media import citing as _citing  # noqa: F401  # how a medium is cited
from webapp.media import panels, queries, storing
from webapp.media.documents import file_address, file_name, record
from webapp.media.models import Medium
from webapp.media.rights import RIGHTS
from webapp.navigation import absolute
from webapp.permissions import Act, may
from webapp.rendering import here, page
from webapp.revisions import Status
from webapp.revisions.asked import asked

blueprint = Blueprint("media", __name__)

FOR_EVER = 31_536_000


@blueprint.get("/media/<id>")
def show(id: str) -> Any:
    """One picture or recording: shown large, with its words, its rights, its checksum, and what it is shown with."""
    medium = _found(id)
    if id != medium.id:
        return redirect(here(id=medium.id), 301)
    permanent = absolute(url_for("reading.permanent", id=medium.id, lang=None))
    subjects = [each for each in medium.subjects if _everybody_sees(each)]
    return page("media/show.html", medium=medium, subjects=subjects, permanent=permanent, original=_may_have(medium))


def _everybody_sees(subject: Any) -> bool:
    record = subject.message or subject.source
    return subject.night is not None or (record is not None and record.status == Status.PUBLISHED)


@blueprint.get("/media/<id>.json")
def show_json(id: str) -> Any:
    """The same as data."""
    medium = _found(id)
    if id != medium.id:
        return redirect(here(id=medium.id), 301)
    data = record(medium)
    hidden = {each.message_id or each.source_id for each in medium.subjects if not _everybody_sees(each)}
    data["subjects"] = [each for each in data["subjects"] if not {each["message"], each["source"]} & hidden]
    data["labels"] = {key: name for key, name in data["labels"].items() if key not in hidden}
    return jsonify(data)


def _found(typed: str) -> Medium:
    """The medium that an identifier leads to; raises NotFound or Gone and says why."""
    return asked(typed, queries.get)


def _may_have(medium: Medium) -> bool:
    """Whether the file as it came is given out: a camera may have written into it where it was."""
    return medium.open_original or medium.stored.is_sound or may(current_user, Act.DESK)


@blueprint.get("/media/<id>/<name>")
def file(id: str, name: str) -> Response:
    """A copy of a picture, or the sound of a recording; a browser may ask for a part of it and keep it for ever."""
    medium = _found(id)
    if medium.stored.is_sound:
        files = {file_name(medium): (storing.place(medium.file), medium.stored.type)}
    else:
        files = {
            file_name(medium, width, form): (storing.copy_place(medium.file, width, form), f"image/{form}")
            for width, form in storing.COPIES
        }
    path, type_ = files.get(name) or abort(404)
    return _sent(medium, path, type_)


@blueprint.get("/media/<id>/original")
def original(id: str) -> Response:
    """The file as it came, to be saved and not to be opened in the page."""
    medium = _found(id)
    if not _may_have(medium):
        abort(404)
    name = f"carottes-{medium.id}.{storing.EXTENSIONS[medium.stored.type]}"
    return _sent(medium, storing.place(medium.file), medium.stored.type, download=name)


def _sent(medium: Medium, path: Any, type_: str, download: str = "") -> Response:
    if not path.exists():
        abort(404)
    answer = send_file(path, type_, as_attachment=bool(download), download_name=download or None, conditional=True,
                       etag=f"{medium.file[:32]}{path.name[64:]}", max_age=FOR_EVER)  # fmt: skip
    public = medium.status == Status.PUBLISHED and (not download or medium.open_original or medium.stored.is_sound)
    answer.headers["Cache-Control"] = f"public, max-age={FOR_EVER}, immutable" if public else "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"  # a file is looked at, it does nothing
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.app_template_global("medium_file")
def medium_file(medium: Medium, width: int | None = None, form: str = "") -> str:
    """The address of one of a medium's files."""
    return file_address(medium, width, form)


@blueprint.app_template_global("rights_words")
def rights_words(medium: Medium) -> str:
    """What may be done with a medium, in the reader's language."""
    return _(RIGHTS.get(medium.rights, medium.rights))


@blueprint.app_template_global("source_figures")
def source_figures(source: Any) -> Markup:
    """The figures of a source, for its page."""
    given = panels.of_source(source)
    return Markup(render_template(panels.FIGURES, **given)) if given else Markup()


@blueprint.app_template_filter("minutes")
def minutes(seconds: int) -> str:
    """How long a recording is: 3:07."""
    return f"{seconds // 60}:{seconds % 60:02}"


@blueprint.app_template_filter("message_page")
def message_page(message: Any) -> str:
    """The page of a message that a medium is shown with."""
    return url_for("messages.show", id=message.id, slug=message.slug)
