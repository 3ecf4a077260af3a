"""In class: slides that turn with keys, the same as one file, a quiz that keeps nothing, cards in a course platform."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.make import Make
from webapp.collections.models import Collection
from webapp.messages.models import Message
from webapp.teaching.quiz import questions
from webapp.teaching.worksheets.chance import Chance
from webapp.teaching.worksheets.material import Claim, Phrase


@pytest.fixture(scope="module")
def legends(archive: Flask) -> str:
    """The collection of legends."""
    with archive.extensions["database"].reading() as own:
        return own.scalars(select(Collection.id).where(Collection.key == "legends-and-how-to-doubt")).one()


# -- slides ------------------------------------------------------------------------------------------------------------


def test_slides_show_the_phrase_first_and_uncover_each_claim_with_its_standing(
    reader: FlaskClient, legends: str
) -> None:
    page = reader.get(f"/collections/{legends}/present").text
    assert page.count('<section class="slide"') == 12
    slide = page[page.index("Les carottes sont cuites") :]
    assert slide.index("Affirmation 1") < slide.index('data-standing="legend"><svg') < slide.index("Affirmation 2")


def test_the_outsiders_slides_hold_no_meaning_and_no_note(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole", meaning="Un parachutage", night="1944-06-05")
    made = make.record("collection", title={"fr": "Une"}, questions={"fr": "- Qui ?"}, items=[
        {"message": message.id, "note": {"fr": "Une note"}}])  # fmt: skip
    for address in (f"/collections/{made.id}/present", "/nights/1944-06-05/present"):
        for ending in ("", ".html"):
            text = client.get(f"{address}{ending}?reading=outsider").text
            assert "Le crapaud vole" in text
            for secret in ("Un parachutage", "Une note", "Qui ?", message.meanings[0].id):
                assert secret not in text, (address, secret)


def test_a_night_is_shown_message_by_message(reader: FlaskClient) -> None:
    page = reader.get("/nights/1944-06-05/present").text
    assert "5 au mardi 6 juin 1944" in page
    assert page.count('<section class="slide"') > 8


def test_the_pack_is_one_file_that_asks_nobody_for_anything(reader: FlaskClient, legends: str) -> None:
    answer = reader.get(f"/collections/{legends}/present.html")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="carottes-{legends}.html"'
    page = re.sub(r"url\(\"data:[^\"]+\"\)", "", unescape(answer.text))
    assert not re.search(r"(?:src|href)=|url\(|@import|<link", page)
    assert "default-src 'none'" in page
    assert len(answer.data) < 1_000_000


@pytest.mark.browser
def test_the_pack_works_from_a_disk_without_a_network_by_keys(
    reader: FlaskClient, legends: str, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "pack.html"
    file.write_bytes(reader.get(f"/collections/{legends}/present.html").data)
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(file.as_uri())
    shown = lambda: page.locator(".slide:visible").count()  # noqa: E731
    assert shown() == 1
    page.keyboard.press("ArrowRight")
    assert page.locator(".slide:visible h2").inner_text().strip("«» \u202f\u00a0") == "Les carottes sont cuites"
    assert page.locator(".slide:visible details[open]").count() == 0
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator(".slide:visible details[open]").count() == 2
    page.keyboard.press("ArrowLeft")
    assert page.locator(".slide:visible details[open]").count() == 1
    page.keyboard.press("End")
    assert "Questions" in page.locator(".slide:visible").inner_text()
    assert page.locator(".deck__count").inner_text() == "12 sur 12"
    assert page.evaluate("document.fonts.check('20px \"EB Garamond\"')")
    context.close()
    assert not asked
    assert not said


@pytest.mark.browser
def test_slides_are_large_and_complete_without_a_script(site: str, legends: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/collections/{legends}/present")
    assert page.locator(".slide:visible").count() == 12
    size = page.locator(".slide h2").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    context.close()
    assert size >= 60


# -- quiz --------------------------------------------------------------------------------------------------------------


def test_a_question_does_not_hold_its_answer_and_an_answer_comes_with_its_standing(
    reader: FlaskClient, legends: str
) -> None:
    page = reader.get(f"/collections/{legends}/quiz").text
    assert page.count('type="radio"') == 4
    assert "data-standing=" not in page
    options = re.findall(r'name="answer" value="([\w-]+)"', page)
    answered = reader.get(f"/collections/{legends}/quiz?variant=1&given=&answer={options[0]}").text
    assert "data-standing=" in answered
    assert "C’est ce qu’on affirme" in answered or "Personne n’affirme cela" in answered


def test_of_rival_claims_the_leading_one_is_always_among_the_choices() -> None:
    def claim(purpose: str, standing: str) -> Claim:
        return Claim(purpose, {"fr": purpose}, standing, f"purpose/{purpose}", {"fr": purpose}, (), {}, ())

    rivals = (claim("sabotage-rail", "attested"), claim("alert", "attributed"), claim("landing", "disputed"))
    phrase = Phrase("zmbss81", "Le premier accroc coûte deux cents francs", "fr", {}, False, rivals)
    for number in range(12):
        (question,) = questions((phrase,), Chance(number), "fr", {})
        assert "sabotage-rail" in dict(question.options)


def test_the_quiz_keeps_nothing_and_counts_from_the_address_alone(reader: FlaskClient, legends: str) -> None:
    address, right = f"/collections/{legends}/quiz?variant=1", 0
    for _question in range(20):
        answer = reader.get(address)
        assert "Set-Cookie" not in answer.headers
        options = re.findall(r'name="answer" value="([\w-]+)"', answer.text)
        if not options:
            break
        given = re.search(r'name="given" value="([^"]*)"', answer.text)[1]  # type: ignore[index]
        told = reader.get(f"/collections/{legends}/quiz?variant=1&given={given}&answer={options[1]}").text
        right += "C’est ce qu’on affirme" in told or "rien ne le prouve" in told
        address = re.search(r'class="button" href="([^"]+)"', told)[1].replace("&amp;", "&")  # type: ignore[index]
    assert f"{right} sur 8" in answer.text
    assert answer.text == reader.get(address).text


@pytest.mark.parametrize(
    "query", ["variant=abc", "answer=nonsense", "given=" + "x." * 900, "given=<b>", "answer=", "variant=-1"]
)
def test_nonsense_in_a_quiz_is_answered_plainly(reader: FlaskClient, legends: str, query: str) -> None:
    answer = reader.get(f"/collections/{legends}/quiz?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    ("standings", "asked"), [(["legend"], True), (["attested"], False), (["legend", "attested"], False)]
)
def test_of_a_legend_the_quiz_asks_what_the_legend_says(
    client: FlaskClient, make: Make, standings: list[str], asked: bool
) -> None:
    for slug in ("alert", "drop", "sabotage", "warning"):
        make.term("purpose", slug, slug)
    claims = [make.claim(f"Sens {n}", each) | {"purpose": "purpose/alert"} for n, each in enumerate(standings)]
    message = make.message("Les carottes sont cuites", meanings=claims)
    made = make.collection(items=[{"message": message.id, "note": {}}])
    question = client.get(f"/collections/{made.id}/quiz?variant=1&lang=fr").text
    answered = client.get(f"/collections/{made.id}/quiz?variant=1&given=&answer=alert&lang=fr").text
    assert ("selon la légende" in question) is asked
    assert ("rien ne le prouve" in answered) is asked
    assert ("C’est ce qu’on affirme" in answered) is not asked


def test_slides_and_quizzes_of_nothing_are_not_found(client: FlaskClient, make: Make) -> None:
    make.message(night="1944-06-05")
    for thing in ("/collections/0000000", "/nights/1944-02-31", "/nights/0044-01-01"):
        for ending in ("/present", "/present.html", "/quiz"):
            assert client.get(thing + ending).status_code == 404, thing + ending


def test_an_empty_collection_says_that_there_is_too_little(client: FlaskClient, make: Make) -> None:
    made = make.record("collection", title={"fr": "Vide"})
    assert client.get(f"/collections/{made.id}/present").status_code == 200
    assert "trop peu" in client.get(f"/collections/{made.id}/quiz", headers={"Accept-Language": "fr"}).text


# -- in a course platform ----------------------------------------------------------------------------------------------


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A page of a course platform: another site, on another port, that we write into."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}", tmp_path
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_links_and_cards_work_in_a_course_page_that_blocks_third_party_cookies(
    archive: Flask, site: str, legends: str, browser: Browser, platform: tuple[str, Path]
) -> None:
    with archive.extensions["database"].reading() as own:
        message = own.scalars(select(Message.id).where(Message.key == "le-crapaud-vole")).one()
    address, folder = platform
    card = f"{site}/embed/messages/{message}?lang=fr"
    course = (
        f'<iframe title="card" sandbox="allow-popups" src="{card}" width="600" height="320"></iframe>'
        f'<a href="{site}/collections/{legends}" target="_blank">collection</a>'
    )
    (folder / "course.html").write_text(course, encoding="utf-8")
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    blocked = {"enableThirdPartyCookieRestriction": True, "disableThirdPartyCookieMetadata": True,
               "disableThirdPartyCookieHeuristics": True}  # fmt: skip
    session.send("Network.setCookieControls", blocked)
    page.goto(f"{address}/course.html")
    assert "Le crapaud vole" in page.frame_locator("iframe").locator("body").inner_text()
    with context.expect_page() as opened:
        page.get_by_text("collection").click()
    assert "Légendes" in opened.value.locator("h1").inner_text()
    assert not context.cookies()
    context.close()
