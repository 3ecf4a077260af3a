"""Starts an application under gunicorn, one worker, and counts how many requests it answers in a second."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def gunicorn(application: str, **settings: str | Path) -> Iterator[int]:
    """The application ``module:name`` under one worker with eight threads; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "8",
               "--keep-alive", "30", "--log-level", "error", application]  # fmt: skip
    environment = os.environ | {name: str(value) for name, value in settings.items()}
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
    try:
        wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def served(**settings: str | Path) -> Iterator[int]:
    """``carottes serve``, as a keeper starts it; yields its port."""
    port = free_port()
    environment = os.environ | {name: str(value) for name, value in settings.items()} | {"CAROTTES_PORT": str(port)}
    process = subprocess.Popen([Path(sys.executable).parent / "carottes", "serve"], env=environment,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        wait(port, process, patience=300)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait(port: int, process: subprocess.Popen[bytes], patience: int = 30) -> None:
    """Wait until the server answers; raises RuntimeError when it stops or takes too long."""
    for _ in range(10 * patience):
        if process.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer in time")


class Client:
    """One keep-alive connection to a server."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, address: str) -> bytes:
        """The body of the answer; anything but a 200 is an error of the benchmark."""
        self.connection.request("GET", address, headers={"Accept-Language": "fr"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
        return body

    def rate(self, addresses: list[str], seconds: float = 3.0) -> tuple[float, float, float]:
        """Requests a second over these addresses in turn, and the median and 95th percentile in milliseconds."""
        for address in addresses:
            self.get(address)
        times = []
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            self.get(addresses[len(times) % len(addresses)])
            times.append(time.perf_counter() - start)
        cuts = statistics.quantiles(times, n=20)
        return len(times) / sum(times), statistics.median(times) * 1000, cuts[18] * 1000
