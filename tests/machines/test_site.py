"""The static site, walked in a real browser from a folder, without any server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.conftest import settings
from tests.make import Make
from tests.media import files
from webapp import cli, create_app
from webapp.languages import LANGUAGES
from webapp.machines import exports, records
from webapp.machines.exports import Job, export
from webapp.machines.site import Spot, spot_of
from webapp.media import storing
from webapp.media.rights import RIGHTS
from webapp.revisions.actions import change, publish

LIVING = "https://carottes.example.org"
WORDS = {"legend": ("légende", "legend"), "attested": ("attesté", "attested"), "unknown": ("inconnu", "unknown")}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Iterator[tuple[Flask, dict[str, str]]]:
    """A small archive with what a static site must keep apart: a legend, a secret, a draft, a night, an essay."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "carottes.db").write_bytes(empty_file.read_bytes())
    app = create_app(settings(folder, URL=LIVING))
    with app.app_context(), app.extensions["database"].new_session(writes=True) as own:
        make = Make(own)
        for slug, (fr, en) in WORDS.items():
            make.term("standing", slug, fr, en)
        make.term("theme", "food", "nourriture", "food")
        make.term("purpose", "parachute-drop", "parachutage", "parachute drop")
        legend = make.message("Les carottes sont cuites", night="1944-06-05", theme="theme/food",
                              meanings=[make.claim("le débarquement de Provence", standing="legend")])  # fmt: skip
        claim = make.claim("un parachutage en Corrèze", purpose="purpose/parachute-drop")
        toad = make.message("L’œuf du crapaud vole", night="1944-06-05", meanings=[claim])
        change(toad, {"translation": {"en": "The toad’s egg flies"}}, by=None, agent="test", reason="Traduit")
        publish(toad, by=None, agent="test")
        own.commit()
        draft = make.message("Phrase encore secrète", status="draft")
        essay = make.essay(f"Un texte sur [[{legend.id}]].")
        items = [{"message": each.id, "note": {}} for each in (legend, toad)]
        collection = make.collection(items=items)
        collection.listed = True
        picture, heard = (medium(make, data, toad.id) for data in (files.picture(), files.wav()))
        ids = {"legend": legend.id, "toad": toad.id, "draft": draft.id, "essay": essay.id, "collection": collection.id,
               "picture": picture.id, "heard": heard.id}  # fmt: skip
    yield app, ids
    app.extensions["database"].engine.dispose()


def medium(make: Make, data: bytes, message: str) -> Any:
    """A picture or a recording of a message, for everybody."""
    stored = storing.keep(make.session, data)
    words = {"title": {"fr": "Feuille"}, "alt": {"fr": "Une feuille."}, "transcript": {"fr": "Le crapaud vole."}}
    return make.record(
        "medium", file=stored.sha256, rights=next(iter(RIGHTS)), subjects=[{"message": message}], **words
    )


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
    assert len(french) > 90


def test_every_page_speaks_its_own_language_those_of_the_folder_too(folder: Path) -> None:
    for lang, told in (("fr", "copie, faite le"), ("en", "copy, made on")):
        whole = [
            each for each in pages(folder / lang) if 'http-equiv="refresh"' not in each.read_text(encoding="utf-8")
        ]
        assert {f"{lang}/search/index.html", f"{lang}/elsewhere/index.html"} <= {
            each.relative_to(folder).as_posix() for each in whole
        }
        for each in whole:
            assert f'<html lang="{lang}"' in each.read_text(encoding="utf-8")[:300], each
        assert told in (folder / lang / "index.html").read_text(encoding="utf-8")


def test_every_link_of_every_page_leads_to_a_file_that_is_there(folder: Path) -> None:
    lost = []
    for page in pages(folder):
        text = page.read_text(encoding="utf-8")
        several = [each.split()[0] for found in re.findall(r'\ssrcset="([^"]*)"', text) for each in found.split(", ")]
        for address in re.findall(r'\s(?:href|src|action)="([^"]*)"', text) + several:
            if address.startswith(("http", "#", "mailto:", "data:")):
                continue
            target = (page.parent / unquote(urlsplit(address.replace("&amp;", "&")).path)).resolve()
            if not target.is_file():
                lost.append(f"{page.relative_to(folder)}: {address}")
    assert not lost, lost[:20]


def test_nothing_in_the_folder_asks_a_server_or_another_site_for_anything(folder: Path) -> None:
    for page in pages(folder):
        text = page.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|img|link|iframe|source|audio|track)\b[^>]+>", text):
            staying = re.search(r'rel="(?:canonical|cite-as|license)"', tag)
            assert staying or not re.search(r'(?:src|href|srcset)="(?:https?:)?//', tag), (page, tag)
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
        assert f'rel="canonical" href="{LIVING}/' in stub
    assert (folder / "fr" / "embed" / "messages" / small[1]["legend"] / "index.html").is_file()


@pytest.mark.parametrize(("address", "file"), [
    ("/", "fr/index.html"), ("/messages?page=2", "fr/messages/page-2/index.html"),
    ("/nights/1944-06-05?reading=outsider", "fr/nights/1944-06-05/outsider/index.html"),
    ("/nights?lang=en", "en/nights/index.html"), ("/desk", None), ("/search?q=x", None),
    ("/messages?theme=food&q=x", None),
    ("/messages?theme=food", None), ("/?theme=dark", "fr/index.html"),
    ("/nights?year=1944", "fr/nights/year-1944/index.html"),
    ("/messages/90fp5dr.json", "messages/90fp5dr.json"), ("/id/90fp5dr.bib?lang=en", "en/id/90fp5dr.bib"),
    ("/messages/90fp5dr/history?to=3&from=1&lang=en", "en/messages/90fp5dr/history/from-1/to-3/index.html"),
    ("/messages/90fp5dr/history?from=1&to=x", None), ("/collections/90fp5dr/quiz?given=alert", None),
    ("/collections/90fp5dr/quiz", "fr/collections/90fp5dr/quiz/index.html"),
    ("/messages/90fp5dr/v1", "fr/messages/90fp5dr/v1/index.html"),
    ("/collections/90fp5dr/worksheet/2.pdf?at=x&items=y&lang=en", "en/collections/90fp5dr/worksheet/2.pdf"),
    ("/collections/90fp5dr/worksheet/4.pdf", None), ("/contribute?about=90fp5dr", None), ("/../etc/passwd", None),
])  # fmt: skip
def test_an_address_has_one_file(address: str, file: str | None) -> None:
    found = spot_of(address, Spot("/", "fr"))
    assert (found.file if found else None) == file


def test_what_a_page_shows_plays_and_hands_out_lies_in_the_folder(
    small: tuple[Flask, dict[str, str]], folder: Path
) -> None:
    ids = small[1]
    (page,) = (folder / "fr" / "messages" / ids["toad"]).glob("l-oeuf-*/index.html")
    text = page.read_text(encoding="utf-8")
    copies = re.findall(rf'(?:src|srcset)="[./]*(media/{ids["picture"]}/[^" ]+)', text)
    assert copies
    assert all((folder / copy).read_bytes()[:2] in (b"\xff\xd8", b"RI") for copy in copies)
    (sound,) = re.findall(rf'<audio[^>]+src="[./]*(media/{ids["heard"]}/[^"]+)"', text)
    assert (folder / sound).read_bytes() == files.wav()
    assert (folder / "fr" / "messages" / ids["toad"] / "listen.mp3").stat().st_size > 1000
    for path in (f"id/{ids['toad']}/qr.svg", f"fr/id/{ids['toad']}.bib", f"id/{ids['toad']}.ris",
                 f"en/preview/messages/{ids['toad']}.png", f"fr/cite/{ids['toad']}/index.html",
                 f"fr/messages/{ids['toad']}/v1/index.html", f"fr/messages/{ids['toad']}/listen/index.html",
                 f"messages/{ids['toad']}.json", f"fr/media/{ids['picture']}/index.html", "sitemap-messages-1.xml",
                 "feeds/messages.atom", "corpus.tei.xml", "robots.txt"):  # fmt: skip
        assert (folder / path).is_file(), path
    assert f"{LIVING}/id/{ids['toad']}" in text  # the permanent address, to copy
    assert f"{LIVING}/embed/messages/{ids['toad']}" in text


def test_a_worksheet_of_a_collection_is_a_page_and_a_pdf_and_the_sheet_holds_no_answer(
    small: tuple[Flask, dict[str, str]], folder: Path
) -> None:
    for lang in LANGUAGES:
        base = folder / lang / "collections" / small[1]["collection"] / "worksheet"
        for number in "123":
            assert (base / f"{number}.pdf").read_bytes()[:5] == b"%PDF-"
            (key,) = (folder / lang).glob(f"code-*/collections/{small[1]['collection']}/worksheet/{number}/key.pdf")
            assert key.read_bytes()[:5] == b"%PDF-"
            (page,) = (base / number).glob("key/code-*/index.html")
            assert "parachutage en Corrèze" in page.read_text(encoding="utf-8")
            assert "key" not in (base / number / "index.html").read_text(encoding="utf-8")
            assert "parachutage en Corrèze" not in (base / number / "index.html").read_text(encoding="utf-8")


def test_a_quiz_is_one_page_whose_answers_are_folded(small: tuple[Flask, dict[str, str]], folder: Path) -> None:
    for lang, word in (("fr", "Parachutage"), ("en", "Parachute drop")):
        page = folder / lang / "collections" / small[1]["collection"] / "quiz" / "index.html"
        text = page.read_text(encoding="utf-8")
        asked, _, folded = text.partition("<details>")
        assert "crapaud vole" in asked
        assert word in asked
        assert "parachutage en Corrèze" in folded
        assert "parachutage en Corrèze" not in asked


def test_two_versions_of_a_record_are_compared_in_the_folder(small: tuple[Flask, dict[str, str]], folder: Path) -> None:
    toad = f"fr/messages/{small[1]['toad']}"
    listed = (folder / toad / "history" / "index.html").read_text(encoding="utf-8")
    assert "version 1" in listed
    assert "<form" not in listed.partition("<main")[2].partition("</main")[0]
    (leads,) = set(re.findall(rf'href="[./]*({toad}/history/from-\d/to-\d/index.html)"', listed))
    assert "The toad’s egg flies" in (folder / leads).read_text(encoding="utf-8")


def test_a_keeper_is_told_when_a_copy_would_lead_to_nobody(
    small: tuple[Flask, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "export", lambda *_: None)
    for url, warned in (("", True), (LIVING, False)):
        monkeypatch.setitem(small[0].config, "URL", url)
        told = small[0].test_cli_runner().invoke(cli.carottes, ["export", "out", "--format", "site"])
        assert told.exit_code == 0, told.output
        assert ("CAROTTES_URL is not set" in told.output) is warned


def test_every_page_says_that_it_is_a_copy_of_which_day_and_where_the_archive_was(folder: Path) -> None:
    for page in pages(folder / "fr"):
        text = page.read_text(encoding="utf-8")
        if (
            'http-equiv="refresh"' not in text
            and "/present" not in page.as_posix()
            and "/worksheet/" not in page.as_posix()
        ):
            assert "Ceci est une copie, faite le " in text, page
            assert f'<a href="{LIVING}/">' in text, page
        assert not re.search(r'href="[^"#]*/(?:contribute|sign-in|account|desk)\b', text), page


# -- in the browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all that is walked; whatever it complains of fails the walk."""
    opened = browser.new_page(locale="en-GB")
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "search-index/" not in message.location.get("url", ""):
            said.append(f"{opened.url}: {message.text}")

    opened.on("console", hear)
    opened.on("pageerror", lambda error: said.append(f"{opened.url}: {error}"))
    yield opened
    opened.close()
    assert not said


@pytest.mark.browser
def test_a_reader_walks_the_folder_without_a_server(folder: Path, page: Page) -> None:
    page.goto(f"file://{folder}/index.html")
    page.wait_for_url("**/en/index.html")
    page.get_by_role("link", name="Français").click()
    page.wait_for_url("**/fr/index.html")
    page.get_by_role("navigation", name="Rubriques").get_by_role("link", name="Nuits").click()
    page.wait_for_url("**/fr/nights/**")
    assert page.locator("h1").count() == 1
    page.goto(f"file://{folder}/fr/nights/1944-06-05/index.html")
    page.locator("main a", has_text="carottes").first.click()
    page.wait_for_url("**/messages/**")
    assert "carottes sont cuites" in page.locator("h1").inner_text()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/messages/**")
    assert "legend" in page.locator("main").inner_text().lower()
    assert "Jost" in page.evaluate("getComputedStyle(document.body).fontFamily")


@pytest.mark.browser
def test_a_page_of_every_kind_opens_from_the_disk_and_shows_all_that_it_shows(folder: Path, page: Page) -> None:
    named = r"[0-9bcdfghjkmnpqrstvwxz]{7}|\d+|(?<=/)[a-z]+(?:-[a-z]+)+(?=/)"
    whole = [each for each in pages(folder / "fr") if 'http-equiv="refresh"' not in each.read_text(encoding="utf-8")]
    kinds = {re.sub(named, "_", str(each.relative_to(folder))): each for each in whole}
    assert len(kinds) > 40
    for path in kinds.values():
        page.goto(f"file://{path}")
        assert page.url.startswith(f"file://{folder}/fr/")
        for image in page.locator("img").all():
            image.evaluate("image => { image.loading = 'eager'; return image.decode(); }")


@pytest.mark.browser
def test_a_printed_or_embedded_address_keeps_its_language_and_its_reading(
    small: tuple[Flask, dict[str, str]], folder: Path, page: Page
) -> None:
    toad = small[1]["toad"]
    page.goto(f"file://{folder}/embed/messages/{toad}/index.html?lang=fr&reading=outsider")
    page.wait_for_url(f"**/fr/embed/messages/{toad}/outsider/index.html")
    assert "parachutage" not in page.content()
    page.goto(f"file://{folder}/id/{toad}/index.html?lang=en")
    page.wait_for_url(f"**/en/messages/{toad}/**")
    page.get_by_role("heading", level=1, name="L’œuf du crapaud vole").wait_for()
    page.goto(f"file://{folder}/on-this-day/index.html?lang=fr")
    page.wait_for_url("**/fr/on-this-day/06-05/index.html")


@pytest.mark.browser
def test_a_recording_plays_from_the_disk_and_its_lines_are_marked(
    small: tuple[Flask, dict[str, str]], folder: Path, page: Page
) -> None:
    page.goto(f"file://{folder}/fr/messages/{small[1]['toad']}/listen/index.html")
    page.locator(".transcript__from").first.click()
    page.wait_for_function("document.querySelector('audio').currentTime > 0")
    page.locator("[data-line][aria-current]").first.wait_for()


@pytest.mark.browser
def test_what_needs_a_server_is_said_to_be_elsewhere(folder: Path, page: Page) -> None:
    page.goto(f"file://{folder}/fr/elsewhere/index.html#/contribute?about=90fp5dr")
    wanted = page.locator("#wanted")
    page.locator("#wanted", has_text="/contribute").wait_for()
    assert wanted.get_attribute("href") == f"{LIVING}/contribute?about=90fp5dr"
    page.goto("about:blank")
    page.goto(f"file://{folder}/fr/elsewhere/index.html#//evil.example.org")
    assert wanted.get_attribute("href") == f"{LIVING}/"


@pytest.mark.browser
def test_on_a_host_an_unknown_address_leads_back_to_the_copy(folder: Path, page: Page) -> None:
    page.route("https://copies.example.org/**", lambda route: route.fulfill(path=folder / "404.html"))
    for address in ("https://copies.example.org/2026/fr/messages/nothing/", "https://copies.example.org/2026/nothing"):
        page.goto(address)
        assert page.get_by_role("link", name="English").evaluate("each => each.href") == (
            "https://copies.example.org/2026/en/index.html"
        )


@pytest.mark.browser
@pytest.mark.parametrize(("typed", "text"), [
    ("oeuf crapaud", "L’œuf du crapaud vole"), ("CAROTTES cuite", "Les carottes sont cuites"),
    ("parachutage correze", "L’œuf du crapaud vole"), ("carotes", "Les carottes sont cuites"),
])  # fmt: skip
def test_a_reader_searches_in_the_folder(folder: Path, page: Page, typed: str, text: str) -> None:
    page.goto(f"file://{folder}/fr/search/index.html")
    page.fill("#q", typed)
    page.press("#q", "Enter")
    page.wait_for_selector("#found li")
    assert page.locator("#found a").first.inner_text() == text
    assert page.locator("#found li").first.inner_text().strip() != text  # how sure it is stands beside it
    assert bool(page.locator("#instead").inner_text()) == (typed == "carotes")
    page.locator("#found a").first.click()
    page.wait_for_url("**/messages/**")
    assert page.locator("h1").count() == 1


@pytest.mark.browser
def test_an_outsider_finds_nothing_by_a_meaning_nor_is_sent_a_byte_of_one(folder: Path, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{folder}/fr/search/index.html?q=parachutage&reading=outsider")
    page.locator("#count", has_text="Rien n’a été trouvé.").wait_for()
    assert page.locator("#found li").count() == 0
    page.goto(f"file://{folder}/fr/search/index.html?q=crapaud&reading=outsider")
    page.wait_for_selector("#found li")
    assert not [each for each in asked if "/meant/" in each or "/standings/" in each]
    page.goto(f"file://{folder}/fr/search/index.html?theme=food")
    page.wait_for_selector("#found li")
    assert page.locator("#found li").count() == 1
