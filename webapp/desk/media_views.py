"""Sending a file: it is examined, kept, and becomes a draft whose words and rights are then written on its form."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.contributions import about as abouts
from webapp.database import session
from webapp.desk.blueprint import blueprint
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.media import actions
from webapp.media.inspecting import MOST_BYTES, BadFile
from webapp.permissions import Act, needs
from webapp.rendering import page
from webapp.revisions.documents import Document

MEGABYTES = MOST_BYTES // 1024 // 1024


@blueprint.get("/media/new")
@needs(Act.DRAFT)
def send_file() -> Response:
    """The form of a file, and what it is to be shown with (``?about=``)."""
    return _form(request.args.get("about", "")[:1000])


def _form(about: str, problem: str = "", status: int = 200) -> Response:
    found = abouts.find(session(), about)
    return page("desk/media_new.html", status=status, about=found, typed=about, problem=problem, most=MEGABYTES)


@blueprint.post("/media/new")
@needs(Act.DRAFT)
@limit("write")
def send_file_submit() -> Response:
    """A new draft from the file, or the reason why the archive does not take it; then nothing was kept."""
    about, sent = request.form.get("about", "")[:1000], request.files.get("file")
    subject = _subject(about)
    if about.strip() and subject is None:
        return _form(about, _("There is no such message, source or night. Correct it, or leave it empty."), 422)
    try:
        medium = actions.upload(session(), sent.read(MOST_BYTES + 1) if sent else b"", subject, current_user)
    except BadFile as refusal:
        return _form(about, str(refusal), 422)
    session.commit()
    flash(_("The file is kept. Say now what it shows, and what may be done with it."), "said")
    return redirect(url_for("desk.edit", kind="medium", id=medium.id), 303)


def _subject(typed: str) -> Document | None:
    """The message, source or night that was named."""
    record: Any = abouts.record(session(), typed) if typed.strip() else None
    if record is not None:
        return actions.subject_of(record)
    day = abouts.night(typed)
    return {"message": None, "source": None, "night": day.iso} if day else None
