"""Cards in other people's pages, oEmbed, and preview pictures."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Browser

from tests.browser import serving
from tests.make import Make
from webapp.revisions.actions import withdraw
from webapp.teaching import previews
from webapp.teaching.previews import Picture, draw
from webapp.teaching.typeset import TYPED, VOICE, can_show, fitted, font, tidy

SECRET = "Annonçait un parachutage près de Tulle"


@pytest.fixture
def message(make: Make):
    """A published legend."""
    return make.message("Les carottes sont cuites", night="1944-06-05", meanings=[make.claim(SECRET, "legend")])


def cards(message, essay) -> list[str]:
    return [f"/embed/messages/{message.id}", "/embed/nights/1944-06-05", f"/embed/essays/{essay.id}"]


def test_a_card_sets_no_cookie_runs_no_script_and_may_be_framed(client: FlaskClient, make: Make, message) -> None:
    for address in cards(message, make.essay()):
        for query in ("", "?lang=en&theme=dark", "?lang=fr&reading=insider"):
            answer = client.get(address + query)
            assert answer.status_code == 200, address
            assert "Set-Cookie" not in answer.headers, address
            assert "<script" not in answer.text
            policy = answer.headers["Content-Security-Policy"]
            assert "frame-ancestors *" in policy
            assert "script-src" not in policy
            assert "default-src 'none'" in policy
            assert "X-Frame-Options" not in answer.headers


def test_nothing_but_a_card_may_be_framed(client: FlaskClient, message) -> None:
    for address in ("/", f"/messages/{message.id}/{message.slug}", f"/cite/{message.id}", f"/messages/{message.id}/v1"):
        assert "frame-ancestors 'none'" in client.get(address).headers["Content-Security-Policy"], address


def test_a_card_takes_its_language_from_the_address_or_the_browser_never_from_a_cookie(
    client: FlaskClient, message
) -> None:
    client.set_cookie("lang", "fr")
    address = f"/embed/messages/{message.id}"
    assert '<html lang="en"' in client.get(address, headers={"Accept-Language": "en"}).text
    assert '<html lang="fr"' in client.get(address + "?lang=fr", headers={"Accept-Language": "en"}).text


def test_a_card_shows_day_or_night_as_the_page_around_it_asks(client: FlaskClient, message) -> None:
    address = f"/embed/messages/{message.id}"
    assert 'data-theme="dark"' in client.get(address + "?theme=dark").text
    assert "data-theme" not in client.get(address + "?theme=%22onload").text


def test_a_card_has_both_readings(client: FlaskClient, message) -> None:
    address = f"/embed/messages/{message.id}?lang=fr&reading="
    assert SECRET in client.get(address + "insider").text
    outside = client.get(address + "outsider").text
    assert SECRET not in outside
    assert 'data-standing="legend"' not in outside


def test_a_card_names_a_legend_and_leads_back(client: FlaskClient, message) -> None:
    page = client.get(f"/embed/messages/{message.id}").text
    assert 'data-standing="legend"' in page
    assert f'href="http://localhost/id/{message.id}"' in page
    assert '<base target="_blank">' in page


WAYS_TO_A_CARD = ["/embed/messages/{id}", "/preview/messages/{id}.png", "/oembed?url=http://localhost/messages/{id}"]


@pytest.mark.parametrize("address", WAYS_TO_A_CARD)
def test_a_draft_has_no_card_and_what_is_withdrawn_says_why(
    client: FlaskClient, session, make: Make, message, address: str
) -> None:
    draft = make.message("Un brouillon secret", status="draft", meaning=SECRET)
    answer = client.get(address.format(id=draft.id))
    assert answer.status_code == 404
    assert "brouillon" not in answer.text
    withdraw(message, by=None, reason="Un doublon")
    session.commit()
    answer = client.get(address.format(id=message.id))
    assert answer.status_code == 410
    assert "Un doublon" in answer.text
    assert "carottes sont" not in answer.text
    assert client.get(address.format(id="zzzzzzz")).status_code == 404


def test_a_refusal_can_be_read_in_the_frame(client: FlaskClient) -> None:
    answer = client.get("/embed/nights/1944-13-45")
    assert answer.status_code == 404
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "<h1" in answer.text


# -- oEmbed ------------------------------------------------------------------------------------------------------------


def ask(client: FlaskClient, url: str, **more: object):
    return client.get("/oembed", query_string={"url": url, **more})


def test_oembed_gives_the_card_of_every_address_of_a_record(client: FlaskClient, make: Make, message) -> None:
    essay = make.essay()
    for path, card in (
        (f"/messages/{message.id}/{message.slug}", f"/embed/messages/{message.id}"),
        (f"/messages/{message.id}?lang=en", f"/embed/messages/{message.id}?lang=en"),
        (f"/id/{message.id}", f"/embed/messages/{message.id}"),
        (f"/embed/messages/{message.id}", f"/embed/messages/{message.id}"),
        ("/nights/1944-06-05", "/embed/nights/1944-06-05"),
        (f"/essays/{essay.id}", f"/embed/essays/{essay.id}"),
    ):
        data = ask(client, f"http://localhost{path}").json
        assert data["version"] == "1.0"
        assert data["type"] == "rich"
        assert card in data["html"], path
        assert data["thumbnail_width"] == 1200


def test_oembed_as_xml_says_the_same(client: FlaskClient, make: Make) -> None:
    message = make.message("Un & deux <b>\x0b trois")
    url = f"http://localhost/id/{message.id}"
    answer = ask(client, url, format="xml")
    assert answer.mimetype == "text/xml"
    found = {each.tag: each.text for each in ElementTree.fromstring(answer.text)}
    assert found == {name: str(value) for name, value in ask(client, url).json.items()}


def test_oembed_keeps_to_the_size_that_is_asked_for(client: FlaskClient, message) -> None:
    data = ask(client, f"http://localhost/id/{message.id}", maxwidth=300, maxheight=200).json
    assert (data["width"], data["height"]) == (300, 200)
    assert 'width="300" height="200"' in data["html"]
    assert "thumbnail_url" not in data  # it would be wider than allowed


@pytest.mark.parametrize(("query", "status"), [
    ({"url": "http://evil.example/messages/{id}"}, 404),
    ({"url": "http://localhost.evil.example/id/{id}"}, 404),
    ({"url": "javascript:alert(1)"}, 404),
    ({"url": "file:///etc/passwd"}, 404),
    ({"url": "http://localhost/desk"}, 404),
    ({"url": "http://localhost/messages"}, 404),
    ({"url": "http://[::1/id"}, 404),
    ({"url": "x" * 5000}, 404),
    ({}, 400),
    ({"url": "http://localhost/id/{id}", "format": "yaml"}, 501),
    ({"url": "http://localhost/id/{id}", "maxwidth": "wide"}, 400),
    ({"url": "http://localhost/id/{id}", "maxheight": "-1"}, 400),
    ({"url": "http://localhost/id/{id}", "maxwidth": "99999999999"}, 400),
])  # fmt: skip
def test_oembed_refuses_with_a_sentence(client: FlaskClient, message, query: dict[str, str], status: int) -> None:
    answer = client.get("/oembed", query_string={name: value.format(id=message.id) for name, value in query.items()})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"]


def test_a_page_says_where_its_card_and_its_picture_are(client: FlaskClient, message) -> None:
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    assert 'type="application/json+oembed"' in page
    assert 'type="text/xml+oembed"' in page
    assert f"http://localhost/preview/messages/{message.id}.png" in page


def test_a_link_preview_says_legend_and_never_the_meaning(client: FlaskClient, message) -> None:
    page = client.get(f"/messages/{message.id}?lang=fr", follow_redirects=True).text
    previews_ = [line for line in page.splitlines() if "og:" in line]
    assert any("(légende)" in line for line in previews_)
    assert not any(SECRET in line for line in previews_)


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_a_preview_picture_has_the_size_that_previews_want(client: FlaskClient, make: Make, message) -> None:
    essay = make.essay()
    for address in (
        f"/preview/messages/{message.id}.png",
        "/preview/nights/1944-06-05.png",
        f"/preview/essays/{essay.id}.png",
    ):
        answer = client.get(address)
        assert answer.mimetype == "image/png"
        assert "Set-Cookie" not in answer.headers
        assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
        assert len(answer.data) < 60_000


def test_a_picture_is_drawn_once_and_anew_when_its_words_change(
    app: Flask, client: FlaskClient, message, monkeypatch
) -> None:
    drawn: list[Picture] = []
    monkeypatch.setattr(previews, "draw", lambda wanted: drawn.append(wanted) or b"png")
    address = f"/preview/messages/{message.id}.png?lang="
    for lang in ("fr", "fr", "en", "fr"):
        client.get(address + lang)
    assert [picture.word for picture in drawn] == ["Legend", "Legend"] or len(drawn) == 2
    assert all(SECRET not in repr(picture) for picture in drawn)
    assert len(list((Path(app.config["DATA"]) / "previews").glob("*.png"))) == 2


def test_to_an_outsider_the_picture_tells_no_standing(client: FlaskClient, message, monkeypatch) -> None:
    drawn: list[Picture] = []
    monkeypatch.setattr(previews, "draw", lambda wanted: drawn.append(wanted) or b"png")
    client.get(f"/preview/messages/{message.id}.png?reading=outsider")
    assert (drawn[0].standing, drawn[0].word, drawn[0].cue) == ("", "", "")


def test_a_browser_that_has_the_picture_is_told_so(client: FlaskClient, message) -> None:
    address = f"/preview/messages/{message.id}.png"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("standing", ["documented", "attested", "attributed", "disputed", "legend", "unknown"])
def test_standings_are_told_apart_without_colour(standing: str) -> None:
    def grey(name: str) -> str:
        picture = draw(Picture(("BBC",), "Le crapaud vole", ("«\u00a0", "\u00a0»"), False, name, "mot", "cue"))
        return hashlib.sha256(Image.open(io.BytesIO(picture)).convert("L").tobytes()).hexdigest()

    others = {"documented", "attested", "attributed", "disputed", "legend", "unknown"} - {standing}
    assert grey(standing) not in {grey(other) for other in others}


@pytest.mark.parametrize(
    "phrase", ["Éléonore çà œuvre", "É" * 400, "mot " * 500, "", "\x00\ud800", "a\u0301", "« »", "-" * 200]
)
def test_any_phrase_can_be_drawn(phrase: str) -> None:
    data = draw(Picture(("BBC",), phrase, ("“", "”"), False, "legend", "Legend", "cue", "site", "address"))
    assert Image.open(io.BytesIO(data)).size == (1200, 630)


def test_accents_are_composed_and_the_fonts_know_what_they_lack() -> None:
    assert tidy("e\u0301") == "é"
    assert can_show("L’œil voit déjà la forêt, Łódź, Tiêu")
    assert can_show("Courrier, œuvre", TYPED)
    for phrase in ("Лебединое озеро", "散步", "החבר", "ส้มเกลี้ยง", "🥕"):
        assert not can_show(phrase), phrase


def test_a_long_phrase_is_wrapped_and_a_longer_one_cut() -> None:
    size, lines = fitted("Le vent souffle les flambeaux de la nuit", VOICE, 500, 300, 96, 34)
    assert len(lines) > 1
    assert all(font(VOICE, size).getlength(line) <= 500 for line in lines)
    _size, lines = fitted("mot " * 500, VOICE, 900, 240, 96, 34)
    assert lines[-1].endswith("…")


def test_a_phrase_in_another_script_is_drawn_in_translation(client: FlaskClient, make: Make, monkeypatch) -> None:
    drawn: list[Picture] = []
    monkeypatch.setattr(previews, "draw", lambda wanted: drawn.append(wanted) or b"png")
    swan = make.message("Лебединое озеро", lang="ru", translation={"fr": "Le Lac des cygnes"})
    bare = make.message("散步", lang="zh-Hans")
    for message in (swan, bare):
        client.get(f"/preview/messages/{message.id}.png?lang=fr")
    assert drawn[0].phrase == "Le Lac des cygnes"
    assert drawn[0].italic
    assert "chinois" in drawn[1].phrase


# -- in the real browser -----------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_card_works_in_a_course_page_on_another_origin_with_cookies_blocked(
    app: Flask, message, browser: Browser, tmp_path: Path
) -> None:
    with serving(app) as site, Course(tmp_path, f"{site}/embed/messages/{message.id}?lang=fr") as course:
        context = browser.new_context()
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda each: said.append(each.text) if each.type == "error" else None)
        page.goto(course)
        card = page.frame_locator("iframe")
        assert "carottes" in card.locator("h1").inner_text()
        card.locator("summary").click()
        assert SECRET in card.locator(".fold__meaning").inner_text()
        assert context.cookies() == []
        assert not [text for text in said if "favicon" not in text and "404" not in text]
        context.close()


class Course:
    """A page of a course platform, on another port, that frames a card in a sandbox."""

    def __init__(self, folder: Path, address: str) -> None:
        frame = (
            f'<iframe sandbox="allow-popups allow-same-origin" src="{address}" title="card" width="480" height="320">'
        )
        (folder / "index.html").write_text(f"<!doctype html><title>Course</title>{frame}</iframe>", encoding="utf-8")
        self.folder = folder

    def __enter__(self) -> str:
        def handler(*args: object, **more: object) -> object:
            return http.server.SimpleHTTPRequestHandler(*args, directory=str(self.folder), **more)  # type: ignore[arg-type,misc]

        self.server = http.server.ThreadingHTTPServer(("localhost", 0), handler)  # type: ignore[arg-type]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://localhost:{self.server.server_port}/index.html"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
