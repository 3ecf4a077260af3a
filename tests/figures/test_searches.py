"""Every number that leads to a search leads to one that finds exactly as many messages."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import counted_queries

CELL = re.compile(r'<td><a href="(/search\?[^"]*)" rel="nofollow">([^<]*)</a></td>')


def linked_numbers(page: str) -> list[tuple[str, int]]:
    """The numbers of a page's tables that are links to a search."""
    return [(html.unescape(address), int(re.sub(r"\D", "", number))) for address, number in CELL.findall(page)]


def finds(reader: FlaskClient, address: str) -> int:
    return reader.get(address.replace("/search?", "/search.json?")).json["total"]


PAGES = [
    "/surface-and-secret",
    "/surface-and-secret?standing=attested",
    "/surface-and-secret?standing=unknown",
    "/surface-and-secret?period=1939-1945&language=fr",
    "/surface-and-secret?period=before-1939",
    "/surface-and-secret?period=1939-1945&standing=legend",
    "/figures/purpose-counts",
    "/figures/standing-counts",
    "/figures/language-counts",
    "/figures/food-share",
    "/figures/twitter-2009",
    "/figures/unknown-by-language",
    "/figures/unknown-by-period",
    "/timeline",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_number_equals_the_total_of_its_search(reader: FlaskClient, page: str) -> None:
    numbers = linked_numbers(reader.get(page).text)
    assert numbers, page
    wrong = [(address, many, found) for address, many in numbers if (found := finds(reader, address)) != many]
    assert not wrong, wrong[:10]


def test_the_picture_has_the_same_links_as_the_table(reader: FlaskClient) -> None:
    page = reader.get("/figures/theme-purpose").text
    drawn = set(re.findall(r'<a href="(/search\?[^"]*)" rel="nofollow"><title>', page))
    assert drawn == {address for address, _number in CELL.findall(page)}


def test_a_heat_map_asks_the_database_as_often_for_many_cells_as_for_few(archive: Flask, reader: FlaskClient) -> None:
    reader.get("/surface-and-secret")
    asked = []
    for page in ("/surface-and-secret?language=nl", "/surface-and-secret?language=fr"):
        with counted_queries(archive) as sent:
            assert reader.get(page).status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 20
