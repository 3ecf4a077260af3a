"""QR codes of permanent addresses: level M, which a telephone reads at two centimetres."""

from __future__ import annotations

import io
from functools import lru_cache

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
MODULE = 12  # pixels of a module in the PNG: about 400 pixels a side, sharp in print at three centimetres


@lru_cache(maxsize=512)
def _matrix(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    return code.get_matrix()


def svg(text: str, title: str) -> str:
    """The code as a drawing: one path, black on white whatever the page around it."""
    rows = _matrix(text)
    size = len(rows)
    runs = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    safe = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size * 4}" height="{size * 4}"'
        f' shape-rendering="crispEdges" role="img"><title>{safe}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{runs}"/></svg>'
    )


def png(text: str) -> bytes:
    """The code as a picture, one bit a pixel."""
    rows = _matrix(text)
    picture = Image.new("1", (len(rows), len(rows)), 1)
    picture.putdata([0 if dark else 1 for row in rows for dark in row])
    out = io.BytesIO()
    picture.resize((len(rows) * MODULE, len(rows) * MODULE), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()
