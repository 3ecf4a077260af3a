"""The whole archive read to its end by programs: records a second, and whether the memory of the process stays.

``CAROTTES_BENCH_RECORDS=100000 make bench`` chooses how many messages; 20,000 without. Seconds are those of the
processor, so that a busy machine does not count.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from tests.benchmarks.archive import build
from tests.conftest import settings
from webapp import create_app
from webapp.database import Database
from webapp.machines import websub
from webapp.revisions.telling import tell
from webapp.stations import Station

MANY = int(os.environ.get("CAROTTES_BENCH_RECORDS", "20000"))
PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A made-up archive of many messages."""
    folder = tmp_path_factory.mktemp("harvested")
    build(folder, MANY)
    app = create_app(settings(folder))
    yield app
    app.extensions["database"].engine.dispose()


def resident() -> float:
    """The memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def api(client: FlaskClient) -> Iterator[int]:
    """The list of messages, two hundred at a time."""
    address = "/api/v1/messages?limit=200"
    while address:
        part = client.get(address).get_json()
        yield len(part["items"])
        address = (part["next"] or "").removeprefix("http://localhost")


def oai(prefix: str) -> Callable[[FlaskClient], Iterator[int]]:
    """Everything that is harvested in a format, a hundred at a time."""

    def harvest(client: FlaskClient) -> Iterator[int]:
        address = f"/oai?verb=ListRecords&metadataPrefix={prefix}"
        while address:
            told = etree.fromstring(client.get(address).data)
            yield len(told.findall(".//{*}record/{*}header"))
            token = told.findtext(".//{*}resumptionToken")
            address = f"/oai?verb=ListRecords&resumptionToken={token}" if token else ""

    return harvest


def tei(client: FlaskClient) -> Iterator[int]:
    """The whole corpus, as it is written."""
    for piece in client.get("/corpus.tei.xml", buffered=False).iter_encoded():
        yield piece.count(b"<ab ")


WAYS = {"API, list": api, "OAI, oai_dc": oai("oai_dc"), "OAI, carottes": oai("carottes"), "TEI, corpus": tei}


@pytest.mark.parametrize("name", WAYS)
def test_the_whole_archive_is_read_in_constant_memory(big: Flask, name: str) -> None:
    client, began, done = big.test_client(), time.process_time(), 0
    seen: list[float] = []
    for count in WAYS[name](client):
        if done < MANY // 10 <= done + count:
            seen.append(resident())
        done += count
    seconds = time.process_time() - began
    seen.append(resident())
    print(f"{name:<16} {done / seconds:>7,.0f} a second ({done} in {seconds:.1f} s); memory at a tenth and at the end:"
          f" {seen[0]:.0f} MB, {seen[-1]:.0f} MB")  # fmt: skip
    assert done >= MANY
    assert seen[-1] < seen[0] + 40


def test_a_feed_costs_the_same_in_a_large_archive(big: Flask) -> None:
    client = big.test_client()
    for address in ("/feeds/messages.atom", "/feeds/messages.json", "/feeds/changes.atom", "/feeds/on-this-day.atom"):
        client.get(address)
        began = time.process_time()
        for _ in range(20):
            client.get(address)
        print(f"{address:<26} {20 / (time.process_time() - began):>5.1f} a second")


def test_a_look_at_the_feeds_for_the_hub_is_cheap(big: Flask) -> None:
    began = time.process_time()
    websub.contents(big)
    print(f"what all feeds say, in both languages: {(time.process_time() - began) * 1000:.0f} ms")


def test_a_station_that_stands_in_many_messages_is_renamed(big: Flask) -> None:
    database: Database = big.extensions["database"]
    with database.reading() as own:
        (first,) = own.query(Station.id).order_by(Station.id).limit(1).one()
    timed: dict[str, Any] = {}
    for renamed in (False, True):
        began = time.process_time()
        with database.writing() as own:
            tell(own, "station", [first], renamed)
        timed["renamed" if renamed else "the same name"] = f"{(time.process_time() - began) * 1000:.0f} ms"
    print("stamps of a station and of the messages in which it is named:", timed)
