"""The drills: each a fault that is brought about while visitors write and read, and the way back to a whole site."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.drills import outcome, world
from tests.drills.cluster import Cluster
from tests.drills.nodes import Front, Node
from tests.drills.releases import next_release
from tests.drills.world import base, until

# Schema, first content, search, a curator and the token that the writers show.
PREPARE = """
from webapp import create_app
from webapp.cli import bring_up
from webapp.database import database
from webapp.machines import tokens
from webapp.people.actions import create_person
with create_app().app_context():
    bring_up()
    with database().writing() as own:
        print("token", tokens.give(own, create_person(own, "drill@example.org", "curator"), "drill"))
"""


class Site:
    """The whole site: two database servers, two web nodes, a balancer, and visitors who never tire."""

    def __init__(self) -> None:
        world.prepare()
        self.cluster, self.front = Cluster(), Front()
        self.nodes = [Node("node1", 11), Node("node2", 12)]
        self.log = base() / "visits.jsonl"
        self.visitors: subprocess.Popen[bytes] | None = None
        self.token = ""

    def start(self) -> None:
        """From nothing to a site that serves."""
        self.cluster.start()
        for node in self.nodes:
            node.boot()
        self.token = self.nodes[0].script(PREPARE).split()[-1]
        self.front.start()
        for node in self.nodes:  # both at once, as after a power cut
            node.serve()
        for node in self.nodes:
            self.front.ready(node)

    def open(self, writers: int = 4, readers: int = 2) -> None:
        """Let the visitors in, and wait until they are served."""
        self.visitors = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.traffic", self.log, self.token, str(writers), str(readers)],
            cwd=world.ROOT,
        )
        self.served(time.monotonic())

    def close(self) -> None:
        """Send the visitors away."""
        if self.visitors:
            self.visitors.kill()
            self.visitors.wait()
            self.visitors = None

    def served(self, since: float, seconds: float = 120) -> None:
        """Wait until a save is acknowledged that was begun after this moment."""

        def again() -> bool:
            told = outcome.lines(self.log)
            return any(each["status"] == 201 and each["at"] - each["took"] > since for each in told)

        until("saves are acknowledged again", again, seconds)

    def whole(self, standby: str = "sync_standby") -> None:
        """Wait until everything is as it should be."""
        until("primary and standby", lambda: self.cluster.whole(standby), 180)
        for node in self.nodes:
            self.front.ready(node)


def primary_dies(site: Site) -> str:
    """The line between the servers is cut; the primary goes on for a second and a half; then its power fails."""
    leader = site.cluster.leader()
    assert leader
    leader.cut("line")
    time.sleep(1.5)
    leader.die()
    site.served(time.monotonic())
    site.cluster.revive(leader)
    return leader.name


def standby_dies(site: Site) -> str:
    """The power of the standby fails."""
    standby = site.cluster.other(site.cluster.leader())  # type: ignore[arg-type]
    standby.die()
    site.served(time.monotonic())
    site.cluster.revive(standby)
    return standby.name


_TURNS = itertools.count()


def node_dies(site: Site) -> str:
    """The power of one web node fails, each in turn."""
    node = site.nodes[next(_TURNS) % 2]
    node.die()
    until("the balancer sees it", lambda: not site.front.state(node).startswith("UP"), 30)
    site.served(time.monotonic())
    node.boot()
    node.serve()
    return node.name


def pool_exhausted(site: Site) -> str:
    """A stranger takes every connection that the server has, throws the nodes out, and keeps them for three seconds."""
    leader = site.cluster.leader()
    assert leader
    address = f"postgresql://carottes:change-me-5@{leader.address}/carottes?application_name=stranger"
    held: list[psycopg.Connection] = []
    try:
        for _ in range(2):
            with suppress(psycopg.OperationalError):
                while True:
                    held.append(psycopg.connect(address, autocommit=True))
            with suppress(psycopg.Error):
                held[0].execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'carottes'"
                                " AND application_name <> 'stranger'")  # fmt: skip
        time.sleep(3)
    finally:
        for each in held:
            each.close()
    site.served(time.monotonic())
    return f"{len(held)} connections held"


def migration(site: Site) -> str:
    """The next release, which widens a table, comes node by node while everybody writes, and goes again likewise."""
    newer = next_release()
    going_up = site.nodes[0].release != newer
    release = newer if going_up else world.ROOT
    if going_up:
        _migrate(site, newer, up=True)
    for node in site.nodes:
        _replace(site, node, release)
    if not going_up:
        _migrate(site, newer, up=False)
    return "up" if going_up else "down"


def _migrate(site: Site, newer: Path, up: bool) -> None:
    """Expand, or take back, from a node that serves meanwhile."""
    node = site.nodes[0]
    before, node.release = node.release, newer
    node.command("migrate", *([] if up else ["--down", "--to", "-1"]))
    node.release = before


def _replace(site: Site, node: Node, release: Path) -> None:
    """One node: no new visitors, the old ones finish, the other release starts, and visitors again when it answers.

    The node is asked, not the balancer, which may not have seen that it was away.
    """
    site.front.say(f"set server nodes/{node.name} state drain")
    time.sleep(0.5)
    node.stop()
    node.release = release
    node.serve()
    until(f"{node.name} answers", node.well, 90)
    site.front.say(f"set server nodes/{node.name} state ready")
    site.front.ready(node)


DRILLS: dict[str, tuple[Callable[[Site], str], bool]] = {
    "primary dies": (primary_dies, True),
    "standby dies": (standby_dies, True),
    "node dies": (node_dies, True),
    "no connection left": (pool_exhausted, True),
    "migration while serving": (migration, True),
    "primary dies, asynchronous": (primary_dies, False),
}


def drill(site: Site, name: str, rounds: int, results: Path) -> None:
    """So many rounds of one drill, each counted by itself and asked of the database at its end."""
    fault, synchronous = DRILLS[name]
    standby = "sync_standby" if synchronous else "replica"
    site.cluster.configure(synchronous_mode=synchronous)
    site.whole(standby)
    site.open()
    try:
        for number in range(rounds):
            result = _round(site, name, fault, standby)
            outcome.keep(results, result)
            print(f"{name} {number + 1}/{rounds}: {result}", flush=True)
    finally:
        site.close()


def _round(site: Site, name: str, fault: Callable[[Site], str], standby: str) -> outcome.Round:
    site.whole(standby)
    began = time.monotonic()
    time.sleep(1.5)
    note = fault(site)
    site.whole(standby)
    time.sleep(1)
    ended = time.monotonic()
    told = outcome.lines(site.log)
    result = outcome.counted(name, told, began, ended)
    ids = {each["id"] for each in told if began <= each["at"] <= ended and each["id"]}
    result.lost = len(ids - site.cluster.kept(ids, site.cluster.leader()))  # type: ignore[arg-type]
    result.note = note
    return result


def interrupted(*_: object) -> None:
    """A stop from outside ends the world in order."""
    raise KeyboardInterrupt


signal.signal(signal.SIGTERM, interrupted)
