"""Named rate limits: how often one address may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

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


def init_app(app: Flask) -> None:
    """Count requests by address; the counters live in this process, which is enough for one."""
    app.config.setdefault("RATELIMIT_ENABLED", app.config["LIMITS"])
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    limiter.init_app(app)

    @limiter.request_filter
    def _files() -> bool:
        return request.path.startswith("/static/") or request.path == "/health"
