"""A burst of requests to ``carottes serve``, sixteen clients at once, writes among them: right statuses, nothing lost.

``CAROTTES_BENCH_REQUESTS=1000 make bench`` chooses how many; 10,000 without.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.benchmarks.serving import served
from tests.conftest import settings
from webapp import create_app
from webapp.database import database
from webapp.machines import tokens
from webapp.messages.models import Message
from webapp.people.actions import create_person

REQUESTS = int(os.environ.get("CAROTTES_BENCH_REQUESTS", "10000"))
CLIENTS, WRITES = 16, max(10, REQUESTS // 100)
ADDRESSES = ["/", "/messages", "/nights/1944-06-05", "/api/v1/messages?limit=5", "/oai?verb=Identify",
             "/api/v1/messages?cursor=nonsense", "/nothing/here", "/feeds/new.atom"]  # fmt: skip


@pytest.mark.parametrize("workers", [1, 2])
def test_a_burst_is_answered_and_no_write_is_lost(seeded_file: Path, tmp_path: Path, workers: int) -> None:
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    app = create_app(settings(tmp_path))
    with app.app_context(), database().writing() as own:
        secret = tokens.give(own, create_person(own, "burst@example.org", "curator"), "burst")
        before = own.scalar(select(func.count()).select_from(Message)) or 0
    chosen = {"CAROTTES_DATA": tmp_path, "CAROTTES_WORKERS": str(workers)}
    with served(**chosen) as port, ThreadPoolExecutor(CLIENTS) as clients:
        began = time.perf_counter()
        told = sum(clients.map(lambda number: _client(port, secret, number), range(CLIENTS)), Counter[str]())
        seconds = time.perf_counter() - began
    rate = f"{REQUESTS} requests in {seconds:.0f} s, {REQUESTS / seconds:.0f} a second"
    print(f"burst on {workers} workers: {rate}; {dict(told)}")
    with app.app_context(), database().reading() as own:
        after = own.scalar(select(func.count()).select_from(Message)) or 0
    assert told.pop("closed", 0) < REQUESTS / 100
    assert sum(told.values()) == REQUESTS
    assert set(told) <= {"GET 200", "GET 301", "GET 400", "GET 404", "GET 429", "POST 201", "POST 429"}
    assert after - before == told["POST 201"] > 0


def _client(port: int, secret: str, number: int) -> Counter[str]:
    """One client over one connection; each of its writes stands between many reads, on a connection of its own.

    A server may close a connection that is kept open, at any moment: what was only asked is then asked again on a new
    one, as browsers do (RFC 9112, 9.3.1), and told apart.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    told: Counter[str] = Counter()
    every = REQUESTS // WRITES
    for count in range(number, REQUESTS, CLIENTS):
        if count % every == 0 and count // every < WRITES:
            connection.close()
            body = json.dumps({"text": f"Le crapaud numéro {count} vole", "lang": "fr"})
            headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
            connection.request("POST", "/api/v1/messages", body.encode(), headers)
            told[_answered(connection, "POST")] += 1
            continue
        try:
            told[_asked(connection, count)] += 1
        except (ConnectionError, http.client.RemoteDisconnected):
            connection.close()
            told["closed"] += 1
            told[_asked(connection, count)] += 1
    return told


def _asked(connection: http.client.HTTPConnection, count: int) -> str:
    connection.request("GET", ADDRESSES[count % len(ADDRESSES)])
    return _answered(connection, "GET")


def _answered(connection: http.client.HTTPConnection, method: str) -> str:
    """The method and the status; a refusal for haste must say when to come again."""
    answer = connection.getresponse()
    answer.read()
    assert answer.status != 429 or answer.getheader("Retry-After")
    return f"{method} {answer.status}"
