"""What a keeper's monitor asks: counts of requests and how long they took, the records, the index; and lines of log.

Neither holds anything personal: no address, no words of a search, no name; a request is known by its route alone. The
counters are those of one process; with several workers, each answers for itself.
"""

from __future__ import annotations

import json
import logging
import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from threading import Lock
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import func, select

from webapp import errors, search
from webapp.database import session
from webapp.machines import fixity, websub
from webapp.machines.models import Event
from webapp.machines.records import SORTS, total
from webapp.people import mail
from webapp.revisions.figures import until_changed

blueprint = Blueprint("metrics", __name__)
log = logging.getLogger("carottes.requests")

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Meter:
    """Requests counted by route and status, and their durations in buckets."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        with self._lock:
            self.requests[route, method, f"{status // 100}xx"] += 1
            self.buckets[bisect_left(BOUNDS, seconds)] += 1
            self.seconds += seconds


@blueprint.record_once
def _watch(state: BlueprintSetupState) -> None:
    app: Any = state.app
    app.extensions["meter"] = Meter()
    app.before_request(_begin)
    app.after_request(_end)
    if app.config["LOG"] == "json" and not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    route = errors.route()
    method = request.method if request.method in ("GET", "HEAD", "POST", "PATCH", "OPTIONS") else "other"
    current_app.extensions["meter"].note(route, method, response.status_code, seconds)
    if log.handlers:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = {"at": at, "method": method, "route": route, "status": response.status_code,
                "ms": round(seconds * 1000, 1), "bytes": response.content_length}  # fmt: skip
        log.info(json.dumps(line))
    return response


@blueprint.get("/metrics")
def show() -> Response:
    """The figures as Prometheus reads them."""
    return Response("".join(f"{line}\n" for line in _lines()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    yield from _requests(current_app.extensions["meter"])
    own = session()
    counts = until_changed(own, "metrics", lambda own: {sort.name: total(own, sort) for sort in SORTS})
    yield from _family("carottes_records", "gauge", "Public records, by sort.",
                       (({"sort": name}, count) for name, count in counts.items()))  # fmt: skip
    yield from _index()
    last = own.scalar(select(func.max(Event.at)).where(Event.kind == "fixity check", Event.outcome == "success"))
    yield from _family("carottes_fixity_last_seconds", "gauge", "When everything was last found whole (Unix time).",
                       [({}, last.timestamp() if last else 0)])  # fmt: skip
    yield from _family("carottes_letters", "gauge", "Letters that are still to be sent, or were given up.",
                       (({"state": name}, count) for name, count in mail.waiting(own)._asdict().items()))  # fmt: skip
    if current_app.config["HUB"]:
        counts = websub.waiting(own)._asdict()
        yield from _family("carottes_hub_topics", "gauge", "Feeds that the hub is to be told of, or did not take.",
                           (({"state": name}, count) for name, count in counts.items()))  # fmt: skip
    yield from _family("carottes_fixity_due", "gauge", "Whether a fixity check is due.", [({}, int(fixity.due(own)))])


def _requests(meter: Meter) -> Iterator[str]:
    yield from _family("carottes_requests_total", "counter", "Answered requests.", (
        ({"route": route, "method": method, "status": status}, count)
        for (route, method, status), count in sorted(meter.requests.items())))  # fmt: skip
    name, below = "carottes_request_seconds", 0
    yield f"# HELP {name} How long answers took."
    yield f"# TYPE {name} histogram"
    for bound, count in zip((*BOUNDS, "+Inf"), meter.buckets, strict=True):
        below += count
        yield f'{name}_bucket{{le="{bound}"}} {below}'
    yield f"{name}_sum {meter.seconds:.6f}"
    yield f"{name}_count {below}"


def _index() -> Iterator[str]:
    stands = search.status()
    for name, key, about in (
        ("documents", "documents", "Documents in the search index."),
        ("waiting", "waiting", "Changes that wait for the index."),
        ("lag_seconds", "lag_seconds", "How long the oldest of them has waited."),
        ("bytes", "bytes", "Size of the search index."),
    ):
        yield from _family(f"carottes_index_{name}", "gauge", about, [({}, stands[key] or 0)])
    leader = current_app.extensions.get("leader")
    yield from _family("carottes_leads", "gauge", "Whether this process does what is scheduled, for all nodes.",
                       [({}, int(bool(leader and leader.leads)))])  # fmt: skip
    yield from _family("carottes_process", "gauge", "The process that answers.", [({"pid": str(os.getpid())}, 1)])


def _family(name: str, kind: str, about: str, samples: Any) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{told}}} {value}" if told else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
