"""How fast the search is, beside SQLite's FTS5 and tantivy, in one run on one machine.

``CAROTTES_BENCH_SIZES=10000,100000,1000000 make bench`` chooses the sizes; each is built for each engine.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.rivals import COUNTED, rivals
from tests.benchmarks.synthetic import KINDS, Ask, documents, mix
from webapp.search.engine import Change, Clause, Query
from webapp.search.whoosh_engine import WhooshEngine
from webapp.text.analysis import words

SIZES = [int(size) for size in os.environ.get("CAROTTES_BENCH_SIZES", "10000,100000").split(",")]
ROUNDS = 3
# On a machine that is shared, the time of this thread tells more than the time of the clock.
CLOCK = time.thread_time if os.environ.get("CAROTTES_BENCH_CLOCK") == "cpu" else time.perf_counter


class Ours:
    """The archive's engine."""

    name = "Carottes"
    cannot: frozenset[str] = frozenset()

    def __init__(self, folder: Path) -> None:
        self.engine = WhooshEngine(folder / "index")

    def build(self, made: Any) -> None:
        self.engine.rebuild(made)

    def size(self) -> int:
        return self.engine.status().bytes

    def ask(self, ask: Ask) -> int:
        folded = tuple(word.text for each in ask.words for word in words(each))
        if ask.kind == "suggest":
            return len(self.engine.suggest(folded, {"message": 6}))
        return self.engine.search(query(ask, folded)).total


def query(ask: Ask, folded: tuple[str, ...]) -> Query:
    """The question as our engine is asked it."""
    if ask.kind == "phrase":
        clauses = (Clause(folded, quoted=True),)
    else:
        begun = ask.kind == "prefix"
        clauses = tuple(Clause((word,), prefix=begun) for word in folded)
    return Query(
        clauses, filters=(("station", frozenset({ask.station})),) if ask.station else (),
        since=ask.days[0] if ask.days else None, until=ask.days[1] if ask.days else None,
        sort="date" if ask.kind == "by date" else "relevance", offset=(ask.page - 1) * 20,
        facets=COUNTED if ask.kind == "facets" else (),
    )  # fmt: skip


def timed(ask: Callable[[Ask], int], asks: list[Ask]) -> list[tuple[str, float]]:
    """Each question with the milliseconds it took."""
    taken = []
    for each in asks:
        start = CLOCK()
        ask(each)
        taken.append((each.kind, (CLOCK() - start) * 1000))
    return taken


def cuts(times: list[float]) -> str:
    """p50, p95, p99."""
    if len(times) < 2:
        return "        –        –        –"
    parts = statistics.quantiles(times, n=100, method="inclusive")
    return f"{parts[49]:9.3f}{parts[94]:9.3f}{parts[98]:9.3f}"


def megabytes(size: float) -> str:
    return f"{size / 1_048_576:.0f} MB"


@pytest.mark.parametrize("size", SIZES)
def test_the_mix_of_questions_beside_other_engines(size: int, tmp_path: Path) -> None:
    asks = mix()
    table: dict[str, tuple[Any, list[tuple[str, float]], list[tuple[str, float]]]] = {}
    for engine in (Ours(tmp_path), *rivals(tmp_path)):
        start = time.perf_counter()
        engine.build(documents(size))
        built = time.perf_counter() - start
        print(f"\n{engine.name} {size:,}: built at {size / built:,.0f}/s, {megabytes(engine.size())} on disk")
        can = [ask for ask in asks if ask.kind not in engine.cannot]
        gc.collect()
        first = timed(engine.ask, can)
        warm = [each for _ in range(ROUNDS) for each in timed(engine.ask, can)]
        table[engine.name] = (engine, first, warm)
    ours = table["Carottes"][0].engine
    print(f"\n{size:,} messages, ms        p50      p95      p99 (warm)    p50      p95      p99 (first sight)")
    for name, (_, first, warm) in table.items():
        for kind in [*KINDS, "all"]:
            of = [[ms for each, ms in times if kind in (each, "all")] for times in (warm, first)]
            print(f"{name:10}{kind:10}{cuts(of[0])}   {cuts(of[1])}")
    for rival, (engine, _, _) in table.items():
        can = set(KINDS) - engine.cannot
        for name in dict.fromkeys(["Carottes", rival]):
            _, first, warm = table[name]
            of = [[ms for kind, ms in times if kind in can] for times in (warm, first)]
            print(f"{name:10}all that {rival} can {cuts(of[0])}   {cuts(of[1])}")
    commits, visible = commit_times(ours, size)
    print(f"one entry: commit {cuts(commits)}   visible {cuts(visible)}")
    print(f"peak memory of this process: {megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)}")
    assert ours.search(Query()).total == size + 1


def commit_times(engine: WhooshEngine, size: int) -> tuple[list[float], list[float]]:
    """How long one entry takes to be safe on the disk, and to be found."""
    commits, visible = [], []
    made = documents(40, seed=7)
    for each in made:
        change = Change("always", type(each)(**{**each.__dict__, "id": "always"}))
        start = time.perf_counter()
        engine.apply([change])
        commits.append((time.perf_counter() - start) * 1000)
        engine.search(Query(size=1))
        visible.append((time.perf_counter() - start) * 1000)
    return commits, visible
