"""A curator’s day at the desk in a real browser: from what waits to what is published, mended, merged and answered."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from time import monotonic

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import WIDE
from tests.journeys.conftest import Walker, tab_back_to, tab_to
from tests.pages import identifier
from webapp.contributions import forms
from webapp.messages.models import Message
from webapp.sources.models import Source

pytestmark = pytest.mark.browser
Enter = Callable[[BrowserContext, str, str], None]


@pytest.fixture
def curator(walker: Walker, enter: Enter, request: pytest.FixtureRequest) -> Walker:
    """An editor at the desk, of each sort."""
    enter(walker.page.context, f"{walker.name}-{abs(hash(request.node.name))}", "editor")
    return walker


def drafted(curator: Walker, site: str, phrase: str) -> str:
    """A new message saved as a draft; gives its form’s address."""
    page = curator.page
    page.goto(f"{site}/desk/messages/new")
    page.fill("#text", phrase)
    press(page, "save")
    page.locator(".desk__said").wait_for()
    return page.url.partition("?")[0].partition("#")[0]


def address_of(link: Locator) -> str:
    """The identifier in the address of a message."""
    return (link.get_attribute("href") or "").split("/")[2]


def press(page: Page, value: str) -> None:
    page.locator(f'button[value="{value}"]:not([aria-hidden])').last.click()


def published(curator: Walker, site: str, phrase: str) -> str:
    """A new message, published with nothing known of its meaning."""
    address = drafted(curator, site, phrase)
    curator.page.locator('[name^="meanings-"][name$="-standing"]').first.select_option("unknown")
    press(curator.page, "publish")
    expect(curator.page.locator(".desk__said").first).to_contain_text(curator.either("Publié", "Published"))
    return address


def test_each_count_on_the_desk_is_the_length_of_the_list_behind_it(own_site: str, curator: Walker) -> None:
    page = curator.page
    page.goto(f"{own_site}/desk")
    piles = [(each.locator("a").get_attribute("href"), each.locator(".piles__n").inner_text())
             for each in page.locator(".piles li").all()]  # fmt: skip
    assert len(piles) > 6
    for address, count in piles:
        if address and "/piles/" in address and count != "0":
            page.goto(own_site + address)
            said = page.locator("main [role=status]").first.inner_text()
            assert re.sub(r"\D", "", said) == re.sub(r"\D", "", count), address


def test_an_entry_with_a_night_and_a_source_is_published_and_found_within_two_seconds(
    house: Flask, own_site: str, curator: Walker
) -> None:
    page, phrase = curator.page, f"Le hérisson relit {curator.name.replace('-', ' ')}"
    page.goto(f"{own_site}/desk/messages/new")
    page.fill("#text", phrase)
    page.locator('[name^="meanings-"][name$="-statement-fr"]').first.fill("Un essai.")
    page.locator('[name^="meanings-"][name$="-standing"]').first.select_option("attested")
    press(page, "publish")
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("#text")).to_have_value(phrase)
    page.locator('button[value^="add:meanings-"][value$="-attestations"]').first.click()
    source = page.locator('[name^="meanings-"][name$="-source"]')
    source.fill(identifier(house, Source, "s-fr-008"))
    date = page.locator("[data-date]").first
    date.fill("nuit du 5 au 6 juin 1944")
    if curator.scripts:
        expect(page.locator("[data-echo]").first).to_contain_text("1944-06-05")
        page.keyboard.press("Escape")
    press(page, "publish")
    expect(page.locator(".desk__said").first).to_contain_text(curator.either("Publié", "Published"))
    expect(page.locator("[data-echo]").first).to_contain_text("1944-06-05")
    began = monotonic()
    while monotonic() < began + 2:
        page.goto(f"{own_site}/search?q={phrase.replace(' ', '+')}")
        if phrase in page.locator("#found").inner_text():
            break
    else:
        raise AssertionError("it is not found within two seconds")
    number = address_of(page.locator("#found article.slip a").first)
    page.goto(f"{own_site}/desk/messages/{number}/withdraw")
    page.fill("#reason", "Une phrase d’essai.")
    page.locator("#withdraw button").click()
    page.locator(".desk__said").wait_for()
    answer = page.goto(f"{own_site}/messages/{number}")
    assert answer is not None
    assert answer.status == 410
    expect(page.locator("main")).to_contain_text("Une phrase d’essai.")


@pytest.mark.parametrize("written", ["31 juin 1944", "un soir d’été"])
def test_a_date_that_is_none_is_said_to_be_none_and_nothing_is_made_up(
    own_site: str, curator: Walker, written: str
) -> None:
    page = curator.page
    page.goto(f"{own_site}/desk/messages/new")
    page.fill("#text", "La date est un piège")
    page.locator("[data-date]").first.fill(written)
    press(page, "save")
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("[data-date]").first).to_have_value(written)
    expect(page.locator("[data-date]").first).to_have_attribute("aria-invalid", "true")


def test_a_phrase_that_is_there_already_is_shown_beside_the_form(own_site: str, curator: Walker) -> None:
    page = curator.page
    page.goto(f"{own_site}/desk/messages/new")
    page.fill("#text", "les carotte sont cuite")
    if not curator.scripts:
        press(page, "look")
    expect(page.locator("#duplicates a").first).to_contain_text("carottes sont cuites")
    expect(page.locator("#text")).to_have_value("les carotte sont cuite")


def test_a_colleague_saved_meanwhile_and_nothing_typed_is_lost(own_site: str, curator: Walker) -> None:
    address = drafted(curator, own_site, f"Deux plumes {curator.name}")
    mine, theirs = curator.page, curator.page.context.new_page()
    mine.goto(address)
    theirs.goto(address)
    theirs.fill("#text", "Leur phrase")
    press(theirs, "save")
    theirs.locator(".desk__said").wait_for()
    mine.fill("#text", "Ma phrase")
    mine.locator('[name^="meanings-"][name$="-statement-fr"]').first.fill("Un champ que l’autre n’a pas touché.")
    press(mine, "save")
    expect(mine.locator("h1")).to_contain_text(curator.either("Deux modifications", "Two changes"))
    for words in ("Ma phrase", "Leur phrase", "Deux plumes"):
        expect(mine.locator("fieldset.clash").first).to_contain_text(words)
    press(mine, "mine")
    expect(mine.locator("#text")).to_have_value("Ma phrase")
    expect(mine.locator('[name^="meanings-"][name$="-statement-fr"]').first).to_have_value(
        "Un champ que l’autre n’a pas touché."
    )


def test_two_revisions_are_compared_and_the_first_is_brought_back(own_site: str, curator: Walker) -> None:
    page, first = curator.page, f"La première {curator.name}"
    address = drafted(curator, own_site, first)
    page.fill("#text", f"La seconde {curator.name}")
    press(page, "save")
    page.locator(".desk__said").wait_for()
    page.locator("aside a[href*='history']").click()
    page.locator("table.history").wait_for()
    page.locator("[name=from][value='1']").check()
    page.locator("[name=to][value='2']").check()
    page.get_by_role("button", name=curator.either("Comparer", "Compare")).click()
    page.wait_for_url("**from=1**")
    expect(page.locator("section").first).to_contain_text("seconde")
    page.locator("#number").select_option("1")
    page.locator("#restore button").click()
    page.goto(address)
    expect(page.locator("#text")).to_have_value(first)


def test_a_spreadsheet_is_tried_corrected_brought_in_and_undone(own_site: str, curator: Walker) -> None:
    page = curator.page
    phrase = f"La loutre compte {curator.name}"

    def send(date: str) -> None:
        sheet = io.StringIO()
        csv.writer(sheet).writerows([["Texte exact", "Langue", "Diffusion 1 : date"], [phrase, "fr", date]])
        page.set_input_files("#file", files=[{"name": "carnet.csv", "mimeType": "text/csv",
                                              "buffer": sheet.getvalue().encode()}])  # fmt: skip
        page.locator("form:has(#file) button").click()
        page.locator("#matching button[type=submit]").wait_for()
        page.locator("#matching button[type=submit]").click()
        page.locator(".planned-list").wait_for()

    page.goto(f"{own_site}/desk/imports")
    send("31 juin 1944")
    expect(page.locator(".planned--error")).to_contain_text(
        curator.either("Le 31 juin n’existe pas", "31 June does not exist")
    )
    send("30 juin 1944")
    expect(page.locator(".planned")).to_contain_text(phrase)
    page.locator("form[action$='/run'] button").click()
    page.locator("form[action$='/undo'] button").wait_for()
    page.goto(f"{own_site}/desk/messages?q={phrase.replace(' ', '+')}")
    expect(page.locator("ol.records, table, main").first).to_contain_text(phrase)
    page.go_back()
    page.locator("form[action$='/undo'] button").click()
    page.get_by_text(curator.either("Annulé par", "Undone by")).wait_for()


def test_two_entries_become_one_both_addresses_work_and_it_is_undone(own_site: str, curator: Walker) -> None:
    page = curator.page
    stays = published(curator, own_site, f"Le merle siffle {curator.name}").rpartition("/")[2]
    goes = published(curator, own_site, f"Le merle sifle {curator.name}").rpartition("/")[2]
    page.goto(f"{own_site}/desk/messages/{stays}/merge")
    page.fill("#other", goes)
    page.press("#other", "Enter")
    page.locator("#merge").wait_for()
    page.locator("#merge button[type=submit]").click()
    page.locator(".desk__said").wait_for()
    page.goto(f"{own_site}/messages/{goes}")
    assert stays in page.url
    page.goto(f"{own_site}/desk/messages/{stays}/merge")
    page.locator("form[action*='undo'] button").click()
    page.locator(".desk__said").wait_for()
    page.goto(f"{own_site}/messages/{goes}")
    assert goes in page.url


def test_a_contribution_becomes_a_credited_draft_and_its_author_can_read_the_answer(
    house: Flask, own_site: str, curator: Walker, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LEAST_SECONDS", 0)
    reader = browser.new_context(locale=curator.lang).new_page()
    reader.goto(f"{own_site}/contribute/date?about={identifier(house, Message, 'le-crapaud-vole')}")
    reader.locator("#offer [name=date]").fill("mai 1944")
    reader.locator("#offer [name=evidence]").fill("Un carnet.")
    reader.locator("#offer [name=name]").fill(f"Jeanne {curator.name}")
    reader.locator("#offer button[type=submit]").click()
    reader.locator(".receipt__code").wait_for()
    page = curator.page
    page.goto(f"{own_site}/desk/piles/contributions")
    page.locator("ol.records a").first.click()
    page.locator("#answer").wait_for()
    expect(page.locator("main")).to_contain_text(f"Jeanne {curator.name}")
    page.fill("#answer #text", "Merci !")
    press(page, "accept")
    page.locator("a[href*='/review']").first.wait_for()
    reader.reload()
    expect(reader.locator("main")).to_contain_text("Merci !")
    expect(reader.locator("main")).to_contain_text(f"Jeanne {curator.name}")
    reader.goto(f"{own_site}/contribute/recollection")
    reader.locator("#offer [name=text]").fill(f"Un souvenir {curator.name}")
    reader.locator("#offer button[type=submit]").click()
    reader.locator(".receipt__code").wait_for()
    page.goto(f"{own_site}/desk/piles/contributions")
    page.locator("ol.records a", has_text=f"Un souvenir {curator.name}").click()
    press(page, "decline")
    expect(page.locator("main")).to_contain_text(curator.either("Écrivez quelque chose", "Write something"))
    page.fill("#answer #text", "Cela concerne une autre archive.")
    press(page, "decline")
    page.locator("#answer").wait_for(state="detached")
    reader.reload()
    expect(reader.locator("main")).to_contain_text("Cela concerne une autre archive.")
    reader.context.close()


def test_an_essay_is_written_with_references_and_shown_beside_what_is_typed(
    house: Flask, own_site: str, curator: Walker
) -> None:
    page, lang = curator.page, curator.lang
    page.goto(f"{own_site}/desk/essays/new")
    page.fill(f"#title-{lang}", f"Essai {curator.name}")
    number = identifier(house, Message, "le-crapaud-vole")
    page.fill(f"#body-{lang}", f"Il dit [[{number}]] **alors**.\n\n[^1]\n\n[^1]: Une note.")
    if not curator.scripts:
        press(page, "look")
    expect(page.locator("#preview strong")).to_have_text("alors")
    expect(page.locator("#preview")).to_contain_text("Le crapaud vole")


def test_by_keyboard_alone_a_curator_reads_the_desk_and_reviews_a_draft(
    own_site: str, browser: Browser, enter: Enter
) -> None:
    context = browser.new_context(viewport=WIDE, locale="fr")
    enter(context, "clavier", "editor")
    page = context.new_page()
    page.goto(f"{own_site}/desk/messages/new")
    tab_to(page, "#text")
    page.keyboard.type("Le clavier suffit")
    tab_to(page, '[name^="meanings-"][name$="-standing"]')
    page.keyboard.type("inc")
    tab_to(page, 'button[value="add:meanings"]')
    page.keyboard.press("Enter")
    second = page.locator('[name^="meanings-"][name$="-statement-fr"]').nth(1)
    expect(second).to_be_focused()
    page.keyboard.type("Le second sens.")
    tab_back_to(page, 'button[value^="up:meanings-"]:not([disabled])')
    page.keyboard.press("Enter")
    first = page.locator('[name^="meanings-"][name$="-statement-fr"]').first
    expect(first).to_have_value("Le second sens.")
    expect(first).to_be_focused()
    tab_back_to(page, 'button[value^="remove:meanings-"]')
    page.keyboard.press("Enter")
    expect(second).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"
    tab_to(page, '.savebar button[value="submit"]')
    page.keyboard.press("Enter")
    page.locator(".desk__said").wait_for()
    page.goto(f"{own_site}/desk")
    tab_to(page, "a[href*='/desk/piles/review']")
    page.keyboard.press("Enter")
    page.locator("ol.records").wait_for()
    tab_to(page, "ol.records a")
    page.keyboard.press("Enter")
    page.locator("#step").wait_for()
    tab_to(page, 'button[value="publish"]')
    page.keyboard.press("Enter")
    expect(page.locator(".desk__said").first).to_contain_text("Publié")
    context.close()
