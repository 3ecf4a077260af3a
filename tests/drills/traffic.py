"""Four writers and two readers who never tire; each thing they try is a line of JSON, with its time and its outcome.

``python -m tests.drills.traffic FILE TOKEN [WRITERS READERS]`` until it is told to stop.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import ssl
import sys
import threading
import time
from pathlib import Path

FRONT, NAME = "10.44.6.1", "carottes.example.org"
PATIENCE, PAUSE, REFUSED = 20.0, 0.15, 0.25
PAGES = ["/", "/messages", "/search?q=carottes", "/nights/1944-06-05", "/api/v1/messages?limit=5", "/search?q=jean"]
ANY = ssl._create_unverified_context()  # the certificate was made a moment ago, for this drill


class Visitor:
    """One connection that is made again when it breaks."""

    def __init__(self, log: Path, who: str, token: str = "") -> None:
        self.who, self.token, self.log = who, token, log
        self.line: http.client.HTTPSConnection | None = None

    def attempt(self, method: str, address: str, body: str | None = None) -> tuple[int, bytes]:
        """Status and body of an answer; status 0 when there was none."""
        headers = {"Host": NAME, "Accept-Language": "fr"}
        if body:
            headers |= {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            self.line = self.line or http.client.HTTPSConnection(FRONT, timeout=PATIENCE, context=ANY)
            self.line.request(method, address, body.encode() if body else None, headers)
            answer = self.line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.line = None
            return 0, b""

    def note(self, kind: str, began: float, status: int, id: str = "") -> None:
        """Write down what came of it, at once: a line is written whole."""
        ended = time.monotonic()
        told = {"at": ended, "took": ended - began, "who": self.who, "kind": kind, "status": status, "id": id}
        with self.log.open("a") as file:
            file.write(json.dumps(told) + "\n")

    def write(self, number: int) -> bool:
        began = time.monotonic()
        body = json.dumps({"text": f"Le crapaud {os.getpid()} {self.who} {number} vole encore", "lang": "fr"})
        status, answer = self.attempt("POST", "/api/v1/messages", body)
        self.note("write", began, status, json.loads(answer)["id"] if status == 201 else "")
        return status == 201

    def read(self, number: int) -> bool:
        began = time.monotonic()
        status, _ = self.attempt("GET", PAGES[number % len(PAGES)])
        self.note("read", began, status)
        return status == 200


def _always(visitor: Visitor, writes: bool) -> None:
    for number in itertools.count():
        served = (visitor.write if writes else visitor.read)(number)
        time.sleep(PAUSE if served else REFUSED)


def main(file: str, token: str, writers: str = "4", readers: str = "2") -> None:
    """Let them all begin, and wait to be stopped."""
    log = Path(file)
    for number in range(int(writers) + int(readers)):
        writes = number < int(writers)
        visitor = Visitor(log, f"{'w' if writes else 'r'}{number}", token)
        threading.Thread(target=_always, args=(visitor, writes), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
