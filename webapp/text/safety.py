"""Sanitising, always last: only the tags and attributes below leave this room, whatever an author wrote.

Cards, figures and citations are trusted HTML of our own. They are put in after sanitising, in places that
carry a secret drawn for each text, so that an author cannot forge one.
"""

import re
import secrets

import nh3
from markupsafe import Markup

TAGS = {
    "a", "abbr", "blockquote", "br", "cite", "code", "div", "em", "h2", "h3", "h4", "hr", "li", "mark", "ol", "p",
    "pre", "q", "s", "section", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip

_OURS = {"class", "id", "lang", "role", "aria-label", "aria-labelledby", "tabindex"}
"""An author cannot write an attribute; these are the ones we write."""

ATTRIBUTES = {tag: set(_OURS) for tag in TAGS} | {
    "a": _OURS | {"href", "title"},
    "ol": _OURS | {"start"},
    "th": _OURS | {"scope"},
}

SCHEMES = {"http", "https", "mailto"}


def clean(html: str) -> str:
    """The HTML with nothing in it but the tags, attributes and schemes above."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        generic_attribute_prefixes={"data-"},
        url_schemes=SCHEMES,
        link_rel="noopener",
    )


class Places:
    """Keeps trusted HTML aside while a text is sanitised."""

    def __init__(self) -> None:
        self.secret = secrets.token_hex(16)
        self.kept: list[Markup] = []

    def keep(self, html: Markup) -> str:
        """What stands in the text for this HTML until it is filled in."""
        self.kept.append(html)
        return f"{self.secret}.{len(self.kept) - 1}."

    def fill(self, cleaned: str) -> Markup:
        """The sanitised text with the trusted HTML in its places; what is filled in is not read again."""
        return Markup(re.sub(rf"{self.secret}\.(\d+)\.", lambda found: self.kept[int(found[1])], cleaned))
