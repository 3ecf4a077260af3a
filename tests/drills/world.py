"""A small world for drills: machines that share nothing but two networks, and that can die like machines.

A machine is a set of Linux namespaces (network, processes, mounts, host name, shared memory). Its death kills every
process in it at once and takes its network cards away, so that nobody gets a farewell: what a power cut does. The
world is itself such a set; when the program that made it ends, however it ends, the kernel ends everything in it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
INSIDE = "CAROTTES_DRILLS_INSIDE"
# The front machine, on the network where web nodes ask; ``line`` runs between the two database servers alone.
NETWORKS = {"service": "10.44.6", "line": "10.44.7"}
# Programs, and the packages that bring them. nginx and systemd-analyze are for the trials alone.
NEEDED = {"unshare": "util-linux", "nsenter": "util-linux", "setpriv": "util-linux", "ip": "iproute2",
          "patroni": "patroni", "etcd": "etcd-server", "haproxy": "haproxy", "openssl": "openssl", "psql": "postgresql",
          "nginx": "nginx-light", "systemd-analyze": "systemd"}  # fmt: skip
# The first process of a machine: it buries the orphans, as any first process must.
INIT = "import os, time\nwhile True:\n try: os.wait()\n except ChildProcessError: time.sleep(0.1)"


class Late(RuntimeError):
    """Something did not come about in time; the message says what."""


def enter() -> None:
    """Start this program again inside a world of its own, and end with its status; nothing of it outlives the call."""
    if os.environ.get(INSIDE):
        return
    if lost := sorted({package for program, package in NEEDED.items() if not shutil.which(program)}):
        sys.exit(f"drills need these packages of the system: apt install {' '.join(lost)}")
    if os.geteuid() != 0:
        sys.exit("drills need root: they make network namespaces")
    base = tempfile.mkdtemp(prefix="carottes-drills-", dir="/tmp")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    world = ["unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"]
    try:
        again = [*world, sys.executable, "-m", "tests.drills", *sys.argv[1:]]
        sys.exit(subprocess.run(again, cwd=ROOT, env=os.environ | {INSIDE: base}).returncode)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def base() -> Path:
    """The folder of this world; everything that machines keep lies in it."""
    return Path(os.environ[INSIDE])


def run(*command: Any, **more: Any) -> str:
    """What a command says; raises with its complaint when it fails."""
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(str(each) for each in command)}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def until(what: str, true: Callable[[], Any], seconds: float = 60, pause: float = 0.2) -> Any:
    """The first true answer of a question that may also fail; raises ``Late``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answer := true():
                return answer
        except Exception as error:
            last: Exception | None = error
        else:
            last = None
        time.sleep(pause)
    raise Late(f"not within {seconds:.0f} s: {what} ({last})")


def prepare() -> None:
    """The networks of this world, and the places where the deployed files look for each other."""
    run("mount", "-t", "tmpfs", "none", base())
    run("ip", "link", "set", "lo", "up")
    for name, net in NETWORKS.items():
        run("ip", "link", "add", f"br-{name}", "type", "bridge")
        run("ip", "address", "add", f"{net}.1/24", "dev", f"br-{name}")
        run("ip", "link", "set", f"br-{name}", "up")
    for place in ("/opt", "/mnt", "/srv", "/usr/local/lib", "/etc/haproxy", "/run", "/etc/patroni"):
        run("mount", "-t", "tmpfs", "none", place)
    install()


def install() -> None:
    """Lay the files of ``deploy`` where they say that they lie."""
    Path("/opt/carottes").symlink_to(ROOT / ".venv")
    Path("/run/haproxy").mkdir()
    scripts = Path("/usr/local/lib/carottes")
    scripts.mkdir()
    for each in (*DEPLOY.glob("backups/*"), DEPLOY / "patroni/role-changed"):
        shutil.copy(each, scripts)
    shutil.copy(DEPLOY / "patroni/config.yml", "/etc/patroni/config.yml")
    for folder in ("/mnt/backups/wal", "/mnt/backups/base"):
        Path(folder).mkdir(parents=True)
        run("chown", "postgres:", folder)
    for folder in ("postgresql", "carottes"):
        (base() / folder).mkdir()


def variables(file: Path, **changes: str) -> dict[str, str]:
    """The variables of an environment file of ``deploy``, with these texts replaced in every value."""
    lines = [line.partition("=") for line in file.read_text().splitlines() if "=" in line and not line.startswith("#")]
    found = {name: value for name, _, value in lines}
    for name, value in found.items():
        for old, new in changes.items():
            if not name.endswith("INITIAL_CLUSTER"):
                value = value.replace(old, new)
        found[name] = value
    return found


class Machine:
    """One machine: its name, and the last number of its addresses. ``keeps`` says which folders outlive it."""

    def __init__(self, name: str, number: int, networks: tuple[str, ...], keeps: Mapping[str, str]) -> None:
        self.name, self.number, self.networks, self.keeps = name, number, networks, keeps
        self.address = f"{NETWORKS['service']}.{number}"
        self.init: subprocess.Popen[bytes] | None = None
        self.first = ""
        self.folder = base() / name
        self.folder.mkdir(parents=True)

    def boot(self) -> None:
        """Switch the machine on: namespaces, network cards, its folders."""
        self.init = subprocess.Popen(
            ["unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc",
             "python3", "-c", INIT], stderr=subprocess.DEVNULL)  # fmt: skip
        children = Path(f"/proc/{self.init.pid}/task/{self.init.pid}/children")
        self.first = until("a machine starts", lambda: children.read_text().split())[0]
        until("it is apart", lambda: os.readlink(f"/proc/{self.first}/ns/net") != os.readlink("/proc/self/ns/net"))
        for network in self.networks:
            self._plug(network)
        self.do("ip", "link", "set", "lo", "up")
        self.do("hostname", self.name)
        for place, owner in self.keeps.items():
            kept = self.folder / place.strip("/").replace("/", "-")
            kept.mkdir(exist_ok=True)
            run("chown", f"{owner}:", kept)
            self.do("mkdir", "-p", place)
            self.do("mount", "--bind", kept, place)

    def _plug(self, network: str) -> None:
        card = f"{self.name}-{network}"[:15]
        run("ip", "link", "add", card, "type", "veth", "peer", "name", network, "netns", self.first)
        run("ip", "link", "set", card, "master", f"br-{network}", "up")
        self.do("ip", "address", "add", f"{NETWORKS[network]}.{self.number}/24", "dev", network)
        self.do("ip", "link", "set", network, "up")

    def cut(self, *networks: str) -> None:
        """Pull these cables: nothing goes in or out, and nobody is told."""
        for network in networks:
            run("ip", "link", "set", f"{self.name}-{network}"[:15], "down")

    def plug(self, *networks: str) -> None:
        """Put these cables back."""
        for network in networks:
            run("ip", "link", "set", f"{self.name}-{network}"[:15], "up")

    def inside(self, *command: Any, user: str = "") -> list[str]:
        """The command line that runs this in the machine, as root or as a user."""
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        return ["nsenter", "--target", self.first, "--all", "--", *become, *(str(each) for each in command)]

    def do(self, *command: Any, user: str = "", **more: Any) -> str:
        """Run a command in the machine, to its end."""
        return run(*self.inside(*command, user=user), **more)

    def start(self, log: str, *command: Any, user: str = "", env: Mapping[str, str] | None = None) -> Any:
        """Start a program in the machine; what it says goes into a file of the machine's folder."""
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/tmp", **(env or {})}
        with (self.folder / f"{log}.log").open("ab") as said:
            return subprocess.Popen(
                self.inside(*command, user=user), env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=said,
                stderr=said)  # fmt: skip

    def die(self) -> None:
        """Cut the power: no cable answers any more, and every process is gone."""
        if self.init:
            self.cut(*self.networks)
            os.kill(int(self.first), signal.SIGKILL)
            self.init.wait()
            self.init = None
            for network in self.networks:
                run("ip", "link", "delete", f"{self.name}-{network}"[:15])
