"""Two web nodes against one, on the same primary and standby: requests a second, nine of ten reading, one saving."""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import threading
import time

from tests.drills.drills import Site
from tests.drills.traffic import ANY, FRONT, NAME, PAGES
from tests.drills.world import run

VISITORS, SECONDS, TURNS = 16, 20.0, 3
# Visitors come from several addresses, as they do: the balancer limits what one address may ask.
ADDRESSES = [f"10.44.6.{number}" for number in range(101, 109)]


class Tally:
    """What all visitors of one turn came to."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.errors = 0

    def told(self) -> str:
        cuts = statistics.quantiles(self.times, n=20)
        rate, median, p95 = len(self.times) / SECONDS, cuts[9] * 1000, cuts[18] * 1000
        return f"{rate:.1f} requests a second, median {median:.0f} ms, p95 {p95:.0f} ms, {self.errors} errors"


def _visit(tally: Tally, number: int, token: str, until: float) -> None:
    chance = random.Random(number)
    line = http.client.HTTPSConnection(FRONT, timeout=60, context=ANY, source_address=(ADDRESSES[number % 8], 0))
    while (began := time.monotonic()) < until:
        headers = {"Host": NAME, "Accept-Language": "fr"}
        method, address, body = "GET", chance.choice(PAGES), None
        if chance.random() < 0.1:
            method, address = "POST", "/api/v1/messages"
            body = json.dumps({"text": f"Le crapaud {number} {began} vole encore", "lang": "fr"})
            headers |= {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            line.request(method, address, body, headers)
            answer = line.getresponse()
            answer.read()
            tally.errors += answer.status not in (200, 201)
        except (OSError, http.client.HTTPException):
            line.close()
            tally.errors += 1
        tally.times.append(time.monotonic() - began)


def _turn(token: str) -> Tally:
    tally, until = Tally(), time.monotonic() + SECONDS
    crowd = [threading.Thread(target=_visit, args=(tally, number, token, until)) for number in range(VISITORS)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return tally


def compare(site: Site) -> None:
    """One node, two nodes, in turn, so that a busy machine is busy for both."""
    for address in ADDRESSES:
        run("ip", "address", "add", f"{address}/24", "dev", "br-service")
    site.cluster.configure(synchronous_mode=True)
    site.whole()
    second = site.nodes[1]
    rates: dict[int, list[int]] = {1: [], 2: []}
    for turn in range(TURNS):
        for nodes in (1, 2) if turn % 2 else (2, 1):
            site.front.say(f"set server nodes/{second.name} state {'ready' if nodes == 2 else 'maint'}")
            site.front.ready(site.nodes[0])
            if nodes == 2:
                site.front.ready(second)
            tally = _turn(site.token)
            rates[nodes].append(len(tally.times))
            print(f"{nodes} node(s): {tally.told()}; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    site.front.say(f"set server nodes/{second.name} state ready")
    ratio = sum(rates[2]) / sum(rates[1])
    print(f"two nodes to one: {ratio:.2f}, on {os.cpu_count()} processors that everything shares", flush=True)
