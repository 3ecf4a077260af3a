"""The ways through the archive: what stands in the header and in the footer, and the absolute addresses of pages."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask, current_app, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from webapp.languages import LANGUAGES, N_, gettext, language


class Way(NamedTuple):
    """One link: where it goes and what it is called."""

    path: str
    label: str


# A way is shown once its page exists; the addresses are those that the archive promises to keep.
NAVIGATION = [
    Way("/search", N_("Search")),
    Way("/messages", N_("Messages")),
    Way("/nights", N_("Nights")),
    Way("/essays", N_("Essays")),
    Way("/collections", N_("In class")),
    Way("/map", N_("Map")),
    Way("/contribute", N_("Contribute")),
]

FOOTER = [
    Way("/about", N_("About")),
    Way("/help/standing", N_("How sure is it?")),
    Way("/help/glossary", N_("Words of the archive")),
    Way("/help", N_("Help")),
    Way("/stations", N_("Stations")),
    Way("/networks", N_("Networks")),
    Way("/places", N_("Places")),
    Way("/sources", N_("Sources")),
    Way("/themes", N_("Themes")),
    Way("/purposes", N_("Purposes")),
    Way("/on-this-day", N_("On this day")),
    Way("/figures", N_("Figures")),
    Way("/coverage", N_("What the archive holds")),
    Way("/feeds", N_("Feeds")),
    Way("/data", N_("Data and API")),
    Way("/rights", N_("Rights")),
    Way("/help/accessibility", N_("Accessibility")),
    Way("/desk", N_("Desk")),
    Way("/account", N_("Your account")),
]


# Where the manual says what the word of a filter means. Its anchors are words, so that each language has its own.
HINTS = {
    "kind": N_("/help/glossary#message"),
    "standing": N_("/help/standing"),
    "station": N_("/help/glossary#station"),
    "purpose": N_("/help/glossary#purpose"),
    "theme": N_("/help/glossary#surface-theme"),
    "surface": N_("/help/glossary#what-it-is-on-the-surface"),
    "network": N_("/help/glossary#addressee"),
    "dates": N_("/help/readers#dates"),
}


class Link(NamedTuple):
    """A way as the templates show it."""

    href: str
    label: str
    current: str


def exists(path: str) -> bool:
    """Whether some page of the archive answers under this address; looked up once for each that is asked."""
    known: dict[str, bool] = current_app.extensions.setdefault("pages", {})
    if path not in known:
        known[path] = _answers(path)
    return known[path]


def _answers(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path)
    except (RequestRedirect, MethodNotAllowed):
        return True
    except HTTPException:
        return False
    return True


def _ways(ways: list[Way]) -> list[Way]:
    known: dict[int, list[Way]] = current_app.extensions.setdefault("ways", {})
    if id(ways) not in known:
        known[id(ways)] = [way for way in ways if exists(way.path)]
    return known[id(ways)]


def path_to(path: str) -> str:
    """The address of one of our pages, with the language that was asked for kept."""
    asked = request.args.get("lang")
    return f"{path}?lang={asked}" if asked in LANGUAGES else path


def _current(path: str) -> str:
    if request.path == path:
        return "page"
    return "true" if request.path.startswith(path + "/") else ""


def navigation() -> list[Link]:
    """The header's stations, the present one marked."""
    return _links("header", NAVIGATION)


def footer() -> list[Link]:
    """The footer's links."""
    return _links("footer", FOOTER)


def _links(where: str, ways: list[Way]) -> list[Link]:
    """The links of one of the lists; they differ by section, language, and whether links carry the language."""
    section = next((way.path for way in ways if _current(way.path)), "")
    known: dict[Any, list[Link]] = current_app.extensions.setdefault("links", {})
    key = (where, section, _current(section) if section else "", language(), request.args.get("lang") in LANGUAGES)
    if key not in known:
        known[key] = [Link(path_to(way.path), gettext(way.label), _current(way.path)) for way in _ways(ways)]
    return known[key]


def hint(name: str, word: str) -> Markup:
    """A small link beside the name of a filter to what the word means; nothing where the manual does not say it."""
    if name not in HINTS:
        return Markup()
    path, _, anchor = gettext(HINTS[name]).partition("#")
    address = path_to(path) + (f"#{anchor}" if anchor else "")
    told = gettext("What it means: %(word)s", word=word)
    return Markup('<a class="hint" href="{}" aria-label="{}" title="{}">?</a>').format(address, told, told)


def absolute(path: str) -> str:
    """The full address of a path, as the outside world should keep it."""
    return (current_app.config["URL"] or request.host_url.rstrip("/")) + path


# What changes how a page is shown, and not which page it is.
_MANNER = {"lang", "reading", "sound"}
APPEARANCES = ("auto", "light", "dark")
"""What ``?theme=`` may ask of the page; any other value of it is a theme of messages."""
_APPEARANCE = {("theme", value) for value in APPEARANCES}


def canonical(lang: str | None = None) -> str:
    """The full address of this page without the manner of showing it; with ``lang``, in that language."""
    kept = [(name, value) for name, value in request.args.items(multi=True)
            if value and name not in _MANNER and (name, value) not in _APPEARANCE]  # fmt: skip
    query = urlencode(kept + ([("lang", lang)] if lang else []))
    return absolute(request.path) + (f"?{query}" if query else "")


def init_app(app: Flask) -> None:
    """Give templates the ways."""
    app.jinja_env.globals |= {
        "navigation": navigation, "footer": footer, "absolute": absolute, "canonical": canonical, "path_to": path_to,
        "page_exists": exists, "hint": hint,
    }  # fmt: skip
