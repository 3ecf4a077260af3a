"""How many pages a second one worker answers, beside a bare Flask page in the same run."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.benchmarks.serving import Client, gunicorn
from tests.pages import identifier
from webapp import create_app
from webapp.messages.models import Message


def test_pages_beside_a_bare_flask_page(seeded_file: Path, tmp_path: Path) -> None:
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    app = create_app({"DATA": tmp_path, "LIMITS": False})
    carrots = identifier(app, Message, "les-carottes-sont-cuites")
    pages = {
        "home": ["/"],
        "a message": [f"/messages/{carrots}/les-carottes-sont-cuites"],
        "search": [
            "/search?q=carottes",
            "/search?q=le+crapaud+vole",
            "/search?q=parachutage+Dordogne",
            "/search?q=lune",
        ],
        "a night": ["/nights/1944-06-05"],
    }
    rows = []
    with (
        gunicorn("tests.benchmarks.bare:app") as bare_port,
        gunicorn("webapp:create_app()", CAROTTES_DATA=tmp_path, CAROTTES_LIMITS="no") as port,
    ):
        bare, site = Client(bare_port), Client(port)
        for name, addresses in pages.items():
            base = bare.rate(["/"])  # measured again beside each page: the machine's speed drifts
            rows.append((name, *site.rate(addresses), base[0], len(site.get(addresses[0]))))
    print("\npage            requests/s   p50 ms   p95 ms   bare Flask/s   ratio   bytes")
    for name, rate, middle, high, base_rate, size in rows:
        print(f"{name:14} {rate:11.0f} {middle:8.2f} {high:8.2f} {base_rate:14.0f} {rate / base_rate:7.2f} {size:7}")
    assert len(rows) == len(pages)
