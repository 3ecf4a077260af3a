"""An educator’s way: to link, cite, show, gather, set work and come back next year, in a school that blocks much."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser import WIDE
from tests.journeys.conftest import Walker, tab_to
from tests.pages import identifier
from webapp.collections.models import Collection
from webapp.database import database
from webapp.essays.models import Essay
from webapp.messages.models import Message
from webapp.people.actions import create_person
from webapp.people.models import Person
from webapp.revisions import to_document
from webapp.revisions.actions import change, publish, withdraw

pytestmark = pytest.mark.browser
LEGENDS = "legends-and-how-to-doubt"


def records(app: Flask) -> dict[str, str]:
    """The address of one thing of each kind."""
    return {"messages": f"/messages/{identifier(app, Message, 'le-crapaud-vole')}",
            "essays": f"/essays/{identifier(app, Essay, 'the-carrots')}",
            "collections": f"/collections/{identifier(app, Collection, LEGENDS)}",
            "nights": "/nights/1944-06-05"}  # fmt: skip


def test_every_thing_has_a_short_permanent_address_that_leads_to_it(archive: Flask, site: str, walker: Walker) -> None:
    for kind, address in records(archive).items():
        walker.page.goto(site + address)
        heading = walker.page.locator("h1").inner_text()
        permanent = walker.page.locator("#permanent").input_value()
        assert len(permanent.removeprefix(site)) <= len("/nights/1944-06-05"), kind
        walker.page.goto(permanent)
        assert walker.page.locator("h1").inner_text() == heading
        head = walker.page.locator("head")
        picture = head.locator("meta[property='og:image']").get_attribute("content") or ""
        card = head.locator("link[type='application/json+oembed']").get_attribute("href") or ""
        assert walker.page.request.get(picture).headers["content-type"] == "image/png", kind
        assert "iframe" in walker.page.request.get(card).json()["html"], kind
        code = walker.page.locator("img.qr-code").get_attribute("src") or ""
        assert walker.page.request.get(code if "://" in code else site + code).ok, kind


def test_a_reference_of_each_thing_is_on_its_page_and_copied_with_one_click(
    archive: Flask, site: str, walker: Walker
) -> None:
    for kind, address in records(archive).items():
        walker.page.goto(site + address)
        expect(walker.page.locator(".share .citation").first, kind).to_contain_text("Carottes")
        expect(walker.page.locator(".share a[href$='.bib'], .share a[href*='.bib?']").first, kind).to_be_attached()
        expect(walker.page.locator(".share button[data-copy]").first).to_be_visible(visible=walker.scripts)
    if walker.scripts:
        button = walker.page.locator(".share button[data-copy^='#cite-']").first
        button.click()
        expect(button).to_contain_text(walker.either("Copié", "Copied"))


def test_all_styles_and_formats_of_a_claim_stand_on_one_page(archive: Flask, site: str, walker: Walker) -> None:
    walker.page.goto(f"{site}{records(archive)['messages']}")
    walker.page.locator("a[href*='/cite/']").first.click()
    expect(walker.page.locator("h1")).to_have_text(walker.either("Citer", "Cite"))
    said = walker.page.locator("main").inner_text()
    for name in ("APA", "MLA", "Chicago", "ISO 690", "BibTeX", "RIS", "CSL"):
        assert name in said, name


def test_a_card_for_other_pages_needs_no_script_no_cookie_and_no_account(
    archive: Flask, site: str, walker: Walker
) -> None:
    page, number = walker.page, identifier(archive, Message, "le-crapaud-vole")
    page.goto(f"{site}/embed/messages/{number}?lang={walker.lang}")
    expect(page.locator("body")).to_contain_text("Le crapaud vole")
    assert page.locator("script").count() == 0
    assert page.context.cookies() == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_worksheet_is_made_of_a_collection_a_night_and_a_search_and_its_key_stands_apart(
    archive: Flask, site: str, walker: Walker
) -> None:
    page = walker.page
    for base in (records(archive)["collections"], "/nights/1944-06-05", "/search?q=parachutage"):
        page.goto(site + base)
        page.locator("main a[href*='worksheet']").first.click()
        page.locator("#variant").fill("7")
        page.locator("#variant").press("Enter")
        page.wait_for_url("**variant=7**")
        paper = page.locator(".aside .links a", has_text="PDF").first.get_attribute("href") or ""
        assert page.request.get(site + paper).headers["content-type"] == "application/pdf", base
        key = page.locator(".aside a[href*='/key?']").first.get_attribute("href") or ""
        page.locator(".aside .links a").first.click()
        page.locator("article.a4").wait_for()
        expect(page.locator(".tag").last).to_contain_text("7")
        assert page.locator("a[href*='/key']").count() == 0, base
        sheet = page.locator("h1").inner_text()
        page.goto(site + key)
        assert page.locator("h1").inner_text() == sheet
        expect(page.locator(".tasks--key .told").first).to_be_visible()


def test_a_teacher_gathers_saves_and_prints_without_an_account(house: Flask, own_site: str, walker: Walker) -> None:
    page = walker.page
    for address in (records(house)["messages"], "/nights/1944-06-05"):
        page.goto(own_site + address)
        page.locator(".gather button[name=add]").click()
        page.locator("[data-gather-said]:not(:empty)" if walker.scripts else "ol.gathered").first.wait_for()
    page.goto(f"{own_site}/collections/gathering")
    expect(page.locator("ol.gathered > li")).to_have_count(2)
    page.locator("#title").fill(f"Ma classe {walker.name}")
    page.get_by_role("button", name=walker.either("Enregistrer", "Save")).click()
    page.wait_for_url("**/edit/**")
    page.locator("a[href*='/collections/']", has_text=walker.either("Voir la collection", "See the collection")).click()
    expect(page.locator("h1")).to_contain_text(f"Ma classe {walker.name}")
    expect(page.locator(".items > li")).to_have_count(2)
    page.emulate_media(media="print")
    expect(page.locator(".items > li").first).to_be_visible()
    expect(page.locator("main .no-print").first).to_be_hidden()


def _editor(own: Session) -> Person:
    address = "next-year@example.org"
    there = own.scalar(select(Person).where(Person.email == address))
    return there or create_person(own, address, "editor")


@pytest.fixture
def changed(house: Flask) -> str:
    """A message that changed since its first version."""
    number = identifier(house, Message, "sanglots-longs")
    with house.app_context(), database().writing() as own:
        message = own.get_one(Message, number)
        if message.version == 1:
            by = _editor(own)
            document = to_document(message) | {"note": {"fr": "Une note nouvelle.", "en": "A new note."}}
            change(message, document, by=by, reason="A note")
            publish(message, by=by, reason="A note")
    return number


def test_next_year_the_same_address_shows_the_same_version_and_what_changed_since(
    own_site: str, changed: str, walker: Walker
) -> None:
    page = walker.page
    page.goto(f"{own_site}/id/{changed}/v1")
    expect(page.locator("h1")).to_contain_text("sanglots longs")
    assert walker.either("Une note nouvelle", "A new note") not in page.locator("article").first.inner_text()
    page.locator("main a[href*='history']").first.click()
    expect(page.locator("main")).to_contain_text(walker.either("Une note nouvelle", "A new note"))


def test_what_was_withdrawn_says_so_and_why(house: Flask, own_site: str, walker: Walker) -> None:
    number = identifier(house, Message, "les-carottes-sont-cuites")
    with house.app_context(), database().writing() as own:
        message = own.get_one(Message, number)
        if message.status == "published":
            withdraw(message, by=_editor(own), reason="Doublon d’essai")
    answer = walker.page.goto(f"{own_site}/id/{number}")
    assert answer is not None
    assert answer.status == 410
    expect(walker.page.locator("main")).to_contain_text("Doublon d’essai")
    expect(walker.page.locator("h1")).to_be_visible()


def test_by_keyboard_alone_an_educator_gathers_and_makes_a_sheet(house: Flask, own_site: str, browser: Browser) -> None:
    context = browser.new_context(viewport=WIDE, locale="fr")
    page = context.new_page()
    page.goto(f"{own_site}/nights/1944-06-05")
    tab_to(page, ".gather button[name=add]", 200)
    page.keyboard.press("Enter")
    page.locator("[data-gather-said]:not(:empty)").wait_for()
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"
    tab_to(page, "a[href$='/collections/gathering']")
    page.keyboard.press("Enter")
    page.locator("ol.gathered").wait_for()
    tab_to(page, "#title")
    page.keyboard.type("Au clavier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/**")
    page.goto(f"{own_site}/nights/1944-06-05/worksheet")
    tab_to(page, "#variant")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_url("**variant=3**")
    tab_to(page, "main .aside .links a")
    page.keyboard.press("Enter")
    page.locator("article.a4").wait_for()
    context.close()
