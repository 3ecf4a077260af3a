"""The nights of the archive, as a reader walks through them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import counted_queries
from tests.make import Make

FRENCH = {"Accept-Language": "fr"}
ENGLISH = {"Accept-Language": "en"}


def main_of(answer: Any) -> str:
    """What a page says in its main part, as plain text."""
    assert answer.status_code in (200, 404, 410), answer.status_code
    body = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def broadcast(edtf: str, **more: Any) -> dict[str, Any]:
    return {"edtf": edtf, "written": edtf, **more}


def test_the_night_of_5_june_1944_reads_as_a_bulletin(reader: FlaskClient) -> None:
    text = main_of(reader.get("/nights/1944-06-05"))
    assert "Nuit du lundi 5 au mardi 6 juin 1944" in text
    assert text.index("12 h 15") < text.index("21 h 15") < text.index("Heure inconnue")
    assert text.index("21 h 15") < text.index("Bercent mon cœur") < text.index("Heure inconnue")
    assert "Peut-être cette nuit" in text


def test_hours_stand_in_the_order_of_the_evening_and_after_midnight_comes_last(client: FlaskClient, make: Make) -> None:
    make.message("Après minuit", broadcasts=[broadcast("1944-06-05", time="00:15")])
    make.message("Le soir", broadcasts=[broadcast("1944-06-05", time="21:15")])
    text = main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    assert text.index("Le soir") < text.index("Après minuit")


def test_a_gap_in_a_known_order_is_shown_as_a_gap(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", broadcasts=[broadcast("1944-06-05", place_in_night=2)])
    make.message("La girafe a un long cou", broadcasts=[broadcast("1944-06-05", place_in_night=5)])
    text = main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    assert "Heure inconnue, ordre connu" in text
    first, second = "Ici manque 1 message que l’archive n’a pas.", "Ici manquent 2 messages que l’archive n’a pas."
    assert text.index(first) < text.index("Le crapaud vole") < text.index(second) < text.index("La girafe")


def test_an_unknown_order_is_said_to_be_unknown(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("Élise a un long cou", night="1944-06-05")
    make.message("Zoé chante", night="1944-06-05")
    text = main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    assert "On ne sait pas dans quel ordre" in text
    assert text.index("Élise") < text.index("Le crapaud") < text.index("Zoé"), "É stands with E"


def test_what_was_said_twice_says_so(client: FlaskClient, make: Make) -> None:
    make.message("Germaine pirouette", broadcasts=[broadcast("1944-06-05", said=2)])
    assert "nous disons deux fois" in main_of(client.get("/nights/1944-06-05", headers=FRENCH))


def test_a_date_of_the_drop_is_marked_as_one(client: FlaskClient, make: Make) -> None:
    make.message("Le coq est anémique", broadcasts=[broadcast("1944-06-05", dated="operation")])
    assert "date de l’opération" in main_of(client.get("/nights/1944-06-05", headers=FRENCH))


@pytest.mark.parametrize("date", ["1944-06-05?", "[1944-06-01,1944-06-05]", "1944-06-04/1944-06-06", "1944-06"])
def test_an_uncertain_date_that_includes_the_night_is_listed_apart(client: FlaskClient, make: Make, date: str) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("La girafe a un long cou", night=date)
    text = main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    perhaps = "2 messages, dont 1 peut-être" if date.endswith("?") else "1 message ; 1 autre a une date plus large"
    assert perhaps in text
    assert text.index("Peut-être cette nuit") < text.index("La girafe a un long cou")


@pytest.mark.parametrize("date", ["[1944-06-01,1944-06-09]", "1944-06-06?", "1944"])
def test_a_date_that_excludes_the_night_or_could_be_any_is_not_listed(
    client: FlaskClient, make: Make, date: str
) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("La girafe a un long cou", night=date)
    assert "La girafe" not in main_of(client.get("/nights/1944-06-05", headers=FRENCH))


def test_a_wide_date_is_counted_among_what_may_be_missing(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("La girafe a un long cou", night="1944")
    assert "Un autre message a une date si large" in main_of(client.get("/nights/1944-06-05", headers=FRENCH))


def test_a_night_leads_to_the_nights_before_and_after_that_have_broadcasts(client: FlaskClient, make: Make) -> None:
    for night in ("1944-05-01", "1944-06-05", "1945-01-31"):
        make.message(f"Message du {night}", night=night)
    page = client.get("/nights/1944-06-05", headers=FRENCH).text
    assert '<link rel="prev" href="/nights/1944-05-01">' in page
    assert '<link rel="next" href="/nights/1945-01-31">' in page
    assert "1<sup>er</sup> mai 1944" in page


def test_each_line_shows_its_standing_and_keeps_its_meaning_folded(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05", meanings=[make.claim("Parachutage", standing="disputed")])
    page = client.get("/nights/1944-06-05", headers=FRENCH).text
    assert '<details class="fold" data-standing="disputed">' in page
    assert "Parachutage" in page
    assert (
        '<details class="fold" data-standing="disputed" open>'
        in client.get("/nights/1944-06-05?reading=insider", headers=FRENCH).text
    )


@pytest.mark.parametrize("address", ["/nights/1944-06-05", "/nights/1944-06-05.json", "/on-this-day/06-05"])
def test_an_outsider_is_given_no_byte_of_the_meaning(client: FlaskClient, make: Make, address: str) -> None:
    make.message("Le crapaud vole", night="1944-06-05", meanings=[make.claim("Parachutage", standing="legend")])
    page = client.get(f"{address}?reading=outsider", headers=FRENCH).text
    assert "Le crapaud vole" in page
    assert "Parachutage" not in page
    assert "data-standing" not in page
    assert '"standing"' not in page


def test_a_phrase_carries_its_language(client: FlaskClient, make: Make) -> None:
    make.message("Felice non è felice", night="1944-06-05", lang="it")
    assert '<p class="said" lang="it">' in client.get("/nights/1944-06-05").text


def test_a_draft_is_on_no_night_of_a_reader(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("Le secret", night="1944-06-05", status="draft")
    make.message("Le secret", night="1944-06-06", status="draft")
    assert "Le secret" not in client.get("/nights/1944-06-05").text
    assert [item["id"] for item in client.get("/nights.json").json["items"]] == ["1944-06-05"]


def test_a_night_of_those_years_without_a_message_is_a_page_that_says_so(client: FlaskClient, make: Make) -> None:
    make.message(night="1944-06-05")
    text = main_of(client.get("/nights/1944-06-07", headers=FRENCH))
    assert "On ne sait rien de cette nuit" in text
    assert 'content="noindex' in client.get("/nights/1944-06-07").text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2023-02-31", "Février 2023 n’a que 28 jours."),
        ("1944-13-01", "Une année a douze mois"),
        ("0000-01-01", "Il n’y a pas d’année 0000."),
        ("9999-01-01", "L’archive a des nuits du"),
        ("0001-01-01", "L’archive a des nuits du"),
        ("demain", "Une nuit s’écrit année, mois, jour"),
        ("1944-06", "Une nuit s’écrit année, mois, jour"),
        ("١٩٤٤-٠٦-٠٥", "Une nuit s’écrit année, mois, jour"),
        ("1" * 5000, "Une nuit s’écrit année, mois, jour"),
    ],
)
def test_what_is_no_night_is_refused_with_the_reason(reader: FlaskClient, typed: str, why: str) -> None:
    answer = reader.get(f"/nights/{typed}")
    assert answer.status_code == 404
    assert why in main_of(answer)
    assert reader.get(f"/nights/{typed}.json").json["status"] == 404


def test_an_impossible_day_offers_the_nearest_night(client: FlaskClient, make: Make) -> None:
    make.message(night="1943-02-20")
    make.message(night="1944-06-05")
    assert 'href="/nights/1943-02-20"' in client.get("/nights/1943-02-31").text
    assert 'href="/nights/1944-06-05"' in client.get("/nights/9999-12-31").text


@pytest.mark.parametrize("typed", ["1944–06–05", "1944-6-5", "1944.06.05", "1944 06 05"])
def test_a_printed_dash_still_finds_the_night(client: FlaskClient, make: Make, typed: str) -> None:
    make.message(night="1944-06-05")
    answer = client.get(f"/nights/{typed}")
    assert (answer.status_code, answer.location) == (301, "/nights/1944-06-05")


def test_an_empty_archive_says_that_it_has_no_night(client: FlaskClient) -> None:
    assert "Aucune diffusion n’a encore de date exacte." in main_of(client.get("/nights", headers=FRENCH))
    assert "L’archive n’a encore aucune nuit." in main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    assert client.get("/on-this-day").status_code == 200


def test_nights_are_listed_by_year_and_month_with_counts(client: FlaskClient, make: Make) -> None:
    make.message(night="1944-06-05")
    make.message("La girafe a un long cou", night="1944-06-05?")
    make.message(night="1943-01-01")
    text = main_of(client.get("/nights?year=1944", headers=FRENCH))
    assert "Juin lundi 5 juin 1944 2 messages, dont 1 peut-être" in text
    assert "Janvier" not in text
    assert "1943" in text


def test_a_night_is_counted_alike_wherever_it_is_named(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", broadcasts=[broadcast("1944-06-05"), broadcast("1944-06")])
    make.message("La girafe a un long cou", night="1944-06-05?")
    make.message("Yvette aime les grosses carottes", night="1944-06-04/1944-06-06")
    make.message("Demain", night="1944-06-08")
    told = "2 messages, dont 1 peut-être"
    night = main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    assert f"{told} ; 1 autre a une date plus large" in night
    for address in (
        "/nights/1944-06-08",
        "/nights",
        "/on-this-day/06-05",
        "/calendar/1944",
        "/embed/nights/1944-06-05",
    ):
        assert told in main_of(client.get(address, headers=FRENCH)), address


def test_a_night_without_a_date_of_its_own_says_so_on_the_dial_and_on_the_page(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("La girafe a un long cou", night="1944-06")
    assert "7 juin 1944, aucun message daté de cette nuit" in main_of(client.get("/nights/1944-06-05", headers=FRENCH))
    page = main_of(client.get("/nights/1944-06-07", headers=FRENCH))
    assert "Aucun message daté de cette nuit ; 1 autre a une date plus large qui la comprend" in page


def test_a_year_without_nights_gives_way_to_the_nearest(client: FlaskClient, make: Make) -> None:
    make.message(night="1944-06-05")
    for year in ("1800", "9999", "abc", "-1"):
        assert "Juin" in main_of(client.get(f"/nights?year={year}", headers=FRENCH))


def test_nights_as_data_name_their_address_and_counts(client: FlaskClient, make: Make) -> None:
    make.message(night="1944-06-05")
    listing = client.get("/nights.json", headers=ENGLISH).json
    assert listing["total"] == 1
    assert listing["facets"] == {"year": {"1944": 1}}
    assert listing["items"][0]["url"] == "http://localhost/nights/1944-06-05"
    assert listing["items"][0]["title"] == "night of Monday 5 to Tuesday 6 June 1944"


def test_a_night_as_data_holds_its_lines(client: FlaskClient, make: Make) -> None:
    make.message(
        "Germaine pirouette",
        broadcasts=[broadcast("1944-06-05", said=2, time="21:15")],
        meanings=[make.claim("Sabotage")],
    )
    night = client.get("/nights/1944-06-05.json").json
    line = night["sheets"][0]["parts"][0]["lines"][0]
    assert (night["type"], night["id"], night["date"]) == ("night", "1944-06-05", "1944-06-05")
    said = {name: line[name] for name in ("text", "said", "time", "standing")}
    assert said == {"text": "Germaine pirouette", "said": 2, "time": "21:15", "standing": "attested"}


def test_a_night_with_many_messages_asks_the_database_as_often_as_one_with_two(app: Flask, make: Make) -> None:
    client = app.test_client()
    for number in range(2):
        make.message(f"Message {number}", night="1944-06-05", meaning="Parachutage")
    client.get("/nights/1944-06-05")
    with counted_queries(app) as few:
        client.get("/nights/1944-06-05")
    for number in range(2, 20):
        make.message(f"Message {number}", night="1944-06-05", meaning="Parachutage")
    client.get("/nights/1944-06-05")
    with counted_queries(app) as many:
        client.get("/nights/1944-06-05")
    assert len(few) == len(many) <= 8
