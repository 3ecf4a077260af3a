"""Feeds, the map of the site for crawlers, and what crawlers are asked to leave alone."""

from __future__ import annotations

import datetime as dt
import re

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import update

from tests.conftest import counted_queries
from tests.make import Make
from tests.schemas import ensure_valid
from webapp.machines.feeds import FEEDS
from webapp.messages.models import Message


@pytest.mark.parametrize("name", [feed.name for feed in FEEDS])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_feed_is_read_by_a_feed_reader(reader: FlaskClient, name: str, lang: str) -> None:
    answer = reader.get(f"/feeds/{name}.atom", headers={"Accept-Language": lang})
    assert answer.mimetype == "application/atom+xml"
    etree.fromstring(answer.data)
    read = feedparser.parse(answer.data)
    assert not read.bozo
    assert read.feed.title.startswith("Carottes, ")
    assert read.feed.language == lang
    ids = [entry.id for entry in read.entries]
    assert len(set(ids)) == len(ids)
    assert all(id.startswith("tag:localhost,2026:") for id in ids)
    told = reader.get(f"/feeds/{name}.json", headers={"Accept-Language": lang}).get_json()
    assert [item["id"] for item in told["items"]] == ids


def test_new_messages_come_in_the_order_of_first_publication(app: Flask, client: FlaskClient, make: Make) -> None:
    messages = [make.message(f"phrase {number}") for number in range(3)]
    with app.extensions["database"].writing() as own:
        for days, message in enumerate(messages):
            moment = dt.datetime(2026, 11, 1 + days, tzinfo=dt.UTC)
            own.execute(update(Message).where(Message.id == message.id).values(published_at=moment))
    read = feedparser.parse(client.get("/feeds/messages.atom").data)
    assert [entry.title for entry in read.entries] == ["phrase 2", "phrase 1", "phrase 0"]
    assert read.entries[0].published == "2026-11-03T00:00:00+00:00"


def test_a_draft_is_in_no_feed(client: FlaskClient, make: Make) -> None:
    make.message("Phrase encore secrète", status="draft", night="1944-06-05")
    for feed in FEEDS:
        assert "secrète" not in client.get(f"/feeds/{feed.name}.atom").text
        assert "secrète" not in client.get(f"/feeds/{feed.name}.json").get_data(as_text=True)


def test_a_legend_is_called_one_and_its_meaning_is_not_given_away(client: FlaskClient, make: Make) -> None:
    make.term("standing", "legend", "légende", "legend")
    make.message("Les carottes sont cuites", meanings=[make.claim("le débarquement", standing="legend")])
    told = client.get("/feeds/messages.json?lang=fr").get_json()["items"][0]
    assert "légende" in told["content_text"]
    assert told["_carottes"]["standing"] == "legend"
    assert "débarquement" not in client.get("/feeds/messages.atom").text
    outsider = client.get("/feeds/messages.json?lang=fr&reading=outsider").get_data(as_text=True)
    assert "légende" not in outsider


def test_a_phrase_that_xml_cannot_hold_breaks_no_feed(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud \x0b vole & <danse>")
    assert not feedparser.parse(client.get("/feeds/messages.atom").data).bozo


def test_a_feed_that_has_not_changed_is_not_sent_again(client: FlaskClient, make: Make) -> None:
    make.message()
    answer = client.get("/feeds/messages.atom")
    again = client.get("/feeds/messages.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/feeds/nothing.atom").status_code == 404


def test_every_page_of_the_map_is_there(reader: FlaskClient) -> None:
    places = locations(reader, "/sitemap.xml")
    assert len(places) > 5
    pages = [page for place in places for page in locations(reader, place)]
    assert len(set(pages)) == len(pages) > 1500
    for page in [*pages[:40], *pages[40::97]]:
        assert reader.get(page).status_code == 200, page


def locations(reader: FlaskClient, address: str) -> list[str]:
    root = ensure_valid(etree.fromstring(reader.get(address).data), "sitemap")
    return [each.text.removeprefix("http://localhost") for each in root.iter("{*}loc")]


def test_the_map_says_when_a_record_changed_and_names_no_draft(client: FlaskClient, make: Make) -> None:
    message, draft = make.message(), make.message("Phrase secrète", status="draft")
    told = client.get("/sitemap-messages-1.xml").text
    assert re.search(rf"{message.id}/le-crapaud-vole</loc><lastmod>20\d\d-", told)
    assert draft.id not in told
    assert client.get("/sitemap-messages-2.xml").status_code == 404
    assert client.get("/sitemap-people-1.xml").status_code == 404


def test_the_door_of_the_search_may_be_known_and_no_question_asked_behind_it(reader: FlaskClient) -> None:
    for door in ("/search", "/search?lang=en"):
        answer = reader.get(door)
        assert "X-Robots-Tag" not in answer.headers
        assert 'name="robots"' not in answer.text
    for question in ("/search?q=crapaud", "/search?theme=food", "/search?reading=outsider", "/search?q=nothing-of-it"):
        assert reader.get(question).headers["X-Robots-Tag"] == "noindex, follow"


def test_crawlers_are_kept_out_of_searches_and_readings_and_find_the_map(reader: FlaskClient) -> None:
    told = reader.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml" in told
    refused = re.findall(r"^Disallow: (\S+)$", told, re.MULTILINE)
    patterns = [re.compile(re.escape(path).replace(r"\*", ".*")) for path in refused]

    def left_alone(address: str) -> bool:
        return any(pattern.match(address) for pattern in patterns)

    for trap in (
        "/search?theme=food",
        "/messages?theme=food",
        "/desk",
        "/nights/1944-06-05?reading=outsider",
        "/oai?verb=x",
    ):
        assert left_alone(trap), trap
    for page in ("/", "/messages/90fp5dr/les-carottes-sont-cuites", "/nights/1944-06-05", "/essays", "/static/x.css"):
        assert not left_alone(page), page


@pytest.mark.parametrize(("name", "index"), [
    ("messages", "ix_message_status_published_at_id"), ("changes", "ix_message_status_updated_at_id")
])  # fmt: skip
def test_a_feed_is_read_in_the_order_of_an_index_and_no_further_than_it_goes(
    app: Flask, client: FlaskClient, name: str, index: str
) -> None:
    with counted_queries(app) as sent:
        client.get(f"/feeds/{name}.atom")
    (query,) = [each for each in sent if f"ORDER BY message.{index[18:-3]} DESC" in each]
    with app.extensions["database"].reader.connect() as connection:
        given = tuple("x" for _ in range(query.count("?")))
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given))
    assert f"USING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan
