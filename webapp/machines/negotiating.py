"""The address of a record answers in the form that is asked for (Accept): a page, JSON, JSON-LD, TEI for a night.

Whoever asks for nothing we have gets the page (RFC 9110, 12.5.1 allows it): a browser is never refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from webapp.database import session
from webapp.machines.api.views import answer
from webapp.machines.signposting import PAGES
from webapp.rendering import reading
from webapp.teaching.sharing_views import shared_on_page

blueprint = Blueprint("negotiating", __name__)

PAGE = "text/html"
NIGHT = "nights.show"
VARYING = {*PAGES, NIGHT, "skos.concept"}
"""Where the answer depends on what is accepted; every answer there says so, refusals too."""


def _linked() -> Any:
    shared = shared_on_page()
    return answer(shared.linked_data, mimetype="application/ld+json") if shared else None


def _data() -> Any:
    sort = PAGES[request.endpoint or ""]
    query = sort.visible().where(sort.model.id == (request.view_args or {}).get("id")).options(*sort.load)
    thing = session.scalars(query).unique().first()
    return answer(sort.record(session(), thing, reading())) if thing else None


def _file(endpoint: str) -> Callable[[], Any]:
    return lambda: redirect(url_for(endpoint, **request.args.to_dict() | (request.view_args or {})), 303)


OF_RECORDS = {PAGE: None, "application/ld+json": _linked, "application/json": _data}
OF_NIGHTS = {PAGE: None, "application/ld+json": _linked, "application/json": _file("nights.show_json"),
             "application/tei+xml": _file("tei.night")}  # fmt: skip


@blueprint.before_app_request
def _in_another_form() -> Any:
    """The record in the form that is liked best, if that is not the page; what is not public the page answers for."""
    if request.method not in ("GET", "HEAD") or not (request.endpoint in PAGES or request.endpoint == NIGHT):
        return None
    forms = OF_NIGHTS if request.endpoint == NIGHT else OF_RECORDS
    made = forms[liked_best(list(forms))]
    return made() if made else None


def liked_best(offered: list[str]) -> str:
    """The form with the greatest quality; the first of those offered where several are liked as well, or none is."""
    accepted = request.accept_mimetypes
    return max(offered, key=lambda form: accepted.quality(form) if accepted else 0)


@blueprint.after_app_request
def _say_so(response: Response) -> Response:
    if request.endpoint in VARYING:
        response.vary.add("Accept")
        if (response.mimetype or "").endswith("json"):
            response.vary.update(["Accept-Language", "Cookie"])
    return response
