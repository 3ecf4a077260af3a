# ruff: noqa: E501  # each sentence stands on one line, as in a table
"""What a file really is, found by reading it: the name it came with and the type it claims are not asked.

Only pictures and recordings that browsers show without running anything are taken.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from webapp.languages import N_, number
from webapp.languages import gettext as _
from webapp.media import sounds

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE, LEAST_SIDE = 20_000, 16
MOST_SECONDS = 4 * 3600


class BadFile(Exception):
    """A file that the archive does not take; ``str()`` of it says why and what to do, in the reader's language."""


class Facts(NamedTuple):
    """What was found out about a file."""

    type: str
    width: int | None = None
    height: int | None = None
    seconds: int | None = None

    @property
    def is_sound(self) -> bool:
        return self.type.startswith("audio/")


SENTENCES = {
    "empty": N_("The file is empty. Choose it again."),
    "large": N_("The file is larger than %(most)s MB. Make it smaller, or send a part of it."),
    "unknown": N_("The archive takes pictures (JPEG, PNG, WebP) and recordings (MP3, Ogg, WAV, FLAC). Save it as one of these."),
    "picture": N_("A picture is asked for here: JPEG, PNG or WebP. Save it as one of these."),
    "two": N_("Something else is hidden in this file. Open it, save it anew as a picture or a recording, and send that."),
    "broken": N_("The file is damaged or not complete. Open it, save it anew, and send that."),
    "pixels": N_("The picture is too large: %(width)s × %(height)s points, at most %(most)s million in all. Make it smaller."),
    "tiny": N_("The picture is too small to see anything: %(width)s × %(height)s points."),
    "moving": N_("The picture moves. Send a picture that stands still."),
    "long": N_("The recording is longer than four hours. Send a part of it."),
}  # fmt: skip


def bad(code: str, **values: object) -> BadFile:
    """The refusal with its sentence."""
    return BadFile(_(SENTENCES[code], **values))


def examine_picture(data: bytes) -> Facts:
    """What the file is, where only a picture will do; ``BadFile`` speaks of pictures alone."""
    if data and len(data) <= MOST_BYTES and not _type(data).startswith("image/"):
        raise bad("picture")
    return examine(data)


def _type(data: bytes) -> str:
    """What the file begins like, empty for anything else."""
    return next((name for name, begins in BEGINNINGS if begins(data)), "")


def examine(data: bytes) -> Facts:
    """What the file is. Raises ``BadFile`` for everything that is not wholly one picture or one recording."""
    if not data:
        raise bad("empty")
    if len(data) > MOST_BYTES:
        raise bad("large", most=MOST_BYTES // 1024 // 1024)
    type_ = _type(data)
    if not type_:
        raise bad("unknown")
    if _something_else(data):
        raise bad("two")
    return _picture(data, type_) if type_.startswith("image/") else _sound(data, type_)


BEGINNINGS: list[tuple[str, Callable[[bytes], bool]]] = [
    ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
    ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/webp", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP"),
    ("audio/wav", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WAVE"),
    ("audio/flac", lambda data: data.startswith(b"fLaC")),
    ("audio/ogg", lambda data: data.startswith(b"OggS")),
    ("audio/mpeg", lambda data: data.startswith(b"ID3") or (data[0] == 0xFF and len(data) > 1 and data[1] & 0xE0 == 0xE0)),
]  # fmt: skip
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}

# Words that begin a page or a program. Five letters and more, because a picture's own bytes spell shorter ones by chance.
_FOREIGN = re.compile(rb"<script|<html|<\?php|<!doctype|<iframe|<svg[\s>]|<\?xml-stylesheet|javascript:", re.IGNORECASE)


def _something_else(data: bytes) -> bool:
    """Whether the file is a page, a document or an archive at the same time as what it seems."""
    return b"%PDF-" in data[:1024] or _FOREIGN.search(data) is not None or zipfile.is_zipfile(BytesIO(data))


def _picture(data: bytes, type_: str) -> Facts:
    try:
        with warnings.catch_warnings():
            # Our own limit is below the one that Pillow warns at; a broken description of a photograph is no matter.
            warnings.simplefilter("ignore")
            _size(data, type_)
            with Image.open(BytesIO(data), formats=[_FORMATS[type_]]) as picture:
                picture.verify()
            with Image.open(BytesIO(data), formats=[_FORMATS[type_]]) as picture:
                picture.load()
                return Facts(type_, picture.width, picture.height)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
            Image.DecompressionBombError):  # fmt: skip
        # Pillow's readers raise all of these for bytes that lie about themselves.
        raise bad("broken") from None


def _size(data: bytes, type_: str) -> None:
    """Read the picture's head alone, before a single point of it is unfolded."""
    with Image.open(BytesIO(data), formats=[_FORMATS[type_]]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise bad("pixels", width=number(width), height=number(height), most=MOST_PIXELS // 1_000_000)
        if min(width, height) < LEAST_SIDE:
            raise bad("tiny", width=number(width), height=number(height))
        # A photograph of a telephone may carry a second picture for depth or light; that is no film.
        if type_ != "image/jpeg" and getattr(picture, "n_frames", 1) > 1:
            raise bad("moving")


def _sound(data: bytes, type_: str) -> Facts:
    seconds = sounds.seconds(data, type_)
    if seconds is None:
        raise bad("broken")
    if seconds > MOST_SECONDS:
        raise bad("long")
    return Facts(type_, seconds=max(1, round(seconds)))
