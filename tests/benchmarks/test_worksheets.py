"""How long a worksheet takes: the page, the PDF of eight items, the code, on the real archive in one process."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.pages import identifier
from webapp.collections.models import Collection
from webapp.teaching import qr

TIMES = 30


def middle_and_high(act: Callable[[], object]) -> tuple[float, float]:
    """The 50th and the 95th percentile in milliseconds."""
    act()
    taken = []
    for _time in range(TIMES):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return taken[TIMES // 2], taken[int(TIMES * 0.95)]


def test_worksheets_of_eight_items(archive: Flask, reader: FlaskClient) -> None:
    id = identifier(archive, Collection, "legends-and-how-to-doubt")
    address = str(reader.get(f"/collections/{id}/worksheet/1").location)

    def get(path: str) -> Callable[[], object]:
        return lambda: reader.get(path).data

    def code() -> object:
        qr._matrix.cache_clear()
        return qr.svg(f"https://carottes.example/collections/{id}?reading=outsider", "")

    rows = {
        "collection, page": get(f"/collections/{id}"),
        "sheet, page": get(address),
        "sheet, PDF": get(address.replace("/1?", "/1.pdf?")),
        "key, PDF": get(address.replace("/1?", "/1/key.pdf?")),
        "slides as one file": get(f"/collections/{id}/present.html"),
        "cartridge": get(f"/collections/{id}.imscc"),
        "QR code": code,
    }
    print("\nwhat                  p50 ms   p95 ms")
    for name, act in rows.items():
        middle, high = middle_and_high(act)
        print(f"{name:20} {middle:8.1f} {high:8.1f}")
    print(f"PDF: {len(reader.get(address.replace('/1?', '/1.pdf?')).data) // 1024} KB")
    assert rows
