"""Signposting: headers on the page of a record that lead programs to its lasting address, its data, its licence."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.machines.dublin import RIGHTS
from webapp.machines.records import SORTS
from webapp.navigation import absolute
from webapp.revisions import KINDS

blueprint = Blueprint("signposting", __name__)

PAGES = {KINDS[sort.kind].endpoint: sort for sort in SORTS}
TYPES = {"message": "Quotation", "essay": "Article", "collection": "Collection", "medium": "MediaObject",
         "source": "CreativeWork", "station": "Organization", "network": "Organization", "place": "Place"}  # fmt: skip


@blueprint.after_app_request
def _point(response: Response) -> Response:
    sort = PAGES.get(request.endpoint or "")
    if sort is None or response.status_code != 200 or response.mimetype != "text/html":
        return response
    id = (request.view_args or {})["id"]
    if "cite-as" not in response.headers.get("Link", ""):
        response.headers.add("Link", f'<{absolute(f"/id/{id}")}>; rel="cite-as"')
    data = absolute(f"/api/v1/{sort.name}/{id}")
    response.headers.add("Link", f'<{data}>; rel="describedby"; type="application/json"')
    response.headers.add("Link", f'<https://schema.org/{TYPES[sort.kind]}>; rel="type"')
    response.headers.add("Link", f'<{RIGHTS.get(sort.kind, RIGHTS["message"])}>; rel="license"')
    return response
