"""Every kind of page of the site, by an address on the real archive: what is true of every page is tested on these."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from sqlalchemy import select

from webapp.collections.models import Collection
from webapp.essays.models import Essay
from webapp.messages.models import Message
from webapp.networks import Network
from webapp.places import Place
from webapp.sources.models import Source
from webapp.stations import Station

# Addresses that need no identifier.
PLAIN = [
    "/",
    "/search",
    "/search?q=carottes",
    "/search?q=zzzzzzzz",
    "/messages",
    "/nights",
    "/nights/1944-06-05",
    "/nights/1944-06-05/listen",
    "/nights/1944-06-05/listen?sound=jammed",
    "/on-this-day",
    "/on-this-day/06-05",
    "/figures",
    "/figures/theme-purpose",
    "/figures/copy-chain",
    "/figures/nothing",
    "/calendar/1944",
    "/calendar/nothing",
    "/timeline",
    "/map",
    "/surface-and-secret",
    "/relations",
    "/relations?reading=outsider",
    "/coverage",
    "/stations",
    "/networks",
    "/places",
    "/sources",
    "/themes",
    "/themes/food",
    "/purposes",
    "/purposes/parachute-drop",
    "/standings",
    "/essays",
    "/collections",
    "/collections/gathering",
    "/nights/1944-06-05/present",
    "/nights/1944-06-05/quiz",
    "/nights/1944-06-05/quiz?answer=alert",
    "/nights/1944-06-05/quiz?whole=1",
    "/nights/1944-06-05/worksheet",
    "/nights/1944-06-05/worksheet/1",
    "/contribute",
    "/contribute/message",
    "/contribute/correction",
    "/contribute/recollection",
    "/contribute/reply",
    "/contributions",
    "/about",
    "/help",
    "/help/contributing",
    "/help/glossary",
    "/help/standing",
    "/help/accessibility",
    "/help/readers",
    "/help/curators",
    "/help/imports",
    "/help/educators",
    "/help/keepers",
    "/help/several-machines",
    "/data",
    "/feeds",
    "/sign-in",
    "/sign-in/reset",
    "/cite/nights/1944-06-05",
    "/embed/nights/1944-06-05",
    "/embed/nights/nothing",
    "/search/references?q=crapaud",
    "/nothing-here",
]

# One record of each kind, by its key in the seed data (or the first there is).
RECORDS = {
    "/messages/": (Message, "les-carottes-sont-cuites"),
    "/messages/ ": (Message, "sanglots-longs"),
    "/stations/": (Station, None),
    "/networks/": (Network, None),
    "/places/": (Place, None),
    "/sources/": (Source, "s-fr-008"),
    "/essays/": (Essay, "the-carrots"),
    "/collections/": (Collection, "legends-and-how-to-doubt"),
    "/cite/": (Message, "les-carottes-sont-cuites"),
    "/embed/messages/": (Message, "les-carottes-sont-cuites"),
    "/embed/essays/": (Essay, "the-carrots"),
    "/embed/collections/": (Collection, "legends-and-how-to-doubt"),
}


def addresses(archive: Flask) -> list[str]:
    """All of them."""
    records = [start.strip() + identifier(archive, model, key) for start, (model, key) in RECORDS.items()]
    versions = [f"{each}/v1" for each in records if not each.startswith(("/cite/", "/embed/"))]
    lists = [f"/collections/{identifier(archive, Collection, 'legends-and-how-to-doubt')}/references"]
    return PLAIN + records + versions + lists + [key_of(archive, "/nights/1944-06-05")]


def key_of(archive: Flask, base: str) -> str:
    """The address of the key of a worksheet, as the page where it is made gives it."""
    found = re.search(r'href="([^"]*/key\?[^"]*)"', archive.test_client().get(f"{base}/worksheet?lang=fr").text)
    assert found, base
    return unescape(found[1]).replace("&lang=fr", "")  # each test asks in the language that it wants


def identifier(archive: Flask, model: type, key: str | None = None) -> str:
    """The identifier of the record with this seed key, or of the first one."""
    query = select(model.id).where(model.key == key) if key else select(model.id).order_by(model.key)
    with archive.extensions["database"].reading() as own:
        return own.scalars(query.limit(1)).one()
