"""Accessibility where a page is not at rest: menus and folds open, suggestions and errors shown, on paper, at 400 %."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.barriers import barriers
from tests.browser import PHONE, WIDE
from tests.pages import identifier, key_of
from webapp.collections.models import Collection
from webapp.essays.models import Essay
from webapp.messages.models import Message

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %, WCAG 1.4.10


def looked_at(page: Page, state: str) -> list[str]:
    """What breaks a rule in this state."""
    page.wait_for_load_state()
    return barriers(page, state)


def suggestions(page: Page, site: str) -> None:
    page.goto(site)
    page.locator("main form[role=search] input[name=q]").press_sequentially("crap")
    expect(page.get_by_role("option").first).to_be_visible()


def folds(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=carottes")
    page.locator("#found article.slip").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")


def errors_of_a_contribution(page: Page, site: str) -> None:
    page.goto(f"{site}/contribute/message")
    page.locator("#offer button[type=submit]").click()
    page.locator("#errors").wait_for()


def nothing_found(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=zzqxzzqx")


def refused_at_the_door(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in")
    page.locator("input[name=email]").fill("nobody@example.org")
    page.locator("input[name=password]").fill("wrong and long enough")
    page.locator("main form button[type=submit], main form input[type=submit]").first.click()
    page.locator(".notice--error, .field__error, [role=alert]").first.wait_for()


def everything_unfolded(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=sanglots+longs")
    page.locator("#found article.slip :is(h2, h3) a").first.click()
    page.locator("h1.phrase").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    expect(page.locator("img.qr-code")).to_be_visible()


def gathered(page: Page, site: str) -> None:
    page.goto(f"{site}/nights/1944-06-05")
    page.locator(".gather button[name=add]").first.click()
    page.locator("[data-gather-said]:not(:empty)").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")


def a_quiz_answered(page: Page, site: str) -> None:
    page.goto(f"{site}/nights/1944-06-05/quiz")
    page.locator("main input[type=radio]").first.check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**answer=**")


def filters_in_place(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=parachutage&standing=attested&from=1944&to=pas+une+date&theme=dark")
    page.evaluate("document.querySelector('.facets-box').open = true")


STATES: list[Callable[[Page, str], None]] = [
    suggestions, folds, errors_of_a_contribution, nothing_found, refused_at_the_door, everything_unfolded, gathered,
    a_quiz_answered, filters_in_place,
]  # fmt: skip


@pytest.mark.parametrize(("size", "scheme", "lang"), [(WIDE, "light", "fr"), (PHONE, "dark", "en")],
                         ids=["wide-light-fr", "phone-dark-en"])  # fmt: skip
def test_no_rule_is_broken_in_any_state(
    site: str, browser: Browser, size: dict[str, int], scheme: str, lang: str
) -> None:
    # With less motion, what opens is at rest at once.
    look: Any = {"viewport": size, "color_scheme": scheme, "locale": lang, "reduced_motion": "reduce"}
    context = browser.new_context(**look)
    page, found = context.new_page(), []
    for state in STATES:
        state(page, site)
        found += looked_at(page, state.__name__)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{state.__name__}: has to be scrolled sideways")
    context.close()
    assert not found, found


def chief(archive: Flask) -> list[str]:
    """The pages that are read most."""
    return ["/", "/search?q=carottes", f"/messages/{identifier(archive, Message, 'les-carottes-sont-cuites')}",
            "/nights/1944-06-05", f"/essays/{identifier(archive, Essay, 'the-carrots')}",
            f"/collections/{identifier(archive, Collection, 'legends-and-how-to-doubt')}"]  # fmt: skip


OTHERS = ["/map", "/calendar/1944", "/surface-and-secret", "/nights/1944-06-05/listen",
          "/nights/1944-06-05/worksheet/1", "/data", "/contribute/message"]  # fmt: skip
"""Pages with what is hard to make narrow or to print: drawings, tables, the player, forms."""


def test_no_rule_is_broken_at_400_percent_and_on_paper(archive: Flask, site: str, browser: Browser) -> None:
    page, found = browser.new_page(viewport=NARROW, locale="fr"), []
    for address in [*chief(archive), *OTHERS, key_of(archive, "/nights/1944-06-05")]:
        page.emulate_media(media="screen")
        page.goto(site + address)
        found += looked_at(page, f"400 % {address}")
        page.emulate_media(media="print")
        found += looked_at(page, f"paper {address}")
    page.close()
    assert not found, found


def test_nothing_moves_for_those_who_asked_for_less_motion(archive: Flask, site: str, browser: Browser) -> None:
    page, moving = browser.new_page(viewport=WIDE, reduced_motion="reduce"), {}
    for address in chief(archive):
        page.goto(site + address)
        moving[address] = page.evaluate(MOVES)
    page.close()
    assert not any(moving.values()), moving


MOVES = """() => [...document.querySelectorAll("*")].filter(each => {
  const style = getComputedStyle(each), long = text => text.split(",").some(part => parseFloat(part) > 0.02);
  return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration));
}).slice(0, 5).map(each => each.outerHTML.slice(0, 120))"""
