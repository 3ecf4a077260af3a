"""Slugs: the readable end of an address. It helps people; the identifier before it decides."""

from webapp.text.analysis import words

NOTHING_LATIN = "message"


def slug(text: str, limit: int = 60) -> str:
    """Latin words in small letters and hyphens, whole words up to `limit`; "message" when none is left."""
    latin = [word.text for word in words(text) if word.text.isascii()]
    kept, length = [], -1
    for word in latin:
        length += len(word) + 1
        if length > limit:
            break
        kept.append(word)
    return "-".join(kept) or "".join(latin[:1])[:limit] or NOTHING_LATIN
