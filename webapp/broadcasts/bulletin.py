"""A night laid out as it was read: a sheet a station, hours and order where they are known, gaps as gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webapp.broadcasts.models import Broadcast
from webapp.stations import Station
from webapp.text.folding import fold

# A night is dated by its evening: what was read before five in the morning comes after what was read before midnight.
MORNING = "05:00"


class Line(NamedTuple):
    """One reading, and how many messages are missing just before it where the order is known."""

    broadcast: Broadcast
    missing: int


@dataclass
class Part:
    """The lines of one hour, or those whose hour nobody knows: first those with a known place, then the others."""

    time: str
    placed: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def ordered(self) -> bool:
        """Whether the order of these lines is known; a line alone has no order to know."""
        return len(self.lines) == 1 or all(line.broadcast.place_in_night is not None for line in self.lines)


@dataclass
class Sheet:
    """What one station read that night."""

    station: Station | None
    parts: list[Part] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """All lines of the sheet."""
        return [line for part in self.parts for line in part.lines]


def sheets(broadcasts: Iterable[Broadcast]) -> list[Sheet]:
    """The night's broadcasts by station, the fullest sheet first."""
    by_station: dict[str, list[Broadcast]] = {}
    for broadcast in broadcasts:
        station = station_of(broadcast)
        by_station.setdefault(station.id if station else "", []).append(broadcast)
    laid = [Sheet(station_of(group[0]), _parts(group)) for group in by_station.values()]
    return sorted(laid, key=lambda sheet: -len(sheet.lines))


def station_of(broadcast: Broadcast) -> Station | None:
    """Who read it: the station of the broadcast, else the one that the message is known from."""
    return broadcast.station or broadcast.message.station


def _parts(broadcasts: Sequence[Broadcast]) -> list[Part]:
    parts: list[Part] = []
    last = 0
    for broadcast in sorted(broadcasts, key=_in_order):
        place = broadcast.place_in_night
        alike = (broadcast.time, bool(not broadcast.time and place is not None))
        if not parts or (parts[-1].time, parts[-1].placed) != alike:
            parts.append(Part(*alike))
        missing = max(0, place - last - 1) if place is not None else 0
        last = max(last, place or 0)
        parts[-1].lines.append(Line(broadcast, missing))
    return parts


def _in_order(broadcast: Broadcast) -> tuple[bool, bool, str, bool, int, str]:
    """Known hours first, then those known by their place alone, then the others by the alphabet."""
    time, place = broadcast.time, broadcast.place_in_night
    return (not time, time < MORNING, time, place is None, place or 0, fold(broadcast.message.text))
