"""Every refusal, as a page, a fragment or problem details (RFC 9457), in the reader's language; never a traceback."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, jsonify, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from webapp.languages import N_, gettext
from webapp.rendering import page

log = logging.getLogger("carottes")


SENTENCES = {
    400: (N_("This request cannot be read"), N_("Something in the address or in the form is not as the archive expects it. Go back and try again.")),
    401: (N_("Please sign in"), N_("This page is for people who work on the archive.")),
    403: (N_("Not with this account"), N_("Your account may not do this. A keeper of the archive can give you the role that may.")),
    404: (N_("Nothing under this address"), N_("No record and no page has this address. A search may find what you are looking for.")),
    405: (N_("Not this way"), N_("This address answers to another kind of request. Nothing was changed.")),
    406: (N_("Not in this format"), N_("This address does not answer in any of the formats that are accepted.")),
    409: (N_("Not as things stand"), N_("This does not fit with what the archive holds. Nothing was changed.")),
    410: (N_("Withdrawn from the archive"), N_("This record was withdrawn. Its address is kept so that links do not lie.")),
    412: (N_("Changed meanwhile"), N_("Somebody has changed this record meanwhile. Nothing was changed.")),
    413: (N_("Too large"), N_("What was sent is larger than the archive accepts. Nothing was changed.")),
    414: (N_("Too long an address"), N_("This address is longer than the archive reads. Shorten the search.")),
    415: (N_("Not this format"), N_("The archive cannot read this format.")),
    422: (N_("Some of it cannot be used"), N_("Some of what was sent cannot be used; nothing was changed.")),
    428: (N_("Say what you have seen"), N_("A change must say which revision it was made on. Nothing was changed.")),
    429: (N_("A moment, please"), N_("Too many requests came from your address. Wait a minute, then try again; nothing was lost.")),
    500: (N_("Something broke on our side"), N_("It is not your fault, and it has been noted. Try again in a moment.")),
    503: (N_("Back in a moment"), N_("The archive is busy or being maintained. Try again in a moment.")),
}  # fmt: skip


class BadInput(Exception):
    """Something that a person typed cannot be used; ``str()`` of it is the sentence to show, in their language."""


def wants_json() -> bool:
    """Whether a program asks: by address (``.json``, the API) or by what it accepts."""
    if request.path.startswith("/api/") or request.path.endswith((".json", ".csl.json")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best.endswith("json")


def answer(error: HTTPException) -> Any:
    """The refusal as whoever asked can read it: a page, a fragment, or problem details."""
    code = error.code or 500
    if 300 <= code < 400:
        return error
    if error.response is not None:  # whoever refused has an answer of their own
        return error.response
    if code == 401 and not wants_json() and request.method == "GET":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)
    title, text = (gettext(sentence) for sentence in SENTENCES.get(code, SENTENCES[500 if code >= 500 else 400]))
    own = getattr(error, "sentence", None)
    response = _problem(code, title, own or text, error) if wants_json() else _page(code, title, own or text, error)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def broken(error: Exception) -> Any:
    """What is said of a mistake of ours; the log has the rest."""
    log.error("%s %s", request.method, route(), exc_info=error)
    return answer(InternalServerError())


def route() -> str:
    """By what a request is known in logs and figures: an address may hold a receipt, a one-time link, a search."""
    return request.url_rule.rule if request.url_rule else "none"


def _page(code: int, title: str, text: str, error: HTTPException) -> Response:
    return page("errors/error.html", "errors/_error.html", code, code=code, title=title, text=text, error=error)


def _problem(code: int, title: str, text: str, error: HTTPException) -> Response:
    problem = {
        "type": "about:blank",
        "title": title,
        "status": code,
        "detail": text,
        "instance": request.path,
        **getattr(error, "members", {}),
    }
    response = jsonify(problem)
    response.status_code = code
    response.mimetype = "application/problem+json"
    return response


def _can_be_read(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


def init_app(app: Flask) -> None:
    """Answer every error with a sentence that helps."""

    @app.errorhandler(MethodNotAllowed)
    def _only_sent_to(error: MethodNotAllowed) -> Any:
        """Whoever changes the language of a refused form asks for an address that only forms are sent to: the page that
        has the form is the one above."""
        above = request.path.rpartition("/")[0]
        if request.method == "GET" and "lang" in request.args and _can_be_read(above):
            return redirect(f"{above}?{urlencode({'lang': request.args['lang']})}", 303)
        return answer(error)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        return answer(error)

    @app.errorhandler(CSRFError)
    def _csrf(error: CSRFError) -> Any:
        error.sentence = gettext("This form was open for too long. Go back, load the page again and send it once more; what you typed is kept by the browser.")  # fmt: skip
        return answer(error)

    app.register_error_handler(Exception, broken)
