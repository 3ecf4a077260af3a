"""Slugs: the readable end of an address. It helps people; the identifier before it decides."""

import re

from webapp.text.analysis import fold

NOTHING_LATIN = "message"

_LATIN = re.compile(r"[a-z0-9]+")


def slug(text: str, limit: int = 60) -> str:
    """Latin words in small letters and hyphens, whole words up to `limit`; "message" when none is left."""
    kept: list[str] = []
    length = -1
    for word in _LATIN.findall(fold(text)):
        length += len(word) + 1
        if length > limit:
            return "-".join(kept) or word[:limit]
        kept.append(word)
    return "-".join(kept) or NOTHING_LATIN
