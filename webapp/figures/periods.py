"""The periods by which the archive's two centuries are told apart."""

from __future__ import annotations

from typing import NamedTuple

from webapp.languages import N_


class Period(NamedTuple):
    """A run of years: its name in addresses, its label, its first and last year; None where it is open."""

    name: str
    label: str
    first: int | None
    last: int | None

    @property
    def years(self) -> tuple[int | None, int | None]:
        """First and last year."""
        return self.first, self.last


PERIODS = [
    Period("before-1939", N_("Before 1939"), None, 1938),
    Period("1939-1945", N_("1939 to 1945"), 1939, 1945),
    Period("1946-1999", N_("1946 to 1999"), 1946, 1999),
    Period("since-2000", N_("Since 2000"), 2000, None),
]
BY_NAME = {period.name: period for period in PERIODS}
