"""How the archive looks: the one style sheet made from its layers, and day or night as the reader wishes."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

from flask import Flask, Response, current_app, g, request
from flask_compress import Compress

from webapp.config import PACKAGE
from webapp.languages import remembered
from webapp.navigation import APPEARANCES
from webapp.rendering import MADE, asset

# In the order of the cascade. A file holds one component or, in pages/, one kind of page; those do not need an order.
SHEETS = [
    "fonts", "reset", "tokens", "base", "layout",
    *(f"components/{name}" for name in ("header", "controls", "standing", "slip", "claim", "table", "dial", "share")),
    "pages/*", "print",
]  # fmt: skip
LAYERS = "@layer reset, tokens, base, layout, components, pages, print;\n"
THEMES = APPEARANCES

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FONT = re.compile(r'url\("/static/(fonts/[^"]+)"\)')


class Stylesheet(NamedTuple):
    """The whole style sheet, plain and compressed, and its fingerprint."""

    plain: bytes
    gzipped: bytes
    fingerprint: str


@lru_cache(maxsize=1)
def stylesheet() -> Stylesheet:
    """All sheets as one, without comments and indentation, fonts named with their fingerprints; made once."""
    folder = PACKAGE / "static" / "css"
    files = [path for name in SHEETS for path in sorted(folder.glob(f"{name}.css"))]
    text = LAYERS + "\n".join(path.read_text(encoding="utf-8") for path in files)
    text = re.sub(r"\n\s*", "\n", _COMMENT.sub("", text))
    text = _FONT.sub(lambda found: f'url("{asset(found[1])}")', text)
    plain = text.encode()
    return Stylesheet(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:12])


def stylesheet_address() -> str:
    """Where browsers find the style sheet, with its fingerprint."""
    return asset("site.css")


def send_stylesheet() -> Response:
    """The style sheet, compressed for whoever reads gzip."""
    sheet = stylesheet()
    gzipped = request.accept_encodings["gzip"] > 0
    response = Response(sheet.gzipped if gzipped else sheet.plain, mimetype="text/css")
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(sheet.fingerprint + ("-gzip" if gzipped else ""))
    response.make_conditional(request)
    return response


def theme() -> str:
    """Day or night: what ``?theme=`` asks for, else what the cookie remembers, else ``auto``, as the device has it."""
    asked = _asked() or remembered("theme")
    return asked if asked in THEMES else "auto"


def _asked() -> str | None:
    """The appearance among the values of ``theme``, where a list may also be narrowed down by a theme like ``food``."""
    return next((value for value in request.args.getlist("theme") if value in THEMES), None)


def _remember_theme(response: Response) -> Response:
    asked = _asked()
    if asked and not g.get("cookieless") and asked != request.cookies.get("theme"):
        secure = current_app.config["HTTPS"]
        response.set_cookie("theme", asked, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure)
    return response


class Light(Compress):
    """Compresses texts for whoever reads that, and answers 304 to whoever has this very page already.

    A page that holds a token against forged forms, or belongs to one person, stays as it is: compressed beside words
    from the address, its length could give the secret away (BREACH).
    """

    def after_request(self, response: Response | None) -> Response:
        """The answer as it is sent."""
        if response is None or response.is_streamed:
            return super().after_request(response)
        if response.mimetype == "text/html" and (response.cache_control.no_store or b"csrf_token" in response.data):
            return response
        if response.status_code != 200 or request.method != "GET":
            return super().after_request(response)
        response.add_etag(weak=True)
        if not response.cache_control:
            response.cache_control.no_cache = True
        sent = super().after_request(response)
        sent.make_conditional(request)
        return sent


light = Light()


def init_app(app: Flask) -> None:
    """Serve the style sheet, remember the theme, and send light answers."""
    app.add_url_rule("/static/site.css", "stylesheet", send_stylesheet)
    MADE["site.css"] = lambda: stylesheet().fingerprint
    app.jinja_env.globals |= {"stylesheet_address": stylesheet_address, "theme": theme}
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_EVALUATE_CONDITIONAL_REQUEST", True)
    light.init_app(app)
    app.after_request(_remember_theme)
