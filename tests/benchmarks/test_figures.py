"""How long pages with figures take in an archive of 20,000 messages: just after a change, and when counted already."""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks.archive import build
from tests.benchmarks.serving import Client, gunicorn
from webapp.database import Database
from webapp.essays.models import ESSAY
from webapp.figures.register import MAKERS
from webapp.revisions.actions import create, publish

SIZE = 20_000
IN_ESSAY = ["theme-purpose", "messages-per-night", "ladder-of-evidence", "standing-counts", "twitter-2009", "timeline"]
PAGES = ["/nights", "/nights/1944-06-05", "/calendar/1944", "/on-this-day/06-05", "/timeline", "/map", "/relations",
         "/surface-and-secret", "/surface-and-secret?standing=attested&period=1939-1945", "/coverage"]  # fmt: skip


def _fill(folder: Path) -> str:
    """The archive, and an essay with six figures; gives the essay's address."""
    build(folder, SIZE)
    database = Database(f"sqlite:///{folder / 'carottes.db'}")
    with database.writing() as own:
        body = "\n\n".join(f"Un mot.\n\n{{{{figure: {name}}}}}" for name in IN_ESSAY)
        essay = create(own, ESSAY, {"title": {"fr": "Six figures"}, "body": {"fr": body}, "author": {"fr": "Nous"}},
                       by=None)  # fmt: skip
        publish(essay, by=None)
        address = f"/essays/{essay.id}/{essay.slug}"
    database.engine.dispose()
    return address


def test_pages_with_figures_of_a_large_archive(tmp_path: Path) -> None:
    essay = _fill(tmp_path)
    rows = []
    with gunicorn("webapp:create_app()", CAROTTES_DATA=tmp_path, CAROTTES_LIMITS="no") as port:
        site = Client(port)
        for address in [essay, *PAGES, *(f"/figures/{name}" for name in MAKERS)]:
            start = time.perf_counter()
            size = len(site.get(address))
            rows.append((address, (time.perf_counter() - start) * 1000, *site.rate([address], 0.5)[1:], size))
    print(f"\n{SIZE} messages{'':40} first ms   p50 ms   p95 ms     bytes")
    for address, first, middle, high, size in rows:
        print(f"{address:54} {first:9.0f} {middle:8.2f} {high:8.2f} {size:9}")
    assert len(rows) == 1 + len(PAGES) + len(MAKERS)
