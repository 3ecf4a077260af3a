"""Setting words on a picture: fonts, what they can show, lines that fit a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
VOICE, VOICE_ITALIC, TYPED, SET, SET_BOLD = (
    "EBGaramond-Regular", "EBGaramond-Italic", "CourierPrime-Regular", "Jost-Regular", "Jost-SemiBold"
)  # fmt: skip
# None of the fonts has the narrow no-break space; the common one stands for it, and lines are broken at neither.
_KEPT_TOGETHER = "\u00a0\u202f"


@lru_cache(maxsize=128)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels."""
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


@lru_cache(maxsize=4096)
def _has(name: str, character: str) -> bool:
    if unicodedata.category(character)[0] in "ZC":
        return True
    face = font(name, 40)
    drawn, missing = face.getmask(character), face.getmask("\uffff")
    return drawn.getbbox() is not None and (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


def can_show(text: str, name: str = VOICE) -> bool:
    """Whether the font has every character of the text, and the text runs from left to right."""
    composed = unicodedata.normalize("NFC", text)
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in composed):
        return False
    return all(_has(name, character) for character in composed)


def tidy(text: str) -> str:
    """The text as the fonts can set it: composed, on one line, with the two spaces that they have."""
    return "".join(map(_settable, unicodedata.normalize("NFC", text)))


def _settable(character: str) -> str:
    if character in _KEPT_TOGETHER:
        return "\u00a0"
    if unicodedata.category(character)[0] == "Z" or character in "\n\t":
        return " "
    return character if character.isprintable() else ""


class Lines(NamedTuple):
    """Words broken into lines at a size."""

    size: int
    lines: list[str]


def fitted(text: str, name: str, width: int, height: int, largest: int, smallest: int, leading: float = 1.1) -> Lines:
    """The text as large as it fits the box, on one line where that costs little; at the smallest size it is cut."""
    size, line = on_one_line(text, name, width, largest, largest * 3 // 4)
    if line == text:
        return Lines(size, [line])
    for size in range(largest, smallest - 1, -2):
        lines = list(_broken(text, font(name, size), width))
        if len(lines) * size * leading <= height and all(font(name, size).getlength(line) <= width for line in lines):
            return Lines(size, lines)
    face = font(name, smallest)
    lines = list(_broken(text[:2000], face, width))
    kept = lines[: max(1, int(height / (smallest * leading)))]
    return Lines(smallest, [*kept[:-1], cut(kept[-1] + ("…" if len(kept) < len(lines) else ""), face, width)])


def on_one_line(text: str, name: str, width: int, largest: int, smallest: int) -> tuple[int, str]:
    """The text on one line, as large as it fits; at the smallest size it is cut, with an ellipsis."""
    for size in range(largest, smallest - 1, -1):
        if font(name, size).getlength(text) <= width:
            return size, text
    return smallest, cut(text, font(name, smallest), width)


def _broken(text: str, face: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and face.getlength(longer) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def cut(text: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    """The text with an ellipsis where it is wider than the line."""
    if face.getlength(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = face.getlength(text[:middle].rstrip() + "…") <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"
