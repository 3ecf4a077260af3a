"""The list of messages: filters, orders, pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import counted_queries
from tests.make import Make


def phrases(client: FlaskClient, address: str) -> list[str]:
    """The phrases that a list shows, in its order."""
    return [item["text"] for item in client.get(address.replace("/messages", "/messages.json")).json["items"]]


def test_a_list_of_twenty_asks_the_database_as_often_as_a_list_of_two(
    make: Make, app: Flask, client: FlaskClient
) -> None:
    asked = []
    for many in (2, 18):
        for n in range(many):
            make.message(f"Phrase {many} {n}", night="1944-06-05", station=make.station(f"S{many}{n}").id,
                         meanings=[make.claim("x", network=make.network(f"N{many}{n}").id)])  # fmt: skip
        client.get("/messages")
        for address in ("/messages", "/messages?language=fr"):
            with counted_queries(app) as sent:
                assert client.get(address).status_code == 200
            asked.append(len(sent))
    assert asked[:2] == asked[2:]


def test_code_words_are_counted_only_when_asked_for(make: Make, client: FlaskClient) -> None:
    make.message("Le crapaud vole")
    make.message("Naphtaline", kind="codeword")
    assert phrases(client, "/messages") == ["Le crapaud vole"]
    assert phrases(client, "/messages?kind=codeword") == ["Naphtaline"]
    assert len(phrases(client, "/messages?kind=codeword&kind=message")) == 2


def test_every_filter_keeps_what_has_its_value(make: Make, client: FlaskClient) -> None:
    make.term("theme", "food")
    make.term("purpose", "decoy")
    station, network, place = make.station(), make.network(), make.place(region="Corrèze")
    claim = make.claim("x", "legend", purpose="purpose/decoy", network=network.id, place=place.id)
    make.message("Celui-là", lang="it", theme="theme/food", station=station.id, night="1944-06-05",
                 meanings=[claim])  # fmt: skip
    make.message("Pas celui-ci", night="1943-06-05", meaning="y")
    for query in ("theme=food", "purpose=decoy", f"station={station.id}", f"network={network.id}", "region=Corrèze",
                  "language=it", "standing=legend", "year=1944", "theme=food&year=1944&standing=legend"):  # fmt: skip
        assert phrases(client, f"/messages?{query}") == ["Celui-là"], query
        text = client.get(f"/messages?{query}&lang=fr").text
        assert "1 message<" in text
        assert "Retirer le filtre" in text


def test_values_of_one_filter_are_alternatives(make: Make, client: FlaskClient) -> None:
    for lang in ("fr", "it", "pl"):
        make.message(f"En {lang}", lang=lang)
    assert phrases(client, "/messages?language=fr&language=it") == ["En fr", "En it"]


def test_a_message_without_claims_is_found_as_unknown(make: Make, client: FlaskClient) -> None:
    make.message("Sans explication")
    make.message("Expliqué", meaning="x")
    assert phrases(client, "/messages?standing=unknown") == ["Sans explication"]


@pytest.mark.parametrize("year", [1, 4, 100, 400, 1582, 1900, 1944, 2000, 2024])
@pytest.mark.parametrize("day", ["01-01", "12-31", "02-28"])
def test_a_day_counts_for_its_own_year(make: Make, client: FlaskClient, year: int, day: str) -> None:
    make.message(night=f"{year:04}-{day}")
    assert client.get("/messages.json").json["facets"]["year"] == {str(year): 1}
    assert client.get(f"/messages.json?year={year}").json["total"] == 1


def test_a_date_between_two_years_counts_for_neither(make: Make, client: FlaskClient) -> None:
    make.message(night="1943-12/1944-01")
    assert client.get("/messages.json").json["facets"]["year"] == {}


def test_phrases_are_ordered_as_in_a_dictionary(make: Make, client: FlaskClient) -> None:
    for text in ("Zoé dort", "Étienne chante", "Denis part", "восемь"):
        make.message(text)
    assert phrases(client, "/messages") == ["Denis part", "Étienne chante", "Zoé dort", "восемь"]


def test_the_oldest_broadcast_comes_first_and_what_has_no_date_last(make: Make, client: FlaskClient) -> None:
    make.message("Sans date")
    make.message("Après", night="1944-06-05")
    make.message("Avant", night="1941-09-01")
    assert phrases(client, "/messages?sort=old") == ["Avant", "Après", "Sans date"]


def test_pages_hold_twenty_and_one_beyond_the_last_leads_back(make: Make, client: FlaskClient) -> None:
    for n in range(21):
        make.message(f"Phrase {n:02}")
    data = client.get("/messages.json").json
    assert (data["total"], len(data["items"])) == (21, 20)
    assert data["next"].endswith("/messages.json?page=2")
    assert phrases(client, "/messages?page=2") == ["Phrase 20"]
    assert client.get("/messages?page=999").location == "/messages?page=2"


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=999999999999", "year=abc", "standing=%00", "theme=" + "x" * 5000, "sort=no",
              "region=%FF", "reading=what", "lang=xx", "year=99999999999999999999"],
)  # fmt: skip
def test_nonsense_in_the_address_is_answered(make: Make, client: FlaskClient, query: str) -> None:
    make.message()
    assert client.get(f"/messages?{query}", follow_redirects=True).status_code == 200


def test_a_list_with_nothing_in_it_offers_a_way_on(make: Make, client: FlaskClient) -> None:
    make.message()
    text = client.get("/messages?language=tlh&lang=en").text
    assert "No message has all of this at once." in text
    assert 'href="/messages?lang=en"' in text


def test_links_keep_the_language_and_the_riddle(make: Make, client: FlaskClient) -> None:
    message = make.message(meaning="x")
    text = client.get("/messages?lang=en&reading=outsider").text
    assert f"/messages/{message.id}/le-crapaud-vole?reading=outsider&amp;lang=en" in text


def test_a_language_in_foreign_letters_has_a_line_of_its_own(client: FlaskClient, make: Make) -> None:
    make.message("Миру мир", lang="ru")
    make.message("Miru mir", lang="ru-Latn")
    page = client.get("/messages?lang=en").text
    assert page.count(">Russian (Latin)<") >= 1
    assert page.count(">Russian<") >= 1
    assert "russe (latin)" in client.get("/messages?lang=fr").text.lower()


def test_a_list_by_date_shows_the_broadcast_that_was_asked_for(client: FlaskClient, make: Make) -> None:
    make.message(
        "Le crapaud vole",
        broadcasts=[{"edtf": night, "written": night} for night in ("1943-05-10", "1944-06-05", "1944-06-06?")],
    )
    make.message("Le canard nage", night="1942-03-02")
    for asked in ("/messages?from=juin+44", "/messages?year=1944", "/search?from=juin+44", "/search?year=1944"):
        html = client.get(f"{asked}&lang=en").text
        meta = re.findall(r'<p class="slip__meta">(.*?)</p>', html)
        assert ["5 June 1944" in each and "+ 2 other dates" in each for each in meta] == [True], asked
    assert "10 May 1943" in client.get("/messages?lang=en").text
    assert "Le canard nage" in client.get("/messages?to=1942&within=certain").text
    assert "Le crapaud vole" not in client.get("/messages?from=6+juin+44&within=certain").text


def test_a_date_or_year_that_is_none_is_said_and_changes_nothing_else(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    html = client.get("/messages?year=abc&lang=en").text
    assert "“abc” is no number: the filter “Year of broadcast” was left aside." in html
    assert "Le crapaud vole" in html
    html = client.get("/messages?from=la+saint-glinglin&lang=fr").text
    assert "La date a été laissée de côté" in html
    assert 'value="la saint-glinglin"' in html
    assert "Le crapaud vole" in html
