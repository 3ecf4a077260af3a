"""The search page over HTTP, beside a bare Flask page and, where it is installed, Datasette on the same rows."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.benchmarks.archive import FACETS, build, build_for_datasette
from tests.benchmarks.serving import Client, free_port, gunicorn, wait
from tests.benchmarks.synthetic import documents
from tests.benchmarks.words import WORDS

SIZE = int(os.environ.get("CAROTTES_BENCH_SIZES", "100000").split(",")[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that is measured."""
    made = tmp_path_factory.mktemp("archive")
    build(made, SIZE)
    return made


def queries(count: int = 60) -> list[str]:
    """What people type who remember two words of some phrase: pages of twenty rows, more or less."""
    dice = random.Random(3)
    phrases = [document.title.replace("’", " ").split() for document in documents(3000) if document.lang == "fr"]
    return [" ".join(dice.sample(dice.choice([p for p in phrases if len(p) > 4]), 2)) for _ in range(count)]


@contextmanager
def datasette(file: Path) -> Iterator[int]:
    """Datasette on this file, with time enough to count everything; yields its port."""
    port = free_port()
    slow = ["--setting", "sql_time_limit_ms", "20000", "--setting", "facet_time_limit_ms", "20000"]
    process = subprocess.Popen([sys.executable, "-m", "datasette", str(file), "-p", str(port), *slow],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_the_search_page_beside_others(folder: Path) -> None:
    asked = queries()
    pages = {
        "page, all facets": [f"/search?q={quote_plus(query)}" for query in asked],
        "page of one word": [f"/search?q={quote_plus(query.split()[0])}" for query in asked],
        "page 30 by date": [f"/search?q={word}&sort=date&page=30" for word in WORDS["fr"][:8] if len(word) > 1],
        "data": [f"/search.json?q={quote_plus(query)}" for query in asked],
        "suggestions": [f"/search/suggestions?q={quote_plus(query[:9])}" for query in asked],
    }
    settings = {"CAROTTES_DATA": folder, "CAROTTES_LIMITS": "no"}
    rows = []
    with gunicorn("tests.benchmarks.bare:app") as bare_port, gunicorn("tests.benchmarks.site:app", **settings) as port:
        bare, site = Client(bare_port), Client(port)
        for name, addresses in pages.items():
            base = bare.rate(["/"])  # measured again beside each page: the machine's speed drifts
            rows.append((name, *site.rate(addresses), *base[:2]))
        memory = resident(port)
    print(f"\n{SIZE:,} messages     requests/s   p50 ms   p95 ms   bare/s   bare p50   ratio   ratio of p50")
    for name, rate, middle, high, base_rate, base_middle in rows:
        print(f"{name:18} {rate:11.0f} {middle:8.2f} {high:8.2f} {base_rate:8.0f} {base_middle:8.2f}"
              f" {rate / base_rate:9.2f} {base_middle / middle:9.2f}")  # fmt: skip
    print(f"resident memory of the worker: {memory:.0f} MB")
    assert rows


def test_datasette_on_the_same_rows(tmp_path: Path) -> None:
    pytest.importorskip("datasette", reason="install tests/benchmarks/requirements.txt to compare with Datasette")
    file = tmp_path / "bench.db"
    build_for_datasette(file, SIZE)
    facets = "".join(f"&_facet={name}" for name in FACETS)
    addresses = [f"/bench/message?_search={quote_plus(query)}&_size=20{facets}" for query in queries(20)]
    with datasette(file) as port:
        rate, middle, high = Client(port).rate(addresses, 8)
    print(f"\nDatasette, four facets: {rate:.1f} requests/s, p50 {middle:.1f} ms, p95 {high:.1f} ms")


def resident(port: int) -> float:
    """The memory of the worker that listens on this port, in megabytes, as Linux counts it."""
    workers = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            if f"127.0.0.1:{port}".encode() in command:
                lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                workers.append(int(lines["VmRSS"].split()[0]) / 1024)
        except OSError:
            continue
    return max(workers, default=0.0)
