"""How a night is cited: by its date, at its own address, as it was seen on a day; a night has no versions."""

from __future__ import annotations

from webapp.citations import Citable, When
from webapp.dates import Day, parse
from webapp.navigation import absolute
from webapp.revisions.citing import today


def address(day: Day) -> str:
    """The permanent address of a night: its date."""
    return absolute(f"/nights/{day.iso}")


def night(day: Day) -> Citable:
    """The night as a reference sees it."""
    return Citable("night", "", address(day), id=day.iso, dates=(When(parse(day.iso)),), accessed=today())
