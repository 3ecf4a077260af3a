"""The few kinds of charts of the archive: bars, heat maps, marks in columns, columns of time, arcs. All are pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

from markupsafe import Markup

from webapp.figures.svg import VOICE, WIDE, Drawing, beside, breadth, fitted, join, link, tag, words

ROW = 26
"""The height of a row: a finger finds it (24 pixels at least, on a phone too)."""

LEVELS = 5
"""How many shades a heat map has; the number stands in every cell, so that none has to be told from another."""


@dataclass(frozen=True)
class Bar:
    """One row: a label, a length, what is written at its end, and the name of its link.

    ``part`` is the darker part of the length; ``margin`` are the two ends of a margin of error; ``manner`` is a class
    that marks the row off.
    """

    label: str
    value: float
    written: str
    name: str
    address: str | None = None
    part: float = 0
    margin: tuple[float, float] | None = None
    manner: str = ""

    @property
    def reach(self) -> float:
        """Where the row ends, its margin included."""
        return max(self.value, self.margin[1] if self.margin else 0)


def bars(rows: Sequence[Bar], labels: float = 150, ends: float = 54, most: float = 0) -> Drawing:
    """Bars beside their labels, from the top down; ``most`` is the length that fills the width, else the longest."""
    scale = (WIDE - labels - 8 - ends) / (most or max((row.reach for row in rows), default=0) or 1)
    height = max(len(rows), 1) * ROW
    drawn = [_bar(row, number * ROW, labels, scale) for number, row in enumerate(rows)]
    axis = tag("path", d=f"M{labels + 4},0V{height}", class_="axis")
    return Drawing(join([*drawn, axis]), height, linked=any(row.address for row in rows))


def _bar(row: Bar, top: float, labels: float, scale: float) -> Markup:
    left, middle = labels + 4, top + ROW / 2
    shapes = [
        tag("rect", x=0, y=top, width=WIDE, height=ROW, class_="row"),
        beside(labels, top, row.label, labels),
        tag("rect", x=left, y=top + 5, width=row.value * scale, height=ROW - 10, class_=f"bar {row.manner}".rstrip()),
        tag("rect", x=left, y=top + 5, width=row.part * scale, height=ROW - 10, class_="part") if row.part else "",
        _margin(left, scale, row.margin, middle) if row.margin else "",
        words(left + row.reach * scale + 5, top + 17.5, row.written, "n"),
    ]
    return link(row.address, row.name, *shapes)


def _margin(left: float, scale: float, margin: tuple[float, float], y: float) -> Markup:
    low, high = (left + end * scale for end in margin)
    return tag("path", d=f"M{low:.1f},{y - 5:g}v10m0,-5H{high:.1f}m0,-5v10", class_="margin")


class Cell(NamedTuple):
    """One cell of a heat map: how many, the name of its link, and where it leads."""

    many: int
    name: str
    address: str | None


SLANT = 0.88
"""How high slanting words stand, as a share of their length."""


def _foot(heads: Sequence[str]) -> float:
    """Where slanting heads stand, so that the longest has room."""
    return round(min(max((breadth(head) for head in heads), default=0) * SLANT + 8, 150))


def heat(heads: Sequence[str], rows: Sequence[str], cells: Mapping[tuple[int, int], Cell]) -> Drawing:
    """A table of shades, numbers in the cells; wider than a phone when it has many columns."""
    labels, side, foot, overhang = 150, 26 if len(heads) < 8 else 30, _foot(heads), 60
    most = max((cell.many for cell in cells.values()), default=0) or 1
    tops = [
        tag(
            "text",
            fitted(head, foot / SLANT),
            class_="name",
            transform=f"translate({labels + 8 + side * (n + 0.6):g} {foot}) rotate(-62)",
        )
        for n, head in enumerate(heads)
    ]
    sides = [beside(labels, foot + 8 + ROW * n, row, labels) for n, row in enumerate(rows)]
    drawn = [
        _cell(cell, labels + 8 + side * column, foot + 8 + ROW * row, side, most)
        for (row, column), cell in sorted(cells.items())
    ]
    width = max(WIDE, labels + 8 + side * len(heads) + overhang)
    return Drawing(
        join([*tops, *sides, *drawn]), foot + 8 + ROW * len(rows), width, any(cell.address for cell in cells.values())
    )


def _cell(cell: Cell, left: float, top: float, side: float, most: int) -> Markup:
    level = ceil(LEVELS * sqrt(cell.many / most))
    box = tag("rect", x=left + 1, y=top + 1, width=side - 2, height=ROW - 2, class_=f"heat heat-{level}")
    return link(
        cell.address, cell.name, box, words(left + side / 2, top + 17.5, cell.many, f"count count-{level}", "middle")
    )


class Line(NamedTuple):
    """A row of marks: its label, the mark of each column by name, the name of its link, where it leads."""

    label: str
    marks: Sequence[str]
    name: str
    address: str | None
    lang: str | None = None


def matrix(heads: Sequence[str], rows: Sequence[Line], labels: float = 206, foot: float = 124) -> Drawing:
    """Rows of marks under slanting heads."""
    side, overhang = 24, 40
    tops = [
        tag(
            "text",
            fitted(head, foot / SLANT),
            class_="name",
            transform=f"translate({labels + side * (n + 0.7):g} {foot}) rotate(-62)",
        )
        for n, head in enumerate(heads)
    ]
    drawn = [_line(row, foot + 8 + ROW * number, labels, side) for number, row in enumerate(rows)]
    width = max(WIDE, labels + side * len(heads) + overhang)
    return Drawing(join([*tops, *drawn]), foot + 8 + ROW * len(rows), width, any(row.address for row in rows))


def _line(row: Line, top: float, labels: float, side: float) -> Markup:
    shapes = [
        tag("rect", x=0, y=top, width=labels + side * len(row.marks), height=ROW, class_="row"),
        words(0, top + 17.5, fitted(row.label, labels - 4, 15, VOICE), "said", lang=row.lang),
        *(mark(name, labels + side * (n + 0.5), top + ROW / 2) for n, name in enumerate(row.marks)),
        tag("path", d=f"M0,{top + ROW:g}H{labels + side * len(row.marks):g}", class_="rule"),
    ]
    return link(row.address, row.name, *shapes)


def mark(name: str, x: float, y: float, r: float = 5.5) -> Markup:
    """A mark by its name: ``full``, ``half``, ``ring``, ``dashed``; anything else is a small dot for nothing."""
    if name == "full":
        return tag("circle", cx=x, cy=y, r=r, class_="mark-full")
    if name == "half":
        half = tag("path", d=f"M{x - r:g},{y:g}a{r:g},{r:g} 0 0 1 {2 * r:g},0Z", class_="mark-full")
        return join([tag("circle", cx=x, cy=y, r=r - 0.7, class_="mark-ring"), half])
    if name in ("ring", "dashed"):
        return tag("circle", cx=x, cy=y, r=r - 0.7, class_=f"mark-{name}")
    return tag("circle", cx=x, cy=y, r=1, class_="mark-none")


class Column(NamedTuple):
    """One moment of a run of time: what is certain and what is not."""

    certain: int
    uncertain: int = 0


def columns(run: Sequence[Column], ticks: Mapping[int, str], peaks: Mapping[int, str], height: float = 96) -> Drawing:
    """A run of time as columns on a scale: the certain solid, the uncertain outlined above it. ``ticks`` are written
    under the scale where they begin, ``peaks`` above their column."""
    step = WIDE / max(len(run), 1)
    unit = height / (max((sum(each) for each in run), default=0) or 1)
    ground = height + 34
    drawn = [_column(each, number * step, step, unit, ground) for number, each in enumerate(run) if any(each)]
    scale = [tag("path", d=f"M0,{ground}H{WIDE}", class_="axis")]
    for number, label in ticks.items():
        x = number * step
        scale += [tag("path", d=f"M{x:.1f},{ground}v8", class_="axis"), words(x + 3, ground + 15, label, "name")]
    written = _peaks(run, peaks, step, unit, ground)
    return Drawing(join([*drawn, *scale, *written]), ground + 22)


def _column(each: Column, left: float, step: float, unit: float, ground: float) -> Markup:
    gap = min(step * 0.2, 2)
    top, wide = ground - each.certain * unit, step - gap
    solid = tag("rect", x=left, y=top, width=wide, height=each.certain * unit, class_="bar")
    if not each.uncertain:
        return solid
    return solid + tag(
        "rect", x=left, y=top - each.uncertain * unit, width=wide, height=each.uncertain * unit, class_="unsure"
    )


def _peaks(run: Sequence[Column], peaks: Mapping[int, str], step: float, unit: float, ground: float) -> list[Markup]:
    written, taken = [], -1e9
    for level, (number, label) in enumerate(sorted(peaks.items())):
        x, top = (number + 0.5) * step, ground - sum(run[number]) * unit
        y = 12 if x - taken > 95 or level == 0 else 26
        taken = x if y == 12 else taken
        anchor = "start" if x < 50 else "end" if x > WIDE - 50 else "middle"
        written += [tag("path", d=f"M{x:.1f},{y + 3}V{top - 2:.1f}", class_="lead"), words(x, y, label, "n", anchor)]
    return written


class Knot(NamedTuple):
    """A row of an arc diagram: its label, a second voice, the name of its link, where that leads, the language."""

    label: str
    beneath: str
    name: str
    address: str | None
    lang: str | None = None


class Arc(NamedTuple):
    """A tie from one row to another, with a class for its kind."""

    start: int
    end: int
    manner: str = ""


def arcs(knots: Sequence[Knot], ties: Sequence[Arc], gutter: float = 58) -> Drawing:
    """Rows one above the other, tied by arcs on their left; each arc ends in an arrow."""
    pitch = 40
    middle = [number * pitch + 17 for number in range(len(knots))]
    longest = max((abs(tie.end - tie.start) for tie in ties), default=1)
    drawn = [
        _arc(middle[tie.start], middle[tie.end], gutter, abs(tie.end - tie.start) / longest, tie.manner) for tie in ties
    ]
    rows = [_knot(knot, y, gutter) for knot, y in zip(knots, middle, strict=True)]
    return Drawing(join([*drawn, *rows]), max(len(knots), 1) * pitch, linked=any(knot.address for knot in knots))


def _knot(knot: Knot, y: float, gutter: float) -> Markup:
    left = gutter + 12
    shapes = [
        tag("rect", x=gutter - 10, y=y - 17, width=WIDE - gutter + 10, height=38, class_="row"),
        tag("circle", cx=gutter, cy=y, r=4.5, class_="mark-full"),
        words(left, y + 1, fitted(knot.label, WIDE - left, 15, VOICE), "said", lang=knot.lang),
        words(left, y + 16, fitted(knot.beneath, WIDE - left, 12), "second"),
    ]
    return link(knot.address, knot.name, *shapes)


def _arc(start: float, end: float, gutter: float, share: float, manner: str) -> Markup:
    bulge = 16 + (gutter - 22) * share
    x = gutter - 6
    curve = tag(
        "path",
        d=f"M{x:g},{start:g}C{x - bulge * 1.25:.1f},{start:g} {x - bulge * 1.25:.1f},{end:g} {x:g},{end:g}",
        class_=f"tie {manner}".rstrip(),
    )
    return curve + tag("path", d=f"M{x:g},{end:g}l-7,-4v8Z", class_="mark-full")
