"""The addresses of the API: each of the list of operations, checked and answered in the same way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest

from webapp.database import session
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import LIMITS, limiter
from webapp.machines import tokens
from webapp.machines.api import writing
from webapp.machines.api.description import document
from webapp.machines.api.operations import OPERATIONS, Operation
from webapp.machines.api.problems import Problem, errors_of
from webapp.navigation import absolute
from webapp.people.models import Person
from webapp.permissions import Act, may

blueprint = Blueprint("api", __name__)
ROOT = "/api/v1"


@blueprint.record_once
def _no_form(state: BlueprintSetupState) -> None:
    # A token is shown by a program on purpose; a browser sends none by itself, so no form can be forged.
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/openapi.json")
def describe() -> Response:
    """The description of the API (OpenAPI 3.1), made from the list of operations."""
    return answer(document(absolute(ROOT)))


@blueprint.get(f"{ROOT}/")
def index() -> Response:
    """Where one may begin."""
    begin = {operation.name: absolute(ROOT + operation.path) for operation in OPERATIONS
             if operation.method == "GET" and "<" not in operation.path}  # fmt: skip
    return answer({"description": absolute("/openapi.json"), "documentation": absolute("/data"), **begin})


def answer(data: Any, status: int = 200, etag: str | None = None, mimetype: str = "application/json") -> Response:
    """Data as JSON, with an ETag: whoever has it already is told so (304)."""
    response = Response(json.dumps(data, ensure_ascii=False), status, mimetype=mimetype)
    if etag:
        response.set_etag(etag)
        return response
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"  # keep it, and ask whether it is still so
    response.headers["Content-Language"] = language()
    response.vary.add("Accept-Language")
    if isinstance(data, dict) and data.get("next"):
        response.headers.add("Link", f'<{data["next"]}>; rel="next"')
    response.make_conditional(request)
    return response


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**values: Any) -> Response:
        given = _question(operation.question)
        if not operation.guarded:
            return answer(operation.run(given=given, **values))
        by = _writer()
        record = operation.run(given=given, by=by, sent=_sent(operation), if_match=_if_match(), **values)
        return _drafted(record, operation)

    view.__name__ = view.__qualname__ = operation.name
    view.__doc__ = operation.summary
    return limiter.limit(LIMITS[_limit_of(operation)])(view)


def _limit_of(operation: Operation) -> str:
    return "search" if operation.name == "search" else "write" if operation.body or operation.matched else "read"


def _drafted(record: Any, operation: Operation) -> Response:
    response = answer(writing.draft(record), operation.status, writing.etag(record))
    response.headers["Cache-Control"] = "no-store"
    if operation.status == 201:
        response.headers["Location"] = absolute(f"{ROOT}{operation.path}/{record.id}/draft")
    return response


def _question(shape: type[BaseModel]) -> BaseModel:
    """What is asked after the question mark; a name that is not known is refused, for it would do nothing."""
    lists = {name for name, field in shape.model_fields.items() if "list" in str(field.annotation)}
    many = dict(request.args.lists())
    twice = [name for name, values in many.items() if len(values) > 1 and name not in lists]
    try:
        if twice:
            raise Problem(400, _("“%(name)s” is asked for twice.", name=twice[0]))
        return shape.model_validate({name: values if name in lists else values[0] for name, values in many.items()})
    except ValidationError as error:
        raise Problem(400, _("Something after the question mark cannot be used."), errors=errors_of(error)) from None


def _writer() -> Person:
    """Who writes; raises a Problem for a token that is missing, was never given, or may not draft."""
    person = tokens.bearer(session(), request.headers.get("Authorization", ""))
    if person is None:
        raise Problem(401, _("Show a personal token: Authorization: Bearer …; you make one at /account/tokens."))
    if not may(person, Act.DRAFT):
        raise Problem(403, _("Your account may not do this. A keeper of the archive can give you the role that may."))
    return person


def _sent(operation: Operation) -> Any:
    if operation.body is None:
        return None
    if request.mimetype != "application/json":
        raise Problem(415, _("Send JSON: Content-Type: application/json."))
    try:
        return request.get_json()
    except (BadRequest, RecursionError):
        raise Problem(400, _("What was sent is no JSON; nothing was changed.")) from None


def _if_match() -> Any:
    return request.if_match if request.headers.get("If-Match") else None


@blueprint.before_request
def _acceptable() -> None:
    """Refuse whoever accepts anything but JSON, instead of sending what they cannot read."""
    accepted = request.accept_mimetypes
    if accepted and accepted.best_match(["application/json", "application/problem+json"]) is None:
        raise Problem(406, _("This address answers in JSON: accept application/json."))


@blueprint.after_request
def _let_others_read(response: Response) -> Response:
    """Pages of other sites may read (CORS); they may not write, and no cookie is asked for."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = (
        "ETag, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
    )
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Carottes"'
    return response


for _operation in OPERATIONS:
    blueprint.add_url_rule(ROOT + _operation.path, _operation.name, _view(_operation), methods=[_operation.method])
