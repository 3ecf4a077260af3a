"""What a round of a drill came to: acknowledged saves, the lost ones among them, failed reads, the length of gaps."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass
class Round:
    """One fault and what came of it; times in seconds."""

    kind: str
    acknowledged: int = 0
    lost: int = 0
    writes_refused: int = 0
    reads: int = 0
    reads_failed: int = 0
    writing_gap: float = 0.0
    reading_gap: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    note: str = ""


def lines(file: Path) -> list[dict[str, Any]]:
    """What visitors wrote down; a line that is still being written is left for later."""
    told = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in told if line.endswith("\n")]


def counted(kind: str, told: Sequence[dict[str, Any]], began: float, ended: float) -> Round:
    """A round from what visitors wrote down between two moments; what was lost is asked of the database."""
    seen = [each for each in told if began <= each["at"] <= ended]
    writes = [each for each in seen if each["kind"] == "write"]
    reads = [each for each in seen if each["kind"] == "read"]
    result = Round(kind)
    result.acknowledged = sum(each["status"] == 201 for each in writes)
    result.writes_refused = len(writes) - result.acknowledged
    result.reads, result.reads_failed = len(reads), sum(each["status"] != 200 for each in reads)
    result.writing_gap = _gap((each["at"] for each in writes if each["status"] == 201), began, ended)
    result.reading_gap = _gap((each["at"] for each in reads if each["status"] == 200), began, ended)
    for each in seen:
        name = f"{each['kind']} {each['status']}"
        result.statuses[name] = result.statuses.get(name, 0) + 1
    return result


def _gap(moments: Iterable[float], began: float, ended: float) -> float:
    """The longest time without a success."""
    points = [began, *sorted(moments), ended]
    return max(after - before for before, after in pairwise(points))


def keep(file: Path, result: Round) -> None:
    """Add a round to the results."""
    with file.open("a") as out:
        out.write(json.dumps(asdict(result)) + "\n")


HEAD = (
    "| drill | rounds | saves acknowledged | of these lost | saves refused | reads | of these failed"
    " | writing gap, median (longest) | reading gap, longest |"
)


def table(results: Iterable[dict[str, Any]]) -> str:
    """All rounds of each kind as a table in Markdown."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for each in results:
        kinds.setdefault(each["kind"], []).append(each)
    rows = [HEAD, "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for kind, rounds in kinds.items():
        sums = {name: sum(each[name] for each in rounds) for name in
                ("acknowledged", "lost", "writes_refused", "reads", "reads_failed")}  # fmt: skip
        gaps = [each["writing_gap"] for each in rounds]
        rows.append(f"| {kind} | {len(rounds)} | " + " | ".join(f"{value:,}" for value in sums.values())
                    + f" | {statistics.median(gaps):.1f} s ({max(gaps):.1f} s)"
                    + f" | {max(each['reading_gap'] for each in rounds):.1f} s |")  # fmt: skip
    return "\n".join(rows)
