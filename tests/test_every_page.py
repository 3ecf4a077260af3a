"""What is true of every page: it loads, has one heading, is valid, protected, and usable by everybody."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests.browser import PHONE, WIDE
from tests.pages import addresses

HTML = Path(__file__).parent / "html"
VALIDATE = [HTML / "node_modules/.bin/html-validate", "--config", HTML / ".htmlvalidate.json", "--formatter", "json"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = ["fr", "en"]


def test_every_page_loads_with_one_heading_and_its_language(archive: Flask, reader: FlaskClient) -> None:
    for address in addresses(archive):
        for language in LANGUAGES:
            answer = reader.get(
                address, query_string=None, headers={"Accept-Language": language}, follow_redirects=True
            )
            expected = 404 if "nothing" in address else 200
            assert answer.status_code == expected, (address, answer.status_code)
            assert len(re.findall(r"<h1\b", answer.text)) == 1, address
            assert f'<html lang="{language}"' in answer.text, address


def test_every_page_is_under_the_strict_policy_and_carries_no_inline_style(archive: Flask, reader: FlaskClient) -> None:
    for address in addresses(archive):
        answer = reader.get(address, follow_redirects=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe-inline" not in policy, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<[^>]+\sstyle=", answer.text), address
        assert not re.search(r"<[^>]+\son[a-z]+=", answer.text), address


def test_no_page_asks_another_site_for_anything(archive: Flask, reader: FlaskClient) -> None:
    loads = re.compile(r'<(?:script|img|link|iframe|source|audio)\b[^>]+(?:src|href)="(https?:)?//[^"]*"')
    for address in addresses(archive):
        found = [tag.group(0) for tag in loads.finditer(reader.get(address, follow_redirects=True).text)]
        found = [tag for tag in found if not re.search('rel="(canonical|alternate|cite-as)"', tag)]
        assert not found, (address, found)


def test_every_page_is_valid_html(archive: Flask, reader: FlaskClient, tmp_path: Path) -> None:
    names = {}
    for number, address in enumerate(addresses(archive)):
        for language in LANGUAGES:
            page = tmp_path / f"{number}-{language}.html"
            page.write_text(
                reader.get(address, headers={"Accept-Language": language}, follow_redirects=True).text, encoding="utf-8"
            )
            names[str(page)] = f"{address} ({language})"
    report = tmp_path / "report.json"  # a pipe would cut the validator's report at 64 KB
    with report.open("w") as file:
        told = subprocess.run([*VALIDATE, *names], stdout=file, stderr=subprocess.PIPE, text=True, check=False)
    findings = [f"{names[file['filePath']]}:{each['line']} {each['ruleId']}: {each['message']}"
                for file in json.loads(report.read_text() or "[]") for each in file["messages"]]  # fmt: skip
    assert not findings, "\n".join(findings[:40])
    assert told.returncode == 0, told.stderr


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_the_accessibility_rules(archive: Flask, site: str, browser: Browser, scheme: str) -> None:
    axe, findings = Axe(), []
    width = WIDE if scheme == "light" else PHONE
    context = browser.new_context(viewport=width, color_scheme=scheme, locale="fr-FR" if scheme == "light" else "en-GB")
    page = context.new_page()
    for address in addresses(archive):
        page.goto(site + address)
        report = axe.run(page, options={"runOnly": RULES})
        for each in report.response["violations"]:
            findings.append(f"{address}: {each['id']}: {each['nodes'][0]['html'][:160]}")
    context.close()
    assert not findings, "\n".join(findings)


@pytest.mark.browser
def test_no_page_scrolls_sideways_at_320_pixels(archive: Flask, site: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    wide = []
    for address in addresses(archive):
        page.goto(site + address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append(f"{address}: {width} px")
    page.close()
    assert not wide, wide


@pytest.mark.browser
def test_no_page_breaks_its_own_policy_or_logs_an_error(archive: Flask, site: str, browser: Browser) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in addresses(archive):
        before = len(said)
        page.goto(site + address)
        said[before:] = [f"{address}: {text}" for text in said[before:] if "404" not in text]
    page.close()
    assert not said, said
