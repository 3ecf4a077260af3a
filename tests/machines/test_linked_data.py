"""schema.org of every sort of page, read by two strangers and held against a table of what each thing must say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import extruct
from flask.testing import FlaskClient
from pyld import jsonld

from tests.make import Make
from webapp.vocabularies import Standing

SCHEMA = "https://schema.org/"
# What schema.org's own context says of the words we use; the rest are in its vocabulary as they stand.
CONTEXT = {"@context": {"@vocab": SCHEMA, **{name: {"@type": "@id"} for name in ("url", "license")}}}
THING = {"@type", "@id", "url", "name", "identifier", "isPartOf"}
WORK = THING | {"inLanguage", "version", "author", "dateModified", "description"}
# What a thing must say of itself, and what it may say besides.
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "Quotation": (THING | {"text", "inLanguage", "version", "description"},
                  WORK | {"creativeWorkStatus", "publication", "about"}),
    "Claim": ({"@type", "identifier", "creativeWorkStatus"}, {"text", "inLanguage", "appearance"}),
    "BroadcastEvent": ({"@type", "name"}, {"startDate", "publishedOn", "additionalProperty"}),
    "BroadcastService": ({"@type", "name"}, set()),
    "PropertyValue": ({"@type", "name", "propertyID", "value"}, set()),
    "Article": (THING | {"headline", "author", "datePublished", "inLanguage", "version"}, WORK),
    "Collection": (THING, WORK | {"temporalCoverage"}),
    "CreativeWork": ({"@type", "@id", "name"}, WORK | {"pagination"}),
    "MediaObject": (THING, WORK),
    "Organization": ({"@type", "name"}, WORK), "Place": (THING, WORK), "Person": ({"@type", "name"}, set()),
    "WebSite": ({"@type", "name", "url"}, set()),
}  # fmt: skip


def load(address: str, _options: Any) -> dict[str, Any]:
    """The context, without the web."""
    assert address.rstrip("/") == SCHEMA.rstrip("/"), address
    return {"contextUrl": None, "documentUrl": address, "document": CONTEXT}


def things(node: Any) -> Iterator[dict[str, Any]]:
    """Every thing that is described in a description."""
    if isinstance(node, list):
        for each in node:
            yield from things(each)
    elif isinstance(node, dict):
        if "@type" in node:
            yield node
        yield from things(list(node.values()))


def described(reader: FlaskClient, address: str) -> dict[str, Any]:
    """What a page says of itself, as its readers find it in the page."""
    page = reader.get(address, follow_redirects=True)
    (data,) = extruct.extract(page.text, syntaxes=["json-ld"])["json-ld"]
    assert data == reader.get(address, headers={"Accept": "application/ld+json"}).get_json(force=True)
    return data


def addresses(reader: FlaskClient) -> dict[str, str]:
    """A page of every sort, and every legend and dispute among the first messages."""
    found = {"night": "/nights/1944-06-05"}
    for sort in ("messages", "essays", "collections", "media", "sources", "stations", "networks", "places"):
        for record in reader.get(f"/api/v1/{sort}?limit=1").get_json()["items"]:
            found[sort] = record["url"].removeprefix("http://localhost")
    for standing in ("legend", "disputed", "documented"):
        (record,) = reader.get(f"/api/v1/search?standing={standing}&limit=1").get_json()["items"]
        found[standing] = record["url"].removeprefix("http://localhost")
    return found


def test_every_page_describes_itself_as_its_sort_must_and_in_words_that_exist(reader: FlaskClient) -> None:
    for sort, address in addresses(reader).items():
        data = described(reader, address)
        for thing in things(data):
            must, may = SHAPES[thing["@type"]]
            said = set(thing) - {"@context"}
            assert must <= said, (sort, thing["@type"], must - said)
            assert said <= must | may, (sort, thing["@type"], said - must - may)
        (expanded,) = jsonld.expand(data, {"documentLoader": load})
        assert expanded["@type"] == [SCHEMA + data["@type"]]
        assert expanded["@id"].startswith("http://localhost/"), sort
        assert all(key.startswith((SCHEMA, "@")) for node in things([expanded]) for key in node)
        triples = jsonld.to_rdf(data, {"documentLoader": load, "format": "application/n-quads"})
        assert f"<{expanded['@id']}> <{SCHEMA}name>" in triples, sort


SAID = {
    "documented": {"fr": "documenté", "en": "documented"}, "attested": {"fr": "attesté", "en": "attested"},
    "attributed": {"fr": "attribué", "en": "attributed"}, "disputed": {"fr": "contesté", "en": "disputed"},
    "legend": {"fr": "légende", "en": "a legend"}, "unknown": {"fr": "inconnu", "en": "unknown"},
}  # fmt: skip


def test_no_claim_can_be_taken_for_a_fact(client: FlaskClient, make: Make) -> None:
    source = make.source("Les messages personnels")
    claims = [make.claim("le débarquement", standing, attestations=[{"source": source.id, "locator": "p. 12"}])
              for standing in Standing]  # fmt: skip
    message = make.message("Les carottes sont cuites", night="1944-06-05", meanings=claims)
    witness = {"@type": "CreativeWork", "@id": f"http://localhost/id/{source.id}", "name": source.title,
               "pagination": "p. 12"}  # fmt: skip
    for lang in ("fr", "en"):
        data = described(client, f"/messages/{message.id}/{message.slug}?lang={lang}")
        assert [each["creativeWorkStatus"] for each in data["about"]] == list(Standing)
        for about in data["about"]:
            assert about["text"].startswith(f"[{SAID[about['creativeWorkStatus']][lang]}] ")
            assert about["appearance"] == [witness]
        assert "débarquement" not in str({key: value for key, value in data.items() if key != "about"})


def test_a_source_that_nobody_may_see_is_no_witness_in_public(client: FlaskClient, make: Make) -> None:
    secret = make.source("Carnet secret", status="draft")
    claim = make.claim("un parachutage", attestations=[{"source": secret.id, "locator": "f. 3"}])
    message = make.message(meanings=[claim])
    (about,) = described(client, f"/messages/{message.id}/{message.slug}")["about"]
    assert "appearance" not in about
