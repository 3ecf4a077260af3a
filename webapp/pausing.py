"""When nothing can be saved for a while: reading goes on, and what somebody sent comes back to be sent again.

While there is no primary, or the disk is full, whoever sends a form gets it back with everything they typed. What
may simply be done again (a page that is read, or a change that was rolled back as a whole) is done again first.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ServiceUnavailable

from webapp import counters, errors, failures
from webapp.database import SAFE_METHODS, database, leave_session, session
from webapp.languages import gettext as _
from webapp.rendering import page

log = logging.getLogger("carottes")

SOON = 10
"""Seconds after which it is worth trying again."""

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
LONGEST_KEPT = 1024 * 1024
SECRET = re.compile(r"password|passcode|^code$|secret|credential|response", re.IGNORECASE)
NOT_TYPED = re.compile(r"csrf_token|^(do|next|opened_on|website)$")


class Paused(NamedTuple):
    """What was sent, so that it can be sent again: its fields, those that a person filled, its files by name."""

    address: str
    fields: list[tuple[str, str]]
    typed: list[str]
    files: list[tuple[str, str]]
    secret: bool
    uncertain: bool


def again(app: Any) -> Any:
    """The WSGI application, with requests repeated that may be; see ``_repeats``."""

    def repeating(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = _kept(environ)
        environ[counters.COUNTED] = {}  # what is done again is counted once
        for number, pause in enumerate((*PAUSES, None)):
            attempt = {**environ, "carottes.attempt": number, "carottes.last": pause is None or body is None}
            if body:
                attempt["wsgi.input"] = io.BytesIO(body)
            told: list[Any] = []
            answer = app(attempt, partial(_note, told))
            if pause is None or not attempt.get("carottes.again"):
                break
            if hasattr(answer, "close"):
                answer.close()
            time.sleep(pause)
        start_response(*told[-1])
        return answer

    return repeating


def _note(told: list[Any], *status: Any) -> None:
    told.append(status)


def _kept(environ: dict[str, Any]) -> bytes | None:
    """What was sent, to be read more than once; None where it is too large or of unknown size."""
    if environ["REQUEST_METHOD"] in SAFE_METHODS:
        return b""
    size = environ.get("CONTENT_LENGTH") or ""
    if not size.isascii() or not size.isdigit() or int(size) > LONGEST_KEPT:
        return None
    return environ["wsgi.input"].read(int(size))


def _repeats(error: SQLAlchemyError) -> bool:
    """Whether this request may be done again: nothing of it is saved, and it may well succeed."""
    last = request.environ.get("carottes.last", True)
    return not last and not g.get("saved") and failures.repeatable(error)


def _answer(error: SQLAlchemyError) -> Any:
    leave_session()
    if _repeats(error):
        request.environ["carottes.again"] = True
        return Response(status=503)
    if not failures.paused(error):
        return errors.broken(error)
    log.warning("%s %s: %s", request.method, errors.route(), failures.sentence(error, database().engine.url))
    g.paused = True
    _forget_person()
    if request.method in SAFE_METHODS or errors.wants_json():
        refusal = ServiceUnavailable(retry_after=SOON)
        if request.method not in SAFE_METHODS:
            refusal.sentence = _sentence(error)  # type: ignore[attr-defined]
        return errors.answer(refusal)
    answer = page("errors/paused.html", "errors/_paused.html", 503, paused=_sent(error))
    answer.headers["Retry-After"] = str(SOON)
    answer.cache_control.no_store = True
    return answer


def _forget_person() -> None:
    """Whoever asks is read again from where reading goes on; where nothing can be read, it is nobody."""
    g.pop("_login_user", None)
    try:
        session().connection()
    except SQLAlchemyError:
        leave_session()
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def _sentence(error: SQLAlchemyError) -> str:
    if failures.uncertain(error):
        return _("Saving is paused. Whether this last step was kept is not certain: look before you send it again.")
    return _("Saving is paused. Nothing was changed; send this again in a moment.")


def _sent(error: SQLAlchemyError) -> Paused:
    fields = [(name, value) for name, value in request.form.items(multi=True) if not SECRET.search(name)]
    typed = [value for name, value in fields if value.strip() and not NOT_TYPED.search(name)]
    return Paused(
        address=request.full_path.rstrip("?"),
        fields=fields,
        typed=typed,
        files=[(name, file.filename or "") for name, file in request.files.items(multi=True) if file.filename],
        secret=len(fields) < sum(1 for _each in request.form.items(multi=True)),
        uncertain=failures.uncertain(error),
    )


def init_app(app: Flask) -> None:
    """Answer whatever a database says; on PostgreSQL, try again first."""
    app.register_error_handler(SQLAlchemyError, _answer)
    if app.extensions["database"].engine.dialect.name == "postgresql":
        app.wsgi_app = again(app.wsgi_app)  # type: ignore[method-assign]
