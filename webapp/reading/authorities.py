"""The pages of stations, networks, places, themes, purposes and standings: what each is, and its messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any, NamedTuple
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, abort, jsonify, redirect, url_for
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.languages import N_, language, told
from webapp.languages import gettext as _
from webapp.messages.documents import item as message_item
from webapp.messages.models import Message
from webapp.messages.queries import CODEWORD, ON_CARD, alphabetical, leading_standing, seen_by, visible_to, with_leading
from webapp.navigation import absolute, exists, path_to
from webapp.permissions import Act, may
from webapp.reading.entries import AUTHORITIES, Authority, Entry, entries
from webapp.rendering import Pages, here, page, page_number, reading
from webapp.revisions import Status, to_document
from webapp.revisions.asked import asked
from webapp.revisions.figures import until_changed
from webapp.text.folding import fold
from webapp.vocabularies import Scheme, Term, term, terms

PAGE_SIZE = 20
LIST_SIZE = 240  # names on one page of a list


class Room(NamedTuple):
    """A blueprint as the entrance takes it."""

    blueprint: Blueprint


# -- stations, networks, places, themes, purposes ----------------------------------------------------------------------


def listing(authority: Authority) -> Any:
    """Every name of one kind with how many messages it has."""
    found = entries(session(), authority, current_user, language())
    pages = Pages(page_number(), LIST_SIZE, len(found))
    if pages.beyond:
        return redirect(here(page=None), 303)
    shown = found[pages.offset : pages.offset + pages.size]
    return page(
        "authorities/listing.html",
        authority=authority,
        title=_(authority.title),
        about=_(authority.about),
        groups=[("", shown)] if authority.scheme else _by_letter(shown),
        pages=pages,
    )


def _by_letter(found: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """The names under their first letter; a long list only, a short one needs no letters."""
    if len(found) < 30:
        return [("", found)]
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(_letter(told(entry.label).text), []).append(entry)
    return list(groups.items())


def _letter(name: str) -> str:
    first = fold(name).strip()[:1].upper()
    return first if first.isalpha() else "#"


def listing_json(authority: Authority) -> Any:
    """The same list as data."""
    found = entries(session(), authority, current_user, language())
    pages = Pages(page_number(), LIST_SIZE, len(found))
    shown = found[pages.offset : pages.offset + pages.size]
    return jsonify(
        total=pages.total,
        items=[_entry_item(authority, entry) for entry in shown],
        facets={},
        suggestion=None,
        next=next_page(pages),
    )


def _entry_item(authority: Authority, entry: Entry) -> dict[str, Any]:
    return {
        "type": authority.type,
        "id": entry.spot,
        "url": absolute(url_for(f"{authority.name}.show", id=entry.spot, lang=None)),
        "title": told(entry.label).text,
        "messages": entry.messages,
        "codewords": entry.codewords,
    }


def show(authority: Authority, id: str) -> Any:
    """One name: what it is, its note, its messages, twenty a page; where they would spoil, outsiders are told so."""
    record = _record(authority, id)
    if isinstance(record, Response):
        return record
    withheld = authority.spoils and reading() == "outsider"
    pages, messages, codewords = _messages(authority, record, withheld)
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    return page(
        "authorities/show.html",
        authority=authority,
        record=record,
        one=_(authority.one),
        title=_(authority.title),
        name=authority.label(record),
        note=record.definition if authority.scheme else record.note,
        facts=FACTS.get(authority.name, _no_facts)(record),
        withheld=withheld,
        pages=pages,
        messages=messages,
        codewords=codewords,
        ways=[] if withheld else _ways(authority, record, codewords),
        permanent=_permanent(authority, record),
    )


def show_json(authority: Authority, id: str) -> Any:
    """One name as data, with a page of its messages."""
    record = _record(authority, id)
    if isinstance(record, Response):
        return record
    withheld = authority.spoils and reading() == "outsider"
    pages, messages, codewords = _messages(authority, record, withheld)
    fields = _fields(authority, record)
    return jsonify(
        type=authority.type,
        id=authority.spot(record),
        url=absolute(url_for(f"{authority.name}.show", id=authority.spot(record), lang=None)),
        permanent=_permanent(authority, record),
        version=None if authority.scheme else record.version,
        title=told(authority.label(record)).text,
        **fields,
        messages={
            "withheld": withheld,
            "total": None if withheld else pages.total,
            "codewords": None if withheld else codewords,
            "items": [message_item(message, reading()) for message in messages],
            "next": None if withheld else next_page(pages),
        },
    )


def _fields(authority: Authority, record: Any) -> dict[str, Any]:
    if authority.scheme:
        return {"slug": record.slug, "label": record.label, "definition": record.definition}
    fields = to_document(record)
    fields.pop("id")
    return fields


def _record(authority: Authority, typed: str) -> Any:
    """The record or term of an address, or the way to its proper address; raises NotFound or Gone and says why."""
    if authority.scheme:
        found = term(session(), authority.scheme, typed.lower()) if "\x00" not in typed and len(typed) < 80 else None
        found = found or abort(404)
    else:
        found = record_of(authority.model, typed)
    spot = authority.spot(found)
    return found if spot == typed else redirect(here(id=spot), 301)


SHOWN = (Status.PUBLISHED, Status.WITHDRAWN)  # a withdrawn record has its tombstone


def record_of(model: Any, typed: str) -> Any:
    """The record that an identifier leads to, as people type it; raises NotFound or Gone and says why."""

    def get(own: Session, id: str, person: Any) -> Any:
        record = own.get(model, id)
        shown = record is not None and (record.status in SHOWN or may(person, Act.DESK))
        return record if shown else None

    return asked(typed, get)


def _messages(authority: Authority, record: Any, withheld: bool) -> tuple[Pages, list[Message], int]:
    """One page of the messages under a name, how many there are, and how many code words."""
    if withheld:
        return Pages(1, PAGE_SIZE, 0), [], 0
    own, among = session(), authority.messages(record.id)
    counted = select(Message.kind, func.count()).where(seen_by(current_user), among).group_by(Message.kind)
    counts: dict[str, int] = {row[0]: row[1] for row in own.execute(counted)}
    codewords = counts.pop(CODEWORD, 0)
    pages = Pages(page_number(), PAGE_SIZE, sum(counts.values()))
    rows = visible_to(current_user).where(among, Message.kind != CODEWORD).order_by(alphabetical(), Message.id)
    found = own.scalars(rows.options(*ON_CARD).limit(PAGE_SIZE).offset(pages.offset)).unique()
    return pages, list(found), codewords


class Way(NamedTuple):
    """A link from a name to a list that can be narrowed down further."""

    href: str
    label: str


def _ways(authority: Authority, record: Any, codewords: int) -> list[Way]:
    spot, ways = authority.spot(record), []
    if authority.parameter:
        ways.append(Way(_search(**{authority.parameter: spot}), _("Narrow down in the search")))
        if codewords:
            ways.append(Way(_search(**{authority.parameter: spot, "kind": CODEWORD}), _("Its code words")))
    elif record.region:
        ways.append(
            Way(_search(region=record.region), _("All messages of the region %(region)s", region=record.region))
        )
    return ways


def _search(**filters: str) -> str:
    """The search narrowed down, where there is one; else the list of messages, which knows the same filters."""
    path = "/search" if exists("/search") else "/messages"
    if (asked := reading()) != "folded":
        filters["reading"] = asked
    address = path_to(path)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(filters)}"


def _permanent(authority: Authority, record: Any) -> str:
    if authority.scheme:
        return absolute(url_for(f"{authority.name}.show", id=record.slug, lang=None))
    return absolute(url_for("reading.permanent", id=record.id, lang=None))


def next_page(pages: Pages) -> str | None:
    """The full address of the page after this one, for programs."""
    return absolute(here(page=pages.number + 1)) if pages.number < pages.count else None


Facts = list[tuple[str, str]]


def _no_facts(_record: Any) -> Facts:
    return []


KINDS = {
    "broadcaster": N_("broadcaster"), "song": N_("song"), "clandestine-radio": N_("clandestine radio"),
    "numbers-station": N_("numbers station"), "telephone": N_("telephone"), "telegram": N_("telegram"),
    "press": N_("press"), "letter": N_("letter"), "social-media": N_("social media"), "other": N_("other"),
    "film": N_("film"), "circuit": N_("circuit"), "maquis": N_("maquis"), "group": N_("group"),
    "person": N_("person"), "unit": N_("unit"), "public": N_("the public"),
}  # fmt: skip
PRECISIONS = {
    "point": N_("known to the point"), "locality": N_("known to the locality"), "region": N_("known to the region"),
    "country": N_("known to the country"), "unknown": N_("not known"),
}  # fmt: skip


def _kind_facts(record: Any) -> Facts:
    kind = _(KINDS[record.kind]) if record.kind in KINDS else record.kind
    return _told([(_("Kind"), kind), (_("Country"), country_name(record.country))])


def _place_facts(place: Any) -> Facts:
    where = f"{place.lat:g}, {place.lon:g}" if place.lat is not None and place.lon is not None else ""
    return _told([
        (_("Region"), place.region),
        (_("Country"), country_name(place.country)),
        (_("Position"), _(PRECISIONS[place.precision]) if place.precision in PRECISIONS else place.precision),
        (_("Coordinates"), where),
        (_("Located by"), place.located_by),
    ])  # fmt: skip


def _told(facts: Facts) -> Facts:
    return [(name, value) for name, value in facts if value]


def country_name(code: str) -> str:
    """What a country is called in the reader's language."""
    return Locale(language()).territories.get(code, code) if code else ""


FACTS: dict[str, Callable[[Any], Facts]] = {"stations": _kind_facts, "networks": _kind_facts, "places": _place_facts}


def _room(authority: Authority) -> Room:
    blueprint = Blueprint(authority.name, __name__)
    for rule, endpoint, view in (
        ("", "listing", listing), (".json", "listing_json", listing_json),
        ("/<id>", "show", show), ("/<id>.json", "show_json", show_json),
    ):  # fmt: skip
        blueprint.add_url_rule(f"/{authority.name}{rule}", endpoint, update_wrapper(partial(view, authority), view))
    return Room(blueprint)


# -- standings ---------------------------------------------------------------------------------------------------------

standings = Blueprint("standings", __name__)


def _standings() -> list[tuple[Term, int]]:
    """The six standings in their order, each with how many messages have it by their leading claim."""
    counts = until_changed(session(), "messages by standing", _by_standing)
    return [(each, counts.get(each.slug, 0)) for each in session.scalars(terms(Scheme.STANDING))]


def _by_standing(own: Any) -> dict[str, int]:
    query = with_leading(select(leading_standing(), func.count()).select_from(Message))
    public = query.where(Message.status == Status.PUBLISHED, Message.kind != CODEWORD).group_by(leading_standing())
    return {row[0]: row[1] for row in own.execute(public)}


@standings.get("/standings", endpoint="listing")
def listing_of_standings() -> Any:
    """How sure is it: the six standings, what each means, how many messages have it."""
    found = [(each, count, _search(standing=each.slug)) for each, count in _standings()]
    return page("authorities/standings.html", standings=found, total=sum(count for _term, count, _way in found))


@standings.get("/standings.json", endpoint="listing_json")
def listing_of_standings_json() -> Any:
    """The six standings as data."""
    found = _standings()
    items = [
        {
            "type": "standing",
            "id": each.slug,
            "url": absolute(url_for("standings.listing", lang=None, _anchor=each.slug)),
            "title": told(each.label).text,
            "label": each.label,
            "definition": each.definition,
            "messages": count,
        }
        for each, count in found
    ]
    return jsonify(total=len(items), items=items, facets={}, suggestion=None, next=None)


ROOMS = [*(_room(authority) for authority in AUTHORITIES), Room(standings)]
