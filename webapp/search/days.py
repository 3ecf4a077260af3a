"""How the engines keep the days of a document: doubled, so that an odd first day can say that the date is doubtful.

A doubtful date overlaps the period asked for like any other, and lies certainly within none.
"""

from __future__ import annotations

from webapp.search.engine import Document, Query

OPEN_PAST, OPEN_FUTURE = -(2**31), 2**31 - 1
FARTHEST = 2**30 - 1
"""What is farther from the beginning of our era, by almost three million years, is kept as if it were that far."""


def spans(document: Document) -> list[tuple[int, int]]:
    """First and last day of every date, doubled; the first is odd where the date is doubtful."""
    return [_span(first, last, at in document.doubtful) for at, (first, last) in enumerate(document.spans)]


def _span(first: int | None, last: int | None, doubtful: bool) -> tuple[int, int]:
    return (
        (OPEN_PAST if first is None else _doubled(first)) + doubtful,
        OPEN_FUTURE if last is None else _doubled(last) + 1,
    )


def _doubled(day: int) -> int:
    return 2 * min(max(day, -FARTHEST), FARTHEST)


def period(query: Query) -> tuple[int, int]:
    """First and last day asked for, doubled like those that are kept."""
    return (
        OPEN_PAST if query.since is None else _doubled(query.since),
        OPEN_FUTURE if query.until is None else _doubled(query.until) + 1,
    )
