"""What is true of every page is true of the desk too: one heading, its language, valid HTML, no barrier."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.barriers import barriers
from tests.browser import PHONE, WIDE, serving
from tests.desk.filling import visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from tests.test_every_page import VALIDATE
from webapp.database import database
from webapp.desk.blueprint import plural
from webapp.desk.piles import all_piles
from webapp.desk.words import edited
from webapp.people.actions import create_person, give_entry_link

SignIn = Callable[..., FlaskClient]


# Pages that are made like others on the list; and a conflict, which is shown only to the person who typed it.
MADE = ["message", "source", "station", "network", "place", "essay"]
ALIKE = ["/piles/", "/stations", "/networks", "/sources", "/conflicts/"]


@pytest.fixture
def pages(sign_in: SignIn, make: Make, session: Session) -> tuple[FlaskClient, list[str]]:
    """An editor, and every page of the desk with something on it."""
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.", night="1944-06-05")
    other = make.message("Le crapaud vole !", meaning="Un atterrissage.")
    essay = make.essay("On a dit [[rien]].")
    editor, ben = sign_in("editor"), sign_in("curator", "ben@example.org")
    address = f"/desk/messages/{message.id}"
    hers, his = visit(editor, address).form(), visit(ben, address).form()
    his.press(ben, "submit", text="Le crapaud vole bas").follow()
    conflict = hers.press(editor, "save", text="Le crapaud vole haut").answer.location
    visit(ben, f"{address}/review").form("remark").press(ben, "remark", field="text", text="Vraiment ?").follow()
    kinds = [f"/desk/{plural(kind)}" for kind in edited() if kind.name in MADE]
    return editor, [
        "/desk", *kinds, *(f"{kind}/new" for kind in kinds), address, f"{address}/review", f"{address}/withdraw",
        f"{address}/merge", f"{address}/merge?other={other.id}", f"/messages/{message.id}/history", conflict,
        f"/desk/essays/{essay.id}", "/desk/terms", "/desk/terms/theme/animals", "/desk/terms/theme/new",
        *(f"/desk/piles/{pile.name}" for pile in all_piles()),
    ]  # fmt: skip


def texts(pages: tuple[FlaskClient, list[str]], lang: str) -> dict[str, str]:
    """The text of every page, and of the form with what it says when it is refused."""
    editor, addresses = pages
    found = {}
    for address in addresses:
        page = visit(editor, f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.status == 200, address
        found[address] = page.text
    form = visit(editor, "/desk/messages/new", lang=lang).form()
    form.put(f"broadcasts-{form.rows('broadcasts')[0]}-edtf", "31 juin 1944")
    refused = form.press(editor, "save", station="Radio de nulle part")
    assert refused.status == 422
    return {**found, "refused": refused.text}


def test_they_have_one_heading_their_language_and_no_inline_style_or_script(
    pages: tuple[FlaskClient, list[str]],
) -> None:
    for lang in ("fr", "en"):
        for name, text in texts(pages, lang).items():
            assert len(re.findall(r"<h1\b", text)) == 1, name
            assert f'<html lang="{lang}"' in text, name
            assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text), name
            assert not re.search(r"<script(?![^>]*\ssrc=)", text), name


def test_they_are_valid_html(pages: tuple[FlaskClient, list[str]], tmp_path: Path) -> None:
    names = {}
    for number, (name, text) in enumerate(texts(pages, "fr").items()):
        path = tmp_path / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        names[str(path)] = name
    told = subprocess.run([*VALIDATE, *names], capture_output=True, text=True, check=False)
    findings = [f"{names[file['filePath']]}:{each['line']} {each['ruleId']}: {each['message']}"
                for file in json.loads(told.stdout or "[]") for each in file["messages"]]  # fmt: skip
    assert not findings, "\n".join(findings[:40])


@pytest.mark.browser
def test_they_have_no_barrier_that_axe_knows_and_fit_a_phone(
    app: Flask, pages: tuple[FlaskClient, list[str]], browser: Browser
) -> None:
    with app.app_context(), database().writing() as own:
        secret = give_entry_link(own, create_person(own, "axe@example.org", "editor"))
    with serving(app) as site:
        context = browser.new_context(viewport=WIDE, locale="fr")
        page = context.new_page()
        page.goto(f"{site}/enter/{secret}")
        for address in pages[1]:
            if any(like in address for like in ALIKE):
                continue
            page.goto(site + address)
            for size in (WIDE, PHONE):
                page.set_viewport_size(size)
                assert not barriers(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
        context.close()
