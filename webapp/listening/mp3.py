"""Sound as an MP3 file that says in its own tags what it is: a reconstruction."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np

from webapp.listening.speaker import RATE
from webapp.listening.voice import NoVoice, Sound

try:
    import lameenc
except ImportError:  # the extra ``audio`` is not installed; voice.available() says so
    lameenc = None

BIT_RATE = 48  # thousands of bits a second: enough for one voice at 22,050 samples
LANGUAGES = {"fr": b"fra", "en": b"eng"}


def encoded(sound: Sound, tags: Mapping[str, str], comment: str, lang: str) -> bytes:
    """The file: its tags, then the sound. Raises NoVoice where nothing can write it."""
    if lameenc is None:
        raise NoVoice("lameenc is not installed")
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(BIT_RATE)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(5)
    samples = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    return id3(tags, comment, lang) + bytes(encoder.encode(samples)) + bytes(encoder.flush())


def id3(tags: Mapping[str, str], comment: str, lang: str) -> bytes:
    """An ID3 tag of version 2.3, the one that every player reads: text frames by name, and a comment.

    https://id3.org/id3v2.3.0, sections 3.1 (header), 4.2 (text frames) and 4.11 (comments).
    """
    frames = b"".join(_frame(name, b"\x01" + _text(value)) for name, value in tags.items() if value)
    frames += _frame("COMM", b"\x01" + LANGUAGES.get(lang, b"und") + _text("") + b"\0\0" + _text(comment))
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frames


def _frame(name: str, content: bytes) -> bytes:
    return name.encode() + struct.pack(">I", len(content)) + b"\0\0" + content


def _text(value: str) -> bytes:
    return b"\xff\xfe" + value.encode("utf-16-le")
