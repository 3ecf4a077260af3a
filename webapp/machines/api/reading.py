"""Reading by program: lists by cursor, records, versions, nights, vocabularies, search; what everybody may see."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from webapp.broadcasts import documents as nights
from webapp.broadcasts import queries as broadcasts
from webapp.broadcasts.bulletin import sheets
from webapp.broadcasts.calendar import NoDay, read_day
from webapp.database import session
from webapp.dates import Day
from webapp.identifiers import Reading, examine, resolve
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.machines import records
from webapp.machines.api import shapes
from webapp.machines.api.problems import Problem
from webapp.machines.records import Data, Sort
from webapp.navigation import absolute
from webapp.revisions import KINDS, Revision, Status, digest, queries
from webapp.revisions.documents import outside
from webapp.revisions.models import Kept
from webapp.search import exports, search
from webapp.search.engine import Found
from webapp.search.narrowing import wanted_facets
from webapp.search.pages import corrected
from webapp.search.query import asked
from webapp.vocabularies import Scheme

# -- cursors -----------------------------------------------------------------------------------------------------------


def _cursor(place: str) -> str:
    return base64.urlsafe_b64encode(f"1:{place}".encode()).decode().rstrip("=")


def _place(cursor: str | None) -> str:
    """Where a cursor stands; raises a Problem for one that this archive never gave."""
    if cursor is None:
        return ""
    try:
        told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        told = ""
    version, _colon, place = told.partition(":")
    if version != "1" or not place.isalnum():
        raise Problem(400, _("This cursor was not given by this archive: begin the list again without one."))
    return place


def _number(cursor: str | None) -> int:
    place = _place(cursor) or "0"
    if not place.isdigit() or len(place) > 9:
        raise Problem(400, _("This cursor was not given by this archive: begin the list again without one."))
    return int(place)


def _following(place: str | int | None) -> str | None:
    if place is None:
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return absolute(request.path) + "?" + urlencode([*kept, ("cursor", _cursor(str(place)))])


# -- records -----------------------------------------------------------------------------------------------------------


def listing(sort: Sort, given: shapes.Listed) -> Data:
    """A part of the records of a sort, by identifier."""
    own, after = session(), _place(given.cursor)
    query = sort.visible().where(sort.model.id > after).order_by(None).order_by(sort.model.id)
    found = own.scalars(query.options(*sort.load).limit(given.limit + 1)).unique().all()
    shown = found[: given.limit]
    items = [sort.record(own, thing, given.reading or "folded") for thing in shown]
    more = len(found) > given.limit
    return {"total": records.total(own, sort), "items": items, "next": _following(shown[-1].id if more else None)}


def one(sort: Sort, id: str, given: shapes.Told) -> Data:
    """One record."""
    thing = _public(sort, id)
    return sort.record(session(), thing, given.reading or "folded")


def _public(sort: Sort, id: str) -> Any:
    """The record of an identifier, through merges, if everybody may see it; raises a Problem that says why not."""
    if examine(id) is Reading.MISTYPED:
        raise Problem(
            404,
            _("This identifier has a typing error: its check character does not fit. Compare it with the original."),
        )
    known = resolve(session(), id)
    if known is None or known.kind != sort.kind:
        raise Problem(404, _("No record and no page has this address. A search may find what you are looking for."))
    thing = session.scalars(select(sort.model).where(sort.model.id == known.id).options(*sort.load)).unique().first()
    if thing is not None and thing.status == Status.WITHDRAWN:
        why = next(iter(thing.withdrawn_reason.values()), "")
        raise Problem(410, _("This record was withdrawn. The reason given: %(reason)s", reason=why))
    if thing is None or thing.status != Status.PUBLISHED:
        raise Problem(404, _("No record and no page has this address. A search may find what you are looking for."))
    return thing


def versions(sort: Sort, id: str, given: shapes.Told) -> Data:
    """The published versions of a record, the newest first."""
    thing = _public(sort, id)
    found = session.scalars(queries.versions(thing.id)).all()
    items = [
        {"version": each.version, "made": each.at.isoformat(), "sha256": each.sha256, "url": absolute(
            url_for(f"api.{sort.name}_version", id=thing.id, number=each.version, lang=None))}
        for each in found
    ]  # fmt: skip
    return {"total": len(items), "items": items, "next": None}


def version(sort: Sort, id: str, number: int, given: shapes.Told) -> Data:
    """One version as it was frozen; what nobody or no outsider may see is left out, and ``complete`` then is false."""
    thing = _public(sort, id)
    revision = queries.version(session(), thing.id, number)
    if revision is None:
        raise Problem(404, _("This record has no version %(number)s; its versions go from 1 to %(last)s.",
                             number=number, last=thing.version))  # fmt: skip
    return _snapshot(sort, revision, given.reading == "outsider")


def _snapshot(sort: Sort, revision: Revision, outsider: bool) -> Data:
    document = dict(revision.document)
    if outsider:
        document = outside(KINDS[revision.kind], document)
    document, labels = _without_hidden(document, revision.labels)
    return {
        "type": sort.kind, "id": revision.record_id, "version": revision.version, "made": revision.at.isoformat(),
        "sha256": revision.sha256, "complete": digest(document, labels) == revision.sha256,
        "document": document, "labels": labels,
    }  # fmt: skip


def _without_hidden(document: Data, labels: Data) -> tuple[Data, Data]:
    """The snapshot without what it names and nobody may see today."""
    hidden = {id for id in labels if not _seen(id)}
    named: set[str] = set()

    def clean(value: Any) -> Any:
        if isinstance(value, list):
            return [clean(each) for each in value if not (isinstance(each, dict) and hidden & set(_links(each)))]
        if isinstance(value, dict):
            return {name: clean(each) for name, each in value.items()}
        if isinstance(value, str):
            named.add(value)
            return None if value in hidden else value
        return value

    cleaned = clean(document)
    return cleaned, {id: names for id, names in labels.items() if id not in hidden and id in named}


def _links(row: Data) -> list[str]:
    """What a row without an identity of its own is about: it goes with that."""
    return [] if "id" in row else [value for value in row.values() if isinstance(value, str)]


def _seen(id: str) -> bool:
    if "/" in id:
        return True  # a term
    known = resolve(session(), id)
    sort = records.BY_KIND.get(known.kind) if known else None
    thing: Kept | None = session.get(sort.model, id) if sort else None
    return thing is not None and thing.status == Status.PUBLISHED


# -- nights, vocabularies, search --------------------------------------------------------------------------------------


def night_list(given: shapes.Nights) -> Data:
    """The nights that have broadcasts."""
    found = broadcasts.calendar(session(), None).nights
    if given.year:
        found = broadcasts.calendar(session(), None).between(Day(given.year, 1, 1), Day(given.year, 12, 31))
    start = _number(given.cursor)
    shown = found[start : start + given.limit]
    more = start + given.limit < len(found)
    return {"total": len(found), "items": [nights.item(night) for night in shown],
            "next": _following(start + given.limit if more else None)}  # fmt: skip


def night(day: str, given: shapes.Told) -> Data:
    """One night as a bulletin: by station, in order where it is known, and what may belong to it."""
    own = session()
    calendar = broadcasts.calendar(own, None)
    try:
        evening = read_day(day)
    except NoDay:
        raise Problem(404, _("A night is written year, month, day, as in 1944-06-05.")) from None
    if not calendar.holds(evening):
        raise Problem(404, _("No record and no page has this address. A search may find what you are looking for."))
    read = own.scalars(broadcasts.of_night(evening, None)).unique().all()
    around = calendar.before(evening), calendar.after(evening)
    return nights.record(
        evening, around, sheets(read), broadcasts.perhaps(own, evening, None), given.reading or "folded"
    )


def scheme_list(given: shapes.Question) -> Data:
    """The vocabularies there are, with the number of their terms."""
    terms = records.vocabulary(session())
    items = [
        {"type": "vocabulary", "id": name, "terms": sum(each["type"] == name for each in terms),
         "url": absolute(url_for("api.vocabulary", scheme=name, lang=None))}
        for name in (each.value for each in Scheme)
    ]  # fmt: skip
    return {"total": len(items), "items": items, "next": None}


def scheme(scheme: str, given: shapes.Question) -> Data:
    """The terms of one vocabulary, in their own order, with labels and definitions in both languages."""
    if scheme not in list(Scheme):
        raise Problem(404, _("No record and no page has this address. A search may find what you are looking for."))
    items = records.vocabulary(session(), Scheme(scheme))
    return {"total": len(items), "items": items, "next": None}


def seek(given: shapes.Sought) -> Data:
    """What a search finds, with its facets: the same words and dates as on the search page."""
    what, start = asked(MultiDict(request.args.items(multi=True))), _number(given.cursor)
    outsider = given.reading == "outsider"
    query = what.query(start, given.limit, wanted_facets(outsider), outsider)
    found = Found() if what.wordless else search().find(query)
    items = [exports.as_item(record, given.reading or "folded") for record in exports.records(session(), found)]
    more = start + given.limit < found.total
    return {
        "total": found.total, "items": items, "facets": found.facets, "partial": found.partial,
        "suggestion": corrected(what, found), "left_aside": [each.message(language()) for each in what.period.problems],
        "next": _following(start + given.limit if more else None),
    }  # fmt: skip
