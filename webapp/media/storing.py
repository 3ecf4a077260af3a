"""Where files are: by their checksum, in the folder of the archive's data; and the copies that readers see.

A file of the public waits in a folder of its own, the quarantine, until its contribution is accepted.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from io import BytesIO
from pathlib import Path

from flask import current_app
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from webapp.media.inspecting import Facts, examine, examine_picture
from webapp.media.models import StoredFile

# The copies of every picture: browsers that read WebP choose a width, all others get one JPEG.
COPIES = [(320, "webp"), (960, "webp"), (1920, "webp"), (960, "jpeg")]
QUARANTINE = "quarantine"
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/mpeg": "mp3", "audio/ogg": "ogg",
              "audio/wav": "wav", "audio/flac": "flac"}  # fmt: skip


def place(sha256: str, shelf: str = "media") -> Path:
    """Where the file with this checksum lies: ``media/ab/cd/abcd…``; nothing else can be named."""
    if not _CHECKSUM.fullmatch(sha256):
        raise ValueError("this is no checksum")
    return Path(current_app.config["DATA"]).resolve() / shelf / sha256[:2] / sha256[2:4] / sha256


def copy_place(sha256: str, width: int, form: str) -> Path:
    """Where a smaller copy of a picture lies, beside its original."""
    original = place(sha256)
    return original.with_name(f"{sha256}.{width}.{form}")


def keep(session: Session, data: bytes) -> StoredFile:
    """Keep a file for good, with the copies that readers see. Raises ``BadFile``, and then nothing was written."""
    facts = examine(data)
    sha256 = hashlib.sha256(data).hexdigest()
    copies = {} if facts.is_sound else copies_of(data)
    _write(place(sha256), data)
    for (width, form), content in copies.items():
        _write(copy_place(sha256, width, form), content)
    return _known(session, sha256, len(data), facts)


def _known(session: Session, sha256: str, size: int, facts: Facts) -> StoredFile:
    stored = session.get(StoredFile, sha256)
    if stored is None:
        stored = StoredFile(sha256=sha256, size=size, **facts._asdict())
        session.add(stored)
        session.flush()
    return stored


def _write(path: Path, content: bytes) -> None:
    """Write all or nothing: under another name first, which is given away at the end."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def copies_of(data: bytes) -> dict[tuple[int, str], bytes]:
    """Smaller copies of a picture, painted anew: upright, in plain colours, without what a camera writes into it."""
    with Image.open(BytesIO(data)) as opened:
        picture = _plain(ImageOps.exif_transpose(opened))
    copies = {}
    for width, form in COPIES:
        smaller = picture.copy()
        smaller.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
        copies[width, form] = _painted(smaller, form)
    return copies


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in red, green and blue, what is transparent on white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _painted(picture: Image.Image, form: str) -> bytes:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)  # a fresh canvas has no description, no profile, no thumbnail to carry over
    out = BytesIO()
    bare.save(out, form, quality=82)
    return out.getvalue()


# -- what the public sends ---------------------------------------------------------------------------------------------


def put_aside(data: bytes) -> str:
    """Put a picture of the public into quarantine; gives its checksum. Raises ``BadFile``, and nothing was written."""
    examine_picture(data)
    sha256 = hashlib.sha256(data).hexdigest()
    _write(place(sha256, QUARANTINE), data)
    return sha256


def look_at(sha256: str) -> bytes | None:
    """A copy of a picture in quarantine, painted anew, for whoever decides on it; None when it is not there."""
    path = place(sha256, QUARANTINE)
    return copies_of(path.read_bytes())[960, "jpeg"] if path.exists() else None


def release(session: Session, sha256: str) -> StoredFile | None:
    """Keep a picture that is in quarantine; None when it is not there. Once that is committed, throw the other away."""
    path = place(sha256, QUARANTINE)
    return keep(session, path.read_bytes()) if path.exists() else None


def throw_away(sha256: str) -> None:
    """Delete a picture in quarantine."""
    place(sha256, QUARANTINE).unlink(missing_ok=True)
