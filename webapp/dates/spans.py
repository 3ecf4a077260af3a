"""Comparing two stretches of time whose ends may be open or unknown (None)."""

from typing import TypeVar

from webapp.dates.days import Day

Edge = TypeVar("Edge", Day, int)


def _not_after(first: Edge | None, last: Edge | None) -> bool:
    return first is None or last is None or first <= last


def overlaps(a_first: Edge | None, a_last: Edge | None, b_first: Edge | None, b_last: Edge | None) -> bool:
    """Whether a may touch b: they share at least one possible day."""
    return _not_after(a_first, b_last) and _not_after(b_first, a_last)


def within(a_first: Edge | None, a_last: Edge | None, b_first: Edge | None, b_last: Edge | None) -> bool:
    """Whether a is certainly inside b: an end of a that nobody knows is inside only where b has no end either."""
    starts = b_first is None or (a_first is not None and b_first <= a_first)
    ends = b_last is None or (a_last is not None and a_last <= b_last)
    return starts and ends
