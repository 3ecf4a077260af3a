"""A search can be kept: as a feed, as a file, in the browser; and suggestions are offered while typing."""

from __future__ import annotations

import csv
import io
import json
import re

import bibtexparser
import feedparser
import pytest
import rispy
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import text

from tests.conftest import counted_queries
from tests.make import Make
from tests.schemas import ensure_valid
from webapp.search.cli import index


@pytest.fixture
def bulletin(make: Make) -> list[str]:
    """Three messages of one animal, the first of them explained."""
    made = [
        make.message("Le crapaud vole", meaning="Un parachutage", night="1944-06-05"),
        make.message("Le crapaud nage"),
        make.message("=crapaud", lang="fr"),
    ]
    return [each.id for each in made]


def test_a_search_is_an_atom_feed_of_what_is_new_in_it(client: FlaskClient, bulletin: list[str]) -> None:
    feed = feedparser.parse(client.get("/search.atom?q=crapaud").data)
    assert not feed.bozo
    assert {entry.title for entry in feed.entries} == {"Le crapaud vole", "Le crapaud nage", "=crapaud"}
    assert all(re.fullmatch(r"tag:[^,]+,2026:\w{7}", entry.id) for entry in feed.entries)
    assert feed.feed.updated


def test_a_search_is_a_json_feed(client: FlaskClient, bulletin: list[str]) -> None:
    answer = client.get("/search.feed.json?q=crapaud")
    assert answer.mimetype == "application/feed+json"
    assert answer.json["version"] == "https://jsonfeed.org/version/1.1"
    assert len(answer.json["items"]) == 3


def test_an_empty_search_is_still_a_feed(client: FlaskClient, bulletin: list[str]) -> None:
    feed = feedparser.parse(client.get("/search.atom?q=hippopotame").data)
    assert not feed.bozo
    assert feed.entries == []


def test_a_search_is_a_table_that_no_spreadsheet_takes_for_formulas(client: FlaskClient, bulletin: list[str]) -> None:
    answer = client.get("/search.csv?q=crapaud")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {line["id"] for line in lines} == set(bulletin)
    assert {line["text"] for line in lines} == {"Le crapaud vole", "Le crapaud nage", "'=crapaud"}
    explained = next(line for line in lines if line["text"] == "Le crapaud vole")
    assert (explained["meaning_fr"], explained["standing"]) == ("Un parachutage", "attested")
    assert explained["dates"] == "1944-06-05"


def test_the_whole_result_is_there_however_long_it_is(client: FlaskClient, make: Make) -> None:
    for n in range(45):
        make.message(f"Le canard {n} nage")
    assert len(json.loads(client.get("/search.all.json?q=canard").text)) == 45
    assert client.get("/search.json?q=canard").json["total"] == 45


def test_a_search_is_a_bibliography(client: FlaskClient, bulletin: list[str]) -> None:
    entries = bibtexparser.loads(client.get("/search.bib?q=crapaud").text).entries
    assert {entry["url"] for entry in entries} == {f"http://localhost/id/{each}/v1" for each in bulletin}
    assert len(rispy.loads(client.get("/search.ris?q=crapaud").text)) == 3
    outside = json.loads(client.get("/search.csl.json?q=crapaud&reading=outsider").text)
    assert {each["genre"] for each in outside} <= {"message codé", "coded message"}
    assert json.loads(client.get("/search.csl.json?q=hippopotame").text) == []


def test_an_unknown_format_is_not_found(client: FlaskClient) -> None:
    assert client.get("/search.docx?q=crapaud").status_code == 404


def test_every_page_of_results_links_to_the_ways_to_keep_it(client: FlaskClient, bulletin: list[str]) -> None:
    html = client.get("/search?q=crapaud&year=1944").text
    for ending in ("atom", "feed.json", "csv", "all.json"):
        assert f'href="/search.{ending}?q=crapaud&amp;year=1944"' in html


def test_a_browser_can_add_the_archive_to_its_searches(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    tree = ensure_valid(etree.fromstring(answer.data), "opensearch")
    addresses = [each.get("template") for each in tree if each.tag.endswith("Url")]
    assert addresses[0] == "http://localhost/search?q={searchTerms}"
    assert 'href="/opensearch.xml"' in client.get("/search").text


def test_suggestions_are_options_of_a_list_with_the_language_of_each_phrase(reader: FlaskClient) -> None:
    html = reader.get("/search/suggestions?q=le+crap&lang=en").text
    assert re.search(r'<li role="option"[^>]*>\s*<span class="phrase-s" lang="fr">', html)
    assert "<mark>crapaud</mark>" in html
    assert "exact=1" in html


def test_suggestions_find_a_network_and_forgive_a_slip(reader: FlaskClient) -> None:
    headers = {"Accept": "application/json"}
    offered = reader.get("/search/suggestions?q=nestor", headers=headers).json
    assert offered[0]["type"] == "message"
    assert any(each["type"] == "network" for each in offered)
    slipped = reader.get("/search/suggestions?q=crapo+vol", headers=headers).json
    assert slipped[0]["text"] == "Le crapaud vole"


def test_suggestions_offer_themes_with_how_many_messages_they_have(reader: FlaskClient) -> None:
    offered = reader.get("/search/suggestions?q=anim", headers={"Accept": "application/json"}).json
    theme = next(each for each in offered if each["type"] == "theme")
    assert theme["text"] == "Animaux"
    assert re.search(r"\d+ messages", theme["what"])
    assert theme["url"] == "/search?theme=animals"
    purposes = reader.get("/search/suggestions?q=parachut", headers={"Accept": "application/json"}).json
    assert {"purpose"} <= {each["type"] for each in purposes}


def test_suggestions_ask_the_database_for_nothing_but_what_waits(archive: Flask, reader: FlaskClient) -> None:
    reader.get("/search/suggestions?q=crap")
    with counted_queries(archive) as sent:
        reader.get("/search/suggestions?q=crap")
    assert len(sent) <= 1


def test_the_index_is_built_verified_and_described_on_the_command_line(app: Flask, make: Make) -> None:
    make.message("Le crapaud vole")
    run = app.test_cli_runner().invoke
    assert "1 records are in the index" in run(index, ["rebuild"]).output
    assert "equals the database" in run(index, ["verify"]).output
    assert "state: ready" in run(index, ["status"]).output
    make.session.execute(text("UPDATE message SET revision = 9"))
    make.session.commit()
    answer = run(index, ["verify"])
    assert answer.exit_code == 1
    assert "outdated: 1" in answer.output
