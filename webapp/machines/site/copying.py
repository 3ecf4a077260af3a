"""Writing the folder: every page and file of the archive that works without a server, once in each language."""

from __future__ import annotations

import base64
import contextvars
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask, current_app, render_template
from werkzeug.test import TestResponse

from webapp.broadcasts import queries as broadcasts
from webapp.config import PACKAGE
from webapp.database import now
from webapp.dates import parse
from webapp.languages import LANGUAGES
from webapp.machines import records
from webapp.machines.exports import Job
from webapp.machines.records import SORTS
from webapp.machines.site.finding import write_index
from webapp.machines.site.rewriting import SEARCH, Rewriting, relative, search_file
from webapp.machines.site.spots import READINGS, Spot, spot_of
from webapp.machines.site.stubs import READ, forwarding, leading, missing
from webapp.machines.site.waiting import Waiting
from webapp.machines.sitemaps import PAGES, WORDS
from webapp.search.facets import KIND_LABELS
from webapp.vocabularies import Scheme

ONCE = ["/sitemap.xml", "/robots.txt", "/corpus.tei.xml", "/vocabularies.ttl",
        *(f"/feeds/{name}.{ending}" for name in ("messages", "changes", "essays", "collections")
          for ending in ("atom", "json"))]  # fmt: skip
"""Files that no page has to link to."""
MORE = ["/coverage", "/relations", "/calendar", "/accessibility", "/rights", "/figures"]
EMBEDDED = ("message", "essay", "collection")
_FONT = re.compile(r'url\("(/static/[^"]+)"\)')
_LISTED = re.compile(r"<loc>([^<]+)</loc>")


class Broken(OSError):
    """A page of the archive that fails: a copy without it would keep the fault for ever."""


class Copy:
    """One folder that is being written."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self.client = self.app.test_client(use_cookies=False)
        self.job, self.folder = job, folder
        self.living = self.app.config["URL"] or f"http://{self.app.config['HOST']}:{self.app.config['PORT']}"
        self.day = now().date().isoformat()
        self.nights = [night.day for night in broadcasts.calendar(job.session, None).nights]
        self.days = sorted({night.iso[-5:] for night in self.nights})
        self.files: set[str] = set()
        self.waiting = Waiting(folder / ".waiting")
        self.rewriting = Rewriting(self.living, self.waiting.want, self._has, self._shown, self._inside, self._note())

    def write(self) -> None:
        """Everything; the queue is emptied after each record, so that what waits is never much."""
        try:
            self._write_own()
            for lang in LANGUAGES:
                for path in self._paths():
                    self._want(path, lang)
                    self._empty()
            for path in ONCE:
                self.waiting.want(Spot(path, ""))
            self._empty()
        finally:
            self.waiting.close()
            (self.folder / ".waiting").unlink()
        write_index(self.job.session, self.folder / "search-index")

    def _empty(self) -> None:
        for spot in self.waiting:  # each in a context of its own, so that nothing of one request is known to the next
            contextvars.Context().run(self._write_spot, spot)

    def _want(self, path: str, lang: str) -> None:
        self.waiting.want(Spot(path, lang))
        if READ.fullmatch(path):
            for reading in READINGS:
                self.waiting.want(Spot(path, lang, reading))

    def _paths(self) -> Iterator[str]:
        """Where to begin: lists, days, nights and every record; the rest is found by following links."""
        yield from [*PAGES, *MORE]
        yield from (f"/on-this-day/{day}" for day in self.days)
        for scheme in (Scheme.THEME, Scheme.PURPOSE):
            yield from (f"/{scheme}s/{term['id']}" for term in records.vocabulary(self.job.session, scheme))
        for night in self.nights:
            yield from (f"/nights/{night.iso}", f"/embed/nights/{night.iso}")
        for sort in SORTS:
            yield from self._paths_of(sort)

    def _paths_of(self, sort: records.Sort) -> Iterator[str]:
        column, spoken = WORDS.get(sort.kind, (sort.model.id, None))
        query = sort.visible().order_by(None).with_only_columns(sort.model.id, column).order_by(sort.model.id)
        for id, named in self.job.session.execute(query.execution_options(yield_per=500)):
            yield f"/{sort.name}/{id}" + (f"/{spoken(named)}" if spoken and spoken(named) else "")
            yield from (f"/id/{id}", f"/{sort.name}/{id}")
            if sort.kind in EMBEDDED:
                yield f"/embed/{sort.name}/{id}"
            self.job.step(1)

    def _has(self, spot: Spot) -> bool:
        """Days of the year on which nothing was broadcast are not copied."""
        return not spot.path.startswith("/on-this-day/") or spot.path[-5:] in self.days

    # One page or file.

    def _write_spot(self, spot: Spot) -> None:
        answer = self._asked(spot.address)
        if 300 <= answer.status_code < 400:
            self._lead(spot, urljoin(f"{self.living}{spot.path}", answer.headers["Location"]))
        elif answer.status_code >= 500:
            raise Broken(f"the archive cannot show {spot.address}: its log says why")
        elif answer.status_code != 200:
            self._absent(spot)
        elif spot.is_page:
            self._put(spot.file, self.rewriting.page(answer.get_data(as_text=True), spot))
            self._print(spot)
        else:
            self._keep(spot, answer)
        answer.close()

    def _asked(self, address: str) -> TestResponse:
        """What a visitor gets. An address that only fixes what it asks for (a worksheet of today) is followed."""
        answer = self.client.get(address, base_url=self.living)
        location = urlsplit(answer.headers.get("Location", ""))
        if answer.status_code in (302, 303) and location.path == urlsplit(address).path and location.query:
            answer.close()
            return self._asked(f"{location.path}?{location.query}") if "at=" in location.query else answer
        return answer

    def _print(self, spot: Spot) -> None:
        if spot.printed:
            self._put(spot.printed, leading(spot.printed, spot, self.living))

    def _lead(self, spot: Spot, location: str) -> None:
        """A page that leads on, where the archive redirects."""
        parts = urlsplit(location)
        target = spot_of(parts.path + (f"?{parts.query}" if parts.query else ""), spot)
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        if not location.startswith(self.living) or target is None or target.file == spot.file:
            self._absent(spot)
            return
        self.waiting.want(target)
        if spot.is_page:
            self._put(spot.file, forwarding(spot.file, target.file + anchor))
            if spot.printed:
                self._put(spot.printed, leading(spot.printed, target, self.living, anchor))

    def _absent(self, spot: Spot) -> None:
        """A page that the archive itself does not show: whoever followed a link to it is told so."""
        if spot.is_page:
            self._put(spot.file, forwarding(spot.file, f"{spot.lang}/elsewhere/index.html#{spot.path}"))

    def _keep(self, spot: Spot, answer: TestResponse) -> None:
        path = self._place(spot.file)
        with path.open("wb") as out:
            for piece in answer.iter_encoded():
                out.write(piece)
        if spot.printed:
            shutil.copyfile(path, self._place(spot.printed))
        if spot.path.startswith("/sitemap"):
            for address in _LISTED.findall(path.read_text(encoding="utf-8")):
                if urlsplit(address).path.startswith("/sitemap"):
                    self.waiting.want(Spot(urlsplit(address).path, ""))

    # What pages show.

    def _shown(self, address: str) -> str:
        """A file that a page shows, fetched once; its path in the folder."""
        path = urlsplit(address).path.lstrip("/")
        if path not in self.files:
            self.files.add(path)
            contextvars.Context().run(self._fetch, address, path)
        return path

    def _fetch(self, address: str, path: str) -> None:
        with self._asked(address) as answer:
            data = answer.get_data()
            if answer.mimetype == "text/css":
                data = _FONT.sub(lambda found: self._font(found[1], path), data.decode()).encode()
        self._place(path).write_bytes(data)

    def _inside(self, address: str) -> str:
        """A small file as a part of the page that needs it."""
        with contextvars.Context().run(self._asked, address) as answer:
            return f"data:{answer.mimetype};base64,{base64.b64encode(answer.get_data()).decode()}"

    def _font(self, address: str, css: str) -> str:
        return f'url("{relative(css, self._shown(address))}")'

    # Pages of the folder's own.

    def _note(self) -> Any:
        notes = {lang: self._rendered("machines/_site_note.html", lang) for lang in LANGUAGES}
        return lambda lang: notes[lang]

    def _rendered(self, template: str, lang: str, **given: Any) -> str:
        asked = self.app.test_request_context("/", base_url=self.living, query_string={"lang": lang})
        with self.app.app_context(), asked:  # of its own: the one around it remembers another language
            day = parse(self.day).words(lang)
            return render_template(template, living=self.living, day=day, **given)

    def _write_own(self) -> None:
        for lang in LANGUAGES:
            self._write_page(search_file(lang), Spot(SEARCH, lang), "search", kinds=list(KIND_LABELS.items()))
            self._write_page(f"{lang}/elsewhere/index.html", Spot("/", lang), "elsewhere")
            self._put_today(f"{lang}/on-this-day/index.html", lang)
        self._put_today("on-this-day/index.html", "fr")
        self._put("index.html", leading("index.html", Spot("/", "fr"), self.living))
        self._put("404.html", missing())
        for name in ("search", "elsewhere", "lead"):
            script = PACKAGE / "static" / "js" / f"static-{name}.js"
            self._put(f"{name}.js", script.read_text(encoding="utf-8"))

    def _put_today(self, file: str, lang: str) -> None:
        if self.days:
            self._put(file, leading(file, Spot(f"/on-this-day/{self.days[0]}", lang), self.living, days=self.days))

    def _write_page(self, file: str, spot: Spot, name: str, **given: Any) -> None:
        """A page of the folder's own, with the script that works it."""
        html = self.rewriting.page(self._rendered(f"machines/site_{name}.html", spot.lang, **given), spot, file)
        script = f'<script src="{relative(file, name)}.js" defer></script>'
        self._put(file, html.replace("</body>", f"{script}</body>"))

    def _place(self, file: str) -> Path:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _put(self, file: str, text: str) -> None:
        self._place(file).write_text(text, encoding="utf-8")
