"""A search by dates can ask for what may touch a period, or for what is certainly inside it."""

import pytest

from webapp.dates import overlaps, parse, within


@pytest.mark.parametrize(
    ("date", "period", "touches", "inside"),
    [
        ("1944-06-05", "1944-06", True, True),
        ("1944-06", "1944-06-05", True, False),
        ("1944-06", "1944-06", True, True),
        ("1944-05/1944-06", "1944-06/1944-07", True, False),
        ("1944-06-30", "1944-07", False, False),
        ("1944-06/..", "1944-07", True, False),
        ("1944-08/..", "1944-07", False, False),
        ("../1944-06", "1944-07", False, False),
        ("1944-06/", "1944/..", True, True),
        ("[..1943]", "../1943", True, True),
        ("[..1943]", "1940/1943", True, False),
    ],
)
def test_overlapping_and_being_certainly_within(date: str, period: str, touches: bool, inside: bool) -> None:
    a, b = parse(date), parse(period)
    assert overlaps(a.earliest, a.latest, b.earliest, b.latest) is touches
    assert overlaps(b.earliest, b.latest, a.earliest, a.latest) is touches
    assert within(a.earliest, a.latest, b.earliest, b.latest) is inside


def test_counted_days_compare_like_days() -> None:
    assert overlaps(1, 5, 5, 9)
    assert not overlaps(1, 4, 5, 9)
    assert within(6, 7, 5, 9)
    assert not within(6, None, 5, 9)
