"""Permanent addresses and references: codes, downloads, the page of all styles, the panel on every record's page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request

from webapp.broadcasts import citing as nights
from webapp.broadcasts import panels as night_panels
from webapp.broadcasts import queries as night_queries
from webapp.broadcasts.calendar import NoDay, read_day
from webapp.citations import EXPORTS, Citable, Citation, Export, cite, export
from webapp.database import session
from webapp.dates import Day
from webapp.essays import panels as essay_panels
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.messages import panels as message_panels
from webapp.rendering import here, page, reading
from webapp.revisions import KINDS, Status
from webapp.revisions.citing import address
from webapp.teaching import metadata, qr
from webapp.teaching.records import cited_version, find, find_version, last_public, look_up, merged, version
from webapp.teaching.sharing import Share, share, share_by_id

blueprint = Blueprint("sharing", __name__)
blueprint.add_app_template_global(share, "share")
blueprint.add_app_template_global(metadata.card_title, "card_title")

A_DAY = 86_400


def _day(typed: str) -> Day:
    """The night of an address, if the archive covers it; raises NotFound."""
    try:
        day = read_day(typed)
    except NoDay:
        abort(404)
    if not night_queries.calendar(session(), None).holds(day):
        abort(404)
    return day


# -- QR codes ----------------------------------------------------------------------------------------------------------


@blueprint.get("/id/<id>/qr.svg")
def qr_svg(id: str) -> Any:
    """The code of a record's permanent address, as a drawing."""
    found = find(session(), id)
    return _code(address(found.thing.id), "svg", found.thing.id)


@blueprint.get("/id/<id>/qr.png")
def qr_png(id: str) -> Any:
    """The code of a record's permanent address, as a picture."""
    found = find(session(), id)
    return _code(address(found.thing.id), "png", found.thing.id)


@blueprint.get("/nights/<id>/qr.svg")
def night_qr_svg(id: str) -> Any:
    """The code of a night's address, as a drawing."""
    day = _day(id)
    return _code(nights.address(day), "svg", day.iso)


@blueprint.get("/nights/<id>/qr.png")
def night_qr_png(id: str) -> Any:
    """The code of a night's address, as a picture."""
    day = _day(id)
    return _code(nights.address(day), "png", day.iso)


def _code(address: str, ending: str, name: str) -> Response:
    text = f"{address}?reading=outsider" if reading() == "outsider" else address
    if ending == "svg":
        response = Response(qr.svg(text, _("QR code: %(address)s", address=text)), mimetype="image/svg+xml")
    else:
        response = Response(qr.png(text), mimetype="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="carottes-{name}.{ending}"'
    response.cache_control.public, response.cache_control.max_age = True, A_DAY
    return response


# -- references --------------------------------------------------------------------------------------------------------


@blueprint.get("/cite/<id>")
def cite_record(id: str) -> Any:
    """All references of one record or meaning, to read and to copy; ``?version=`` for an earlier one."""
    shared, found = share_by_id(id)
    if merged(found, id) and found.thing.id == shared.citable.id:
        return redirect(here(id=found.thing.id), 301)
    asked = request.args.get("version", "")
    if asked:
        shared.citable = _cited_at(id, asked)
    return page("teaching/cite.html", shared=shared)


def _cited_at(id: str, asked: str) -> Citable:
    """A record as it was at the version asked for; raises NotFound, with the numbers there are."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    found = find_version(session(), id, number)
    outsider = reading() == "outsider"
    part = found.thing.id if found.kind == "meaning" and not outsider else ""
    return cited_version(version(session(), found, number), part, outsider)


@blueprint.get("/cite/nights/<id>")
def cite_night(id: str) -> Any:
    """All references of one night."""
    shared = share(_day(id))
    return page("teaching/cite.html", shared=shared)


def _download(citable: Citable, form: Export) -> Response:
    name = "-".join(filter(None, ("carottes", citable.id, f"v{citable.version}" if citable.version else "")))
    response = Response(export(citable, form.name, language()), mimetype=form.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form.name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _record_as(form: Export, kind: str | None) -> Callable[[str], Any]:
    def download(id: str) -> Any:
        shared, found = share_by_id(id)
        if kind and found.record_kind != kind:
            abort(404)
        return _download(shared.citable, form)

    download.__doc__ = f"One record's reference as {form.label}."
    return download


def _version_as(form: Export) -> Callable[[str, int], Any]:
    def download(id: str, number: int) -> Any:
        return _download(_cited_at(id, str(number)), form)

    download.__doc__ = f"The reference of one version as {form.label}."
    return download


def _night_as(form: Export) -> Callable[[str], Any]:
    def download(id: str) -> Any:
        return _download(nights.night(_day(id)), form)

    download.__doc__ = f"A night's reference as {form.label}."
    return download


for _format in EXPORTS:
    _name = _format.name.replace(".", "_")
    blueprint.add_url_rule(f"/id/<id>.{_format.name}", f"record_{_name}", _record_as(_format, None))
    blueprint.add_url_rule(f"/id/<id>/v<int:number>.{_format.name}", f"version_{_name}", _version_as(_format))
    blueprint.add_url_rule(f"/nights/<id>.{_format.name}", f"night_{_name}", _night_as(_format))
    for _kind in KINDS.values():
        _rule, _endpoint = f"/{_kind.plural}/<id>.{_format.name}", f"{_kind.name}_{_name}"
        blueprint.add_url_rule(_rule, _endpoint, _record_as(_format, _kind.name))


# -- on the pages of other rooms ---------------------------------------------------------------------------------------


def _panel(thing: Any, _person: Any) -> dict[str, Any]:
    shared = shared_on_page() or share(thing)
    return {"shared": shared} if shared else {}


message_panels.BENEATH.append(message_panels.Panel("teaching/_share.html", _panel, spoils=False))
night_panels.BESIDE.append(night_panels.Panel("teaching/_share.html", _panel, spoils=False))
essay_panels.BENEATH.append(essay_panels.Panel("teaching/_share.html", _panel, spoils=False))


@blueprint.app_template_global("shared_on_page")
def shared_on_page() -> Share | None:
    """What the page that is being shown can share: its head and its panel ask, and it is worked out once."""
    if "shared" not in g:
        g.shared = _of_page(request.endpoint or "", request.view_args or {})
    return g.shared


def _of_page(endpoint: str, values: dict[str, Any]) -> Share | None:
    if endpoint == "nights.show":
        try:
            return share(read_day(values["day"]))
        except NoDay:
            return None
    kind = next((kind for kind in KINDS.values() if kind.endpoint == endpoint), None)
    record = session.get(kind.model, values.get("id")) if kind else None
    return share(record) if record is not None else None


@blueprint.after_app_request
def _signpost(response: Response) -> Response:
    """Signposting on the pages of records: ``cite-as``, and where the references are."""
    shared = g.get("shared")
    if shared and response.status_code == 200 and response.mimetype == "text/html":
        for link in shared.links:
            response.headers.add("Link", link)
    return response


@blueprint.app_template_global("tombstone")
def tombstone() -> str:
    """The last public reference of the withdrawn record that this address led to; empty where there is none."""
    last = _last_reference()
    return last.html if last else ""


def _last_reference() -> Citation | None:
    typed = (request.view_args or {}).get("id", "")
    found = look_up(session(), typed) if typed else None
    if found is None or found.record.status != Status.WITHDRAWN:
        return None
    last = last_public(session(), found)
    return cite(cited_version(last, outsider=True, withdrawn=True), "iso690", language()) if last else None


@blueprint.after_app_request
def _tell_programs(response: Response) -> Response:
    """What a withdrawn record answers to a program: the reason, and how it was last cited; its cards, the reason."""
    if request.blueprint == "embeds":
        return response
    if response.status_code == 410 and response.mimetype == "application/problem+json" and (last := _last_reference()):
        response.set_data(json.dumps({**response.get_json(), "last_citation": last.text}, ensure_ascii=False))
    return response
