"""Text as a stranger typed it, made fit to be kept: plain, without characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata

# Control characters except tab and line feed, and the marks that turn the direction of what stands after them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_LINES = re.compile(r"\n{4,}")


def plain(text: str) -> str:
    """The text in NFC, with plain line ends, without invisible characters, and with no more than two empty lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n\n\n", _UNSEEN.sub("", text)).strip()


def plain_line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())
