"""The public offers: from the form to the receipt, without an account, and without losing a word."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import settings
from tests.contributions.offering import anew, form, held, offer, page_of, patient
from tests.desk.filling import visit
from tests.make import Make
from webapp import create_app
from webapp.contributions import forms, receipts
from webapp.contributions.kinds import KINDS
from webapp.contributions.models import Contribution
from webapp.identifiers import ALPHABET

SignIn = Callable[..., FlaskClient]


def test_every_kind_is_offered_from_the_page_of_a_message(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole")
    there = f"/contribute?about={message.id}"
    assert there in client.get(f"/messages/{message.id}", follow_redirects=True).text
    page = client.get(there).text
    assert "Le crapaud vole" in page
    for name in ("message", "variant", "interpretation", "date", "reference", "correction", "recollection"):
        assert f"/contribute/{name}?about={message.id}" in page


def test_a_night_an_essay_and_a_source_lead_to_the_form_too(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    essay = make.essay()
    assert "/contribute?about=1944-06-05" in client.get("/nights/1944-06-05").text
    assert f"/contribute?about={essay.id}" in client.get(f"/essays/{essay.id}", follow_redirects=True).text
    source = make.source()
    assert f"/contribute?about={source.id}" in client.get(f"/sources/{source.id}").text


def test_what_was_offered_gets_a_receipt_whose_page_says_where_it_stands(client: FlaskClient, make: Make) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Les dés sont sur le tapis", evidence="Ma grand-mère le disait.")
    page = client.get(f"/contributions/{receipt}", headers={"Accept-Language": "en"})
    assert receipt in page.text
    assert "received" in page.text
    assert "Les dés sont sur le tapis" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert not any("Set-Cookie" in name for name, _ in page.headers)


def test_a_receipt_may_be_typed_in_capitals_and_with_any_dash(client: FlaskClient, make: Make) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Jean a de longues moustaches", evidence="Un livre.")
    typed = receipt.upper().replace("-", " – ")
    assert client.get("/contributions", query_string={"receipt": typed}).location.endswith(receipt)


def test_a_mistyped_receipt_is_said_to_be_mistyped(client: FlaskClient) -> None:
    answer = client.get("/contributions?receipt=bcd4-0f7g-h2jk")
    assert answer.status_code == 404
    assert "bcd4-0f7g-h2jk" in answer.text


def test_a_receipt_notices_every_single_wrong_character_and_every_swap() -> None:
    good = receipts.new()
    for place in range(len(good)):
        for other in set(ALPHABET) - {good[place]}:
            assert receipts.read(good[:place] + other + good[place + 1 :]) is None
    for place in range(len(good) - 1):
        swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
        assert swapped == good or receipts.read(swapped) is None


def test_nothing_offered_is_published_by_itself(client: FlaskClient, make: Make) -> None:
    patient(client)
    message = make.message("Le crapaud vole")
    offer(client, "recollection", about=message.id, text="Mon oncle l’a entendu à Brive.")
    offer(client, "message", phrase="Une phrase que personne ne connaît", evidence="Un carnet.")
    for address in (f"/messages/{message.id}", "/messages", "/messages.json", f"/messages/{message.id}.json"):
        answer = client.get(address, follow_redirects=True).text
        assert "Mon oncle" not in answer, address
        assert "Une phrase que personne" not in answer, address


def test_everything_typed_is_kept_when_something_is_to_mend(client: FlaskClient, make: Make) -> None:
    patient(client)
    page = page_of(client, "interpretation", statement="Un parachutage.", whom="Réseau X", name="Jeanne",
                   address="no address", about="what nobody knows")  # fmt: skip
    assert page.status_code == 422
    for kept in ("Un parachutage.", "Réseau X", 'value="Jeanne"', 'value="no address"', "what nobody knows"):
        assert kept in page.text, kept
    assert page.text.count('aria-invalid="true"') == 2  # the address, and how one knows


def test_a_message_that_is_named_by_its_words_is_found(client: FlaskClient, make: Make, session: Session) -> None:
    patient(client)
    message = make.message("Les sanglots longs des violons")
    receipt = offer(client, "date", about="les sanglots longs des VIOLONS", date="vers juin 44", evidence="Un livre.")
    assert held(session, receipt).about_id == message.id


def test_a_form_asks_how_one_knows(client: FlaskClient, make: Make) -> None:
    patient(client)
    message = make.message()
    assert page_of(client, "variant", about=message.id, phrase="Le crapaud volait").status_code == 422
    assert page_of(client, "variant", about=message.id, phrase="Le crapaud volait", evidence="Oui.").status_code == 303


def test_a_filled_honeypot_keeps_the_text_and_sends_nothing(client: FlaskClient, session: Session) -> None:
    patient(client)
    page = page_of(client, "message", phrase="Achetez des montres", evidence="x", website="http://spam.example")
    assert page.status_code == 422
    assert "Achetez des montres" in page.text
    assert not session.scalars(select(Contribution)).all()


def test_a_form_sent_within_three_seconds_is_given_back_and_goes_through_later(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(client, "message", phrase="Trop vite", evidence="x")
    assert page.status_code == 422
    assert "Trop vite" in page.text
    later = forms.time.time() + 5
    monkeypatch.setattr(forms.time, "time", lambda: later)
    opened = re.search(r'name="opened" value="([^"]+)"', page.text)
    assert opened
    assert page_of(client, "message", phrase="Trop vite", evidence="x", opened=opened[1]).status_code == 303


def test_a_forged_note_of_the_opening_is_refused(client: FlaskClient) -> None:
    page = page_of(client, "message", phrase="Faux", evidence="x", opened="MTIz.c2lnbmF0dXJl")
    assert page.status_code == 422
    assert "Faux" in page.text


def test_a_text_of_a_hundred_thousand_characters_is_refused_with_the_figures(client: FlaskClient, make: Make) -> None:
    patient(client)
    essay = make.essay()
    answer = client.get(f"/contribute/reply?about={essay.id}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    page = page_of(client, "reply", lang="en", about=essay.id, name="Jean", text="a" * 100_000)
    assert page.status_code == 422
    assert "100,000 characters" in page.text
    assert "10,000" in page.text
    assert "a" * 100_000 in page.text


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.about == "message"])
def test_what_is_about_a_message_is_not_taken_about_anything_else(client: FlaskClient, make: Make, kind: str) -> None:
    patient(client)
    source = make.source()
    page = page_of(client, kind, about=source.id, phrase="x", statement="x", date="1944", title="x", evidence="x")
    assert page.status_code == 422


def test_more_than_ten_in_an_hour_are_told_to_wait_and_lose_nothing(tmp_path: Path, empty_file: Path) -> None:
    shutil.copy(empty_file, tmp_path / "carottes.db")
    app = create_app(settings(tmp_path, LIMITS=True))
    client = patient(app.test_client())
    for _ in range(10):
        assert page_of(client, "message", phrase="").status_code == 422  # takes nobody's turn
        assert page_of(client, "message", phrase="Encore", evidence="x").status_code == 303
    page = page_of(client, "message", phrase="La onzième", evidence="x")
    assert page.status_code == 429
    assert "La onzième" in page.text
    app.extensions["database"].engine.dispose()


def test_what_no_eye_sees_is_taken_out_of_what_was_typed(client: FlaskClient, session: Session) -> None:
    patient(client)
    receipt = offer(client, "recollection", text="un\u202e deux\x00\r\ntrois\u200b", name="Jean\nne")
    contribution = held(session, receipt)
    assert contribution.answers["text"] == "un deux\ntrois"
    assert contribution.name == "Jean ne"


def test_markup_is_shown_as_it_was_typed_and_links_are_not_clickable(client: FlaskClient) -> None:
    patient(client)
    receipt = offer(client, "recollection", text="<script>alert(1)</script> https://spam.example/x")
    page = client.get(f"/contributions/{receipt}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'href="https://spam.example' not in page


def test_a_contributor_erases_the_address(client: FlaskClient, session: Session) -> None:
    patient(client)
    receipt = offer(client, "recollection", text="Je me souviens.", address="jeanne@example.org")
    assert held(session, receipt).address == "jeanne@example.org"
    assert "jeanne@example.org" not in client.get(f"/contributions/{receipt}").text
    visit(client, f"/contributions/{receipt}").form("erase").press(client, "erase").follow()
    anew(session)
    assert held(session, receipt).address is None


def test_a_day_that_never_was_is_refused_and_everything_typed_is_kept(client: FlaskClient, session: Session) -> None:
    patient(client)
    page = page_of(client, "message", phrase="Le crapaud vole", date="vers le 31 février 1944", evidence="Un carnet.")
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 1
    for kept in ("Le crapaud vole", "vers le 31 février 1944", "Un carnet."):
        assert kept in page.text, kept
    assert not session.scalars(select(Contribution)).all()
    offer(client, "message", phrase="Le crapaud vole", date="", evidence="Un carnet.")


def test_a_phrase_may_be_in_any_language_of_the_archive_or_another(
    client: FlaskClient, make: Make, session: Session
) -> None:
    patient(client)
    typed = {"phrase": "Al louarn ruz", "evidence": "Un carnet.", "opened": form(client)}
    assert client.post("/contribute/message", data=typed | {"lang": "br"}).status_code == 422
    make.message("Al louarn", lang="br")
    assert '<option value="br"' in client.get("/contribute/message").text
    for lang in ("br", "und"):
        answer = client.post("/contribute/message", data=typed | {"lang": lang})
        assert held(session, answer.location.rpartition("/")[2]).answers["lang"] == lang


def test_a_form_that_is_sent_again_is_no_second_contribution_and_another_is(
    client: FlaskClient, session: Session
) -> None:
    patient(client)
    opened, other = form(client), form(client)
    words = [
        ("Le lapin court", opened),
        ("Le lapin court", opened),
        ("Le lapin dort", opened),
        ("Le lapin court", other),
    ]
    given = [offer(client, "message", phrase=text, evidence="Ma tante.", opened=each) for text, each in words]
    assert [given.index(each) for each in given] == [0, 0, 2, 3]
    assert len(session.scalars(select(Contribution)).all()) == 3
