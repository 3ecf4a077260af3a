"""In the real browser: a file with errors, corrected, run and undone; on a screen and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.barriers import barriers
from tests.browser import PHONE, WIDE, serving
from tests.imports.bringing import Bringing, csv_file
from tests.imports.test_running import GIRAFFE, HEADER, TOAD
from tests.make import Make
from webapp.people.actions import create_person, give_entry_link

BAD = [HEADER, TOAD, [*GIRAFFE[:8], "31 juin 1944", ""]]
GOOD = [HEADER, TOAD, [*GIRAFFE[:8], "30 juin 1944", ""]]


def entered(who: Bringing, page: Page, address: str) -> None:
    with who.app.extensions["database"].writing() as own:
        secret = give_entry_link(own, create_person(own, "browser@example.org", "editor"))
    page.goto(f"{address}/enter/{secret}")
    page.goto(f"{address}/desk/imports?lang=fr")


def choose(page: Page, rows: list[list[str]], button: str) -> None:
    content = csv_file(rows, ";", "cp1252")
    page.set_input_files("#file", files=[{"name": "carnet.csv", "mimeType": "text/csv", "buffer": content}])
    page.get_by_role("button", name=button).click()


def in_order(page: Page) -> None:
    """No accessibility rule is broken, and nothing scrolls sideways, on a screen or a phone."""
    assert not barriers(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(WIDE)


@pytest.mark.browser
@pytest.mark.usefixtures("vocabulary")
def test_a_file_is_corrected_run_and_undone(editor: Bringing, make: Make, browser: Browser) -> None:
    make.station("BBC")
    make.source("Ici Londres")
    page = browser.new_page(viewport=WIDE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    with serving(editor.app) as address:
        entered(editor, page, address)
        in_order(page)
        choose(page, BAD, "Envoyer le fichier")
        in_order(page)
        page.get_by_role("button", name="Essayer").click()
        page.get_by_text("1 ligne avec des erreurs").wait_for()
        assert "31 juin" in page.inner_text("main")
        in_order(page)
        choose(page, GOOD, "Envoyer le fichier corrigé")
        page.get_by_role("button", name="Essayer").click()
        page.get_by_role("button", name="Importer 2 lignes").click()
        page.get_by_role("button", name="Annuler tout l’import").wait_for()
        in_order(page)
        page.get_by_role("link", name="Le crapaud vole").click()
        assert page.input_value("[name=text]") == "Le crapaud vole"
        page.go_back()
        page.get_by_role("button", name="Annuler tout l’import").click()
        page.get_by_text("Annulé par").wait_for()
        in_order(page)
        page.close()  # while the server still answers: what it would cut off is no fault of the page
    assert not said


@pytest.mark.browser
def test_the_progress_looks_again_by_itself_and_ends_with_the_plan(
    editor: Bringing, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.imports.jobs.SOON", 0.0)
    page = browser.new_page(viewport=WIDE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    rows = [["phrase", "date"], *([f"Le crapaud numéro {n} vole", "vers mai 44"] for n in range(1500))]
    with serving(editor.app) as address:
        entered(editor, page, address)
        choose(page, rows, "Envoyer le fichier")
        page.get_by_role("button", name="Essayer").click()
        page.locator("progress").wait_for()
        page.get_by_role("button", name="Importer 1 500 lignes").wait_for(timeout=60_000)
        page.close()  # while the server still answers: what it would cut off is no fault of the page
    assert not said
