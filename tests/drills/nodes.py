"""Web nodes under gunicorn and the balancer in front of them, from the files of ``deploy``."""

from __future__ import annotations

import socket
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from tests.drills.world import DEPLOY, ROOT, Machine, base, run, until, variables


class Node(Machine):
    """One web node. ``release`` is the folder of the release that it runs."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(name, number, ("service",), {"/srv": "root"})
        self.release = ROOT
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What ``/etc/carottes/carottes.env`` says on this node; the drill is no visitor, so nothing limits it."""
        known = variables(DEPLOY / "web/carottes.env", **{"10.44.6.11": self.address})
        more = {"CAROTTES_WORKERS": "1", "CAROTTES_LIMITS": "no", "CAROTTES_LOG": "quiet"}
        return known | more | {"PYTHONPATH": str(self.release)}

    def serve(self) -> None:
        """Start the site, as the unit does."""
        self.process = self.start("serve", "/opt/carottes/bin/carottes", "serve", env=self.settings)

    def well(self) -> bool:
        """Whether the node itself says at ``/health`` that it is ready."""
        with urllib.request.urlopen(f"http://{self.address}:8000/health", timeout=2) as answer:
            return answer.status == 200

    def stop(self) -> None:
        """Stop the site, as the unit does: the first process is told, and finishes what it has begun."""
        if self.process:
            main = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            for each in main or [str(self.process.pid)]:
                subprocess.run(["kill", "-TERM", each], check=False)
            self.process.wait(25)

    def command(self, *command: Any) -> str:
        """What ``carottes …`` says on this node."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **self.settings}
        return self.do("/opt/carottes/bin/carottes", *command, env=environment, cwd="/")

    def script(self, text: str) -> str:
        """What a few lines of Python say, run with the archive of this node."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **self.settings}
        return self.do("/opt/carottes/bin/python", "-c", text, env=environment, cwd="/")


class Front:
    """HAProxy on the front machine, which is this world itself."""

    process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Serve the site at https://10.44.6.1/ and http://10.44.6.1/."""
        place = Path("/etc/haproxy")
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=drill", "-keyout",
            place / "carottes.pem.key", "-out", place / "carottes.pem")  # fmt: skip
        (place / "haproxy.cfg").write_text((DEPLOY / "haproxy/haproxy.cfg").read_text())
        run("haproxy", "-c", "-f", place / "haproxy.cfg")
        with (base() / "haproxy.log").open("ab") as said:
            self.process = subprocess.Popen(["haproxy", "-db", "-f", place / "haproxy.cfg"], stdout=said, stderr=said)

    def stop(self) -> None:
        """Leave the place to another balancer."""
        self.process.terminate()
        self.process.wait(10)

    def say(self, command: str) -> str:
        """What HAProxy answers at its socket."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect("/run/haproxy/admin.sock")
            line.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: line.recv(65536), b"")).decode()

    def state(self, node: Machine) -> str:
        """UP, DOWN, MAINT, DRAIN: what HAProxy thinks of a node."""
        rows = [line.split(",") for line in self.say("show stat").splitlines()]
        return next(row[17] for row in rows if row[:2] == ["nodes", node.name])

    def ready(self, node: Machine) -> None:
        """Wait until HAProxy sends visitors to a node."""
        until(f"{node.name} is up", lambda: self.state(node).startswith("UP"), 90)
