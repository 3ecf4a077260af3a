"""Maps of grounds and addressees. What is known of a place to a town is a ring around that town, never a point."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from math import cos, radians, sqrt
from typing import Any, NamedTuple

from babel import Locale
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import PACKAGE
from webapp.figures import queries
from webapp.figures.figure import Figure, Said, Value, address
from webapp.figures.queries import Ground
from webapp.figures.svg import Drawing, join, link, stacked, tag, words
from webapp.figures.texts import rule, title
from webapp.filters import capitalised
from webapp.languages import N_, language, ngettext, number, told
from webapp.languages import gettext as _
from webapp.messages.models import Meaning
from webapp.places import Precision
from webapp.stations import LONDON

PRECISIONS = {
    Precision.POINT: N_("the point itself"),
    Precision.LOCALITY: N_("near this town"),
    Precision.REGION: N_("a region"),
    Precision.COUNTRY: N_("a country"),
    Precision.UNKNOWN: N_("not located"),
}


class Sheet(NamedTuple):
    """A piece of the world as it is drawn: west, south, east, north; the parallel that is true to scale; the land."""

    name: str
    box: tuple[float, float, float, float]
    parallel: float
    width: float
    height: float
    land: str
    borders: str

    def holds(self, ground: Ground) -> bool:
        """Whether a located place lies on this sheet."""
        west, south, east, north = self.box
        return (
            ground.lat is not None
            and ground.lon is not None
            and west <= ground.lon <= east
            and south <= ground.lat <= north
        )

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is drawn."""
        west, _south, east, north = self.box
        scale = self.width / ((east - west) * cos(radians(self.parallel)))
        return (lon - west) * cos(radians(self.parallel)) * scale, (north - lat) * scale


@lru_cache(maxsize=1)
def sheets() -> dict[str, Sheet]:
    """France, Europe and the world, simplified once from Natural Earth (world-atlas, ISC); today's borders."""
    read: dict[str, Any] = json.loads((PACKAGE / "figures" / "land.json").read_text(encoding="utf-8"))
    return {
        name: Sheet(
            name, tuple(each["box"]), each["parallel"], each["width"], each["height"], each["land"], each["borders"]
        )
        for name, each in read["sheets"].items()
    }


SHEETS = {"france": N_("France and its neighbours"), "europe": N_("Europe"), "world": N_("The world")}


class Located(NamedTuple):
    """The places of the archive: those on each sheet, those that are regions, those that nobody has located."""

    on: dict[str, list[Ground]]
    regions: list[Ground]
    nowhere: list[Ground]


def located(grounds: Sequence[Ground]) -> Located:
    """Each place on the closest sheet that holds it."""
    on: dict[str, list[Ground]] = {name: [] for name in SHEETS}
    regions, nowhere = [], []
    for ground in grounds:
        sheet = next((name for name in SHEETS if sheets()[name].holds(ground)), None)
        if ground.precision in (Precision.REGION, Precision.COUNTRY):
            regions.append(ground)
        elif sheet:
            on[sheet].append(ground)
        else:
            nowhere.append(ground)
    return Located(on, regions, nowhere)


def spot_anchor(ground: Ground) -> str:
    """The anchor of a place in the table of the map."""
    return f"place-{ground.id}"


FINGER = 13.5
"""How far around a place a finger may miss it where the whole sheet stands on a phone: 24 pixels across."""


def drawing(name: str, grounds: Sequence[Ground], reach: float = FINGER) -> Drawing:
    """A sheet with its places; those at one town share one ring, sized by their messages."""
    sheet = sheets()[name]
    spots: dict[tuple[float, float], list[Ground]] = defaultdict(list)
    for ground in grounds:
        spots[round(ground.lon or 0, 2), round(ground.lat or 0, 2)].append(ground)
    frame = tag("rect", x=0, y=0, width=sheet.width, height=sheet.height, class_="sea")
    ground_shapes = [
        frame,
        tag("path", d=sheet.land, class_="land"),
        tag("path", d=sheet.borders, class_="border") if sheet.borders else "",
    ]
    inner = _inset(name)
    marks = [
        _spot(sheet, there, reach) for there in sorted(spots.values(), key=lambda each: -sum(g.messages for g in each))
    ]
    clipped = tag(
        "svg",
        *ground_shapes,
        inner,
        x=0,
        y=0,
        width=sheet.width,
        height=sheet.height,
        viewBox=f"0 0 {sheet.width} {sheet.height}",
    )
    return Drawing(join([clipped, *marks]), sheet.height, sheet.width, bool(marks))


def _inset(name: str) -> Markup | str:
    """On a wider sheet, the frame of the closer one."""
    closer = {"europe": "france", "world": "europe"}.get(name)
    if closer is None:
        return ""
    west, south, east, north = sheets()[closer].box
    (left, top), (right, bottom) = sheets()[name].at(west, north), sheets()[name].at(east, south)
    return tag("rect", x=left, y=top, width=right - left, height=bottom - top, class_="inset")


def _spot(sheet: Sheet, there: list[Ground], reach: float) -> Markup:
    x, y = sheet.at(there[0].lon or 0, there[0].lat or 0)
    many = sum(ground.messages for ground in there)
    name = "; ".join(
        f"{told(ground.name).text} ({ngettext('%(num)s message', '%(num)s messages', ground.messages)})"
        for ground in there
    )
    exact = all(ground.precision == Precision.POINT for ground in there)
    where = address(f"/places/{there[0].id}") if len(there) == 1 else f"#{spot_anchor(there[0])}"
    r = 3.5 + 1.8 * sqrt(many)
    shape = (
        tag("path", d=f"M{x - 7:.1f},{y:.1f}h14M{x:.1f},{y - 7:.1f}v14", class_="cross")
        + tag("circle", cx=x, cy=y, r=4, class_="mark-full")
        if exact
        else tag("circle", cx=x, cy=y, r=r, class_="near")
    )
    count = words(x, y + 4, number(many), "inside", "middle") if many > 1 and not exact else ""
    return link(where, name, tag("circle", cx=x, cy=y, r=max(r, reach), class_="target"), shape, count)


def country(code: str) -> str:
    """A country's name in the reader's language."""
    return _territories(language()).get(code, code)


@lru_cache
def _territories(lang: str) -> dict[str, str]:
    return dict(Locale(lang).territories)


def where(ground: Ground) -> str:
    """Region and country of a place."""
    return ", ".join(filter(None, (ground.region, country(ground.country) if ground.country else "")))


def _rows(grounds: Sequence[Ground]) -> list[list[Value]]:
    return [
        [
            Said(capitalised(told(ground.name).text), address(f"/places/{ground.id}")),
            where(ground),
            _(PRECISIONS[Precision(ground.precision)]),
            ground.located_by,
            number(ground.messages),
        ]
        for ground in grounds
    ]


def whole_map(session: Session) -> Figure:
    """All three sheets under one another, and all places as a table."""
    grounds = queries.grounds(session)
    found = located(grounds)
    placed = sum(len(each) for each in found.on.values())
    return Figure(
        name="map",
        title=title("map"),
        rule=rule("map"),
        denominator=_(
            "%(placed)s of %(all)s places could be placed; %(regions)s are regions, %(nowhere)s are not located.",
            placed=number(placed),
            all=number(len(grounds)),
            regions=number(len(found.regions)),
            nowhere=number(len(found.nowhere)),
        ),
        drawing=stacked([drawing(name, found.on[name]) for name in SHEETS], 14),
        heads=[_("Place"), _("Where"), _("How exactly"), _("Located by"), _("Messages")],
        rows=_rows(grounds),
        behind=(address("/places"), _("All places")),
    )


def networks_map(session: Session) -> Figure:
    """Grounds of the BBC's French messages, and for whom they were."""
    bbc = queries.at(LONDON)
    grounds = [ground for ground in queries.grounds(session, bbc) if ground.country in ("FR", "")]
    networks = queries.addressees(session, bbc)
    on_map = located(grounds).on["france"]
    rows: list[list[Value]] = [
        [
            Said(capitalised(told(ground.name).text), address(f"/places/{ground.id}")),
            ground.region,
            "; ".join(told(name).text for _id, name in networks.get(ground.id, [])),
            number(ground.messages),
        ]
        for ground in grounds
    ]
    return Figure(
        name="networks-map",
        title=title("networks-map"),
        rule=rule("networks-map"),
        denominator=_claims_said(session),
        drawing=drawing("france", on_map),
        heads=[_("Place"), _("Region"), _("For whom"), _("Messages")],
        rows=rows,
        behind=(address("/map"), _("The whole map")),
    )


def _claims_said(session: Session) -> str:
    count = select(func.count(Meaning.id), func.count(Meaning.place_id), func.count(Meaning.network_id)).join(
        Meaning.message
    )
    row = session.execute(count.where(*queries.public(), queries.at(LONDON))).one()
    return _(
        "Out of %(all)s claims: %(places)s name a place, %(networks)s an addressee that has a name.",
        all=number(row[0]),
        places=number(row[1]),
        networks=number(row[2]),
    )
