"""Ten thousand saves, each followed at once by a read on the other node: nobody misses what they have just saved.

Two web nodes (gunicorn) on a primary and a synchronous standby; four people, each with one browser. What carries their
saves to the other node is the cookie of the position: without it, the same reads do miss some.
``CAROTTES_BENCH_SAVES=500 make bench`` chooses how many.
"""

from __future__ import annotations

import http.client
import os
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.benchmarks.serving import gunicorn
from tests.conftest import settings
from tests.postgres import Pair, pair
from webapp import create_app, schema
from webapp.contributions.forms import _signer

SAVES = int(os.environ.get("CAROTTES_BENCH_SAVES", "10000"))
WITHOUT, PAUSED = 1000, 40
PEOPLE = 4
POSITION = re.compile(r"position=([^;]+)")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """Somebody who saves on one node and looks on the other."""

    def __init__(self, saves: int, reads: int, opened: str, keeps_cookie: bool) -> None:
        self.saves, self.reads = (http.client.HTTPConnection("127.0.0.1", each, timeout=60) for each in (saves, reads))
        self.opened, self.keeps_cookie, self.cookie = opened, keeps_cookie, ""

    def save_and_look(self, phrase: str) -> str:
        """``seen`` or ``unseen``; anything else is the status of a save that was refused."""
        typed = {"lang": "fr", "opened": self.opened, "phrase": phrase, "evidence": "Ma tante."}
        self.saves.request("POST", "/contribute/message", urlencode(typed), FORM)
        answer = self.saves.getresponse()
        answer.read()
        if answer.status != 303:
            return f"save {answer.status}"
        if kept := POSITION.search(", ".join(answer.headers.get_all("Set-Cookie", []))):
            self.cookie = kept[0]
        sent = {"Cookie": self.cookie} if self.keeps_cookie else {}
        self.reads.request("GET", answer.headers["Location"], headers=sent)
        seen = self.reads.getresponse()
        seen.read()
        return {200: "seen", 404: "unseen"}.get(seen.status, f"read {seen.status}")


def saved(ports: list[int], opened: str, count: int, keeps_cookie: bool = True) -> Counter[str]:
    """What came of so many saves by all people at once."""

    def one(number: int) -> Counter[str]:
        browser = Browser(ports[number % 2], ports[1 - number % 2], opened, keeps_cookie)
        return Counter(browser.save_and_look(f"Le crapaud {number} {turn}") for turn in range(count // PEOPLE))

    with ThreadPoolExecutor(PEOPLE) as people:
        return sum(people.map(one, range(PEOPLE)), Counter[str]())


def on_the_standby(servers: Pair) -> int:
    """How many transactions the standby has had."""
    return servers.standby.say("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'")[
        0
    ][0]


@pytest.mark.postgres
def test_nobody_misses_their_own_save_on_the_other_node(tmp_path: Path) -> None:
    with ExitStack() as stack:
        servers = stack.enter_context(pair(confirmed_by="*"))
        at = servers.address() + "?options=-csynchronous_commit%3Don"
        app = create_app(settings(tmp_path, DATABASE=at))
        with app.app_context():
            schema.move(app.extensions["database"])
            opened = _signer().dumps(int(time.time()) - 60)
        known = {"CAROTTES_DATABASE": at, "CAROTTES_SECRET_KEY": app.config["SECRET_KEY"], "CAROTTES_LIMITS": "no"}
        ports = [stack.enter_context(gunicorn("tests.benchmarks.site:app", CAROTTES_DATA=tmp_path / name, **known))
                 for name in "ab"]  # fmt: skip
        began, before = time.perf_counter(), on_the_standby(servers)
        told = saved(ports, opened, SAVES)
        seconds = time.perf_counter() - began
        without = saved(ports, opened, WITHOUT, keeps_cookie=False)
        with servers.delayed():
            paused = saved(ports, opened, PAUSED)
            blind = saved(ports, opened, PAUSED, keeps_cookie=False)
        print(f"own saves: {dict(told)} in {seconds:.0f} s ({SAVES / seconds:.0f} a second, each with a read elsewhere;"
              f" {on_the_standby(servers) - before} transactions on the standby); without the cookie {dict(without)};"
              f" standby paused {dict(paused)}, and without the cookie {dict(blind)}")  # fmt: skip
        app.extensions["database"].dispose()
    assert told == {"seen": SAVES // PEOPLE * PEOPLE}
    assert paused == {"seen": PAUSED}
    assert blind["unseen"] == PAUSED
    assert without["unseen"] > 0
