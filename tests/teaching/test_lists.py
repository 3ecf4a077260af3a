"""A teacher takes the references of a whole collection or search at once, and shows a collection in another page."""

from __future__ import annotations

import io
import json
import re

import bibtexparser
import pytest
from bibtexparser.bparser import BibTexParser
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.make import Make
from webapp.revisions import to_document
from webapp.revisions.actions import change, publish, withdraw

SECRET = "Un parachutage près de Tulle"
TOLD = {"introduction": {"fr": f"Introduction : {SECRET}"}, "aims": {"fr": f"But : {SECRET}"},
        "questions": {"fr": f"Question : {SECRET}"}}  # fmt: skip


@pytest.fixture
def collection(make: Make):
    """A published collection of two messages (one a legend), an essay and a night; its texts tell a meaning."""
    toad = make.message("Le crapaud vole", night="1944-06-05", meanings=[make.claim(SECRET)])
    make.message("Le coq chantera à minuit", night="1944-06-05")
    carrots = make.message("Les carottes sont cuites", meanings=[make.claim("On le dit.", "legend")])
    items = [{"message": toad.id, "note": {"fr": f"Note : {SECRET}"}}, {"essay": make.essay().id},
             {"night": "1944-06-05"}, {"message": carrots.id}]  # fmt: skip
    return make.collection("Ménagerie", items=items, level={"fr": "Troisième"}, author="Jeanne D.", **TOLD)


def test_all_items_of_a_collection_are_cited_in_their_order_in_the_style_asked_for(
    client: FlaskClient, collection
) -> None:
    page = client.get(f"/collections/{collection.id}/references?lang=fr").text
    places = [page.index(words) for words in ("Le crapaud vole", "5 juin 1944", "Les carottes sont cuites")]
    assert places[0] < places[-1]
    assert page.count('<li class="citation">') == 4
    mla = client.get(f"/collections/{collection.id}/references?lang=fr&style=mla").text
    assert 'style=mla" rel="nofollow" aria-current="true"' in mla
    assert mla != page


def test_the_references_of_a_collection_go_into_a_reference_manager(client: FlaskClient, collection) -> None:
    answer = client.get(f"/collections/{collection.id}/references.bib")
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    assert len(bibtexparser.loads(answer.text, parser).entries) == 4
    assert f"carottes-{collection.id}-references.bib" in answer.headers["Content-Disposition"]
    assert len(json.loads(client.get(f"/collections/{collection.id}/references.csl.json").text)) == 4
    assert client.get(f"/collections/{collection.id}/references.ris").text.count("TY  - ") == 4


def test_what_was_withdrawn_is_cited_by_no_list(client: FlaskClient, collection, session: Session) -> None:
    withdraw(collection.items[0].message, by=None, reason="Double.")
    session.commit()
    page = client.get(f"/collections/{collection.id}/references").text
    assert page.count('<li class="citation">') == 3
    assert "Le crapaud vole" not in page


def test_a_list_of_references_asks_the_database_as_often_for_many_items(
    app: Flask, client: FlaskClient, make: Make
) -> None:
    sums = []
    for size in (2, 12):
        items = [{"message": make.message(f"Le crapaud vole {size} {n}").id} for n in range(size)]
        made = make.collection(f"De {size}", items=items)
        client.get(f"/collections/{made.id}/references")
        with counted_queries(app) as sent:
            client.get(f"/collections/{made.id}/references")
        sums.append(len(sent))
    assert sums[0] == sums[1]


def test_what_a_search_found_is_cited_as_a_list(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole")
    make.message("Le crapaud saute")
    found = client.get("/search?q=crapaud&lang=fr").text
    assert 'href="/search/references?q=crapaud' in found
    page = client.get("/search/references?q=crapaud&lang=fr&style=apa").text
    assert page.count('<li class="citation">') == 2
    assert re.search(r'href="/search\.bib\?q=crapaud(&amp;lang=fr)?"', page)
    assert "Il n’y a rien à citer ici." in client.get("/search/references?q=girafe&lang=fr").text
    assert client.get("/search/references?q=%22&style=nothing&lang=fr").status_code == 200


def test_the_card_of_a_collection_shows_its_phrases_and_never_what_its_maker_tells(
    client: FlaskClient, collection
) -> None:
    for query in ("", "?reading=outsider", "?reading=insider&theme=dark"):
        answer = client.get(f"/embed/collections/{collection.id}{query}")
        assert answer.status_code == 200
        assert "Le crapaud vole" in answer.text
        assert "Ménagerie" in answer.text
        assert SECRET not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "une légende" in client.get(f"/embed/collections/{collection.id}?lang=fr").text
    assert "légende" not in client.get(f"/embed/collections/{collection.id}?lang=fr&reading=outsider").text


def test_a_collection_is_found_by_oembed_with_its_picture(client: FlaskClient, collection) -> None:
    told = client.get("/oembed", query_string={"url": f"http://localhost/collections/{collection.id}"}).json
    assert f"/embed/collections/{collection.id}" in told["html"]
    picture = client.get(told["thumbnail_url"].removeprefix("http://localhost"))
    assert Image.open(io.BytesIO(picture.data)).size == (1200, 630)
    page = client.get(f"/collections/{collection.id}").text
    assert f"/preview/collections/{collection.id}.png" in page
    assert "application/json+oembed" in page


@pytest.mark.parametrize(
    "address", ["/embed/collections/{}", "/preview/collections/{}.png", "/collections/{}/references"]
)
def test_a_withdrawn_collection_has_no_card_and_no_list(
    client: FlaskClient, collection, session: Session, address: str
) -> None:
    withdraw(collection, by=None, reason="Refaite.")
    session.commit()
    assert client.get(address.format(collection.id)).status_code == 410
    assert client.get(address.format("nothing")).status_code == 404


def test_a_version_of_a_collection_names_its_items_as_they_were(
    client: FlaskClient, collection, session: Session
) -> None:
    document = to_document(collection)
    change(collection, {**document, "items": document["items"][1:]}, by=None)
    publish(collection, by=None)
    session.commit()
    first = client.get(f"/collections/{collection.id}/v1?lang=fr").text
    assert "Le crapaud vole" in first
    assert f"Note\u00a0: {SECRET}" in first or f"Note : {SECRET}" in first
    assert "Le crapaud vole" not in client.get(f"/collections/{collection.id}/v2").text


@pytest.mark.parametrize("address", ["/collections/{}/v1", "/collections/{}/v1.json", "/collections/{}/history"])
def test_no_version_tells_an_outsider_what_its_maker_tells(
    client: FlaskClient, collection, session: Session, address: str
) -> None:
    texts = {name: {"fr": f"Tout autre : {SECRET} ?"} for name in TOLD}
    change(collection, {**to_document(collection), **texts}, by=None)
    publish(collection, by=None)
    session.commit()
    assert SECRET in client.get(address.format(collection.id)).get_data(as_text=True)
    outside = client.get(address.format(collection.id) + "?reading=outsider")
    assert outside.status_code == 200
    assert SECRET not in outside.get_data(as_text=True)
