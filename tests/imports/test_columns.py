"""Headings find their columns, in French, in English and as the seed data names them."""

from __future__ import annotations

import pytest
from flask import Flask, g

from webapp.config import resource
from webapp.imports.columns import Place, from_machine, match, matched, places


@pytest.fixture(params=["fr", "en"])
def spoken(app: Flask, request: pytest.FixtureRequest) -> str:
    return request.param


def test_every_column_is_found_by_each_of_its_names(app: Flask, spoken: str) -> None:
    with app.app_context():
        g.lang = spoken
        for place in places(3, 3, ["fr", "en", "", "de", "zh-Hans"]):
            assert from_machine(place.machine) == place
            for heading in (place.machine, place.label("fr"), place.label("en"), place.label("fr").upper()):
                assert match(heading) == place, heading


@pytest.mark.parametrize(
    ("heading", "machine"),
    [
        ("Phrase", "text"), ("Date de diffusion", ""), ("date", "broadcast_1_date"), ("Nuit", "broadcast_1_date"),
        ("Sens", "meaning_1_statement_fr"), ("Traduction (anglais)", "translation_en"), ("BUT", "meaning_1_purpose"),
        ("Meaning 12: statement (en)", "meaning_12_statement_en"), ("meaning 99 purpose", ""),
        ("sources", "wording_sources"),
        ("Remarques du carnet", ""), ("foo", ""), ("edtf", "broadcast_1_date"), ("what", "broadcast_1_what"),
    ],
)  # fmt: skip
def test_a_heading_as_people_write_it(app: Flask, heading: str, machine: str) -> None:
    with app.app_context():
        g.lang = "fr"
        found = match(heading)
        assert (found.machine if found else "") == machine


def test_two_headings_that_mean_one_column_do_not_share_it(app: Flask) -> None:
    with app.app_context():
        assert matched(["phrase", "texte", "key"]) == [Place("", 0, "text"), None, Place("", 0, "key")]


def test_the_seed_data_of_messages_could_be_imported_as_it_is(app: Flask) -> None:
    header = (resource("seed_data") / "messages.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    with app.app_context():
        assert [name for name, place in zip(header, matched(header), strict=True) if not place] == [
            "operation_date_note"
        ]
