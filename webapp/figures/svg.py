"""SVG written by hand: shapes and words with classes and no style of their own. Knows neither Flask nor the archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from markupsafe import Markup, escape

WIDE = 360
"""Units across: a drawing is legible at the width of a phone, where a unit is a little less than a pixel."""

LETTER = 0.55
"""How wide a letter of the apparatus is, on average, as a share of its height; used to cut what would not fit."""

VOICE = 0.42
"""The same for the narrower letters in which phrases are set."""

SMALL = 11.5
"""The height of the letters of a label that takes two lines."""

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
    if breadth(text, size, letter) <= width:
        return text
    most = next(n for n in range(len(text), -1, -1) if breadth(text[:n], size, letter) <= width - size * letter)
    begun = text[:most].rstrip()
    spot = begun.rfind(" ")
    return (begun[:spot] if spot > most * 0.6 else begun).rstrip(" ,;:") + "…"


def breadth(text: str, size: float = 13, letter: float = LETTER) -> float:
    """About how wide a text is: capitals and other alphabets are wider than small letters, ideographs are square."""
    return size * sum(_width(each, letter) for each in text)


def _width(each: str, letter: float) -> float:
    if east_asian_width(each) in "WF":
        return 1
    return letter * (1.45 if each.isupper() else 1.4 if "\u0370" <= each < "\u2000" else 1)


def beside(x: float, top: float, text: str, width: float) -> Markup:
    """A label before a row of 26 units, ending at ``x``: on one line, else on two smaller ones, else cut."""
    if breadth(text) <= width:
        return words(x, top + 17.5, text, "name", "end")
    first = fitted(text, width, SMALL).removesuffix("…")
    first = first if text[len(first) :].startswith(" ") or " " not in first else first.rpartition(" ")[0]
    rest = fitted(text[len(first) :].strip(), width, SMALL)
    return join(
        [words(x, top + 11, first, "name name--small", "end"), words(x, top + 22.5, rest, "name name--small", "end")]
    )


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
