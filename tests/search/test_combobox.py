"""Suggestions in the real browser: by keyboard alone, as a screen reader is told of them, and plain without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.barriers import barriers

pytestmark = pytest.mark.browser


def test_a_suggestion_is_chosen_with_the_keyboard_alone(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/search?lang=en")
    box = page.get_by_role("combobox").first
    box.press_sequentially("le crap")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Le crapaud vole")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "false")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/messages/**")
    page.close()


def test_escape_closes_the_list_and_leaves_what_was_typed(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/search?lang=fr")
    box = page.get_by_role("combobox").first
    box.press_sequentially("anim")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_value("anim")
    box.press("Enter")
    page.wait_for_url("**/search?*q=anim*")
    page.close()


def test_the_open_list_keeps_the_rules_of_accessibility(browser: Browser, site: str) -> None:
    page = browser.new_page()
    for address in ("/search?lang=fr", "/?lang=en"):
        page.goto(f"{site}{address}")
        page.get_by_role("combobox").last.press_sequentially("crap")
        expect(page.get_by_role("option").first).to_be_visible()
        assert not barriers(page)
    page.close()


def test_without_script_the_search_is_a_plain_form(browser: Browser, site: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/search?lang=fr")
    page.get_by_role("searchbox").first.fill("crapo vole")
    page.get_by_role("searchbox").first.press("Enter")
    expect(page.locator(".phrase-m").first).to_contain_text("Le crapaud vole")
    page.close()
