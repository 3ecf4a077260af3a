"""Gathering without an account: in a cookie of one's own browser, then under a private edit link or an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.browser import serving
from tests.make import Make
from webapp.collections.models import Collection

FRENCH = {"Accept-Language": "fr"}


def gather(client: FlaskClient, *refs: str) -> None:
    """Press “Gather” for each of these."""
    for ref in refs:
        assert client.post("/collections/gathering", data={"add": ref}).status_code == 303


def saved(client: FlaskClient, title: str = "Bestiaire") -> str:
    """Save what was gathered; the address of the form that changes it."""
    answer = client.post("/collections", data={"title": title})
    assert answer.status_code == 303, answer.text
    return answer.location


def identifier(address: str) -> str:
    """The collection's identifier in the address of its form."""
    return re.search(r"/collections/(\w{7})/edit", address)[1]  # type: ignore[index]


def test_reading_sets_no_cookie_and_gathering_sets_one_that_holds_names_alone(client: FlaskClient, make: Make) -> None:
    toad = make.message("Le crapaud vole")
    assert "Set-Cookie" not in client.get("/collections").headers
    assert "Set-Cookie" not in client.get(f"/messages/{toad.id}", follow_redirects=True).headers
    answer = client.post("/collections/gathering", data={"add": toad.id})
    assert answer.headers["Set-Cookie"].startswith(f"gathering={toad.id};")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_messages_essays_and_nights_are_gathered_in_order_and_moved_with_plain_buttons(
    client: FlaskClient, make: Make
) -> None:
    toad, essay = make.message("Le crapaud vole", night="1944-06-05"), make.essay(title="Les carottes")
    gather(client, toad.id, essay.id, "1944-06-05")
    client.post("/collections/gathering", data={"up": "1944-06-05"})
    page = client.get("/collections/gathering", headers=FRENCH).text
    assert page.index("Le crapaud vole") < page.index("5 au") < page.index("Les carottes")
    client.post("/collections/gathering", data={"remove": essay.id})
    assert "Les carottes" not in client.get("/collections/gathering", headers=FRENCH).text


@pytest.mark.parametrize("ref", ["", "zzzzzzz", "1944-13-77", "../../etc", "x" * 3000, "<b>", "0001-01-01"])
def test_what_cannot_be_gathered_is_refused_with_a_sentence(client: FlaskClient, make: Make, ref: str) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    answer = client.post("/collections/gathering", data={"add": ref}, headers=FRENCH)
    assert answer.status_code == 422
    assert "ne peut pas être rassemblé" in answer.text


def test_a_draft_cannot_be_gathered(client: FlaskClient, make: Make) -> None:
    draft = make.message("Pas encore", status="draft")
    assert client.post("/collections/gathering", data={"add": draft.id}).status_code == 422
    client.set_cookie("gathering", draft.id)
    assert "Pas encore" not in client.get("/collections/gathering").text


def test_a_form_on_another_site_gathers_nothing(client: FlaskClient, make: Make) -> None:
    toad = make.message("Le crapaud vole")
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/collections/gathering", data={"add": toad.id}, headers=headers)
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers


def test_a_collection_holds_a_hundred_things_and_says_so(client: FlaskClient, make: Make) -> None:
    toad = make.message("Le crapaud vole")
    client.set_cookie("gathering", "~".join(f"{number:07d}" for number in range(500)))
    answer = client.post("/collections/gathering", data={"add": toad.id}, headers=FRENCH)
    assert answer.status_code == 422
    assert "au plus 100" in answer.text


def test_saving_gives_a_private_link_whose_secret_is_not_kept(
    client: FlaskClient, make: Make, session: Session
) -> None:
    toad = make.message("Le crapaud vole")
    gather(client, toad.id)
    address = saved(client)
    secret = address.rpartition("/")[2].partition("?")[0]
    kept = session.get(Collection, identifier(address))
    assert kept is not None
    assert secret not in (kept.secret_sha256 or "")
    assert len(kept.secret_sha256 or "") == 64
    assert [item.message_id for item in kept.items] == [toad.id]
    page = client.get(address)
    assert address.partition("?")[0] in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert "gathering" not in client.get("/collections/gathering").headers.get("Cookie", "")


def test_whoever_has_the_link_changes_the_collection_from_another_browser(
    client: FlaskClient, app: object, make: Make
) -> None:
    toad, frog = make.message("Le crapaud vole"), make.message("La grenouille nage")
    gather(client, toad.id, frog.id)
    address = saved(client)
    other = client.application.test_client()
    typed = {"title": "Mares", "item": [frog.id, toad.id], "note": ["d’abord", ""], "do": "save"}
    answer = other.post(address, data=typed, headers=FRENCH)
    assert answer.status_code == 303
    found = other.get(f"/collections/{identifier(address)}.json", headers=FRENCH).json
    assert found["title"]["fr"] == "Mares"
    assert [item["id"] for item in found["items"]] == [frog.id, toad.id]
    assert found["items"][0]["note"] == {"fr": "d’abord"}
    assert found["version"] == 2


@pytest.mark.parametrize("way", ["", "/wrong-secret"])
def test_without_the_link_nobody_changes_it(client: FlaskClient, make: Make, way: str) -> None:
    address = saved(client)
    other = client.application.test_client()
    for answer in (other.get(f"/collections/{identifier(address)}/edit{way}"),
                   other.post(f"/collections/{identifier(address)}/edit{way}", data={"title": "Volée"})):  # fmt: skip
        assert answer.status_code in (303, 401, 404)
        assert "Bestiaire" not in answer.text
    assert "Volée" not in client.get(f"/collections/{identifier(address)}").text


def test_buttons_move_and_remove_items_without_a_script_and_keep_what_was_typed(
    client: FlaskClient, make: Make
) -> None:
    toad, frog = make.message("Le crapaud vole"), make.message("La grenouille nage")
    gather(client, toad.id, frog.id)
    address = saved(client)
    typed = {"title": "Mares", "aims": "- savoir", "item": [toad.id, frog.id], "note": ["premier", "second"]}
    page = client.post(address, data=typed | {"do": "up-1"}, headers=FRENCH)
    assert page.status_code == 200
    assert page.text.index("second") < page.text.index("premier")
    assert "- savoir" in page.text
    assert "Rien n’est enregistré" in page.text
    page = client.post(address, data=typed | {"do": "remove-0"}, headers=FRENCH)
    assert "premier" not in page.text
    assert client.get(f"/collections/{identifier(address)}.json").json["version"] == 1


def test_what_was_saved_in_another_window_meanwhile_is_not_lost(client: FlaskClient, make: Make) -> None:
    address = saved(client)
    opened = re.search(r'name="opened_on" value="(\d+)"', client.get(address).text)[1]  # type: ignore[index]
    client.post(address, data={"title": "La leur", "opened_on": opened}, headers=FRENCH)
    answer = client.post(address, data={"title": "La mienne", "opened_on": opened}, headers=FRENCH)
    assert answer.status_code == 409
    assert "La mienne" in answer.text
    again = re.search(r'name="opened_on" value="(\d+)"', answer.text)[1]  # type: ignore[index]
    assert client.post(address, data={"title": "La mienne", "opened_on": again}, headers=FRENCH).status_code == 303


def test_texts_are_written_one_language_at_a_time(client: FlaskClient, make: Make) -> None:
    address = saved(client)
    client.post(address, data={"title": "Marais"}, headers=FRENCH)
    client.post(address, data={"title": "Ponds"}, headers={"Accept-Language": "en"})
    found = client.get(f"/collections/{identifier(address)}.json").json
    assert found["title"] == {"en": "Ponds", "fr": "Marais"}


@pytest.mark.parametrize(("typed", "sentence"), [
    ({"title": ""}, "a besoin d’un titre"),
    ({"title": "t" * 2000}, "Au plus 300 caractères"),
    ({"title": "t", "introduction": "x" * 7000}, "Au plus 6000 caractères"),
    ({"title": "t", "licence": "all rights reserved"}, "une des licences"),
    ({"title": "t", "item": ["1944-06-05"] * 500, "note": [""] * 500}, "au plus 100"),
])  # fmt: skip
def test_the_form_says_what_is_to_mend_and_keeps_what_was_typed(
    client: FlaskClient, make: Make, typed: dict[str, object], sentence: str
) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    address = saved(client)
    answer = client.post(address, data=typed, headers=FRENCH)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.get(f"/collections/{identifier(address)}.json").json["version"] == 1


def test_an_educator_keeps_collections_under_the_account_and_decides_whether_they_are_listed(
    sign_in: Callable[..., FlaskClient], client: FlaskClient, make: Make
) -> None:
    educator = sign_in("educator")
    address = saved(educator, "Ma classe")
    assert address.endswith("/edit")
    assert "Ma classe" in educator.get("/collections/mine").text
    assert "Ma classe" not in client.get("/collections").text
    educator.post(address, data={"title": "Ma classe", "listed": "yes"})
    assert "Ma classe" in client.get("/collections").text
    assert client.get("/collections/mine").status_code == 303


def test_what_is_said_of_a_gathered_list_is_true_for_who_is_signed_in(
    sign_in: Callable[..., FlaskClient], client: FlaskClient, make: Make
) -> None:
    toad = make.message("Le crapaud vole")
    for who, nobody in ((client, True), (sign_in("educator"), False)):
        gather(who, toad.id)
        page = who.get("/collections/gathering?lang=fr").text
        assert ("ne sait pas qui vous êtes" in page) is nobody
        assert ("lien privé" in page) is nobody
        assert ("sous votre compte" in page) is not nobody


def test_another_educator_may_not_change_it_but_an_editor_may(sign_in: Callable[..., FlaskClient], make: Make) -> None:
    address = saved(sign_in("educator"), "Ma classe")
    assert sign_in("educator", "other@example.org").get(address).status_code == 403
    assert sign_in("editor").get(address).status_code == 200


def test_a_copy_says_where_it_comes_from_and_is_changed_by_itself(client: FlaskClient, make: Make) -> None:
    toad = make.message("Le crapaud vole")
    gather(client, toad.id)
    original = identifier(saved(client, "L’original"))
    other = client.application.test_client()
    answer = other.post(f"/collections/{original}/adapt")
    assert answer.status_code == 303
    copy = identifier(answer.location)
    assert copy != original
    other.post(answer.location, data={"title": "La copie", "item": [toad.id], "note": [""]}, headers=FRENCH)
    page = client.get(f"/collections/{copy}", headers=FRENCH).text
    assert "Adaptée de" in page
    assert f"/id/{original}/v1" in page
    assert "L’original" in client.get(f"/collections/{original}").text


def test_an_editor_puts_a_collection_first(
    client: FlaskClient, make: Make, sign_in: Callable[..., FlaskClient]
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    made = identifier(saved(client, "Élue"))
    assert sign_in("curator").post(f"/collections/{made}/feature", data={"do": "feature"}).status_code == 403
    assert sign_in("editor").post(f"/collections/{made}/feature", data={"do": "feature"}).status_code == 303
    assert client.get("/collections.json").json["items"][0]["featured"] is True
    assert client.get(f"/collections/{made}.json").json["version"] == 1


def test_its_maker_takes_a_collection_down_and_its_address_says_so(client: FlaskClient, make: Make) -> None:
    address = saved(client, "À retirer")
    assert client.post(address, data={"title": "À retirer", "do": "take down"}).status_code == 422
    assert client.post(address, data={"title": "À retirer", "do": "take down", "sure": "yes"}).status_code == 303
    assert client.get(f"/collections/{identifier(address)}").status_code == 410


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_teacher_gathers_orders_and_saves_in_the_real_browser(
    app: Flask, make: Make, browser: Browser, script: bool
) -> None:
    messages = [make.message(text) for text in ("Le crapaud vole", "La grenouille nage", "Le coq chante")]
    with serving(app) as site:
        context = browser.new_context(
            locale="fr-FR", java_script_enabled=script, viewport={"width": 1280, "height": 2400}
        )
        page = context.new_page()
        for message in messages:
            page.goto(f"{site}/messages/{message.id}")
            page.get_by_role("button", name="Rassembler").click()
            page.locator("[data-gather-said]:not(:empty)" if script else "ol.gathered").wait_for()
        page.goto(f"{site}/collections/gathering")
        page.get_by_label("Titre").fill("Ma classe")
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_role("button", name="Monter : Le coq chante").click()
        page.get_by_label("Note: Le coq chante").fill("Il chante.")
        page.get_by_role("button", name="Enregistrer").last.click()
        page.get_by_text("version 2").first.wait_for()
        assert "version 2" in page.locator("[role=status]").first.inner_text()
        page.get_by_role("link", name="Voir la collection").click()
        page.locator(".items").wait_for()
        phrases = page.locator(".items .phrase-m").all_inner_texts()
        assert [phrase.strip("«» \u202f\u00a0") for phrase in phrases] == [
            "Le crapaud vole", "Le coq chante", "La grenouille nage"]  # fmt: skip
        assert "Il chante." not in page.locator(".items").inner_text()
        page.locator(".items__note summary").click()
        page.get_by_text("Il chante.").wait_for()
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
@pytest.mark.parametrize("address", ["/messages", "/search?q=crapaud"])
def test_a_teacher_gathers_from_a_list_without_opening_each_message(
    app: Flask, make: Make, browser: Browser, script: bool, address: str
) -> None:
    for text in ("Le crapaud vole", "Le crapaud saute"):
        make.message(text)
    with serving(app) as site:
        context = browser.new_context(locale="fr-FR", java_script_enabled=script)
        page = context.new_page()
        for number, text in enumerate(("Le crapaud vole", "Le crapaud saute"), 1):
            page.goto(site + address)
            page.get_by_role("button", name=f"Rassembler {text}").click()
            if script:
                page.get_by_text(f"Rassemblé ({number})").wait_for()
        page.goto(f"{site}/collections/gathering")
        page.locator("ol.gathered").wait_for()
        assert page.locator("ol.gathered > li").count() == 2
        context.close()


@pytest.mark.browser
def test_items_are_put_in_order_by_dragging(app: Flask, make: Make, browser: Browser) -> None:
    messages = [make.message(text) for text in ("Le crapaud vole", "La grenouille nage", "Le coq chante")]
    with serving(app) as site:
        context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 2400})
        page = context.new_page()
        for message in messages:
            page.request.post(f"{site}/collections/gathering", form={"add": message.id})
        page.goto(f"{site}/collections/gathering")
        page.get_by_label("Titre").fill("Ma classe")
        page.get_by_role("button", name="Enregistrer").click()
        held, target = (page.locator(".gathered__what").nth(number).bounding_box() for number in (2, 0))
        assert held is not None
        assert target is not None
        page.mouse.move(held["x"] + 200, held["y"] + 10)
        page.mouse.down()
        page.mouse.move(held["x"] + 200, held["y"] - 20, steps=5)
        page.mouse.move(target["x"] + 200, target["y"] + 4, steps=10)
        page.mouse.up()
        assert page.locator(".gathered__what").first.inner_text().strip() == "Le coq chante"
        assert "place 1 sur 3" in page.locator("[data-order-said]").inner_text()
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_teacher_gathers_one_line_of_a_night(app: Flask, make: Make, browser: Browser, script: bool) -> None:
    for text in ("Le crapaud vole", "Le crapaud saute"):
        make.message(text, night="1944-06-05")
    with serving(app) as site:
        context = browser.new_context(locale="fr-FR", java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{site}/nights/1944-06-05")
        page.get_by_role("button", name="Rassembler Le crapaud saute").click()
        if script:
            page.get_by_role("button", name="Rassemblé Le crapaud saute").wait_for()
            page.goto(f"{site}/collections/gathering")
        page.locator("ol.gathered").wait_for()
        assert "Le crapaud saute" in page.locator("ol.gathered > li").all_inner_texts()[0]
        assert page.locator("ol.gathered > li").count() == 1
        context.close()
