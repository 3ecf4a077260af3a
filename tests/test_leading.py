"""Of all processes that serve an archive, one does the scheduled work; when it is gone, another does."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.postgres import empty_database, server
from webapp import leading
from webapp.database import Database
from webapp.leading import Job, Leader


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each sort."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'carottes.db'}"
        return
    with server() as running, empty_database(running) as at:
        yield at


class Nodes:
    """Processes of one archive with the same job, and who did it when."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.done: list[str] = []
        self.leaders: dict[str, Leader] = {}

    def start(self, name: str) -> Leader:
        leader = self.leaders[name] = Leader(Database(self.address), self.folder)
        leader.start([Job("work", 0.01, lambda: self.done.append(name))])
        return leader

    def stop(self, name: str) -> None:
        leader = self.leaders.pop(name)
        leader.stop()
        leader.database.dispose()


@pytest.fixture
def nodes(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nodes]:
    """Nodes that look often whether they are to lead."""
    monkeypatch.setattr(leading, "BEAT", 0.05)
    started = Nodes(address, tmp_path)
    yield started
    for name in list(started.leaders):
        started.stop(name)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_one_does_the_work_and_when_it_ends_the_other(nodes: Nodes) -> None:
    nodes.start("a")
    until(lambda: nodes.done)
    other = nodes.start("b")
    until(lambda: len(nodes.done) > 20)
    assert set(nodes.done) == {"a"}
    nodes.stop("a")
    before = len(nodes.done)
    until(lambda: other.leads and len(nodes.done) > before)
    assert set(nodes.done[before:]) == {"b"}


def test_the_work_of_one_has_ended_before_another_begins(nodes: Nodes) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        go_on.wait(20)
        nodes.done.append("a at its end")

    first = nodes.leaders["a"] = Leader(Database(nodes.address), nodes.folder)
    first.start([Job("work", 60, long)])
    begun.wait(20)
    nodes.start("b")
    leaving = threading.Thread(target=first.stop)
    leaving.start()
    time.sleep(0.2)
    go_on.set()
    leaving.join(20)
    until(lambda: "b" in nodes.done)
    assert nodes.done[0] == "a at its end"


def test_work_that_fails_is_tried_again(nodes: Nodes, caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise OSError("no")

    leader = nodes.leaders["a"] = Leader(Database(nodes.address), nodes.folder)
    leader.start([Job("work", 0.01, work)])
    until(lambda: len(tries) > 2)
    assert "work: it could not be done" in caplog.text


@pytest.mark.postgres
def test_a_leader_whose_connection_is_gone_leads_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "BEAT", 0.05)
    end = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 19440607")
    with server() as running, empty_database(running) as at:
        nodes = Nodes(at, tmp_path)
        first, second = nodes.start("a"), Database(at)
        until(lambda: first.leads)
        with second.writer.connect() as other:
            other.execute(end)
            until(lambda: other.scalar(leading.LOCK))
            until(lambda: not first.leads)
        until(lambda: first.leads)
        nodes.stop("a")
        second.dispose()


def test_a_leader_that_is_killed_leaves_the_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "BEAT", 0.05)
    hold = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path / leading.FILE)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert other.stdout
    other.stdout.readline()
    nodes = Nodes(f"sqlite:///{tmp_path / 'carottes.db'}", tmp_path)
    leader = nodes.start("a")
    time.sleep(0.2)
    assert not leader.leads
    other.kill()
    other.communicate()
    until(lambda: leader.leads)
    nodes.stop("a")
