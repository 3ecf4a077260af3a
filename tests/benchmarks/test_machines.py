"""Records a second of the API, of harvesting and of exports; the memory of an export.

``CAROTTES_BENCH_RECORDS=100000 make bench`` chooses how many messages; 20,000 without.
"""

from __future__ import annotations

import os
import time
import tracemalloc
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
from webapp.machines import records
from webapp.machines.exports import Job, export

MANY = int(os.environ.get("CAROTTES_BENCH_RECORDS", "20000"))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A made-up archive of many messages."""
    folder = tmp_path_factory.mktemp("big")
    build(folder, MANY)
    app = create_app(settings(folder))
    yield app
    app.extensions["database"].engine.dispose()


def measured(name: str, count: int, act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = act()
    seconds = time.perf_counter() - began
    print(f"{name:<40} {count / seconds:>9,.0f} a second  ({count} in {seconds:.1f} s)")
    return result


def test_the_api_and_harvesting(big: Flask) -> None:
    client = big.test_client()
    measured("API, lists of 200 messages", 4000, lambda: pages_of(client, 20))
    measured("API, one message", 200, lambda: [client.get(each) for each in addresses(client)])
    measured("OAI, oai_dc", 2000, lambda: harvest(client, "oai_dc", 20))
    measured("OAI, carottes", 2000, lambda: harvest(client, "carottes", 20))


def pages_of(client: FlaskClient, parts: int) -> None:
    address = "/api/v1/messages?limit=200"
    for _ in range(parts):
        address = client.get(address).get_json()["next"].removeprefix("http://localhost")


def addresses(client: FlaskClient) -> list[str]:
    items = client.get("/api/v1/messages?limit=200").get_json()["items"]
    return [f"/api/v1/messages/{each['id']}" for each in items]


def harvest(client: FlaskClient, prefix: str, parts: int) -> None:
    address = f"/oai?verb=ListRecords&metadataPrefix={prefix}&set=type:message"
    for _ in range(parts):
        token = etree.fromstring(client.get(address).data).find(".//{*}resumptionToken")
        address = f"/oai?verb=ListRecords&resumptionToken={token.text}"


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite", "bag"])
def test_exports(big: Flask, tmp_path: Path, form: str) -> None:
    with records.as_visitor(big), big.extensions["database"].reading() as own:
        total = Job(own).total()
        measured(f"export --format {form}", total, lambda: export(Job(own), tmp_path / form, form))


def test_the_memory_of_an_export_does_not_grow_with_the_archive(big: Flask, tmp_path: Path) -> None:
    peaks: list[int] = []
    with records.as_visitor(big), big.extensions["database"].reading() as own:
        tracemalloc.start()
        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            if done in (MANY // 5, MANY // 2, MANY):
                peaks.append(tracemalloc.get_traced_memory()[1])

        export(Job(own, step=step), tmp_path / "out", "jsonl")
        tracemalloc.stop()
    print("peak of memory at a fifth, a half and the whole:", ", ".join(f"{peak / 1e6:.1f} MB" for peak in peaks))
    assert peaks[-1] < 1.5 * peaks[0]
