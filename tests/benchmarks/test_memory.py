"""The most memory that ``carottes export`` ever takes, in a small archive and in one ten times as large.

``CAROTTES_BENCH_RECORDS=100000 make bench`` chooses how many messages the large one has; 20,000 without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.archive import fill

MANY = int(os.environ.get("CAROTTES_BENCH_RECORDS", "20000"))
# What the kernel noted of this process alone: what wait() tells of a child holds its parent's memory too.
TOLD = """
import pathlib, re, time
from webapp.cli import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1], time.process_time())
"""
COMMAND = [sys.executable, "-c", TOLD, "export"]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Two archives, by how many messages they have."""
    found = {size: tmp_path_factory.mktemp(f"of-{size}") for size in (MANY // 10, MANY)}
    for size, folder in found.items():
        fill(folder, size)
    return found


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite", "bag"])
def test_an_export_of_ten_times_as_much_takes_no_more_memory(two: dict[int, Path], tmp_path: Path, form: str) -> None:
    peaks = []
    for size, data in two.items():
        peak, seconds = exported(data, tmp_path / "out", form)
        shutil.rmtree(tmp_path / "out")
        print(f"{form:<8}{size:>8} messages: {peak:.0f} MB at most, {size / seconds:,.0f} a second of processor time")
        peaks.append(peak)
    assert peaks[1] < 1.1 * peaks[0]


def exported(data: Path, to: Path, form: str) -> tuple[float, float]:
    """The peak of memory in MB and the seconds of processor time of one export, in a process of its own."""
    told = subprocess.run([*COMMAND, str(to), "--format", form], env=os.environ | {"CAROTTES_DATA": str(data)},
                          check=True, capture_output=True, text=True)  # fmt: skip
    peak, seconds = told.stdout.splitlines()[-1].split()
    return int(peak) / 1024, float(seconds)
