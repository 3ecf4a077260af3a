"""What is true of every page is true of those that only people with an account see."""

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

from tests.barriers import barriers
from tests.browser import PHONE, WIDE, serving
from tests.people.test_account import BEGIN
from tests.people.test_keeping import invite
from tests.test_every_page import VALIDATE
from webapp.database import database
from webapp.people.actions import create_person, give_entry_link

PAGES = ["/account", "/account/password", "/account/address", "/account/verify", "/account/second-step",
         "/account/recovery-codes", "/account/passkeys", "/desk/people", "/desk/people/invite", "/desk/people/1",
         "/desk/people/2", "/desk/audit"]  # fmt: skip
# Pages that answer a form.
ANSWERS = [
    ("/account", {"name": ""}),
    ("/account/second-step", {"step": "begin"}),
    ("/account/recovery-codes", {"generate_new_codes": "1"}),
    ("/account/passkeys", {"name": "the blue key", "usage": "first"}),
    ("/desk/people/invite", {"email": "nobody"}),
    ("/desk/people/1/shut-out", {}),
    ("/desk/people/2/link", {}),
]


@pytest.fixture
def keeper(app: Flask, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The keeper, with a password, and somebody invited."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in("keeper")
    client.post("/account/begin", data=BEGIN)
    invite(client)
    return client


def shown(app: Flask, keeper: FlaskClient, lang: str) -> dict[str, str]:
    """The text of every page and answer, by what was asked."""
    fresh = invite(keeper, email=f"another-{lang}@example.org")
    texts = {path: keeper.get(f"{path}?lang={lang}").text for path in PAGES}
    texts |= {f"POST {path}": keeper.post(f"{path}?lang={lang}", data=data).text for path, data in ANSWERS}
    stranger = app.test_client()
    texts["invitation"] = stranger.get(f"{fresh.split('?')[0]}?lang={lang}").text
    texts["passkey"] = stranger.post(f"/sign-in/passkey?lang={lang}", data={"identity": ""}).text
    return texts


def test_they_have_one_heading_their_language_and_no_inline_style_or_script(app: Flask, keeper: FlaskClient) -> None:
    for lang in ("fr", "en"):
        for name, text in shown(app, keeper, lang).items():
            assert len(re.findall(r"<h1\b", text)) == 1, name
            assert f'<html lang="{lang}"' in text, name
            assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text), name
            assert not re.search(r"<script(?![^>]*\ssrc=)", text), name


def test_they_are_valid_html(app: Flask, keeper: FlaskClient, tmp_path: Path) -> None:
    names = {}
    for lang in ("fr", "en"):
        for number, (name, text) in enumerate(shown(app, keeper, lang).items()):
            path = tmp_path / f"{number}-{lang}.html"
            path.write_text(text, encoding="utf-8")
            names[str(path)] = f"{name} ({lang})"
    told = subprocess.run([*VALIDATE, *names], capture_output=True, text=True, check=False)
    findings = [f"{names[file['filePath']]}:{each['line']} {each['ruleId']}: {each['message']}"
                for file in json.loads(told.stdout or "[]") for each in file["messages"]]  # fmt: skip
    assert not findings, "\n".join(findings[:40])
    assert told.returncode == 0, told.stderr


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "lang"), [("light", "fr"), ("dark", "en")])
def test_they_are_usable_by_everybody_and_fit_a_telephone(app: Flask, browser: Browser, scheme: str, lang: str) -> None:
    with app.app_context(), database().writing() as own:
        secret = give_entry_link(own, create_person(own, "anne@example.org", "keeper", password="quatre mots simples"))
        create_person(own, "lea@example.org", "curator")
    wrong = []
    context = browser.new_context(viewport=WIDE if scheme == "light" else PHONE, color_scheme=scheme)
    page = context.new_page()
    with serving(app) as site:
        page.goto(f"{site}/enter/{secret}")
        for path in PAGES:
            page.goto(f"{site}{path}?lang={lang}")
            wrong += barriers(page)
            page.set_viewport_size({"width": 320, "height": 640})
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                wrong.append(f"{path}: wider than 320 px")
            page.set_viewport_size(WIDE if scheme == "light" else PHONE)
        context.close()
    assert not wrong, "\n".join(wrong)
