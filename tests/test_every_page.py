"""What is true of every page: it loads, has one heading, is valid, protected, and usable by everybody."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.test import TestResponse

from tests.barriers import barriers
from tests.browser import PHONE, WIDE
from tests.pages import addresses

HTML = Path(__file__).parent / "html"
VALIDATE = [HTML / "node_modules/.bin/html-validate", "--config", HTML / ".htmlvalidate.json", "--formatter", "json"]
LANGUAGES = ["fr", "en"]
NARROWEST = {"width": 320, "height": 640}

Answers = dict[tuple[str, str], TestResponse]


@pytest.fixture(scope="module")
def answers(archive: Flask) -> Answers:
    """What every address answers in both languages, asked once."""
    reader = archive.test_client()
    return {
        (address, lang): reader.get(address, headers={"Accept-Language": lang}, follow_redirects=True)
        for address in addresses(archive)
        for lang in LANGUAGES
    }


def test_every_page_loads_with_one_heading_and_its_language(answers: Answers) -> None:
    for (address, lang), answer in answers.items():
        assert answer.status_code == (404 if "nothing" in address else 200), (address, answer.status_code)
        assert len(re.findall(r"<h1\b", answer.text)) == 1, address
        assert f'<html lang="{lang}"' in answer.text, address


def test_every_page_is_under_the_strict_policy_and_carries_no_inline_style(answers: Answers) -> None:
    for (address, _), answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe-inline" not in policy, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<[^>]+\sstyle=", answer.text), address
        assert not re.search(r"<[^>]+\son[a-z]+=", answer.text), address


def test_no_page_asks_another_site_for_anything(answers: Answers) -> None:
    loads = re.compile(r'<(?:script|img|link|iframe|source|audio)\b[^>]+(?:src|href)="(https?:)?//[^"]*"')
    for (address, _), answer in answers.items():
        found = [tag.group(0) for tag in loads.finditer(answer.text)]
        found = [tag for tag in found if not re.search('rel="(canonical|alternate|cite-as)"', tag)]
        assert not found, (address, found)


def test_what_pages_are_made_of_is_kept_for_a_year_and_is_the_same_for_everybody(
    archive: Flask, answers: Answers
) -> None:
    pieces = {piece for answer in answers.values() for piece in re.findall(r'"(/static/[^"?]+\?v=[^"]+)"', answer.text)}
    assert len(pieces) > 10
    for piece in pieces:
        headers = archive.test_client().get(piece).headers
        assert headers["Cache-Control"] == "max-age=31536000, immutable, public", piece
        assert "Cookie" not in headers.get("Vary", ""), piece


def test_every_page_is_valid_html(answers: Answers, tmp_path: Path) -> None:
    names = {}
    for number, ((address, lang), answer) in enumerate(answers.items()):
        page = tmp_path / f"{number}.html"
        page.write_text(answer.text, encoding="utf-8")
        names[str(page)] = f"{address} ({lang})"
    report = tmp_path / "report.json"  # a pipe would cut the validator's report at 64 KB
    with report.open("w") as file:
        told = subprocess.run([*VALIDATE, *names], stdout=file, stderr=subprocess.PIPE, text=True, check=False)
    findings = [f"{names[file['filePath']]}:{each['line']} {each['ruleId']}: {each['message']}"
                for file in json.loads(report.read_text() or "[]") for each in file["messages"]]  # fmt: skip
    assert not findings, "\n".join(findings[:40])
    assert told.returncode == 0, told.stderr


@dataclass
class Walk:
    """What was seen on a walk through every page in the real browser."""

    barriers: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=["light", "dark"])
def walk(request: pytest.FixtureRequest, archive: Flask, site: str, browser: Browser) -> Walk:
    """By day on a wide screen in French, by night on a phone in English; each page is loaded once for all tests."""
    day = request.param == "light"
    size, locale = (WIDE, "fr-FR") if day else (PHONE, "en-GB")
    context = browser.new_context(viewport=size, color_scheme=request.param, locale=locale)
    page, walk = context.new_page(), Walk()
    listen(page, walk.said)
    for address in addresses(archive):
        before = len(walk.said)
        page.goto(site + address)
        walk.barriers += barriers(page, address)
        page.set_viewport_size(NARROWEST)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            walk.sideways.append(f"{address}: {width} px")
        page.set_viewport_size(size)
        walk.said[before:] = [f"{address}: {text}" for text in walk.said[before:] if "404" not in text]
    context.close()
    return walk


def listen(page: Page, said: list[str]) -> None:
    """Write down what the page complains of in the console."""
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))


@pytest.mark.browser
def test_every_page_passes_the_accessibility_rules(walk: Walk) -> None:
    assert not walk.barriers, "\n".join(walk.barriers)


@pytest.mark.browser
def test_no_page_scrolls_sideways_at_320_pixels(walk: Walk) -> None:
    assert not walk.sideways, walk.sideways


@pytest.mark.browser
def test_no_page_breaks_its_own_policy_or_logs_an_error(walk: Walk) -> None:
    assert not walk.said, walk.said
