"""The static site, walked in a real browser from a folder, without any server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.conftest import settings
from tests.make import Make
from webapp import create_app
from webapp.machines import records
from webapp.machines.exports import Job, export
from webapp.machines.site import Spot, spot_of

WORDS = {"legend": ("légende", "legend"), "attested": ("attesté", "attested"), "unknown": ("inconnu", "unknown")}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Iterator[tuple[Flask, dict[str, str]]]:
    """A small archive with what a static site must keep apart: a legend, a secret, a draft, a night, an essay."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "carottes.db").write_bytes(empty_file.read_bytes())
    app = create_app(settings(folder))
    with app.extensions["database"].new_session(writes=True) as own:
        make = Make(own)
        for slug, (fr, en) in WORDS.items():
            make.term("standing", slug, fr, en)
        make.term("theme", "food", "nourriture", "food")
        legend = make.message("Les carottes sont cuites", night="1944-06-05", theme="theme/food",
                              meanings=[make.claim("le débarquement de Provence", standing="legend")])  # fmt: skip
        toad = make.message("L’œuf du crapaud vole", night="1944-06-05", meaning="un parachutage en Corrèze")
        draft = make.message("Phrase encore secrète", status="draft")
        essay = make.essay(f"Un texte sur [[{legend.id}]].")
        ids = {"legend": legend.id, "toad": toad.id, "draft": draft.id, "essay": essay.id}
    yield app, ids
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="module")
def folder(small: tuple[Flask, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("static") / "site"
    app = small[0]
    with records.as_visitor(app), app.extensions["database"].reading() as own:
        export(Job(own), target, "site")
    return target


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_both_languages_have_the_same_pages(folder: Path) -> None:
    french = {path.relative_to(folder / "fr") for path in pages(folder / "fr")}
    english = {path.relative_to(folder / "en") for path in pages(folder / "en")}
    assert french == english
    assert len(french) > 30


def test_every_link_of_every_page_leads_to_a_file_that_is_there(folder: Path) -> None:
    lost = []
    for page in pages(folder):
        for address in re.findall(r'\s(?:href|src|action)="([^"]*)"', page.read_text(encoding="utf-8")):
            if address.startswith(("http", "#", "mailto:")):
                continue
            target = (page.parent / unquote(urlsplit(address.replace("&amp;", "&")).path)).resolve()
            if not target.is_file():
                lost.append(f"{page.relative_to(folder)}: {address}")
    assert not lost, lost[:20]


def test_nothing_in_the_folder_asks_a_server_or_another_site_for_anything(folder: Path) -> None:
    for page in pages(folder):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|link|iframe|source|audio)\b[^>]+(?:src|href)="(?:https?:)?//', text), page
        assert 'method="post"' not in text, page


def test_the_outsider_page_of_a_message_tells_no_meaning(small: tuple[Flask, dict[str, str]], folder: Path) -> None:
    outsider = [path for path in pages(folder) if "outsider" in path.parts]
    assert outsider
    for page in outsider:
        text = page.read_text(encoding="utf-8")
        if "/essays/" not in page.as_posix():
            assert "parachutage en Corrèze" not in text, page
    insider = folder / "fr" / "messages" / small[1]["toad"]
    assert any("parachutage en Corrèze" in path.read_text(encoding="utf-8") for path in pages(insider))


def test_no_draft_is_in_the_folder(small: tuple[Flask, dict[str, str]], folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js"):
            text = path.read_text(encoding="utf-8")
            assert "encore secrète" not in text, path
            assert small[1]["draft"] not in text, path


def test_printed_addresses_lead_on(small: tuple[Flask, dict[str, str]], folder: Path) -> None:
    for path in (
        f"id/{small[1]['legend']}",
        f"messages/{small[1]['legend']}/les-carottes-sont-cuites",
        "nights/1944-06-05",
    ):
        stub = (folder / path / "index.html").read_text(encoding="utf-8")
        target = re.search(r"url=([^\"]+)", stub)[1]
        assert (folder / path / target).resolve().is_file()
    assert (folder / "fr" / "embed" / "messages" / small[1]["legend"] / "index.html").is_file()


@pytest.mark.parametrize(("address", "file"), [
    ("/", "fr/index.html"), ("/messages?page=2", "fr/messages/page-2/index.html"),
    ("/nights/1944-06-05?reading=outsider", "fr/nights/1944-06-05/outsider/index.html"),
    ("/nights?lang=en", "en/nights/index.html"), ("/desk", None), ("/search?q=x", None),
    ("/messages?theme=food&q=x", None),
    ("/messages/90fp5dr.json", None), ("/../etc/passwd", None),
])  # fmt: skip
def test_an_address_has_one_file(address: str, file: str | None) -> None:
    found = spot_of(address, Spot("/", "fr"))
    assert (found.file if found else None) == file


# -- in the browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()
    assert not said


@pytest.mark.browser
def test_a_reader_walks_the_folder_without_a_server(folder: Path, page: Page) -> None:
    page.goto(f"file://{folder}/index.html")
    page.get_by_role("link", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("navigation", name="Rubriques").get_by_role("link", name="Nuits").click()
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1
    page.goto(f"file://{folder}/fr/nights/1944-06-05/index.html")
    page.locator("main a", has_text="carottes").first.click()
    assert "carottes sont cuites" in page.locator("h1").inner_text()
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "legend" in page.locator("main").inner_text().lower()
    assert "Jost" in page.evaluate("getComputedStyle(document.body).fontFamily")


@pytest.mark.browser
@pytest.mark.parametrize(("typed", "text"), [
    ("oeuf crapaud", "L’œuf du crapaud vole"), ("CAROTTES cuite", "Les carottes sont cuites"),
    ("parachutage correze", "L’œuf du crapaud vole"),
])  # fmt: skip
def test_a_reader_searches_in_the_folder(folder: Path, page: Page, typed: str, text: str) -> None:
    page.goto(f"file://{folder}/fr/search/index.html")
    page.fill("#q", typed)
    page.press("#q", "Enter")
    page.wait_for_selector("#found li")
    assert page.locator("#found a").first.inner_text() == text
    assert page.locator("#found li").first.inner_text().strip() != text  # how sure it is stands beside it
    page.locator("#found a").first.click()
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1


@pytest.mark.browser
def test_an_outsider_finds_nothing_by_a_meaning(folder: Path, page: Page) -> None:
    page.goto(f"file://{folder}/fr/search/index.html?q=parachutage&reading=outsider")
    assert page.locator("#found li").count() == 0
    assert page.locator("#count").inner_text() == "Rien n’a été trouvé."
    page.goto(f"file://{folder}/fr/search/index.html?theme=food")
    assert page.locator("#found li").count() == 1
