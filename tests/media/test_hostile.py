# ruff: noqa: E501  # each file stands on one line, as in a table
"""Hostile files: each is refused with a sentence that helps, and nothing of it is left on disk."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.contributions.offering import page_of, patient
from tests.desk.filling import visit
from tests.media import files
from webapp.media.inspecting import MOST_BYTES
from webapp.media.models import Medium, StoredFile

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"

# What it is, the name it comes with, the type it claims, and its bytes.
HOSTILE: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "nothing at all": ("a.jpg", "image/jpeg", lambda: b""),
    "one byte": ("a.jpg", "image/jpeg", lambda: b"\xff"),
    "a text that says it is a picture": ("a.jpg", "image/jpeg", lambda: b"I am a picture"),
    "a page that says it is a picture": ("a.png", "image/png", lambda: PAGE),
    "a drawing with a script": ("a.svg", "image/svg+xml", lambda: SVG),
    "a drawing that says it is a PNG": ("a.png", "image/png", lambda: SVG),
    "a program": ("a.jpg", "image/jpeg", lambda: b"\x7fELF" + bytes(200)),
    "a program of another system": ("photo.jpg.exe", "image/jpeg", lambda: b"MZ" + bytes(200)),
    "a script of the shell": ("a.png", "image/png", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "a PDF": ("a.jpg", "image/jpeg", lambda: b"%PDF-1.7\n" + bytes(100)),
    "a ZIP": ("a.jpg", "image/jpeg", files.archive),
    "a moving picture": ("a.gif", "image/gif", lambda: files.moving("GIF")),
    "a moving PNG": ("a.png", "image/png", lambda: files.moving("PNG")),
    "a moving WebP": ("a.webp", "image/webp", lambda: files.moving("WEBP")),
    "a BMP": ("a.bmp", "image/bmp", lambda: files.picture("BMP")),
    "an icon": ("a.ico", "image/x-icon", lambda: files.picture("ICO", (64, 64))),
    "a TIFF": ("a.tif", "image/tiff", lambda: files.picture("TIFF")),
    "a PostScript file": ("a.jpg", "image/jpeg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n" + bytes(100)),
    "a JPEG that is a ZIP too": ("a.jpg", "image/jpeg", lambda: files.picture() + files.archive()),
    "a JPEG that is a page too": ("a.jpg", "image/jpeg", lambda: files.picture() + PAGE),
    "a JPEG with a script in its comment": ("a.jpg", "image/jpeg", lambda: files.noted_jpeg(b"<ScRiPt>alert(1)</script>")),
    "a JPEG with PHP in its comment": ("a.php", "image/jpeg", lambda: files.noted_jpeg(b"<?php system($_GET['c']); ?>")),
    "a PNG with a page in its note": ("a.html", "image/png", lambda: files.noted_png(PAGE)),
    "a PNG that is a PDF too": ("a.png", "image/png", lambda: files.noted_png(b"%PDF-1.4 1 0 obj")),
    "a PNG that is a ZIP too": ("a.png", "image/png", lambda: files.picture("PNG") + files.archive()),
    "a JPEG cut off in the middle": ("a.jpg", "image/jpeg", lambda: files.picture()[:2000]),
    "a JPEG of its head alone": ("a.jpg", "image/jpeg", lambda: files.picture()[:24]),
    "a PNG cut off in the middle": ("a.png", "image/png", lambda: files.picture("PNG")[:3000]),
    "a PNG with a broken sum": ("a.png", "image/png", lambda: files.picture("PNG").replace(b"IDAT", b"IDAX", 1)),
    "a WebP cut off": ("a.webp", "image/webp", lambda: files.picture("WEBP")[:200]),
    "a bomb of a thousand million points": ("a.png", "image/png", lambda: files.bomb(40_000, 25_000)),
    "a bomb of fifty million points": ("a.png", "image/png", lambda: files.bomb(10_000, 5_000)),
    "a ribbon": ("a.png", "image/png", lambda: files.bomb(200_000, 20)),
    "a claim of four thousand million by as many": ("a.png", "image/png", lambda: files.bomb(64, 64)[:16]
                                                    + b"\xff\xff\xff\xff" * 2 + files.bomb(64, 64)[24:]),
    "a picture of one point": ("a.png", "image/png", lambda: files.picture("PNG", (1, 1))),
    "more bytes than are taken": ("a.jpg", "image/jpeg", lambda: files.picture() + bytes(MOST_BYTES)),
    "a film": ("a.mp4", "video/mp4", lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(300)),
    "a film in an Ogg": ("a.ogg", "audio/ogg", lambda: files.ogg(b"\x80theora" + bytes(40))),
    "an Ogg with a broken sum": ("a.ogg", "audio/ogg", lambda: files.ogg().replace(b"OpusHead", b"OpusHeaX", 1)),
    "an Ogg cut off": ("a.ogg", "audio/ogg", lambda: files.ogg()[:-100]),
    "an Ogg without an end": ("a.ogg", "audio/ogg", lambda: files.ogg(last=0)),
    "a WAV that claims four gigabytes": ("a.wav", "audio/wav", lambda: files.wav()[:40] + b"\xff\xff\xff\xff" + bytes(100)),
    "a WAV cut off": ("a.wav", "audio/wav", lambda: files.wav()[:500]),
    "a WAV without sound": ("a.wav", "audio/wav", lambda: files.wav(0)),
    "a WAV of no kind known": ("a.wav", "audio/wav", lambda: files.wav()[:20] + struct.pack("<H", 85) + files.wav()[22:]),
    "a FLAC that claims a year": ("a.flac", "audio/flac", lambda: files.flac(8000 * 3600 * 24 * 30)),
    "a FLAC without sound": ("a.flac", "audio/flac", lambda: files.flac()[:42]),
    "an MP3 of one frame": ("a.mp3", "audio/mpeg", lambda: files.mp3(1)),
    "an MP3 whose tag is larger than the file": ("a.mp3", "audio/mpeg",
                                                 lambda: files.mp3(tag=b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f")),
    "an MP3 that is a page too": ("a.mp3", "audio/mpeg", lambda: files.mp3(tag=b"ID3\x03\x00\x00\x00\x00\x00\x40" + PAGE.ljust(64))),
    "an MP3 with a program behind it": ("a.mp3", "audio/mpeg", lambda: files.mp3() + b"MZ" + bytes(range(256)) * 20),
    "a path that climbs": ("../../../../etc/cron.d/x.jpg", "image/jpeg", lambda: b"* * * * * root id"),
    "a name with a hole in it": ("a.php\x00.jpg", "image/jpeg", lambda: b"<?php"),
    "a name of ten thousand letters": ("a" * 10_000 + ".jpg", "image/jpeg", lambda: b"x"),
}  # fmt: skip


def on_disk(folder: Path) -> list[str]:
    """Every file of media that the archive keeps."""
    return [str(path) for shelf in ("media", "quarantine") for path in (folder / shelf).rglob("*") if path.is_file()]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_curator_cannot_bring_it_in(
    sign_in: Callable[..., FlaskClient], session: Session, tmp_path: Path, what: str
) -> None:
    name, type_, content = HOSTILE[what]
    curator = sign_in("curator")
    form = visit(curator, "/desk/media/new").form("file-form")
    sent = {**form.values.to_dict(), "file": (io.BytesIO(content()), name, type_)}
    answer = curator.post("/desk/media/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code in (413, 422), answer.status_code
    assert 'role="alert"' in answer.text or answer.status_code == 413
    assert on_disk(tmp_path) == []
    assert session.scalars(select(Medium.id)).all() == session.scalars(select(StoredFile.sha256)).all() == []


@pytest.mark.parametrize("what", [name for name, each in HOSTILE.items() if each[2]()])
def test_the_public_cannot_bring_it_in_and_keeps_its_words(client: FlaskClient, tmp_path: Path, what: str) -> None:
    name, type_, content = HOSTILE[what]
    sent = (io.BytesIO(content()), name, type_)
    answer = page_of(patient(client), "recollection", text="Je me souviens de tout.", photo=sent)
    assert answer.status_code in (413, 422), answer.status_code
    assert "Je me souviens de tout." in answer.text or answer.status_code == 413
    assert on_disk(tmp_path) == []


def test_the_public_sends_no_recordings(client: FlaskClient, tmp_path: Path) -> None:
    sent = (io.BytesIO(files.wav()), "a.wav", "audio/wav")
    assert page_of(patient(client), "recollection", text="Écoutez.", photo=sent).status_code == 422
    assert on_disk(tmp_path) == []
