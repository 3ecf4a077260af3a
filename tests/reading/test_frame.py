"""What is around every page: languages, theme, style sheet, ways, errors."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.make import Make


def test_a_page_speaks_the_language_that_is_asked_for_and_remembers_it(client: FlaskClient) -> None:
    assert '<html lang="en"' in client.get("/?lang=en").text
    assert '<html lang="en"' in client.get("/").text
    assert '<html lang="fr"' in client.get("/?lang=fr").text


def test_the_language_switch_stays_on_the_same_page_and_filters(make: Make, client: FlaskClient) -> None:
    make.message()
    text = client.get("/messages?language=fr&lang=en").text
    assert 'href="/messages?language=fr&amp;lang=fr" lang="fr"' in text


def test_each_page_names_itself_and_its_other_language(client: FlaskClient) -> None:
    text = client.get("/messages?lang=en&theme=dark").text
    assert '<link rel="canonical" href="http://localhost/messages">' in text
    assert 'hreflang="fr" href="http://localhost/messages?lang=fr"' in text


def test_a_list_narrowed_down_to_a_theme_names_itself_with_its_theme(client: FlaskClient) -> None:
    text = client.get("/messages?theme=food&theme=dark").text
    assert '<link rel="canonical" href="http://localhost/messages?theme=food">' in text


def test_night_and_day_are_remembered(client: FlaskClient) -> None:
    assert "data-theme" not in client.get("/").text.split(">")[1]
    assert 'data-theme="dark"' in client.get("/?theme=dark").text
    assert 'data-theme="dark"' in client.get("/messages").text
    assert "data-theme=" not in client.get("/?theme=auto").text
    assert "data-theme=" not in client.get("/?theme=<script>").text


def test_the_header_links_only_to_pages_that_exist(client: FlaskClient, app: Flask) -> None:
    text = client.get("/").text
    for part in (text.split("</header>")[0], text.split("<footer")[1]):
        for address in re.findall(r'href="(/[^"?#]*)', part):
            assert client.get(address, follow_redirects=True).status_code in (200, 404) or address == "/desk"
    assert "/map" not in text or client.get("/map").status_code == 200


def test_the_style_sheet_is_one_file_kept_for_a_year(client: FlaskClient) -> None:
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/").text)
    assert len(sheets) == 1
    answer = client.get(sheets[0])
    assert answer.mimetype == "text/css"
    assert answer.cache_control.max_age == 31_536_000
    assert answer.text.count("{") == answer.text.count("}")
    assert client.get(sheets[0], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_font_that_the_style_sheet_names_is_there(client: FlaskClient) -> None:
    sheet = client.get("/static/site.css").text
    fonts = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(fonts) == 10
    for address in fonts:
        assert client.get(address).status_code == 200


def test_no_page_has_inline_style_or_script(make: Make, client: FlaskClient) -> None:
    message = make.message(meaning="x", night="1944-06-05")
    # A block of data is no script: browsers do not run it, and the policy does not speak of it.
    script = r'<script(?![^>]* src=|[^>]* type="application/ld\+json")'
    forbidden = re.compile(rf"<[^>]+\s(style|on[a-z]+)=|<style|{script}")
    for address in ("/", "/messages", f"/messages/{message.id}", "/nothing"):
        text = client.get(address).text
        assert not forbidden.search(text), address


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_lost_reader_is_offered_a_way_on_in_their_language(make: Make, client: FlaskClient, lang: str) -> None:
    make.message("Le papillon s’est envolé")
    answer = client.get(f"/nothing-here?lang={lang}")
    assert answer.status_code == 404
    assert ("rien à cette adresse" if lang == "fr" else "Nothing under this address") in answer.text
    assert "Le papillon s’est envolé" in answer.text
    assert answer.text.count("<h1") == 1


def test_a_program_gets_problem_details(client: FlaskClient) -> None:
    answer = client.get("/messages/nothing.json")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
