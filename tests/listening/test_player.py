"""The player in a real browser: by keyboard, with the line that is read marked, and from any line on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from tests.barriers import barriers
from tests.browser import PHONE, WIDE
from tests.pages import identifier
from tests.test_every_page import VALIDATE
from webapp.messages.models import Message

NIGHT = "/nights/1944-06-05/listen?lang=fr"


@pytest.fixture
def listening(site: str, browser: Browser) -> Page:
    """The page of a night read aloud, silent for the tests."""
    page = browser.new_page()
    page.goto(site + NIGHT)
    page.evaluate("document.querySelector('audio').muted = true")
    return page


@pytest.mark.browser
def test_the_keyboard_plays_and_the_line_that_is_read_is_marked(listening: Page) -> None:
    listening.focus("audio")
    listening.keyboard.press("Space")
    listening.wait_for_selector(".transcript li[aria-current]")
    assert listening.locator(".transcript li[aria-current]").count() == 1
    assert "Reconstitution par voix de synthèse" in listening.inner_text(".transcript li[aria-current]")
    listening.close()


@pytest.mark.browser
def test_one_may_listen_from_any_line(listening: Page) -> None:
    button = listening.get_by_role("button", name="Écouter à partir d’ici, Méfiez-vous du toréador")
    button.press("Enter")
    listening.wait_for_selector(".transcript li[aria-current]")
    assert "Méfiez-vous du toréador" in listening.inner_text(".transcript li[aria-current]")
    assert listening.evaluate("document.querySelector('audio').currentTime") > 20
    listening.close()


@pytest.mark.browser
def test_nothing_is_fetched_or_made_before_somebody_listens(site: str, browser: Browser) -> None:
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + "/nights/1944-06-05?lang=fr")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "listen" in url]
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["les-carottes-sont-cuites", "jp-higashi-kaze-ame"])
def test_the_page_of_a_message_read_aloud_is_usable_by_everybody(
    archive: Flask, site: str, browser: Browser, name: str
) -> None:
    found = identifier(archive, Message, name)
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
        page.goto(f"{site}/messages/{found}/listen?lang=en")
        assert not barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.context.close()


def test_the_page_of_a_message_read_aloud_is_valid(archive: Flask, reader: FlaskClient, tmp_path: Path) -> None:
    found = identifier(archive, Message, "les-carottes-sont-cuites")
    files = []
    for lang in ("fr", "en"):
        files.append(tmp_path / f"{lang}.html")
        files[-1].write_text(reader.get(f"/messages/{found}/listen?lang={lang}").text, encoding="utf-8")
    told = subprocess.run([*VALIDATE, *files], capture_output=True, text=True, check=False)
    assert told.returncode == 0, json.loads(told.stdout)
