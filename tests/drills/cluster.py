"""Two database servers under Patroni and etcd, made from the files of ``deploy`` and nothing else."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterable
from typing import Any

from tests.drills.world import DEPLOY, Machine, until, variables

PG = {"/var/lib/postgresql": "postgres", "/var/run/postgresql": "postgres", "/var/lib/etcd": "root", "/dev/shm": "root"}


class Cluster:
    """The primary and its standby, whichever is which, and a witness."""

    def __init__(self) -> None:
        both = ("service", "line")
        self.servers = [Machine("pg1", 21, both, PG), Machine("pg2", 22, both, PG)]
        self.witness = Machine("witness", 31, ("service",), {"/var/lib/etcd": "root"})

    def start(self) -> None:
        """Everything, from nothing: two servers that follow each other, and the archive's empty database."""
        for machine in (*self.servers, self.witness):
            machine.boot()
            self._etcd(machine)
        for machine in self.servers:
            self._patroni(machine)
        leader = until("a primary and a synchronous standby", self.whole, 180)
        self.ask("CREATE ROLE carottes LOGIN PASSWORD 'change-me-5'", on=leader)
        self.ask("CREATE DATABASE carottes OWNER carottes", on=leader)

    def revive(self, machine: Machine) -> None:
        """Switch a dead server on again, as its own start would."""
        machine.boot()
        self._etcd(machine)
        self._patroni(machine)

    def _etcd(self, machine: Machine) -> None:
        known = variables(DEPLOY / "etcd/etcd.env", **{"pg1": machine.name, "10.44.6.21": machine.address})
        machine.start("etcd", "etcd", env=known)

    def _patroni(self, machine: Machine) -> None:
        line = machine.address.replace("10.44.6", "10.44.7")
        known = variables(DEPLOY / "patroni/patroni_env.conf",
                          **{"pg1": machine.name, "10.44.6.21": machine.address, "10.44.7.21": line})  # fmt: skip
        machine.do("chmod", "1777", "/dev/shm")
        machine.start("patroni", "patroni", "/etc/patroni/config.yml", user="postgres", env=known)

    def members(self) -> list[dict[str, Any]]:
        """The servers as Patroni sees them, asked of whichever answers."""
        for machine in self.servers:
            try:
                with urllib.request.urlopen(f"http://{machine.address}:8008/cluster", timeout=2) as answer:
                    return json.load(answer)["members"]
            except OSError:
                continue
        return []

    def _named(self, role: str) -> Machine | None:
        well = [each for each in self.members() if each["state"] in ("running", "streaming")]
        names = {each["name"] for each in well if each["role"] == role}
        return next((machine for machine in self.servers if machine.name in names and machine.init), None)

    def leader(self) -> Machine | None:
        """The primary, if there is one."""
        return self._named("leader")

    def whole(self, standby: str = "sync_standby") -> Machine | None:
        """The primary, if a standby of this kind follows it."""
        return self.leader() if self._named(standby) else None

    def other(self, machine: Machine) -> Machine:
        """The other server."""
        return next(each for each in self.servers if each is not machine)

    def ask(self, sql: str, on: Machine, database: str = "postgres") -> list[str]:
        """The rows of an answer, asked on the server itself."""
        said = on.do("psql", "-h", "/var/run/postgresql", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1",
                     user="postgres", input=sql, cwd="/")  # fmt: skip
        return said.splitlines()

    def kept(self, ids: Iterable[str], on: Machine) -> set[str]:
        """Those of these messages that the server has."""
        wanted = ",".join(f"('{each}')" for each in ids) or "('')"
        return set(self.ask(f"SELECT m.id FROM message m JOIN (VALUES {wanted}) w(id) ON m.id = w.id", on, "carottes"))

    def configure(self, **values: Any) -> None:
        """Change Patroni's settings, as ``patronictl edit-config`` does."""
        self._post("PATCH", "config", values)

    def switch(self) -> None:
        """Let primary and standby change places, in good order."""
        self._post("POST", "switchover", {"leader": self.leader().name})  # type: ignore[union-attr]

    def _post(self, method: str, path: str, values: Any) -> None:
        leader = until("a primary", self.leader)
        secret = base64.b64encode(b"patroni:change-me-1").decode()
        asked = urllib.request.Request(
            f"http://{leader.address}:8008/{path}", json.dumps(values).encode(), method=method,
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"})  # fmt: skip
        with urllib.request.urlopen(asked, timeout=60) as answer:
            answer.read()
