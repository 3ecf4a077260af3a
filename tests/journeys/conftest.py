"""Who walks through the archive: a phone and a wide screen, French and English, with a script and without."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import PHONE, WIDE, serving
from tests.conftest import settings
from webapp import create_app
from webapp.database import database
from webapp.people.actions import create_person, give_entry_link


class Walker(NamedTuple):
    """One sort of visitor: a page of theirs, their language, whether scripts run, and a word of their own."""

    page: Page
    lang: str
    scripts: bool
    name: str

    def either(self, french: str, english: str) -> str:
        """The words of their language."""
        return french if self.lang == "fr" else english


SORTS = {
    "phone-fr": (PHONE, "fr", True),
    "wide-en": (WIDE, "en", True),
    "phone-en-no-script": (PHONE, "en", False),
    "wide-fr-no-script": (WIDE, "fr", False),
}


@pytest.fixture(params=SORTS)
def walker(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Walker]:
    """Each sort of visitor in turn."""
    size, lang, scripts = SORTS[request.param]
    context = browser.new_context(viewport=size, locale=lang, java_script_enabled=scripts)
    yield Walker(context.new_page(), lang, scripts, request.param)
    context.close()


@pytest.fixture(scope="module")
def house(seeded_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The real archive, this module’s own copy, to be written in."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(seeded_index, folder, dirs_exist_ok=True)
    app = create_app(settings(folder))
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="module")
def own_site(house: Flask) -> Iterator[str]:
    """Its address."""
    with serving(house) as address:
        yield address


@pytest.fixture
def enter(house: Flask, own_site: str) -> Callable[[BrowserContext, str, str], None]:
    """Signs the pages of a context in, as a person of that name and role."""

    def sign_in(context: BrowserContext, name: str, role: str) -> None:
        with house.app_context(), database().writing() as own:
            secret = give_entry_link(own, create_person(own, f"{name}@example.org", role))
        page = context.new_page()
        page.goto(f"{own_site}/enter/{secret}")
        page.close()

    return sign_in


def tab_to(page: Page, selector: str, most: int = 120, key: str = "Tab") -> None:
    """Press Tab until that element has the focus; wherever the focus is on the way, it can be seen."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press(key)
        assert page.evaluate(FOCUS_SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    raise AssertionError(f"the keyboard does not reach {selector}")


def tab_back_to(page: Page, selector: str, most: int = 60) -> None:
    """The same backwards."""
    tab_to(page, selector, most, "Shift+Tab")


# The focused element, or what stands for it (the label of a hidden radio), has an outline; some have a shadow always.
FOCUS_SEEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one.tagName === "AUDIO") return true;  // the browser’s own player draws its own
  const drawn = each => { const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0; };
  return [one, one.parentElement, one.nextElementSibling].some(each => each && drawn(each));
}"""
