"""Recordings read frame by frame, without playing them: how long they are, and whether they are what they claim."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def seconds(data: bytes, type_: str) -> float | None:
    """How long a recording is; None when it is damaged, cut off or something else."""
    try:
        return _READERS[type_](data)
    except (struct.error, IndexError, ValueError):
        return None


# -- WAV ---------------------------------------------------------------------------------------------------------------


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a RIFF file: name, where its content begins, how long it says it is."""
    place = 12
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        yield name, place + 8, size
        place += 8 + size + size % 2


def _wav(data: bytes) -> float | None:
    form = rate = 0
    for name, start, size in _chunks(data):
        if start + size > len(data):
            return None
        if name == b"fmt ":
            form, channels, frequency, rate = struct.unpack_from("<HHII", data, start)
            if form not in (1, 3, 0xFFFE) or not 1 <= channels <= 8 or not 4000 <= frequency <= 192_000:
                return None
        elif name == b"data":
            return size / rate if form and rate and size else None
    return None


# -- FLAC --------------------------------------------------------------------------------------------------------------


def _flac(data: bytes) -> float | None:
    place, last, head = 4, False, b""
    while not last:
        mark, size = data[place], int.from_bytes(data[place + 1 : place + 4])
        last, kind = bool(mark & 0x80), mark & 0x7F
        if kind == 0:
            head = data[place + 4 : place + 4 + size]
        place += 4 + size
        if place > len(data):
            return None
    if len(head) != 34 or data[place] != 0xFF or data[place + 1] & 0xFC != 0xF8:
        return None
    packed = int.from_bytes(head[10:18])
    frequency, samples = packed >> 44, packed & 0xFFFFFFFFF
    depth = (packed >> 36 & 0x1F) + 1
    if not frequency or not samples or depth < 4:
        return None
    # Even silence needs some bytes for each frame of at most 65,535 samples: what claims more than it can hold, lies.
    return samples / frequency if samples <= (len(data) - place) // 8 * 65_535 else None


# -- Ogg ---------------------------------------------------------------------------------------------------------------

_POLYNOMIAL = 0x04C11DB7


def _crc_row(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = (value << 1) ^ (_POLYNOMIAL if value & 0x80000000 else 0)
    return value & 0xFFFFFFFF


_CRC = [_crc_row(byte) for byte in range(256)]


def _crc(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    return value


def _pages(data: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """The pages of an Ogg file: flags, last sample, content, and the whole page with an empty check sum."""
    place = 0
    while place < len(data):
        magic, _version, flags, granule, _serial, _number, check, count = struct.unpack_from("<4sBBqIIIB", data, place)
        lengths = data[place + 27 : place + 27 + count]
        end = place + 27 + count + sum(lengths)
        if magic != b"OggS" or end > len(data):
            raise ValueError("this is no page")
        page = data[place : place + 22] + bytes(4) + data[place + 26 : end]
        if place == 0 and _crc(page) != check:
            raise ValueError("the first page is damaged")
        yield flags, granule, data[place + 27 + count : end], page
        place = end


def _ogg(data: bytes) -> float | None:
    frequency = last = 0
    ended = False
    for number, (flags, granule, content, _page) in enumerate(_pages(data)):
        if number == 0:
            frequency = _ogg_frequency(content)
        last, ended = max(last, granule), ended or bool(flags & 4)
    return last / frequency if frequency and last > 0 and ended else None


def _ogg_frequency(first: bytes) -> int:
    """The samples in a second of an Opus, Vorbis or FLAC stream; 0 for anything else, a film for instance."""
    if first.startswith(b"OpusHead"):
        return 48_000
    if first.startswith(b"\x01vorbis"):
        return int(struct.unpack_from("<I", first, 12)[0])
    if first.startswith(b"\x7fFLAC"):
        return int.from_bytes(first[27:30]) >> 4
    return 0


# -- MP3 ---------------------------------------------------------------------------------------------------------------

_RATES = {
    (3, 3): [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    (3, 2): [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    (3, 1): [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    (2, 3): [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    (2, 1): [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
_FREQUENCIES = {3: [44_100, 48_000, 32_000], 2: [22_050, 24_000, 16_000], 0: [11_025, 12_000, 8_000]}


def _mp3(data: bytes) -> float | None:
    """The length of all frames, one after the other; what is not frames may be tags at the beginning and the end."""
    place = _after_tag(data)
    heard, frames, start = 0.0, 0, place
    while place + 4 <= len(data):
        frame = _frame(data, place)
        if frame is None or place + frame[0] > len(data):
            break
        heard, frames, place = heard + frame[1], frames + 1, place + frame[0]
    tail = data[place:]
    tags = tail.startswith((b"TAG", b"APETAGEX", b"LYRICS")) or len(tail) < 1024 or not tail.strip(b"\0")
    return heard if frames >= 8 and place > start and tags else None


def _after_tag(data: bytes) -> int:
    """Where the sound begins, after the tag in front that says how long it is."""
    if not data.startswith(b"ID3"):
        return 0
    size = 0
    for byte in data[6:10]:
        if byte & 0x80:
            raise ValueError("the tag lies")
        size = size << 7 | byte
    place = 10 + size + (10 if data[5] & 0x10 else 0)
    while place < len(data) and data[place] == 0:
        place += 1
    return place


def _frame(data: bytes, place: int) -> tuple[int, float] | None:
    """One frame: its bytes and its seconds."""
    head = int.from_bytes(data[place : place + 4])
    version, layer = head >> 19 & 3, head >> 17 & 3
    rate, frequency, padded = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1
    if head >> 21 != 0x7FF or version == 1 or layer == 0 or rate in (0, 15) or frequency == 3:
        return None
    hertz = _FREQUENCIES[version][frequency]
    kilobits = _RATES[(3, layer) if version == 3 else (2, 3 if layer == 3 else 1)][rate]
    samples = 384 if layer == 3 else 576 if layer == 1 and version != 3 else 1152
    bits = kilobits * 1000
    size = (12 * bits // hertz + padded) * 4 if layer == 3 else samples // 8 * bits // hertz + padded
    return size, samples / hertz


_READERS = {"audio/wav": _wav, "audio/flac": _flac, "audio/ogg": _ogg, "audio/mpeg": _mp3}
