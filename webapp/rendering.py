"""Answering with a page: the whole of it, or only the fragment that htmx asked for; and what every template may use."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for

from webapp.config import PACKAGE
from webapp.languages import LANGUAGES, language
from webapp.navigation import APPEARANCES
from webapp.text import typography


def page(template: str, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or the named fragment when htmx asks for a part of a page; both from the same context."""
    wants_fragment = fragment and request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")
    response = make_response(render_template(fragment if wants_fragment and fragment else template, **context), status)
    response.vary.add("HX-Request")
    return response


def reading() -> str:
    """Which reading is asked for: ``outsider`` (the surface alone), ``insider`` (all unfolded), or ``folded``."""
    asked = request.args.get("reading", "")
    return asked if asked in ("outsider", "insider") else "folded"


@dataclass(frozen=True)
class Pages:
    """Where one is in a long list: ``number`` from 1, ``size`` rows a page, ``total`` rows."""

    number: int
    size: int
    total: int
    most: int = field(default=100_000, repr=False)

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def beyond(self) -> bool:
        """Whether the page asked for lies after the last one."""
        return self.number > self.count

    def around(self) -> Iterator[int | None]:
        """Page numbers to offer: the first, the last, those near this one; None where some are left out."""
        near = {1, self.count, *range(self.number - 2, self.number + 3)}
        shown = sorted(n for n in near if 1 <= n <= self.count)
        for before, n in zip([0, *shown], shown, strict=False):
            if n - before > 1:
                yield None
            yield n


def page_number() -> int:
    """The page asked for by ``?page=``, at least 1; nonsense and absurdly large numbers are read as 1."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def here(**changes: Any) -> str:
    """The address of this very page with some parameters changed (None removes one); links are made with it."""
    if "here" not in g:
        g.here = dict(request.view_args or {}) | dict(request.args.lists()) | {"theme": _themes()}
    values = g.here | changes
    if changes.get("theme") in APPEARANCES:
        values["theme"] = [*g.here.get("theme", []), changes["theme"]]
    kept = {name: value for name, value in values.items() if value not in (None, [], "", [""])}
    if request.endpoint is None or request.view_args:
        return url_for(request.endpoint or "reading.home", **kept)
    # Nothing of the path changes: a page has dozens of such links, and building each from its rule takes a while.
    if request.args.get("lang") in LANGUAGES:
        kept.setdefault("lang", request.args["lang"])
    return f"{request.script_root}{request.path}{'?' if kept else ''}{urlencode(kept, doseq=True, safe=SAFE)}"


SAFE = "!$'()*,/:;?@"


def _themes() -> list[str]:
    """The themes that a list is narrowed down to; ``?theme=dark`` is no such theme, and a cookie keeps it."""
    return [value for value in request.args.getlist("theme") if value not in APPEARANCES]


MADE: dict[str, Callable[[], str]] = {}
"""The fingerprint of each file below ``/static/`` that is made, not read."""


def _fingerprint(path: str) -> str:
    return MADE[path]() if path in MADE else _fingerprint_of_file(path)


@lru_cache(maxsize=256)
def _fingerprint_of_file(path: str) -> str:
    return hashlib.sha256((PACKAGE / "static" / path).read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """The address of a file of ours, with its fingerprint, so that browsers may keep it for a year."""
    return f"/static/{path}?v={_fingerprint(path)}"


def nonce() -> str:
    """The nonce of this answer's Content-Security-Policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(12)
    return g.nonce


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _protect(response: Response) -> Response:
    if "Content-Security-Policy" not in response.headers:
        policy = POLICY
        if "nonce" in g:
            policy = policy.replace("script-src 'self'", f"script-src 'self' 'nonce-{g.nonce}'")
        response.headers["Content-Security-Policy"] = policy
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if response.status_code in (301, 308) and "Cache-Control" not in response.headers:
        response.cache_control.no_cache = True  # two records that became one may be parted again
    if current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.status_code in (200, 304) and _by_fingerprint():
        response.cache_control.no_cache = None  # a fingerprint never comes back with other contents
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
        response.cache_control.public = True
    return response


def _by_fingerprint() -> bool:
    """Whether a file of ours is asked for by its own fingerprint. During an upgrade a page of the new release may ask a
    node of the old one: that answer must not be kept for a year under the new name."""
    path = request.path.removeprefix("/static/")
    return path != request.path and request.args.get("v") == _fingerprint(path)


def init_app(app: Flask) -> None:
    """Give templates what they may use everywhere, and every answer its protection."""
    app.jinja_env.globals |= {"asset": asset, "here": here, "reading": reading, "nonce": nonce}
    app.jinja_env.filters |= {
        "quoted": lambda text, lang=None: typography.quoted(text, lang or language()),
    }
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_protect)
