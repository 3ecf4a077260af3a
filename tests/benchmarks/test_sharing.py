"""How long a picture, a code, all references of a record, and the panel on a message's page take."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.citations.records import RECORDS
from tests.pages import identifier
from webapp import create_app
from webapp.citations import EXPORTS, STYLES, cite, export, export_many
from webapp.messages.models import Message
from webapp.teaching import qr
from webapp.teaching.previews import Picture, draw

SLIP = Picture(
    meta=("BBC Radio Londres", "5 juin 1944"),
    phrase="Les sanglots longs des violons de l’automne",
    marks=("«\u00a0", "\u00a0»"),
    standing="disputed",
    word="Contesté",
    cue="Ce que comprenait le destinataire",
    site="archive de messages codés",
    address="carottes.example/id/m4kx7q2",
)


def times(do: Callable[[int], object], rounds: int = 30) -> tuple[float, float]:
    """The median and the 95th percentile in milliseconds; each round does something that was not done before."""
    taken = []
    for turn in range(rounds):
        start = time.perf_counter()
        do(turn)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[18]


def test_pictures_codes_and_references(seeded_file: Path, tmp_path: Path) -> None:
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    app = create_app({"DATA": tmp_path, "LIMITS": False})
    client, carrots = app.test_client(), identifier(app, Message, "les-carottes-sont-cuites")
    every = list(RECORDS.values())
    client.get(f"/preview/messages/{carrots}.png")
    work: dict[str, Callable[[int], object]] = {
        "a picture, drawn": lambda turn: draw(SLIP),
        "a picture, kept": lambda turn: client.get(f"/preview/messages/{carrots}.png"),
        "a QR code, SVG": lambda turn: qr.svg(f"https://carottes.example/id/svg{turn}", "code"),
        "a QR code, PNG": lambda turn: qr.png(f"https://carottes.example/id/png{turn}"),
        "a record in five styles": lambda turn: [cite(every[turn % len(every)], each.name, "fr") for each in STYLES],
        "a record in three formats": lambda turn: [
            export(every[turn % len(every)], each.name, "fr") for each in EXPORTS
        ],
        "1000 records as BibTeX": lambda turn: "".join(
            export_many((every[n % len(every)] for n in range(1000)), "bib")
        ),
        "a message page": lambda turn: client.get(f"/messages/{carrots}/les-carottes-sont-cuites"),
        "a version page": lambda turn: client.get(f"/messages/{carrots}/v1"),
        "a card": lambda turn: client.get(f"/embed/messages/{carrots}"),
    }
    print(f"\n{'':28}p50 ms   p95 ms")
    for name, do in work.items():
        middle, high = times(do)
        print(f"{name:26}{middle:8.2f} {high:8.2f}")
    assert len(draw(SLIP)) < 60_000
