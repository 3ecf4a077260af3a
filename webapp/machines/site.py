"""The archive as a folder of pages that needs no Python: both languages, both readings, a search in the browser.

Each page is asked of the archive itself, as anybody gets it, and its links are made relative. What only a server can do
(contribute, sign in, listen) is left out. The addresses that people print are there as small pages that lead on.
"""

from __future__ import annotations

import contextvars
import json
import posixpath
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask, current_app, render_template
from markupsafe import escape

from webapp.broadcasts import queries as broadcasts
from webapp.config import PACKAGE
from webapp.languages import LANGUAGES
from webapp.limits import limiter
from webapp.machines import records
from webapp.machines.exports import FORMS, Job
from webapp.machines.records import SORTS
from webapp.machines.sitemaps import PAGES, WORDS
from webapp.messages.models import Message
from webapp.search.facets import FACETS, facet_values
from webapp.vocabularies import Scheme

READINGS = ("outsider", "insider")
SEARCH = "/search"
ID, SLUG = r"[0-9bcdfghjkmnpqrstvwxz]{7}", r"[a-z0-9-]+"
KEPT = re.compile(
    rf"/|/(?:messages|essays)(?:/{ID}(?:/{SLUG})?)?|/collections(?:/{ID})?|/(?:stations|networks|places|sources)(?:/{ID})?"
    rf"|/(?:themes|purposes)(?:/{SLUG})?|/standings|/nights(?:/\d{{4}}-\d\d-\d\d)?|/on-this-day/\d\d-\d\d|/id/{ID}"
    rf"|/calendar/\d{{4}}|/map|/timeline|/surface-and-secret|/coverage|/figures|/about|/data|/help(?:/{SLUG})?"
    rf"|/embed/(?:messages|essays)/{ID}|/embed/nights/\d{{4}}-\d\d-\d\d"
)
NARROWED = {"q", "sort", "exact", "lang", "reading", *(facet.name for facet in FACETS)}


class Spot(NamedTuple):
    """One page of the folder: its path, its language, its reading, the number of its part."""

    path: str
    lang: str
    reading: str = ""
    part: int = 1

    @property
    def address(self) -> str:
        """Where the archive has it."""
        more = (f"&reading={self.reading}" if self.reading else "") + (f"&page={self.part}" if self.part > 1 else "")
        return f"{self.path}?lang={self.lang}{more}"

    @property
    def file(self) -> str:
        """Where the folder has it."""
        steps = [self.lang, *self.path.strip("/").split("/"), self.reading, f"page-{self.part}" * (self.part > 1)]
        return "/".join([*filter(None, steps), "index.html"])


def spot_of(address: str, here: Spot) -> Spot | None:
    """The page of the folder that a link leads to; None for what the folder does not have."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    reading, part = asked.pop("reading", ""), asked.pop("page", "1")
    lang = asked.pop("lang", here.lang)
    asked.pop("theme", None)
    whole = KEPT.fullmatch(parts.path) and not asked and part.isdigit() and lang in LANGUAGES
    return Spot(parts.path, lang, reading if reading in READINGS else "", int(part)) if whole else None


def as_site(job: Job, folder: Path) -> None:
    """All pages, the files that they show, and the index of the search."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    was, limiter.enabled = limiter.enabled, False  # nobody has to be protected from ourselves
    try:
        _Site(app, job, folder).write()
    finally:
        limiter.enabled = was


class _Site:
    """The pages that are written and those that wait."""

    def __init__(self, app: Flask, job: Job, folder: Path) -> None:
        self.client, self.job, self.folder = app.test_client(use_cookies=False), job, folder
        self.live = app.config["URL"]
        self.waiting: deque[Spot] = deque()
        self.known: set[Spot] = set()
        self.files: set[str] = set()

    def write(self) -> None:
        for lang in LANGUAGES:
            self._write_search(lang)
            for path in self._paths():
                self._want(Spot(path, lang))
                while self.waiting:
                    self._page(self.waiting.popleft())
        self._write_index()
        chooser = "".join(
            f'<p><a href="{lang}/index.html" lang="{lang}">{name}</a></p>' for lang, name in LANGUAGES.items()
        )
        self._put("index.html", _plain("Carottes", f"<h1>Carottes</h1>{chooser}"))

    def _paths(self) -> Iterator[str]:
        """Where to begin: lists, nights, and every record; the rest is found by following links."""
        yield from (path for path in PAGES if KEPT.fullmatch(path))
        for scheme in (Scheme.THEME, Scheme.PURPOSE):
            yield from (f"/{scheme}s/{term['id']}" for term in records.vocabulary(self.job.session, scheme))
        yield from (f"/nights/{night.day.iso}" for night in broadcasts.calendar(self.job.session, None).nights)
        for sort in SORTS:
            if sort.kind == "medium":
                continue
            column, spoken = WORDS.get(sort.kind, (sort.model.id, None))
            query = sort.visible().order_by(None).with_only_columns(sort.model.id, column).order_by(sort.model.id)
            for id, named in self.job.session.execute(query).all():
                yield f"/{sort.name}/{id}" + (f"/{spoken(named)}" if spoken and spoken(named) else "")
                yield f"/id/{id}"
                if sort.kind in ("message", "essay"):
                    yield f"/embed/{sort.name}/{id}"
                self.job.step(1)

    def _want(self, spot: Spot) -> None:
        if spot not in self.known:
            self.known.add(spot)
            self.waiting.append(spot)

    def _asked(self, address: str) -> Any:
        """What a visitor gets; in a context of its own, so that nothing of one request is known to the next."""
        return contextvars.Context().run(self.client.get, address)

    def _page(self, spot: Spot) -> None:
        answer = self._asked(spot.address)
        if 300 <= answer.status_code < 400:
            self._lead(spot, urljoin(spot.path, answer.headers["Location"]))
        elif answer.status_code == 200:
            self._put(spot.file, self._rewritten(answer.get_data(as_text=True), spot))
            if spot == Spot(spot.path, "fr") and spot.path != "/":
                self._forward(spot.path.strip("/") + "/index.html", spot.file)

    def _lead(self, spot: Spot, location: str) -> None:
        """A page that leads on, where the archive redirects."""
        parts = urlsplit(location)
        target = spot_of(parts.path + (f"?{parts.query}" if parts.query else ""), spot)
        if target is not None and target != spot:
            self._want(target)
            self._forward(spot.file, target.file, parts.fragment)
            if spot.lang == "fr" and not spot.reading:
                self._forward(spot.path.strip("/") + "/index.html", target.file, parts.fragment)

    def _forward(self, file: str, target: str, fragment: str = "") -> None:
        link = _relative(file, target) + (f"#{fragment}" if fragment else "")
        self._put(file, _plain("Carottes", f'<p><a href="{escape(link)}">Carottes</a></p>', link))

    # Making links relative.

    def _rewritten(self, html: str, spot: Spot) -> str:
        html = _SCRIPT.sub("", html)
        html = _SOUND.sub("", html)
        html = _FORM.sub(lambda found: self._form(found, spot), html)
        html = _LINK.sub(lambda found: self._link_tag(found, spot), html)
        html = _IMAGE.sub(lambda found: self._image(found, spot), html)
        return _ANCHOR.sub(lambda found: self._anchor(found, spot), html)

    def _form(self, found: re.Match[str], spot: Spot) -> str:
        action = _attribute(found["head"], "action")
        if "post" in found["head"].lower() or urlsplit(action).path not in (SEARCH, "/messages"):
            return ""
        head = _set(found["head"], "action", _relative(spot.file, _search_file(spot.lang)))
        return head + found["rest"]

    def _link_tag(self, found: re.Match[str], spot: Spot) -> str:
        tag = found[0]
        if _attribute(tag, "rel") not in ("stylesheet", "icon", "preload", "apple-touch-icon"):
            return ""
        return _set(tag, "href", self._file(_attribute(tag, "href"), spot)).replace(' crossorigin="anonymous"', "")

    def _image(self, found: re.Match[str], spot: Spot) -> str:
        tag = re.sub(r'\ssrcset="[^"]*"', "", found[0])
        address = _attribute(tag, "src")
        return _set(tag, "src", self._file(address, spot)) if address.startswith("/") else tag

    def _anchor(self, found: re.Match[str], spot: Spot) -> str:
        tag = found[0]
        address = _attribute(tag, "href")
        if not address or address.startswith(("#", "http://", "https://", "mailto:")):
            return tag
        target = self._target(urljoin(spot.path, address.replace("&amp;", "&")), spot)
        if target:
            return _set(tag, "href", target)
        return _set(tag, "href", self.live + address) if self.live else re.sub(r'\shref="[^"]*"', "", tag)

    def _target(self, address: str, spot: Spot) -> str:
        """Where a link leads inside the folder; empty where it leads to what only a server has."""
        parts = urlsplit(address)
        found = spot_of(address, spot)
        if found is not None:
            self._want(found)
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            return _relative(spot.file, found.file) + fragment
        if parts.path in (SEARCH, "/messages") and parse_qs(parts.query).keys() <= NARROWED | {
            "lang",
            "reading",
            "theme",
        }:
            return _relative(spot.file, _search_file(spot.lang)) + (f"?{parts.query}" if parts.query else "")
        return ""

    def _file(self, address: str, spot: Spot) -> str:
        """A file that a page shows, fetched once; its address as the page needs it."""
        path = urlsplit(address).path.lstrip("/")
        if path not in self.files:
            self.files.add(path)
            answer = self._asked(address.replace("&amp;", "&"))
            data = answer.get_data()
            answer.close()
            if answer.mimetype == "text/css":
                data = self._fonts(data.decode(), path).encode()
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return _relative(spot.file, path)

    def _fonts(self, css: str, path: str) -> str:
        here = Spot("/", "fr")

        def fetched(found: re.Match[str]) -> str:
            self._file(found[1], here)
            return f'url("{_relative(path, urlsplit(found[1]).path.lstrip("/"))}")'

        return re.sub(r'url\("(/static/[^"]+)"\)', fetched, css)

    # The search.

    def _write_search(self, lang: str) -> None:
        spot = Spot(SEARCH, lang)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        with app.test_request_context(f"{SEARCH}?lang={lang}"):
            html = self._rewritten(render_template("machines/site_search.html"), spot)
        scripts = "".join(f'<script src="{_relative(spot.file, name)}" defer></script>'
                          for name in ("search-index.js", "search.js"))  # fmt: skip
        self._put(spot.file, html.replace("</body>", scripts + "</body>"))

    def _write_index(self) -> None:
        """Every message as the search in the browser needs it; a script, since a folder may not be fetched from."""
        sort = records.BY_KIND["message"]
        with (self.folder / "search-index.js").open("w", encoding="utf-8") as out:
            out.write("window.CAROTTES = [\n")
            for message in records.things(self.job.session, sort.visible(), sort):
                out.write(json.dumps(_entry(message), ensure_ascii=False, separators=(",", ":")) + ",\n")
            out.write("];\n")
        script = (PACKAGE / "static" / "js" / "static-search.js").read_text(encoding="utf-8")
        self._put("search.js", script)

    def _put(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _entry(message: Message) -> dict[str, Any]:
    values = facet_values(message)
    meant = [text for each in message.meanings for text in each.statement.values()]
    return {
        "path": f"messages/{message.id}" + (f"/{message.slug}" if message.slug else "") + "/",
        "text": message.text, "lang": message.lang, "kind": message.kind, "standing": message.standing,
        "translation": message.translation, "meaning": meant,
        "facets": {name: list(found) for name, found in values.items() if found},
    }  # fmt: skip


def _search_file(lang: str) -> str:
    return Spot(SEARCH, lang).file


def _relative(file: str, target: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(file) or ".")


def _plain(title: str, body: str, leads: str = "") -> str:
    """A page of our own, as small as it can be; it leads on at once where it only stands for another."""
    head = f'<meta http-equiv="refresh" content="0; url={escape(leads)}">' if leads else ""
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html>\n<html lang="fr"><head>{meta}{head}<title>{title}</title></head><body>{body}</body></html>\n'
    )


_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
_SOUND = re.compile(r"<(audio|video)\b[^>]*>.*?</\1>", re.DOTALL)
_FORM = re.compile(r"(?P<head><form\b[^>]*>)(?P<rest>.*?</form>)", re.DOTALL)
_LINK = re.compile(r"<link\b[^>]*>\n?")
_IMAGE = re.compile(r"<img\b[^>]*>")
_ANCHOR = re.compile(r"<a\b[^>]*>")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _set(tag: str, name: str, value: str) -> str:
    return re.sub(rf'(\s{name}=")[^"]*"', lambda found: f'{found[1]}{escape(value)}"', tag, count=1)


FORMS["site"] = as_site
