"""How fast the search on PostgreSQL is, beside the plain plan and this archive's Whoosh engine, in one run.

``CAROTTES_BENCH_SIZES=10000,100000,1000000 make bench`` chooses the sizes. ``CAROTTES_BENCH_POSTGRES`` may name a
server (``postgresql+psycopg://…``) on which the archives are kept from one run to the next, and
``CAROTTES_BENCH_INDEXES`` the folder of Whoosh's. The server works on one core; its disk is waited for at each save.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from tests import postgres
from tests.benchmarks import postgres_archive
from tests.benchmarks.postgres_rival import Plain
from tests.benchmarks.synthetic import KINDS, Ask, mix
from tests.benchmarks.test_search import SIZES, Ours, cuts, query, timed
from webapp import schema
from webapp.database import Database
from webapp.search.engine import Change, Query
from webapp.search.postgres_engine import PostgresEngine
from webapp.text.analysis import words

ROUNDS = 3
SAVES = 200
SETTINGS = ("max_parallel_workers_per_gather=0", "shared_buffers=1GB", "maintenance_work_mem=512MB", "max_wal_size=8GB",
            "random_page_cost=1.1", "effective_cache_size=4GB")  # fmt: skip
"""One core, and what a keeper would set on a machine with 8 GB; all else is as it comes."""


class OnPostgres:
    """The archive's engine on PostgreSQL."""

    name = "postgres"
    cannot: frozenset[str] = frozenset()

    def __init__(self, database: Database) -> None:
        self.engine = PostgresEngine(database)

    def ask(self, ask: Ask) -> int:
        folded = tuple(word.text for each in ask.words for word in words(each))
        if ask.kind == "suggest":
            return len(self.engine.suggest(folded, {"message": 6}))
        return self.engine.search(query(ask, folded)).total

    def rest(self) -> None:
        """What the thread of the indexer does meanwhile: count beforehand what was asked for and took long."""
        while self.engine.tend():
            pass

    def commit(self, _: int) -> None:
        """What waiting for the disk costs alone."""
        with self.engine.database.writer.begin() as connection:
            connection.execute(text("UPDATE search.state SET format = format"))


class OnWhoosh(Ours):
    """The same messages in Whoosh."""

    name = "whoosh"

    def rest(self) -> None:
        """It has nothing to do meanwhile."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with settings of one that serves."""
    if kept := os.environ.get("CAROTTES_BENCH_POSTGRES"):
        yield kept
        return
    with postgres.fresh_server(SETTINGS) as address:
        yield address


def filled(server: str, size: int) -> Database:
    """The database with so many messages, in the search and in the plain table; made where it is not there yet."""
    name = f"archive_{size}"
    address = server.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return Database(address)
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    database = Database(address)
    schema.move(database)
    for fill in (postgres_archive.fill, postgres_archive.fill_rival):
        start = time.perf_counter()
        fill(database, size)
        print(f"\n{fill.__name__} {size:,}: {size / (time.perf_counter() - start):,.0f}/s")
    return database


def whoosh(size: int, folder: Path) -> OnWhoosh:
    """The same messages in Whoosh."""
    folder = Path(os.environ.get("CAROTTES_BENCH_INDEXES") or folder) / str(size)
    made = OnWhoosh(folder)
    if made.engine.state() != "ready":
        folder.mkdir(parents=True, exist_ok=True)
        made.build(postgres_archive.archive(size))
    return made


def measured(engines: list[Any], asks: list[Ask]) -> dict[str, list[list[tuple[str, float]]]]:
    """Rounds of all questions by engine, the engines in turn, so that what else the machine does falls on all alike."""
    made: dict[str, list[list[tuple[str, float]]]] = {engine.name: [] for engine in engines}
    for _ in range(1 + ROUNDS):
        for engine in engines:
            made[engine.name].append(timed(engine.ask, [ask for ask in asks if ask.kind not in engine.cannot]))
            engine.rest()
    return made


def best(rounds: list[list[tuple[str, float]]]) -> list[tuple[str, float]]:
    """Each question with the shortest time of its rounds: what it takes when nobody else is at work."""
    return [(each[0][0], min(ms for _, ms in each)) for each in zip(*rounds, strict=True)]


def table(rounds: list[list[tuple[str, float]]], kind: str) -> str:
    """Warm, best and first."""
    warm = [each for one in rounds[1:] for each in one]
    return "   ".join(cuts([ms for each, ms in times if kind in (each, "all")])
                      for times in (warm, best(rounds[1:]), rounds[0]))  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("size", SIZES)
def test_the_mix_of_questions_beside_the_plain_plan_and_whoosh(server: str, size: int, tmp_path: Path) -> None:
    database = filled(server, size)
    ours = OnPostgres(database)
    ours.engine.tally()
    ours.engine.warm()
    engines = [ours, Plain(database), whoosh(size, tmp_path)]
    took = measured(engines, mix())
    print(f"\n{size:,} messages, load {os.getloadavg()[0]:.1f}; ms p50 p95 p99: warm, best of {ROUNDS} rounds, first")
    for name, rounds in took.items():
        for kind in [*KINDS, "all"]:
            print(f"{name:10}{kind:10}{table(rounds, kind)}")
    saves = {"save": saved(ours), "plain save": timed_saves(engines[1].save, size),
             "commit alone": timed_saves(ours.commit, size)}  # fmt: skip
    for name, times in saves.items():
        print(f"{name:20}{cuts(times)}")
    assert ours.engine.search(Query()).total == size
    database.dispose()


def saved(ours: OnPostgres) -> list[float]:
    """Milliseconds that one message takes to be written into the search and to be safe on the disk."""
    documents = list(postgres_archive.archive(SAVES))
    changed = [replace(each, revision=2, entered=each.entered + 1) for each in documents]
    return timed_saves(lambda at: ours.engine.apply([Change(changed[at].id, changed[at])]), len(changed))


def timed_saves(save: Callable[[int], None], size: int) -> list[float]:
    """Milliseconds of each save."""
    taken = []
    for at in range(min(SAVES, size)):
        start = time.perf_counter()
        save(at)
        taken.append((time.perf_counter() - start) * 1000)
    return taken
