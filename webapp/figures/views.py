"""The figures: all of them, one as a page, as a picture, as a table; and the pages that are one large figure."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from webapp.broadcasts.queries import calendar
from webapp.config import PACKAGE
from webapp.database import session
from webapp.errors import wants_json
from webapp.figures import freezing, queries
from webapp.figures.charts import mark
from webapp.figures.coverage import held
from webapp.figures.crossing import crossing, heat_map
from webapp.figures.figure import Figure, manner
from webapp.figures.maps import PRECISIONS, SHEETS, drawing, located, where
from webapp.figures.nights import Year, month_drawing, year_of
from webapp.figures.nights import figure_of as calendar_figure
from webapp.figures.periods import BY_NAME, PERIODS
from webapp.figures.queries import Narrowing
from webapp.figures.register import contents, enter, figure, recently
from webapp.figures.svg import tag
from webapp.languages import N_, language
from webapp.languages import gettext as _
from webapp.messages.models import Message
from webapp.navigation import absolute, path_to
from webapp.permissions import Act, may
from webapp.places import Precision
from webapp.rendering import page, reading
from webapp.revisions.figures import until_changed
from webapp.vocabularies import Scheme, Standing

blueprint = Blueprint("figures", __name__)
enter()
freezing.enter()


class NoFigure(NotFound):
    """No figure has this name; the sentence says which there are."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("No figure has this name. The page of figures lists all of them.")


@blueprint.get("/figures")
def listing() -> Any:
    """All figures with what each counts."""
    return page("figures/listing.html", figures=contents())


@blueprint.get("/figures/<name>")
def show(name: str) -> Any:
    """One figure with its table."""
    return page("figures/show.html", figure=_found(name))


@blueprint.get("/figures/<name>.svg")
def picture(name: str) -> Response:
    """The picture as a file that carries its own colours, light and dark."""
    return send_picture(_found(name))


@blueprint.get("/figures/<name>.csv")
def table(name: str) -> Response:
    """The table as a file."""
    return send_table(_found(name))


def _found(name: str) -> Figure:
    found = figure(name)
    if found is None:
        raise NoFigure
    return found


# Where our fonts are missing the letters are wider.
_SMALLER = ".drawing text { font-size: 11.5px; }"
DRAWN = (".drawing", ".mark-", ".night-", ".inset", ".near", ".cross ")


@lru_cache(maxsize=1)
def _colours() -> str:
    """What a picture of its own needs: the palette, and the rules for drawings out of the site's style sheet."""
    palette = (PACKAGE / "figures" / "standalone.css").read_text(encoding="utf-8")
    sheet = (PACKAGE / "static" / "css" / "pages" / "figures.css").read_text(encoding="utf-8")
    rules = (line.strip() for line in sheet.splitlines())
    return palette + "\n".join([*(line for line in rules if line.startswith(DRAWN)), _SMALLER])


def send_picture(shown: Figure) -> Response:
    """A figure as an SVG file. Its style is part of it, and the policy names that style by its hash."""
    style = tag("style", Markup(_colours()))
    picture = str(shown.drawing.svg(shown.name, shown.title, shown.description, style))
    response = Response(_with_full_addresses(picture), mimetype="image/svg+xml")
    digest = base64.b64encode(hashlib.sha256(_colours().encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    )
    return _named(response, shown, "svg")


def _with_full_addresses(picture: str) -> str:
    """The picture with links that still lead here when it has been saved elsewhere."""
    return picture.replace('href="/', f'href="{absolute("/")}').replace('href="#', f'href="{absolute("/map#")}')


def send_table(shown: Figure) -> Response:
    """A figure's table as CSV, with the mark by which spreadsheets know UTF-8."""
    return _named(Response("\ufeff" + shown.csv(), mimetype="text/csv"), shown, "csv")


def _named(response: Response, shown: Figure, ending: str) -> Response:
    response.headers["Content-Disposition"] = f'inline; filename="carottes-{shown.name}-{language()}.{ending}"'
    response.headers["Content-Language"] = language()
    response.vary.update(["Accept-Language", "Cookie"])
    response.add_etag()
    response.make_conditional(request)
    return response


# ---- pages that are one large figure


class NoYear(NotFound):
    """The address names no year of the calendar; the sentence says why, and ``near`` is a year that has nights."""

    def __init__(self, sentence: str, near: int | None) -> None:
        super().__init__()
        self.sentence, self.near = sentence, near


def _year(typed: str) -> Year:
    """The year of an address; raises NoYear."""
    nights = calendar(session(), current_user)
    years = sorted(nights.years)
    if not (typed.isascii() and typed.isdigit() and len(typed) == 4):
        raise NoYear(_("A year is written with four digits, as in 1944."), nights.fullest_year)
    year = int(typed)
    if not years or not years[0] <= year <= years[-1]:
        near = min(years, key=lambda each: abs(each - year), default=None)
        raise NoYear(_far(years), near)
    whose = "of the desk" if may(current_user, Act.DESK) else ""
    return recently(f"year {year} {language()} {manner()} {whose}", lambda own: year_of(own, nights, year))


def _far(years: list[int]) -> str:
    if not years:
        return _("The archive has no night yet.")
    return _("The calendar of the archive runs from %(first)s to %(last)s.", first=years[0], last=years[-1])


@blueprint.get("/calendar")
def calendar_now() -> Any:
    """The calendar of the fullest year."""
    year = calendar(session(), current_user).fullest_year
    return redirect(url_for("figures.calendar_show", year=f"{year:04d}") if year else url_for("nights.listing"), 302)


@blueprint.get("/calendar/<year>")
def calendar_show(year: str) -> Any:
    """One year: every night as a cell, how many messages and how sure."""
    try:
        shown = _year(year)
    except NoYear as refusal:
        if wants_json():
            raise
        return page("figures/no_year.html", status=404, sentence=refusal.sentence, near=refusal.near)
    months = [(month, month_drawing(month)) for month in shown.months]
    return page("figures/calendar.html", year=shown, months=months, figure=calendar_figure(shown))


@blueprint.get("/calendar/<year>.svg")
def calendar_picture(year: str) -> Response:
    """The year as a picture."""
    return send_picture(calendar_figure(_year(year)))


@blueprint.get("/calendar/<year>.csv")
def calendar_table(year: str) -> Response:
    """The year as a table."""
    return send_table(calendar_figure(_year(year)))


@blueprint.get("/timeline")
def timeline() -> Any:
    """Two centuries, year by year."""
    return page("figures/show.html", figure=_found("timeline"))


LOOSE = 11
"""The reach of a place on the page of the map, which phones show larger: neighbours stay apart."""


@blueprint.get("/map")
def map_() -> Any:
    """France, Europe and the world with the places that claims name, and all of them as a table."""
    grounds = until_changed(session(), "grounds", queries.grounds)
    found = located(grounds)
    sheets = [
        (name, _(label), drawing(name, found.on[name], LOOSE), len(found.on[name])) for name, label in SHEETS.items()
    ]
    rows = [(ground, where(ground), _(PRECISIONS[Precision(ground.precision)])) for ground in grounds]
    return page("figures/map.html", figure=_found("map"), sheets=sheets, found=found, rows=rows, where=where)


# The filters of the page of surface and secret, by their name in the address.
def _narrowing() -> Narrowing:
    standing, period = request.args.get("standing", ""), BY_NAME.get(request.args.get("period", ""))
    code = request.args.get("language", "")
    return Narrowing(
        standing=standing if standing in set(Standing) else None,
        language=code if code in _languages() else None,
        years=period.years if period else (None, None),
    )


def _languages() -> dict[str, int]:
    """The languages that messages are in, with how many."""
    return until_changed(
        session(), "languages of messages", lambda own: dict(queries.by(own, Message.lang).most_common())
    )


def _crossed() -> list[Figure]:
    narrowing = _narrowing()
    name = f"crossed {narrowing} {language()} {manner()}"

    def count(own: Any) -> list[Figure]:
        return [heat_map(figure, crossing(own, scheme, narrowing)) for figure, scheme in CROSSED.items()]

    return recently(name, count)


CROSSED = {"theme-purpose": Scheme.THEME, "surface-purpose": Scheme.SURFACE}


@blueprint.get("/surface-and-secret")
def surface_and_secret() -> Any:
    """What messages look like against what they were for; every number is the search that finds just these."""
    return page("figures/surface_and_secret.html", figures=_crossed(), narrowing=_narrowing(), periods=PERIODS,
                standings=list(Standing), spoken=_languages(), period=request.args.get("period", ""))  # fmt: skip


@blueprint.get("/surface-and-secret/<name>.svg")
def crossed_picture(name: str) -> Response:
    """One of the two heat maps, narrowed down, as a picture."""
    return send_picture(_one_crossed(name))


@blueprint.get("/surface-and-secret/<name>.csv")
def crossed_table(name: str) -> Response:
    """One of the two heat maps, narrowed down, as a table."""
    return send_table(_one_crossed(name))


def _one_crossed(name: str) -> Figure:
    found = next((shown for shown in _crossed() if shown.name == name), None)
    if found is None:
        raise NoFigure
    return found


# What a stranger may see of relations: that one phrase announces another is part of the secret.
TIED = ["alerts-and-actions", "replies", "variants", "echoes"]
TIED_OUTSIDE = ["variants", "echoes"]


@blueprint.get("/relations")
def relations() -> Any:
    """Alerts and actions, replies, variants and echoes; the outsider's reading has only the last two."""
    names = TIED_OUTSIDE if reading() == "outsider" else TIED
    return page(
        "figures/relations.html",
        figures=[_found(name) for name in names],
        hashtag=queries.station_id(session(), queries.HASHTAG),
        cited=queries.sources_by_key(session(), ["s-e-132", "s-e-134", "s-e-135", "s-e-137"]),
    )


@blueprint.get("/coverage")
def coverage() -> Any:
    """What the archive holds, and what it cannot know."""
    names = ("nights-known", "language-counts", "unknown-by-language", "unknown-by-period", "standing-counts",
             "sources-per-claim")  # fmt: skip
    return page(
        "figures/coverage.html",
        figures=[_found(name) for name in names],
        held=until_changed(session(), "held", held),
        cited=queries.sources_by_key(session(), ["s-e-064", "s-e-084", "s-e-085", "s-e-087"]),
    )


@blueprint.app_template_global("figure_mark")
def figure_mark(name: str) -> Markup:
    """A mark of a drawing, for its legend."""
    return mark(name, 8, 8, 6)


# The pages that are one large figure.
PAGES = [
    ("/timeline", N_("Timeline")),
    ("/map", N_("Map")),
    ("/surface-and-secret", N_("Surface and secret")),
    ("/relations", N_("How messages answer each other")),
    ("/coverage", N_("What the archive holds")),
]


@blueprint.app_template_global("figure_pages")
def figure_pages() -> list[tuple[str, str]]:
    """The pages that are one large figure, the calendar of the fullest year first."""
    year = calendar(session(), None).fullest_year
    first = [(path_to(f"/calendar/{year:04d}"), _("Calendar of %(year)s", year=year))] if year else []
    return first + [(path_to(path), _(label)) for path, label in PAGES]
