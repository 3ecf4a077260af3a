"""Writing XML: escaped, and without the characters that XML does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sound(text: str) -> str:
    """The text without characters that XML 1.0 has no way to write."""
    return _FORBIDDEN.sub("\ufffd", text)


def element(name: str, /, *content: str, **attributes: str | None) -> str:
    """An element around content that is XML already; an attribute ``xml_lang`` is written ``xml:lang``, None is left
    out."""
    told = "".join(
        f" {key.rstrip('_').replace('xml_', 'xml:').replace('xsi_', 'xsi:')}={quoteattr(sound(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(content)
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>"


def words(text: object) -> str:
    """A text as XML."""
    return escape(sound(str(text)))


def joined(parts: Iterable[str]) -> str:
    """Pieces of XML, one after the other."""
    return "".join(parts)
