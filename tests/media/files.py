"""Small files for tests, honest and hostile, made on the spot."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
import zlib

from PIL import Image

from webapp.media.sounds import _crc


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), **more: object) -> bytes:
    """A picture with something to see."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def photograph() -> bytes:
    """A picture as a telephone makes it: lying on its side, with the place in it."""
    image = Image.new("RGB", (400, 200), "navy")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Maker of telephones"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def wav(seconds: float = 1.0) -> bytes:
    """A recording of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(16000 * seconds)))
    return out.getvalue()


def mp3(frames: int = 40, tag: bytes = b"") -> bytes:
    """Frames of 128 kbit/s at 44.1 kHz, 417 bytes each, 1152 samples each."""
    return tag + (b"\xff\xfb\x90\x64" + bytes(413)) * frames


def flac(samples: int = 8000) -> bytes:
    """A head that says how long it is, and the beginning of a frame."""
    packed = 8000 << 44 | 0 << 41 | 15 << 36 | samples
    head = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8) + bytes(16)
    return b"fLaC" + b"\x80" + len(head).to_bytes(3) + head + b"\xff\xf8" + bytes(200)


def page(content: bytes, flags: int, granule: int, number: int) -> bytes:
    """One page of an Ogg file."""
    lengths = bytes([255] * (len(content) // 255) + [len(content) % 255])
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, 7, number, 0, len(lengths)) + lengths
    check = _crc(head + content)
    return head[:22] + struct.pack("<I", check) + head[26:] + content


def ogg(first: bytes = b"OpusHead" + bytes(11), last: int = 4) -> bytes:
    """An Ogg file of two seconds."""
    return page(first, 2, 0, 0) + page(b"OpusTags" + bytes(8), 0, 0, 1) + page(bytes(300), last, 96_000, 2)


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims to be very large; its points are all there, folded small."""
    rows = min(height, 4000)
    folded = zlib.compress((b"\0" + bytes((width + 7) // 8)) * rows, 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", folded) + chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    """A picture that moves."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def archive() -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.sh", "echo")
    return out.getvalue()


def noted_png(note: bytes) -> bytes:
    """A PNG with a note in it."""
    plain = picture("PNG")
    return plain[:33] + chunk(b"tEXt", b"Comment\0" + note) + plain[33:]


def noted_jpeg(note: bytes) -> bytes:
    """A JPEG with a comment in it."""
    plain = picture("JPEG")
    return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note + plain[2:]
