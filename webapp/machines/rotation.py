"""Which backups stay: the newest of each of the last 7 days, 4 weeks and 12 months that have one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

NAME = re.compile(r"carottes-(\d{8}T\d{6}Z)\.tar\.gz(?:\.sealed)?")
WRITTEN = "%Y%m%dT%H%M%SZ"

# How a moment is told by day, week and month, and how many of each stay.
STAY: list[tuple[Callable[[dt.datetime], Any], int]] = [
    (lambda at: at.date(), 7),
    (lambda at: at.isocalendar()[:2], 4),
    (lambda at: (at.year, at.month), 12),
]


def name(at: dt.datetime, sealed: bool) -> str:
    """What the backup of a moment is called."""
    return f"carottes-{at.strftime(WRITTEN)}.tar.gz" + (".sealed" if sealed else "")


def moment(path: Path) -> dt.datetime | None:
    """The moment of a backup by its name; None for a file that is none."""
    found = NAME.fullmatch(path.name)
    return dt.datetime.strptime(found[1], WRITTEN).replace(tzinfo=dt.UTC) if found else None


def staying(moments: Iterable[dt.datetime]) -> set[dt.datetime]:
    """Those of the moments whose backups stay."""
    newest_first, stay = sorted(moments, reverse=True), set()
    for told, most in STAY:
        seen: dict[Any, dt.datetime] = {}
        for at in newest_first:
            seen.setdefault(told(at), at)
        stay |= set(list(seen.values())[:most])
    return stay


def rotate(folder: Path) -> list[Path]:
    """Remove the backups of a folder that do not stay; nothing else in it is touched. Gives what was removed."""
    found = {path: at for path in folder.iterdir() if (at := moment(path))}
    stay = staying(found.values())
    gone = sorted(path for path, at in found.items() if at not in stay)
    for path in gone:
        path.unlink()
        path.with_name(path.name + ".sha256").unlink(missing_ok=True)
    return gone
