"""What a reader sees of the figures: pages, pictures, tables; and what happens to an address that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.make import Make
from webapp.figures.register import MAKERS
from webapp.revisions.actions import withdraw

SVG = "{http://www.w3.org/2000/svg}"
PAGES = ["/figures", "/calendar/1944", "/timeline", "/map", "/surface-and-secret", "/relations", "/coverage"]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_picture_is_whole_by_itself_and_says_what_it_shows(reader: FlaskClient, name: str, lang: str) -> None:
    answer = reader.get(f"/figures/{name}.svg?lang={lang}")
    assert answer.mimetype == "image/svg+xml"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    picture = ElementTree.fromstring(answer.text)
    assert picture.findtext(f"{SVG}title")
    assert picture.findtext(f"{SVG}desc")
    assert picture.find(f"{SVG}style") is not None
    linked = picture.find(f".//{SVG}a") is not None
    assert picture.get("role") == ("group" if linked else "img")
    assert not re.search(r'\sstyle="', answer.text)


def test_a_saved_picture_still_leads_to_the_archive(reader: FlaskClient) -> None:
    addresses = re.findall(r'href="([^"]*)"', reader.get("/figures/map.svg").text)
    assert addresses
    assert all(address.startswith("http://localhost/") for address in addresses)


@pytest.mark.parametrize("name", MAKERS)
def test_a_figure_has_its_rule_its_table_and_the_list_behind_it(reader: FlaskClient, name: str) -> None:
    page = reader.get(f"/figures/{name}?lang=en").text
    assert "<table" in page
    assert re.search(r'<p class="figure__ways"><a href="/[^"]*">', page)
    assert "Out of" in page or re.search(r"<figcaption>.*<p>[^<]*\d", page, re.DOTALL)


@pytest.mark.parametrize(("lang", "word"), [("fr", "Figures"), ("en", "Figures")])
def test_the_list_of_figures_names_them_all(reader: FlaskClient, lang: str, word: str) -> None:
    page = reader.get(f"/figures?lang={lang}").text
    assert word in page
    assert all(f"/figures/{name}?" in page for name in MAKERS)


def test_an_unknown_figure_is_refused_with_the_way_to_the_list(reader: FlaskClient) -> None:
    for address in (
        "/figures/nothing",
        "/figures/nothing.svg",
        "/figures/nothing.csv",
        "/surface-and-secret/nothing.svg",
    ):
        answer = reader.get(f"{address}?lang=en")
        assert answer.status_code == 404
        assert "No figure has this name" in answer.text


@pytest.mark.parametrize("year", ["0000", "9999", "abcd", "44", "19444", "١٩٤٤", "-194", "1944-06"])
def test_a_year_that_is_none_is_refused_and_another_offered(reader: FlaskClient, year: str) -> None:
    answer = reader.get(f"/calendar/{year}?lang=en")
    assert answer.status_code == 404
    assert re.search(r"four digits|runs from \d{4} to \d{4}", answer.text)
    assert re.search(r'href="/calendar/\d{4}', answer.text)
    assert reader.get(f"/calendar/{year}.svg").status_code == 404


def test_a_year_without_nights_says_so_and_leads_to_its_neighbours(reader: FlaskClient) -> None:
    page = reader.get("/calendar/1950?lang=en").text
    assert "no message that is dated to a night of this year" in page
    assert 'rel="prev"' in page
    assert 'rel="next"' in page


def test_certain_and_uncertain_nights_differ_in_shape(reader: FlaskClient) -> None:
    page = reader.get("/calendar/1944?lang=en").text
    certain, uncertain = (
        re.search(rf'<rect[^>]*class="night night-{name}"[^>]*>', page)[0] for name in ("sure", "unsure")
    )
    assert "rx=" not in certain
    assert "rx=" in uncertain
    assert re.search(r'href="/nights/1944-06-05[^"]*"><title>5 June 1944, \d+ messages, \d+ of them perhaps', page)


def test_a_region_is_never_a_point_on_the_map(client: FlaskClient, make: Make) -> None:
    region = make.place("Le Vercors", precision="region", lat=44.9, lon=5.4, country="FR")
    town = make.place("Thenon", precision="locality", lat=45.1, lon=1.1, country="FR", located_by="GeoNames, Thenon")
    for place in (region, town):
        make.message(f"Message de {place.id}", meanings=[make.claim("Un parachutage", place=place.id)])
    page = client.get("/map?lang=en").text
    france = re.search(r'<section[^>]*aria-labelledby="h-france".*?</section>', page, re.DOTALL)[0]
    assert f"/places/{town.id}" in france
    assert 'class="near"' in france
    assert region.id not in france
    assert region.id in re.search(r'aria-labelledby="h-regions".*?</section>', page, re.DOTALL)[0]


@pytest.mark.parametrize("name", ["map", "networks-map"])
def test_a_place_on_a_map_is_as_large_as_a_finger_on_a_phone(reader: FlaskClient, name: str) -> None:
    page = reader.get(f"/figures/{name}").text
    reaches = [float(r) for r in re.findall(r'<circle [^>]*r="([\d.]+)" class="target"/>', page)]
    assert len(reaches) > 20
    across = 390 - 2 * 16  # a phone between its margins; a drawing of 360 units is as wide as it
    assert min(reaches) * 2 * across / 360 >= 24


def test_a_draft_and_a_code_word_are_in_no_figure(client: FlaskClient, make: Make, session: Session) -> None:
    make.message("Le crapaud vole", status="draft", meanings=[make.claim("Un parachutage")])
    make.message("TORCH", kind="codeword", lang="en", meanings=[make.claim("Une opération")])
    shown = make.message("Le coq est anémique", lang="fr", meanings=[make.claim("Un parachutage")])
    assert "Out of 1 message." in client.get("/figures/language-counts?lang=en").text
    withdraw(shown, by=None, reason="doubtful")
    session.commit()
    assert "Out of 0 messages." in client.get("/figures/language-counts?lang=en").text


@pytest.mark.parametrize("address", [*PAGES[:1], *PAGES[2:], *(f"/figures/{name}" for name in MAKERS)])
def test_every_figure_of_an_empty_archive_can_be_looked_at(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


def test_the_outsider_does_not_see_which_phrase_announced_another(reader: FlaskClient) -> None:
    page = reader.get("/relations?reading=outsider&lang=en").text
    assert "Bercent mon cœur" not in page
    assert "Echoes" in page
    assert "reading=outsider" in re.search(r'href="(/messages/[^"]*)"', page)[1].replace("&amp;", "&")


def test_figures_are_in_the_language_of_the_essay_that_shows_them(client: FlaskClient, make: Make) -> None:
    essay = make.essay("Voici.\n\n{{figure: language-counts}}\n")
    assert "En quelles langues" in client.get(f"/essays/{essay.id}?lang=fr", follow_redirects=True).text
    assert "In which languages" in client.get(f"/essays/{essay.id}?lang=en", follow_redirects=True).text


def test_an_essay_says_which_figure_it_could_not_find(client: FlaskClient, make: Make) -> None:
    essay = make.essay("Voici.\n\n{{figure: nothing-of-the-kind}}\n")
    assert "nothing-of-the-kind" in client.get(f"/essays/{essay.id}?lang=en", follow_redirects=True).text


def test_no_essay_asks_for_a_figure_that_is_not_there(
    reader: FlaskClient, table: Callable[[str], list[list[str]]]
) -> None:
    asked = set()
    for item in reader.get("/essays.json").json["items"]:
        page = reader.get(item["url"].replace("http://localhost", ""), follow_redirects=True).text
        asked |= set(re.findall(r'id="figure-([a-z0-9-]+)"', page))
        assert "{{figure" not in page
    assert asked <= set(MAKERS)
    assert len(asked) >= 13


def test_a_figure_that_was_counted_once_asks_the_database_little(archive: Flask, reader: FlaskClient) -> None:
    for address in (*PAGES, "/figures/theme-purpose"):
        reader.get(address)
        with counted_queries(archive) as sent:
            assert reader.get(address).status_code == 200
        assert len(sent) <= 24, (address, len(sent))


def test_what_a_spreadsheet_would_run_is_made_harmless(client: FlaskClient, make: Make) -> None:
    one = make.message("=HYPERLINK(1)", lang="fr")
    make.message("Réponse", lang="fr", relations=[{"kind": "reply-to", "other": one.id}])
    assert "'=HYPERLINK(1)" in client.get("/figures/replies.csv").text


def test_a_picture_in_french_has_a_space_before_its_colons_and_in_english_none(reader: FlaskClient) -> None:
    for name in ("language-counts", "messages-per-night", "standing-counts", "theme-purpose"):
        french, english = (
            reader.get(f"/figures/{name}.svg?lang={lang}").text.partition("</style>")[2] for lang in ("fr", "en")
        )
        assert re.search(r"\w\u00a0: \d", french), name
        assert not re.search(r">[^<]*\w: \d", french), name
        assert re.search(r"\w: \d", english), name
