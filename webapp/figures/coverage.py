"""What the archive holds and what it cannot know: nights, sources, unknown meanings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp.broadcasts.queries import calendar
from webapp.dates import is_leap
from webapp.figures import queries
from webapp.figures.charts import Bar, Cell, bars, heat
from webapp.figures.figure import Figure, Said, Value, address, percent, search, stating
from webapp.figures.periods import PERIODS
from webapp.figures.queries import Narrowing
from webapp.figures.texts import rule, title
from webapp.figures.vocabulary import called, language_called
from webapp.languages import gettext as _
from webapp.languages import ngettext, number
from webapp.messages.models import Meaning, Message
from webapp.vocabularies import Scheme, Standing, term_id

WAR = range(1939, 1946)


def nights_known(session: Session) -> Figure:
    """Of how many nights of each year of the war the archive has anything at all."""
    known = calendar(session, None).years
    lines = [(year, 366 if is_leap(year) else 365, known[year]) for year in WAR]
    return Figure(
        name="nights-known",
        title=title("nights-known"),
        rule=rule("nights-known"),
        denominator=_(
            "%(known)s of the %(all)s nights of seven years.",
            known=number(sum(many for _y, _of, many in lines)),
            all=number(sum(of for _y, of, _many in lines)),
        ),
        drawing=bars(
            [
                Bar(
                    str(year),
                    many / of,
                    _("%(many)s of %(of)s", many=number(many), of=of),
                    _("%(year)s: %(many)s of %(of)s nights", year=year, many=number(many), of=of),
                    address(f"/calendar/{year}") if many else None,
                )
                for year, of, many in lines
            ],
            labels=60,
            ends=80,
        ),
        heads=[_("Year"), _("Nights known"), _("Nights of the year"), _("Share")],
        rows=[
            [str(year), Said(number(many), address(f"/calendar/{year}") if many else None), str(of), percent(many / of)]
            for year, of, many in lines
        ],
        behind=(address("/nights"), _("All nights")),
    )


def sources_per_claim(session: Session) -> Figure:
    """On how many sources the claims of each standing rest."""
    found = queries.witnessed_claims(session)
    heads = [_("no source"), _("one source"), _("two sources"), _("three or more")]
    label = {each: called(term_id(Scheme.STANDING, each)) for each in Standing}
    counts = {
        (each, n): sum(many for (standing, of), many in found.items() if standing == each and min(of, 3) == n)
        for each in Standing
        for n in range(4)
    }
    kept = [each for each in Standing if any(counts[each, n] for n in range(4))]
    cells = {
        (row, n): Cell(counts[each, n], stating(f"{label[each]}, {heads[n]}", counts[each, n]), None)
        for row, each in enumerate(kept)
        for n in range(4)
        if counts[each, n]
    }
    total = sum(found.values())
    rows: list[Sequence[Value]] = [[label[each], *(number(counts[each, n]) for n in range(4))] for each in kept]
    return Figure(
        name="sources-per-claim",
        title=title("sources-per-claim"),
        rule=rule("sources-per-claim"),
        denominator=ngettext("Out of %(num)s claim.", "Out of %(num)s claims.", total),
        drawing=heat(heads, [label[each] for each in kept], cells),
        heads=[_("Standing"), *heads],
        rows=rows,
        behind=(address("/sources"), _("Sources")),
    )


def unknown_by_language(session: Session) -> Figure:
    """How many messages of each language nobody explains."""
    every, unknown = queries.by(session, Message.lang), queries.unknown_by(session, Message.lang)
    lines = [
        (language_called(code, every), every[code], unknown[code], search(language=code, standing="unknown"))
        for code, _many in every.most_common()
        if unknown[code]
    ]
    return _unknown("unknown-by-language", _("Language"), lines, queries.total(session))


def unknown_by_period(session: Session) -> Figure:
    """How many messages of each period nobody explains."""
    lines = []
    for period in PERIODS:
        own = Narrowing(years=period.years)
        unknown = Narrowing(standing=Standing.UNKNOWN, years=period.years)
        lines.append(
            (_(period.label), queries.many(session, own), queries.many(session, unknown), search(**unknown.search()))
        )
    return _unknown("unknown-by-period", _("Period"), lines, queries.total(session))


def _unknown(name: str, head: str, lines: list[tuple[str, int, int, str]], total: int) -> Figure:
    rows: list[Sequence[Value]] = [
        [label, number(of), Said(number(many), where if many else None), percent(many / (of or 1))]
        for label, of, many, where in lines
    ]
    drawn = [
        Bar(
            label,
            of,
            _("%(many)s of %(of)s", many=number(many), of=number(of)),
            _(
                "%(label)s: %(many)s of %(of)s messages have no known meaning",
                label=label,
                many=number(many),
                of=number(of),
            ),
            where if many else None,
            part=many,
            manner="bar--whole",
        )
        for label, of, many, where in lines
    ]
    return Figure(
        name=name,
        title=title(name),
        rule=rule(name),
        denominator=ngettext("Out of %(num)s message.", "Out of %(num)s messages.", total),
        drawing=bars(drawn, labels=130, ends=80),
        heads=[head, _("Messages"), _("No known meaning"), _("Share")],
        rows=rows,
        behind=(search(standing="unknown"), _("All messages that nobody explains")),
    )


class Held(NamedTuple):
    """The archive in a few numbers, of what everybody may see."""

    messages: int
    codewords: int
    unknown: int
    undated: int
    claims: int
    sources: int
    places: int
    placed: int


def held(session: Session) -> Held:
    """What the archive holds."""
    grounds = queries.grounds(session)
    dated = {span.message for span in queries.spans(session)}
    total = queries.total(session)
    return Held(
        messages=total,
        codewords=queries.codewords(session),
        unknown=queries.by_standing(session)[Standing.UNKNOWN],
        undated=total - len(dated),
        claims=sum(queries.claims(session, Meaning.standing).values()),
        sources=queries.sources(session),
        places=len(grounds),
        placed=sum(ground.lat is not None for ground in grounds),
    )
