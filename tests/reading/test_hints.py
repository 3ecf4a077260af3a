"""The small links beside the names of filters: each leads to where the manual says what the word means."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

HINT = re.compile(r'<a class="hint" href="([^"]+)" aria-label="([^"]+)"')


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_words_of_the_filters_are_explained_where_their_links_lead(reader: FlaskClient, lang: str) -> None:
    asked = f"lang={lang}"
    search = HINT.findall(reader.get(f"/search?q=parachutage&{asked}").text)
    browse = HINT.findall(reader.get(f"/messages?{asked}").text)
    assert len(search) > 6
    assert len(browse) > 4
    assert len({name for _, name in search}) == len(search), "two links have the same name"
    for address, name in {*search, *browse}:
        page, _, anchor = address.partition("#")
        html = reader.get(page).text
        assert f'<html lang="{lang}"' in html, address
        assert not anchor or f'id="{anchor}"' in html, (address, name)
