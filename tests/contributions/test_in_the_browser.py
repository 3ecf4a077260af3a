"""From a phone to the published page, in the real browser, without a script being needed."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.barriers import barriers
from tests.browser import PHONE, WIDE, serving
from tests.contributions.offering import held, offer, page_of, patient
from tests.contributions.test_moderating import answer
from tests.make import Make
from tests.media.files import photograph, picture, wav
from tests.media.test_media import published
from tests.test_every_page import VALIDATE
from webapp.contributions import forms
from webapp.database import database
from webapp.media.rights import RIGHTS
from webapp.people.actions import create_person, give_entry_link

SHOTS = os.environ.get("CAROTTES_SHOTS")


@pytest.fixture
def own_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The test's own archive, served; its forms may be sent at once."""
    monkeypatch.setattr(forms, "LEAST_SECONDS", 0)
    with serving(app) as address:
        yield address


def key(app: Flask) -> str:
    """A one-time way in for an editor."""
    with app.app_context(), database().writing() as own:
        return give_entry_link(own, create_person(own, "editor@example.org", "editor"))


def looked_at(page: Page, name: str) -> None:
    """The page as it is now breaks no rule of accessibility and does not scroll sideways."""
    page.wait_for_load_state()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert not barriers(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], (name, wide)  # type: ignore[index]


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_recollection_with_a_photograph_goes_from_a_phone_to_the_page(
    app: Flask, own_site: str, browser: Browser, make: Make, tmp_path: Path, scripts: bool
) -> None:
    message = make.message("Le crapaud vole", meaning="Un parachutage.", night="1944-06-05")
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(photograph())
    phone = browser.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=scripts).new_page()
    desk = browser.new_context(viewport=WIDE, locale="fr-FR", java_script_enabled=scripts).new_page()
    look = looked_at if scripts else lambda *_: None

    phone.goto(f"{own_site}/messages/{message.id}")
    phone.get_by_role("link", name="Ajouter, corriger, se souvenir").click()
    look(phone, "1-choose")
    phone.get_by_role("link", name="Un souvenir").click()
    phone.get_by_role("button", name="Envoyer", exact=True).click()
    assert "Répondez à cette question" in phone.inner_text("main")
    look(phone, "2-to-mend")
    phone.get_by_label("De quoi vous souvenez-vous").fill("Mon oncle l’entendait à Brive.\n\nhttps://example.org/x")
    phone.get_by_label("Si vous envoyez une image").fill("Son carnet, ouvert.")
    phone.get_by_label("Une photographie").set_input_files(photo)
    phone.get_by_label("Votre nom").fill("Jeanne D.")
    phone.get_by_label("Votre adresse").fill("jeanne@example.org")
    look(phone, "3-filled")
    phone.get_by_role("button", name="Envoyer", exact=True).click()
    look(phone, "4-receipt")
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", phone.inner_text(".receipt__code"))
    receipt = phone.url

    desk.goto(f"{own_site}/enter/{key(app)}")
    desk.goto(f"{own_site}/desk/piles/contributions")
    desk.get_by_role("link", name="Mon oncle").click()
    look(desk, "5-moderation")
    desk.get_by_label("Ce que lira").fill("En quelle année ?")
    desk.get_by_role("button", name="Demander").click()
    phone.goto(receipt)
    phone.get_by_label("Votre réponse").fill("En 1943.")
    look(phone, "6-question")
    phone.get_by_role("button", name="Envoyer à la rédaction").click()

    desk.reload()
    assert "En 1943." in desk.inner_text("main")
    desk.get_by_role("button", name="Accepter").click()
    look(desk, "7-accepted")
    desk.get_by_role("link", name="Son carnet").click()
    desk.get_by_role("link", name="Ouvrir le formulaire").click()
    desk.get_by_label("Droits").select_option(next(iter(RIGHTS)))
    look(desk, "8-medium")
    desk.get_by_role("button", name="Publier").click()

    phone.goto(receipt)
    look(phone, "9-thanks")
    assert "Aucune adresse" in phone.inner_text("main") or "aucune adresse" in phone.inner_text("main")
    phone.goto(f"{own_site}/messages/{message.id}")
    look(phone, "10-published")
    assert "Mon oncle l’entendait à Brive." in phone.inner_text("#voices")
    assert phone.locator('#voices a[href^="https://example.org"]').count() == 0
    picture = phone.locator("#voices img")
    picture.scroll_into_view_if_needed()
    assert picture.get_attribute("alt") == "Son carnet, ouvert."
    phone.locator("#voices .voice__picture a").first.click()
    look(phone, "11-medium")
    phone.goto(f"{own_site}/messages/{message.id}?lang=en")
    look(phone, "12-english")
    phone.context.close()
    desk.context.close()


def test_every_page_of_a_contribution_and_of_a_picture_is_valid_html(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], make: Make, session: Session, tmp_path: Path
) -> None:
    patient(client)
    message, essay, editor = make.message("Le crapaud vole", night="1944-06-05"), make.essay(), sign_in("editor")
    heard = {"title__fr": "Lecture", "transcript__fr": "Le crapaud vole."}
    media = [published(editor, session, picture(), message.id), published(editor, session, wav(), message.id, **heard)]
    receipts = [offer(client, "recollection", about=message.id, text="Un.", photo=(io.BytesIO(picture()), "a.jpg")),
                offer(client, "reply", about=essay.id, name="Jean", text="Deux.")]  # fmt: skip
    numbers = [held(session, receipt).id for receipt in receipts]
    asked = answer(editor, held(session, receipts[0]), "ask", text="Où ?")
    assert asked.status == 303
    before = [editor.get(f"/desk/contributions/{number}") for number in numbers]
    answer(editor, held(session, receipts[1]), "accept")
    pages = [
        *before, page_of(client, "date", about="rien", address="x"), client.get(f"/contribute?about={message.id}"),
        *(client.get(f"/contributions/{receipt}") for receipt in receipts), client.get("/contributions?receipt=x"),
        *(client.get(f"/media/{medium.id}") for medium in media), client.get(f"/media/{media[0].id}/v1"),
        client.get(f"/messages/{message.id}", follow_redirects=True), editor.get("/desk/contributions"),
        client.get(f"/essays/{essay.id}", follow_redirects=True), editor.get(f"/desk/media/{media[1].id}"),
    ]  # fmt: skip
    for number, page in enumerate(pages):
        assert page.status_code in (200, 404, 422), (number, page.status_code)
        (tmp_path / f"page-{number}.html").write_text(page.text, encoding="utf-8")
    told = subprocess.run([*VALIDATE, *sorted(tmp_path.glob("page-*.html"))], capture_output=True, text=True)
    wrong = [f"{each['filePath']}:{line['line']} {line['message']}" for each in json.loads(told.stdout)
             for line in each["messages"]]  # fmt: skip
    assert not wrong, "\n".join(wrong)


@pytest.mark.browser
def test_the_pages_of_files_and_of_the_queue_are_usable_by_everybody(
    app: Flask, own_site: str, browser: Browser, make: Make
) -> None:
    make.message("Le crapaud vole")
    for viewport, locale, scheme in ((PHONE, "en-GB", "dark"), (WIDE, "fr-FR", "light")):
        with app.app_context(), database().writing() as own:
            way = give_entry_link(own, create_person(own, f"editor-{scheme}@example.org", "editor"))
        context = browser.new_context(viewport=viewport, locale=locale, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{own_site}/enter/{way}")
        for name in ("contributions", "media/new", "media"):
            page.goto(f"{own_site}/desk/{name}")
            looked_at(page, f"desk-{name.replace('/', '-')}-{scheme}")
        context.close()
