"""Curators in the real browser: the keyboard alone, work that outlives a reload, a conflict of two, an essay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser import WIDE, serving
from tests.desk.filling import anew
from tests.desk.test_adding import vocabulary
from tests.make import Make
from webapp.database import database
from webapp.messages.models import Message
from webapp.people.actions import create_person, give_entry_link
from webapp.revisions import Status
from webapp.vocabularies import Scheme, Term, term_id

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]


@pytest.fixture
def enter(app: Flask, browser: Browser, make: Make) -> Iterator[Enter]:
    """A page of the browser, signed in; pages of one person share their storage."""
    vocabulary(make)
    contexts: dict[str, Any] = {}
    with serving(app) as site:

        def open_page(address: str, name: str = "ada", role: str = "editor") -> Page:
            if name not in contexts:
                contexts[name] = browser.new_context(viewport=WIDE, locale="en")
                with app.app_context(), database().writing() as own:
                    secret = give_entry_link(own, create_person(own, f"{name}@example.org", role))
                contexts[name].new_page().goto(f"{site}/enter/{secret}")
            page = contexts[name].new_page()
            page.goto(site + address)
            return page

        yield open_page
        for context in contexts.values():
            context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_whole_entry_by_keyboard_alone(enter: Enter, make: Make, session: Session) -> None:
    make.station("BBC, Radio Londres")
    make.source("Ici Londres")
    page = enter("/desk/messages/new")
    tab_to(page, "#text")
    page.keyboard.type("Le crapaud vole bas")
    tab_to(page, "#station")
    page.keyboard.type("londres")
    expect(page.locator('.picks [role="option"]').first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, '[name^="meanings-"][name$="-statement-en"]')
    page.keyboard.type("A drop.")
    tab_to(page, '[name^="meanings-"][name$="-standing"]')
    page.keyboard.type("att")
    tab_to(page, 'button[value^="add:meanings-"]')
    page.keyboard.press("Enter")
    expect(page.locator('[name$="-source"]')).to_be_focused()
    page.keyboard.type("ici londres")
    expect(page.locator('.picks [role="option"]').first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "[data-date]")
    page.keyboard.type("nuit du 5 au 6 juin 44")
    expect(page.locator("[data-echo]")).to_contain_text("1944-06-05")
    tab_to(page, '.savebar button[value="publish"]')
    page.keyboard.press("Enter")
    expect(page.locator(".desk__said")).to_contain_text("Published")
    anew(session)
    message = session.scalars(select(Message)).one()
    assert (message.status, message.station.name["en"]) == (Status.PUBLISHED, "BBC, Radio Londres")
    assert (message.meanings[0].standing, message.broadcasts[0].edtf.text) == ("attested", "1944-06-05")


def test_unsaved_work_is_offered_back_after_a_reload_and_forgotten_after_the_save(enter: Enter) -> None:
    page = enter("/desk/messages/new")
    page.fill("#text", "Le crapaud vole")
    page.click('button[value="add:meanings"]')
    expect(page.locator("input[type=hidden][name=meanings]")).to_have_count(2)
    page.keyboard.type("A second claim")
    expect(page.locator("[data-kept]")).to_contain_text("Kept")
    page.wait_for_timeout(400)
    page.reload()
    page.click("[data-back]")
    expect(page.locator("#text")).to_have_value("Le crapaud vole")
    expect(page.locator("input[type=hidden][name=meanings]")).to_have_count(2)
    expect(page.locator('[name$="-statement-en"]').nth(1)).to_have_value("A second claim")
    page.click('.savebar button[value="save"]')
    expect(page.locator(".desk__said")).to_contain_text("Draft saved")
    for _ in range(50):  # the page forgets when its script has run, a moment after it is shown
        if page.evaluate("Object.keys(localStorage).length") == 0:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_one_person_typed_is_not_offered_to_another_on_the_same_machine(enter: Enter) -> None:
    page = enter("/desk/messages/new")
    page.fill("#text", "Le crapaud vole")
    expect(page.locator("[data-kept]")).to_contain_text("Kept")
    kept = page.evaluate("Object.entries(localStorage)")
    other = enter("/desk/messages/new", "ben")
    other.evaluate("kept => kept.forEach(([name, value]) => localStorage.setItem(name, value))", kept)
    other.reload()
    expect(other.locator("#kept")).to_be_hidden()


def test_a_conflict_of_two_is_settled_with_the_words_of_both(enter: Enter, make: Make, session: Session) -> None:
    message = make.message("Le crapaud vole", status="draft")
    ada, ben = enter(f"/desk/messages/{message.id}"), enter(f"/desk/messages/{message.id}", "ben", "curator")
    ada.fill("#text", "Le crapaud vole bas")
    ada.click('.savebar button[value="save"]')
    ben.fill("#text", "Le crapaud vole haut")
    ben.click('.savebar button[value="save"]')
    expect(ben.locator("h1")).to_contain_text("Two changes")
    ben.check('input[value="own"]')
    ben.fill("#own-text", "Le crapaud vole, haut ou bas")
    ben.click('button[value="chosen"]')
    expect(ben.locator("#text")).to_have_value("Le crapaud vole, haut ou bas")
    anew(session)
    assert message.text == "Le crapaud vole, haut ou bas"


def test_an_essay_completes_its_references_and_shows_what_it_becomes(enter: Enter, make: Make) -> None:
    message = make.message("Les carottes sont cuites")
    page = enter("/desk/essays/new")
    page.focus("#body-en")
    page.keyboard.type("They said [[carot")
    expect(page.locator('.picks [role="option"]').first).to_contain_text("Les carottes sont cuites")
    page.keyboard.press("Enter")
    expect(page.locator("#body-en")).to_have_value(f"They said [[{message.id}")
    page.keyboard.type("]] **then**.")
    expect(page.locator("#preview strong")).to_have_text("then")


def test_the_meaning_of_a_standing_is_said_where_it_is_chosen(enter: Enter, session: Session) -> None:
    session.get_one(Term, term_id(Scheme.STANDING, "attested")).definition = {"fr": "On le dit.", "en": "One says so."}
    session.commit()
    page = enter("/desk/messages/new")
    said = page.locator('[id^="meanings-"][id$="-standing-said"]')
    page.locator('[name^="meanings-"][name$="-standing"]').select_option("attested")
    expect(said).to_have_text("One says so.")
    words = page.locator("#wording_standing-said")
    page.locator("#wording_standing").select_option("attested")
    expect(words).to_have_text("A witness, a museum or a local historian quotes these words.")
