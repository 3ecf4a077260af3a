"""Versions: a record as it stood when it was published, from its frozen snapshot; and the addresses that lead there.

The headers are those of Memento (RFC 7089): each version says when it was made, and where its record, its list of
versions and its chooser by date are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, g, jsonify, redirect, request, url_for

from webapp.collections.queries import gathered
from webapp.database import session
from webapp.essays.texts import text_of_version
from webapp.messages.models import Message
from webapp.messages.queries import visible_to
from webapp.navigation import absolute
from webapp.rendering import here, page, reading
from webapp.revisions import KINDS, Revision, digest, queries
from webapp.revisions.citing import address
from webapp.revisions.comparing import compare
from webapp.revisions.documents import canonical, outside
from webapp.revisions.frozen import Version
from webapp.teaching import fields
from webapp.teaching.records import Found, cited_version, find, find_version, merged, version
from webapp.teaching.sharing import Share, page_of

blueprint = Blueprint("versions", __name__)


class Change(NamedTuple):
    """What has changed since a version: a part of the record, and in how many places."""

    label: str
    places: int


@blueprint.get("/id/<id>/v<int:number>")
def permanent(id: str, number: int) -> Any:
    """The short address of a version leads to its page; that of a meaning, to its place on the message's."""
    found = find_version(session(), id, number)
    if merged(found, id):
        return redirect(here(id=found.thing.id), 301)
    version(session(), found, number)
    return redirect(_path(found, number), 302)


@blueprint.get("/ark:/<int:naan>/<id>")
def ark(naan: int, id: str) -> Any:
    """An identifier written as an ARK leads where the short address leads, whatever its number of authority."""
    return redirect(url_for("reading.permanent", id=id, **_asked()), 301)


def _path(found: Found, number: int) -> str:
    anchor = found.thing.id if found.moved else None
    return url_for("versions.show", kind=found.record_kind, id=found.record.id, number=number, _anchor=anchor,
                   **_asked())  # fmt: skip


def _asked() -> dict[str, Any]:
    """The outsider's reading goes along wherever an address leads."""
    return {"reading": "outsider"} if reading() == "outsider" else {}


def show(kind: str, id: str, number: int) -> Any:
    """One version of a record, as it was, with what has changed since."""
    found = find_version(session(), id, number, kind)
    if id != found.record.id:
        return redirect(here(kind=kind, id=found.record.id), 301)
    today = find(session(), id, kind).record
    frozen, revisions = version(session(), found, number), _versions(found)
    outsider = reading() == "outsider"
    latest = revisions[0]
    g.shared = _shared(frozen, found, outsider)
    response = page(
        _TEMPLATES.get(kind, "teaching/version.html"),
        kind=kind, record=found.record, version=frozen, revision=frozen.revision, revisions=revisions, latest=latest,
        outsider=outsider, changes=_changes(frozen, latest, outsider), fields=fields.shown(frozen, outsider),
        compare_with=_comparison(frozen.revision, latest),
        text=text_of_version(session(), frozen) if kind == "essay" else None,
        relations=_relations(frozen) if kind == "message" and not outsider else [],
        items=_items(frozen) if kind == "collection" else [],
        merged_into=None if today is found.record else today,
    )  # fmt: skip
    _remember(response, found, frozen.revision, revisions)
    return response


def show_json(kind: str, id: str, number: int) -> Any:
    """The frozen snapshot itself with its checksum; what an outsider or nobody may see is left out, and then said."""
    found = find_version(session(), id, number, kind)
    frozen = version(session(), found, number)
    document, labels = _public(frozen, reading() == "outsider")
    revision = frozen.revision
    response = jsonify(
        type=kind, id=found.record.id, version=number, url=absolute(url_for("versions.show", kind=kind,
        id=found.record.id, number=number, lang=None)), permanent=address(found.record.id, number),
        made=revision.at.isoformat(), sha256=revision.sha256, complete=digest(document, labels) == revision.sha256,
        document=document, labels=labels,
    )  # fmt: skip
    _remember(response, found, revision, _versions(found))
    return response


def _public(frozen: Version, outsider: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    document = dict(frozen.document)
    if outsider:
        document = outside(frozen.shape, document)
    elif frozen.document.get("relations"):
        seen = {other.id for other in _seen(frozen)}
        document["relations"] = [each for each in document["relations"] if each["other"] in seen]
    named = canonical(document).decode()
    return document, {id: names for id, names in frozen.labels.items() if f'"{id}"' in named}


def _seen(frozen: Version) -> list[Message]:
    """The messages that a version is related to, as far as everybody may see them today."""
    ids = [each["other"] for each in frozen.document.get("relations", [])]
    return list(session.scalars(visible_to(None).where(Message.id.in_(ids)))) if ids else []


def _relations(frozen: Version) -> list[Any]:
    seen = {other.id for other in _seen(frozen)}
    return [each for each in frozen.relations if each.other_id in seen]


def _versions(found: Found) -> list[Revision]:
    return list(session.scalars(queries.versions(found.record.id)))


def _shared(frozen: Version, found: Found, outsider: bool) -> Share:
    shared = Share(cited_version(frozen, outsider=outsider), page_of(found), outsider, frozen)
    shared.permanent = shared.citable.url  # a version is cited as itself
    return shared


def _items(frozen: Version) -> list[Any]:
    """The items of a collection as they were, each with what everybody may see of it today."""
    return list(zip(frozen.items, gathered(session(), frozen.items, None), strict=True))


_TEMPLATES = {kind: f"teaching/version_{kind}.html" for kind in ("message", "essay", "collection")}


# -- what has changed since --------------------------------------------------------------------------------------------


def _changes(frozen: Version, latest: Revision, outsider: bool) -> list[Change]:
    """Which parts of the record differ today; an outsider does not learn that a claim was changed."""
    counts: dict[str, set[tuple[str, ...]]] = {}
    kind = KINDS[latest.kind]
    for each in compare(kind, frozen.document, latest.document):
        if not (outsider and kind.tells(*each.path)):
            counts.setdefault(each.path[0], set()).add(each.path[:2])
    return [Change(fields.label(name), len(places)) for name, places in counts.items()]


def _comparison(revision: Revision, latest: Revision) -> str:
    """Where both are shown side by side."""
    asked = {"from": revision.number, "to": latest.number} | _asked()
    return url_for("history.show", kind=revision.kind, id=revision.record_id, **asked)


# -- Memento -----------------------------------------------------------------------------------------------------------


def _http(moment: dt.datetime) -> str:
    return format_datetime(moment.astimezone(dt.UTC), usegmt=True)


def _remember(response: Response, found: Found, revision: Revision, revisions: list[Revision]) -> None:
    """Say when the version was made, and where its record, its list and its chooser are (RFC 7089, 2.2)."""
    id = found.record.id
    response.headers["Memento-Datetime"] = _http(revision.at)
    for link in (
        f'<{page_of(found)}>; rel="original latest-version"',
        f'<{absolute(f"/id/{id}/timegate")}>; rel="timegate"',
        f'<{absolute(f"/id/{id}/timemap")}>; rel="timemap"; type="application/link-format"',
        *_neighbours(id, revision, revisions),
    ):
        response.headers.add("Link", link)


def _neighbours(id: str, revision: Revision, revisions: list[Revision]) -> Iterator[str]:
    spot = next(spot for spot, each in enumerate(revisions) if each.number == revision.number)
    near = {"first": revisions[-1], "last": revisions[0]}
    near |= {"prev": revisions[spot + 1]} if spot + 1 < len(revisions) else {}
    near |= {"next": revisions[spot - 1]} if spot else {}
    for name, each in near.items():
        yield f'<{address(id, each.version)}>; rel="{name} memento"; datetime="{_http(each.at)}"'


@blueprint.get("/id/<id>/timemap")
def timemap(id: str) -> Any:
    """All versions of a record with their moments, as RFC 7089 lists them."""
    found = find(session(), id)
    own = found.record.id
    lines = [
        f'<{page_of(found)}>; rel="original"',
        f'<{absolute(f"/id/{own}/timemap")}>; rel="self"; type="application/link-format"',
        f'<{absolute(f"/id/{own}/timegate")}>; rel="timegate"',
        *(f'<{address(own, each.version)}>; rel="memento"; datetime="{_http(each.at)}"'
          for each in reversed(_versions(found))),
    ]  # fmt: skip
    return Response(",\n".join(lines) + "\n", mimetype="application/link-format")


@blueprint.get("/id/<id>/timegate")
def timegate(id: str) -> Any:
    """The version that was public at the moment of ``Accept-Datetime``; the latest where none is asked for."""
    found = find(session(), id)
    revisions = _versions(found)
    moment = _moment(request.headers.get("Accept-Datetime", ""))
    chosen = next((each for each in revisions if moment is None or each.at <= moment), revisions[-1])
    response = redirect(address(found.record.id, chosen.version), 302)
    response.vary.add("Accept-Datetime")
    response.headers["Link"] = f'<{page_of(found)}>; rel="original"'
    return response


def _moment(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        abort(400)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


for _kind in KINDS.values():
    _rule, _of = f"/{_kind.plural}/<id>/v<int:number>", {"kind": _kind.name}
    blueprint.add_url_rule(_rule, "show", show, defaults=_of)
    blueprint.add_url_rule(f"{_rule}.json", "show_json", show_json, defaults=_of)
