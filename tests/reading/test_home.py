"""The home page and the manual."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.make import Make
from webapp.database import session as scoped
from webapp.reading import queries
from webapp.stations import LONDON


def test_an_empty_archive_has_a_home_page(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


def test_the_counts_lead_to_lists_of_that_length(reader: FlaskClient) -> None:
    text = reader.get("/").text
    found = re.findall(r'href="(/messages\?standing=[a-z]+)">(\d+)', text)
    assert len(found) == 6
    for address, count in found:
        assert reader.get(address.replace("/messages", "/messages.json")).json["total"] == int(count)


def test_the_counts_follow_a_new_message(make: Make, client: FlaskClient) -> None:
    make.message("Une")
    assert "1 message codé" in client.get("/?lang=fr").text
    make.message("Deux")
    assert "2 messages codés" in client.get("/?lang=fr").text


def test_the_day_prefers_a_message_broadcast_on_it(make: Make, app: Flask, session: Session) -> None:
    make.message("Un autre jour", meaning="x", night="1944-03-01")
    that = make.message("Ce jour-là", meaning="x", night="1943-06-05")
    with app.app_context():
        assert queries.tonight(session, dt.date(2030, 6, 5)) == (that.id, True)


def test_a_message_of_radio_londres_opens_the_archive_wherever_it_has_one(
    make: Make, app: Flask, session: Session
) -> None:
    london, mexico = make.station(), make.station("Télégramme du Mexique")
    london.key = LONDON
    session.commit()
    other = make.message("Obra editada, agotada", meaning="x", night="1956-11-25", station=mexico.id)
    with app.app_context():
        assert queries.tonight(session, dt.date(2026, 11, 25)) == (other.id, True)
        ours = make.message("Le crapaud vole", meaning="x", night="1944-06-05", station=london.id)
        assert queries.tonight(session, dt.date(2026, 11, 25)) == (ours.id, False)
        assert queries.tonight(session, dt.date(2026, 6, 5)) == (ours.id, True)


def test_there_is_a_message_every_night_and_it_stays_until_midnight(archive: Flask) -> None:
    with archive.test_request_context():
        own = scoped()
        for day in range(0, 800, 7):
            today = dt.date(2028, 1, 1) + dt.timedelta(days=day)
            found, _anniversary = queries.tonight(own, today)
            assert found
            assert queries.tonight(own, today)[0] == found


def test_a_leap_day_has_a_message_too(make: Make, app: Flask, session: Session) -> None:
    that = make.message("Bissextile", meaning="x", night="1944-02-29")
    with app.app_context():
        assert queries.tonight(session, dt.date(2028, 2, 29)) == (that.id, True)


def test_the_carrots_are_shown_as_a_legend_beside_the_real_one(reader: FlaskClient) -> None:
    text = reader.get("/").text
    assert 'class="doubt">Les carottes sont cuites' in text
    assert "Yvette aime les grosses carottes" in text


def test_the_home_page_asks_little_of_the_database(archive: Flask, reader: FlaskClient) -> None:
    reader.get("/")
    with counted_queries(archive) as sent:
        reader.get("/")
    assert len(sent) <= 12


def test_the_home_page_weighs_less_than_its_promise(reader: FlaskClient) -> None:
    """At most 120 KB before images (PRODUCT.md): the page, its style sheet, its script and the five fonts it uses."""
    text = reader.get("/").text
    sheet = re.search(r'href="(/static/site\.css[^"]+)"', text)
    assert sheet
    files = [reader.get(sheet[1], headers={"Accept-Encoding": "gzip"})]
    files += [reader.get(address) for address in re.findall(r'<script src="([^"]+)"', text)]
    fonts = [f"/static/fonts/{name}.woff2" for name in (
        "eb-garamond-latin-400-normal", "eb-garamond-latin-400-italic", "jost-latin-400-normal",
        "jost-latin-600-normal", "courier-prime-latin-400-normal")]  # fmt: skip
    files += [reader.get(address) for address in fonts]
    sent = len(reader.get("/", headers={"Accept-Encoding": "gzip"}).data)
    assert sent + sum(len(file.data) for file in files) <= 120_000


def test_a_page_is_compressed_and_not_sent_again_to_who_has_it(reader: FlaskClient) -> None:
    plain, light = reader.get("/"), reader.get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(light.data) == plain.data
    again = reader.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": light.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert reader.get("/", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
    other = reader.get("/?lang=en", headers={"Accept-Encoding": "gzip", "If-None-Match": light.headers["ETag"]})
    assert other.status_code == 200


def test_what_a_page_and_a_script_weigh_is_small_for_every_browser_of_today(reader: FlaskClient) -> None:
    script = re.search(r'src="(/static/js/site\.js[^"]*)"', reader.get("/").text)[1]  # type: ignore[index]
    for address in ("/", script, "/messages.json", "/search?q=carottes"):
        plain, light = (len(reader.get(address, headers=asked).data) for asked in ({}, {"Accept-Encoding": "br"}))
        assert light < plain / 2, address


def test_a_page_with_a_token_against_forged_forms_is_not_compressed(reader: FlaskClient) -> None:
    answer = reader.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert b"csrf_token" in answer.data
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("address", ["/help/nothing", "/help/..%2f..%2fconfig", "/help/HELP", "/help/about/"])
def test_a_chapter_that_is_not_written_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_every_chapter_of_the_manual_is_in_both_languages_and_has_a_title(client: FlaskClient) -> None:
    text = client.get("/help?lang=fr").text
    names = re.findall(r'href="/help/([a-z-]+)\?lang=fr"', text)
    assert {"readers", "standing"} <= set(names)
    for name in names:
        french, english = (client.get(f"/help/{name}?lang={lang}").text for lang in ("fr", "en"))
        assert "<article>" in french
        assert "<article>" in english
        for page in (french, english):
            assert "title:" not in page
            assert page.count("<h1") == 1


def test_about_is_one_page_whatever_its_address(client: FlaskClient) -> None:
    assert client.get("/help/about").location == "/about"
    assert "Carottes" in client.get("/about").text


def test_the_dial_counts_french_messages_by_the_year_and_the_month_they_certainly_were_read_in(
    make: Make, app: Flask, session: Session
) -> None:
    for night in ("1943-05-02", "1944-06-01", "1944-06-05?", "1944-06", "1944-05/1944-06", "1944", "1950-06-05"):
        make.message(night=night)
    make.message("L’aquila vola", lang="it", night="1944-06-05")
    make.message(night="1944-06-05", status="draft")
    with app.app_context():
        dial = queries.figures(session).dial
    assert dial
    assert [(each.year, each.messages) for each in dial.years] == [(1943, 1), (1944, 4)]
    assert (dial.fullest.year, dial.fullest.month, dial.most) == (1944, 6, 2)
    assert dial.years[1].levels[5] == 10
    assert dial.years[0].levels[4] == 5


def test_a_year_of_the_dial_has_as_many_messages_as_the_list_it_leads_to(reader: FlaskClient) -> None:
    home = reader.get("/?lang=en").text
    years = re.findall(r'class="year" href="([^"]+)">(\d{4})<small>(\d+) ', home)
    assert len(years) > 3
    for address, year, many in years:
        listed = reader.get(html.unescape(address).replace("/messages?", "/messages.json?")).json["total"]
        assert listed == int(many), year


def test_the_home_page_says_that_code_words_are_counted_apart(reader: FlaskClient) -> None:
    home = re.sub(r"<[^>]+>", "", reader.get("/?lang=en").text)
    said = re.search(r"(\d+) coded messages.* (\d+) code words are counted apart", home)
    assert said
    words = reader.get("/messages.json?kind=codeword").json["total"]
    assert (int(said[1]), int(said[2])) == (reader.get("/messages.json").json["total"], words)


@pytest.mark.parametrize(
    ("kind", "heading"),
    [("broadcaster", "What everybody heard"), ("press", "What everybody could read"),
     ("telegram", "What a stranger would have read"), ("other", "What it said to a stranger")],
)  # fmt: skip
def test_nobody_is_said_to_have_heard_a_telegram(client: FlaskClient, make: Make, kind: str, heading: str) -> None:
    station = make.record("station", name={"en": "A station"}, kind=kind)
    make.message("Le crapaud vole", meaning="x", station=station.id)
    assert f"<span>{heading}" in client.get("/?lang=en").text


def test_what_the_archive_says_of_itself_is_so(reader: FlaskClient) -> None:
    listed = reader.get("/messages.json").json
    french = max(listed["facets"]["station"].values())
    codewords = reader.get("/messages.json?kind=codeword").json["total"]
    text = reader.get("/about?lang=en").text
    assert f"{french} phrases broadcast in French" in text
    assert f"{listed['total'] - french} messages from other traditions and {codewords} code words" in text


def test_the_examples_for_programs_name_this_site(reader: FlaskClient) -> None:
    text = reader.get("/data", headers={"Host": "carottes.example"}).text
    assert "http://carottes.example/api/v1/messages" in text
    assert "127.0.0.1" not in text
