"""The address of a record answers in the form that a program asks for, and a browser always gets its page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.make import Make

BROWSERS = [
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "*/*",
]
NONSENSE = [
    "",
    "nonsense",
    ";;;q=,,",
    "application/json;q=much",
    "text/html;q=0",
    "image/png",
    "/",
    "a/b;q=-1",
    "é",
    "x" * 5000,
]


def first(reader: FlaskClient, sort: str) -> str:
    record = reader.get(f"/api/v1/{sort}?limit=1").get_json()["items"][0]
    return record["url"].removeprefix("http://localhost")


@pytest.mark.parametrize("accept", [*BROWSERS, *NONSENSE])
def test_whoever_asks_for_nothing_we_have_gets_the_page(reader: FlaskClient, accept: str) -> None:
    for address in (first(reader, "messages"), "/nights/1944-06-05"):
        answer = reader.get(address, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.mimetype == "text/html"
        assert "accept" in answer.vary


@pytest.mark.parametrize(("accept", "mimetype"), [
    ("application/json", "application/json"),
    ("application/ld+json", "application/ld+json"),
    ("application/ld+json, application/json;q=0.9", "application/ld+json"),
    ("text/html;q=0.5, application/json", "application/json"),
    ("application/json;q=0.5, text/html", "text/html"),
    ("application/json, */*;q=0.1", "application/json"),
    ("application/*", "application/ld+json"),
    ("application/json;q=0, */*", "text/html"),
])  # fmt: skip
@pytest.mark.parametrize("sort", ["messages", "essays", "sources", "stations", "networks", "places"])
def test_a_record_comes_in_the_form_that_is_liked_best(
    reader: FlaskClient, sort: str, accept: str, mimetype: str
) -> None:
    answer = reader.get(first(reader, sort), headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.mimetype == mimetype
    assert "accept" in answer.vary


def test_the_data_at_the_address_is_that_of_the_api_and_the_page(reader: FlaskClient) -> None:
    record = reader.get("/api/v1/messages?limit=1").get_json()["items"][0]
    address = record["url"].removeprefix("http://localhost")
    alone = reader.get(f"/api/v1/messages/{record['id']}").get_json()
    assert reader.get(address, headers={"Accept": "application/json"}).get_json() == alone
    linked = reader.get(address, headers={"Accept": "application/ld+json"}).get_json(force=True)
    assert linked["@id"] == record["permanent"]


def test_a_night_leads_to_its_transcription_and_its_data(reader: FlaskClient) -> None:
    for accept, ending in (("application/tei+xml", ".tei.xml"), ("application/json", ".json")):
        answer = reader.get("/nights/1944-06-05?reading=outsider", headers={"Accept": accept})
        assert answer.status_code == 303
        assert answer.location == f"/nights/1944-06-05{ending}?reading=outsider"
        assert "accept" in answer.vary
        assert reader.get(answer.location).status_code == 200
    linked = reader.get("/nights/1944-06-05", headers={"Accept": "application/ld+json"})
    assert linked.mimetype == "application/ld+json"


def test_an_outsider_gets_no_meaning_in_any_form(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole", meaning="Une livraison d’armes")
    for accept in ("application/json", "application/ld+json"):
        address = f"/messages/{message.id}/{message.slug}"
        folded = client.get(address, headers={"Accept": accept})
        outsider = client.get(f"{address}?reading=outsider", headers={"Accept": accept})
        assert "crapaud" in outsider.text
        assert "livraison" not in outsider.text
        assert "livraison" in folded.text


def test_a_draft_is_told_in_no_form(client: FlaskClient, make: Make) -> None:
    draft = make.message("Le crapaud vole", status="draft")
    for accept in ("application/json", "application/ld+json"):
        answer = client.get(f"/messages/{draft.id}", headers={"Accept": accept})
        assert answer.status_code == 404
        assert "crapaud" not in answer.text
        assert "accept" in answer.vary


def test_who_has_the_data_already_is_told_so(reader: FlaskClient) -> None:
    address = first(reader, "messages")
    given = reader.get(address, headers={"Accept": "application/json"}).headers["ETag"]
    again = {"Accept": "application/json", "If-None-Match": given}
    assert reader.get(address, headers=again).status_code == 304
    assert reader.get(address, headers=again | {"Accept": "application/ld+json"}).status_code == 200


def test_the_address_of_a_term_says_that_it_depends_on_what_is_accepted(reader: FlaskClient) -> None:
    page = reader.get("/vocabularies/standing/legend", headers={"Accept": "text/html"})
    turtle = reader.get("/vocabularies/standing/legend", headers={"Accept": "text/turtle"})
    assert page.location != turtle.location
    assert "accept" in page.vary
    assert "accept" in turtle.vary
