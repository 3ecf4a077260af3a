"""Named rate limits: how often one address may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from webapp import counters

LIMITS = {
    "read": "600/minute",
    "search": "240/minute",
    "suggest": "600/minute",
    "write": "120/minute",
    "sign in": "20/minute;100/hour",
    "offer": "10/hour;30/day",
    "heavy": "30/minute",
}

limiter = Limiter(get_remote_address, default_limits=[LIMITS["read"]], headers_enabled=True, strategy="fixed-window")


def limit(name: str) -> Callable[[Any], Any]:
    """Put a named limit on a view."""
    return limiter.limit(LIMITS[name])


def init_app(app: Flask, address: str) -> None:
    """Count requests by address, for all workers and nodes that have this database."""
    counters.init_app(app, address)
    app.config.setdefault("RATELIMIT_STORAGE_URI", f"{counters.OfThisArchive.STORAGE_SCHEME[0]}://")
    limiter.init_app(app)

    @app.after_request
    def _tell_nothing_else(response: Response) -> Response:
        if response.status_code == 503:  # it says itself when to come again
            limiter.context.view_rate_limit = None
        return response


@limiter.request_filter
def _unlimited() -> bool:
    """What is not counted: files, what a balancer asks, and an archive whose keeper wants no limits."""
    return request.path.startswith("/static/") or request.path == "/health" or not current_app.config["LIMITS"]
