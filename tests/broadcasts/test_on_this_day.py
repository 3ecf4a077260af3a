"""What was read on this day, in any year."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.broadcasts.test_nights import FRENCH, main_of
from tests.conftest import counted_queries
from tests.make import Make


def test_a_day_gathers_its_nights_of_every_year(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("La girafe a un long cou", night="1943-06-05")
    make.message("Autre jour", night="1944-06-06")
    text = main_of(client.get("/on-this-day/06-05", headers=FRENCH))
    assert text.index("1943") < text.index("La girafe") < text.index("1944") < text.index("Le crapaud vole")
    assert "Autre jour" not in text


def test_a_day_without_anything_shows_the_nearest_and_says_so(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-01")
    text = main_of(client.get("/on-this-day/06-03", headers=FRENCH))
    assert "L’archive n’a rien pour le 3 juin. Le jour le plus proche est le 1er juin." in text
    assert "Le crapaud vole" in text


def test_the_nearest_day_is_found_across_the_turn_of_the_year(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1943-12-31")
    make.message("La girafe a un long cou", night="1944-02-01")
    assert client.get("/on-this-day/01-02.json").json["day"] == "12-31"


def test_29_february_is_a_day(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-02-29")
    make.message("La girafe a un long cou", night="1943-02-28")
    assert "Le crapaud vole" in main_of(client.get("/on-this-day/02-29"))
    assert client.get("/on-this-day/02-28.json").json["total"] == 1


@pytest.mark.parametrize("typed", ["13-45", "02-30", "00-10", "juin", "6", "06-05-1944"])
def test_what_is_no_day_of_the_year_is_refused(client: FlaskClient, make: Make, typed: str) -> None:
    make.message(night="1944-06-05")
    for address in (f"/on-this-day/{typed}", f"/on-this-day/{typed}.json"):
        assert client.get(address).status_code == 404


def test_february_has_29_days_at_most(client: FlaskClient) -> None:
    assert "Février n’a que 29 jours." in main_of(client.get("/on-this-day/02-30", headers=FRENCH))


def test_today_is_never_empty(reader: FlaskClient) -> None:
    listing = reader.get("/on-this-day.json").json
    assert listing["items"]
    assert listing["items"][0]["type"] == "message"


def test_a_full_day_is_turned_page_by_page(client: FlaskClient, make: Make) -> None:
    for number in range(21):
        make.message(f"Message {number:02d}", night="1944-06-05")
    assert "Message 20" in main_of(client.get("/on-this-day/06-05?page=2"))
    assert client.get("/on-this-day/06-05?page=9").status_code == 303
    assert client.get("/on-this-day/06-05.json").json["next"].endswith("/on-this-day/06-05.json?page=2")


def test_a_full_day_asks_the_database_as_often_as_a_quiet_one(app: Flask, make: Make) -> None:
    client, counts = app.test_client(), []
    for number in range(12):
        make.message(f"Message {number}", night="1944-06-05", meaning="Parachutage")
        if number in (1, 11):
            client.get("/on-this-day/06-05")
            with counted_queries(app) as sent:
                client.get("/on-this-day/06-05")
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 8
