"""SVG written by hand: shapes and words with classes and no style of their own. Knows neither Flask nor the archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDE = 360
"""Units across: a drawing is legible at the width of a phone, where a unit is a little less than a pixel."""

LETTER = 0.55
"""How wide a letter of the apparatus is, on average, as a share of its height; used to cut what would not fit."""

VOICE = 0.42
"""The same for the narrower letters in which phrases are set."""

Value = str | int | float | None


def tag(_name: str, *children: object, **attributes: Value) -> Markup:
    """One element; ``class_`` is class, ``stroke_width`` is stroke-width, None leaves an attribute out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{_name}{written}>{inside}</{_name}>" if inside else f"<{_name}{written}/>")


def _number(value: Value) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def join(parts: Iterable[Markup]) -> Markup:
    """Several elements after one another."""
    return Markup("").join(parts)


def words(
    x: float, y: float, text: object, class_: str = "", anchor: str | None = None, lang: str | None = None
) -> Markup:
    """Words whose line stands at ``y``; ``anchor`` is ``middle`` or ``end``, else they begin at ``x``."""
    return tag("text", text, x=x, y=y, class_=class_ or None, text_anchor=anchor, lang=lang)


def fitted(text: str, width: float, size: float = 13, letter: float = LETTER) -> str:
    """The text, cut at a word where it would not fit; the whole of it stands in the table."""
    most = int(width / (size * letter))
    if len(text) <= most:
        return text
    begun = text[: most - 1].rstrip()
    spot = begun.rfind(" ")
    return (begun[:spot] if spot > most * 0.6 else begun).rstrip(" ,;:") + "…"


def link(address: str | None, name: str, *children: object) -> Markup:
    """The children as a link with a name of its own; without an address only the name stays, to be pointed at."""
    inside = (tag("title", name), *children)
    # A search is one of endless many: people follow it, crawlers need not.
    crawled = None if not address or not address.startswith("/search") else "nofollow"
    return tag("a", *inside, href=address, rel=crawled) if address else tag("g", *inside)


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and how high it is; ``linked`` says that something in it can be followed."""

    parts: Markup
    height: float
    width: float = WIDE
    linked: bool = False

    def svg(self, name: str, title: str, description: str, head: Markup | str = "") -> Markup:
        """The whole picture with its name and description; ``head`` goes in first, for a file of its own.

        A picture with links is a group: what stands inside an ``img`` could not be reached by those who listen.
        """
        labels = f"{name}-title {name}-description"
        return tag(
            "svg",
            head,
            tag("title", title, id=f"{name}-title"),
            tag("desc", description, id=f"{name}-description"),
            self.parts,
            viewBox=f"0 0 {_number(float(self.width))} {_number(float(self.height))}",
            class_="drawing",
            role="group" if self.linked else "img",
            aria_labelledby=labels,
            xmlns="http://www.w3.org/2000/svg",
        )


def stacked(drawings: Iterable[Drawing], gap: float = 12) -> Drawing:
    """Several drawings under one another."""
    parts: list[Markup] = []
    height, width, linked = 0.0, 0.0, False
    for each in drawings:
        height += gap if parts else 0
        parts.append(tag("g", each.parts, transform=f"translate(0 {_number(float(height))})"))
        height, width, linked = height + each.height, max(width, each.width), linked or each.linked
    return Drawing(join(parts), height, width or WIDE, linked)
