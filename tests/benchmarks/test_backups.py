"""``carottes backup`` while people save: what their saves take with it and without, and whether it holds what it must.

``CAROTTES_BENCH_RECORDS=100000 make bench`` chooses how many messages; 20,000 without. The command runs in a process of
its own, as cron starts it; the writers are threads of this one, and PostgreSQL waits for its disk.
"""

from __future__ import annotations

import filecmp
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks.archive import fill
from tests.make import Make
from tests.postgres import empty_database, fresh_server
from webapp.database import Database
from webapp.machines.moving import move_to

MANY = int(os.environ.get("CAROTTES_BENCH_RECORDS", "20000"))
WRITERS, REST, ALONE = 4, 0.05, 20.0
"""How many save at once, the seconds each rests after a save, and the seconds before the backup begins."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up archive of many messages in a file."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, MANY)
    return folder / "carottes.db"


@pytest.fixture
def emptied() -> Iterator[ExitStack]:
    """Where databases of a server wait to be dropped."""
    with ExitStack() as stack:
        yield stack


class Writers:
    """People who save, each again and again; ``saves`` are when each began and was acknowledged, and what it made."""

    def __init__(self, database: Database) -> None:
        self.database, self.stop, self.saves = database, threading.Event(), list[tuple[float, float, str]]()
        self.threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def _write(self, number: int) -> None:
        with self.database.new_session(writes=True) as own:
            make, count = Make(own), 0
            while not self.stop.wait(REST):
                began = time.perf_counter()
                made = make.message(f"Le crapaud {number} vole {count} fois", meaning="un parachutage")
                self.saves.append((began, time.perf_counter(), made.id))
                count += 1

    def __enter__(self) -> Writers:
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for each in self.threads:
            each.join()

    def told(self, since: float, until: float) -> str:
        """How many a second between two moments, and how long each took."""
        took = sorted(1000 * (ended - began) for began, ended, _ in self.saves if since <= began and ended <= until)
        p95 = statistics.quantiles(took, n=20)[18]
        return f"{len(took) / (until - since):.0f} a second, median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms"


def carottes(data: Path, address: str, *words: str | Path) -> float:
    """Run the command on an archive; gives the seconds of processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = {"CAROTTES_DATA": str(data), "CAROTTES_DATABASE": address}
    subprocess.run([Path(sys.executable).parent / "carottes", *words], env=os.environ | settings, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def exported(data: Path, address: str, folder: Path) -> Path:
    """The whole archive, history and drafts too, as lines."""
    carottes(data, address, "export", folder, "--format", "jsonl", "--all")
    return folder


@pytest.mark.parametrize("sort", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_backup_under_a_load_of_saves(sort: str, filled: Path, emptied: ExitStack, tmp_path: Path) -> None:
    data, address, server = tmp_path / "data", "", ""
    data.mkdir()
    shutil.copy(filled, data / "carottes.db")
    if sort == "postgresql":
        server = emptied.enter_context(fresh_server(()))
        address = emptied.enter_context(empty_database(server))
        move_to(Database(f"sqlite:///{data / 'carottes.db'}"), address)
    database = Database(address or f"sqlite:///{data / 'carottes.db'}")
    with Writers(database) as writers:
        time.sleep(1)
        settled = time.perf_counter()
        time.sleep(ALONE)
        began = time.perf_counter()
        processor = carottes(data, address, "backup", "--to", tmp_path / "backups")
        ended = time.perf_counter()
    database.engine.dispose()
    (file,) = (tmp_path / "backups").glob("*.gz")
    print(f"{sort}: {MANY} messages and what was saved meanwhile, backed up in {ended - began:.1f} s"
          f" ({processor:.1f} s of the processor), {file.stat().st_size / 1e6:.1f} MB\n"
          f"  saves without a backup: {writers.told(settled, began)}\n"
          f"  saves during a backup:  {writers.told(began, ended)}")  # fmt: skip
    took = carottes(tmp_path / "there", "", "restore", file)
    print(f"  restored and proven equal: {took:.1f} s of the processor")
    restored = exported(tmp_path / "there", "", tmp_path / "restored")
    held = (restored / "messages.jsonl").read_text()
    assert all(f'"id":"{made}"' in held for _, acknowledged, made in writers.saves if acknowledged < began)
    snapshot = _snapshot(file, tmp_path / "raw", emptied.enter_context(empty_database(server)) if server else "")
    names = [path.name for path in restored.iterdir()]
    assert filecmp.cmpfiles(restored, snapshot, names, shallow=False) == (names, [], [])
    live = exported(data, address, tmp_path / "live")
    for name in names:
        assert set((restored / name).read_bytes().splitlines()) <= set((live / name).read_bytes().splitlines()), name


def _snapshot(file: Path, place: Path, address: str) -> Path:
    """What the backup holds, by a way of its own: its SQLite file as it is, or restored into another server."""
    place.mkdir()
    if address:
        carottes(place, address, "restore", file)
    else:
        with tarfile.open(file) as tar:
            tar.extract("database.sqlite", place, filter="data")
        (place / "database.sqlite").rename(place / "carottes.db")
    return exported(place, address, place / "exported")
