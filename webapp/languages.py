"""The two languages of the interface: which one is spoken, the catalogues, and texts kept in several languages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel
from markupsafe import Markup

from webapp.config import PACKAGE
from webapp.database import Texts

LANGUAGES = {"fr": "Français", "en": "English"}
LOCALES = {"fr": "fr_FR", "en": "en_GB"}  # as the catalogues of the libraries are called


@lru_cache(maxsize=1)
def catalogue() -> dict[Any, Any]:
    """The French catalogue, one ``.po`` file a room, read once; English is the language of the code itself."""
    entries: dict[Any, Any] = {}
    for path in sorted((PACKAGE / "translations" / "fr").glob("*.po")):
        entries |= {message.id: message.string for message in _read(path) if message.id and message.string}
    return entries


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr", domain=path.stem)


def language() -> str:
    """The language spoken to this reader: ``?lang=``, else the cookie, else the account, the browser, the setting."""
    try:  # asked for a hundred times a page: once it is known, it is one look
        return g.lang
    except (AttributeError, RuntimeError):
        if not has_request_context():
            return "fr"
    spoken = _asked() or remembered("lang") or _preferred()
    g.lang = spoken if spoken in LANGUAGES else _preferred()
    return g.lang


def remembered(name: str) -> str | None:
    """What a cookie of ours says; nothing where cookies are left alone (``g.cookieless``: cards in other pages)."""
    return None if g.get("cookieless") else request.cookies.get(name)


def _asked() -> str | None:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else None


def _preferred() -> str:
    return request.accept_languages.best_match(list(LANGUAGES)) or current_app.config["LANGUAGE"]


def gettext(message: str, **values: Any) -> str:
    """The interface text in the reader's language, its ``%(name)s`` places filled."""
    text = _translated(message)
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """The interface text for a number: French counts 0 and 1 as one, English only 1. ``%(num)s`` is the number."""
    return _plural(one, many, n) % {"num": number(n), **values}


def _translated(message: str) -> str:
    entry = catalogue().get(message, message) if language() == "fr" else message
    return entry[0] if isinstance(entry, tuple) else entry


def _plural(one: str, many: str, n: int) -> str:
    if language() == "fr":
        return catalogue().get((one, many), (one, many))[0 if abs(n) < 2 else -1]
    return one if n == 1 else many


def _plural_with_number(one: str, many: str, n: int) -> str:
    # Jinja fills the other places itself, with escaping; the number is written as the reader writes it.
    return _plural(one, many, n).replace("%(num)s", number(n))


_ = gettext


def N_(message: str) -> str:
    """Mark a text for translation where it is only kept; it is translated where it is shown."""
    return message


def number(value: int) -> str:
    """A whole number as the reader writes it: 12 345 with narrow spaces, or 12,345."""
    return f"{value:,}".replace(",", " ") if language() == "fr" else f"{value:,}"


class Told(NamedTuple):
    """A text with the language it is in."""

    text: str
    lang: str

    def __html__(self) -> Markup:
        if self.lang in ("", language()):
            return Markup.escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(self.lang, self.text)

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def told(texts: Texts | None, lang: str | None = None) -> Told:
    """The text in the reader's language, else in the other one, else in any; shown in HTML with its ``lang``."""
    lang = lang or language()
    texts = texts or {}
    for choice in (lang, "", *(other for other in LANGUAGES if other != lang), *texts):
        if texts.get(choice):
            return Told(texts[choice], choice)
    return Told("", lang)


def init_app(app: Flask) -> None:
    """Speak the reader's language: Jinja's gettext, the ``told`` filter, ``lang`` kept in links and in a cookie."""
    Babel(app, locale_selector=lambda: LOCALES[language()], default_locale="fr_FR")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_translated, _plural_with_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals |= {"lang": language, "languages": LANGUAGES}
    app.jinja_env.filters |= {"told": told, "number": number}

    @app.url_defaults
    def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint != "static" and has_request_context() and (asked := _asked()):
            values.setdefault("lang", asked)

    @app.after_request
    def _remember(response: Response) -> Response:
        asked = _asked()
        if asked and not g.get("cookieless") and request.cookies.get("lang") != asked:
            secure = app.config["HTTPS"]
            response.set_cookie("lang", asked, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure)
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = language()
            response.vary.update(["Accept-Language"] if g.get("cookieless") else ["Accept-Language", "Cookie"])
        return response
