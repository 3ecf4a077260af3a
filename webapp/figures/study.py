"""The study of 2009 that measured futility, beside what its classes make of the archive."""

from __future__ import annotations

from math import sqrt

from sqlalchemy.orm import Session

from webapp.figures import queries
from webapp.figures.charts import Bar, bars
from webapp.figures.evidence import gathered
from webapp.figures.figure import Figure, Said, Value, address, percent, search, stating
from webapp.figures.texts import rule, title
from webapp.figures.vocabulary import called
from webapp.languages import gettext as _
from webapp.languages import number
from webapp.messages.models import Message
from webapp.vocabularies import Scheme, term_id

SAMPLE = 2000
"""Two hundred tweets on each of ten days."""

NORMAL = 1.96
"""For a margin at 95 per cent."""


def margin(share: float, of: int = SAMPLE) -> float:
    """How far the luck of the draw alone may have moved a share, at 95 per cent."""
    return NORMAL * sqrt(share * (1 - share) / of)


def twitter_2009(session: Session) -> Figure:
    """The six percentages of 2009 with the margin that their sample gives, and the same classes in the archive."""
    ours = queries.by(session, Message.surface_id)
    total = sum(ours.values()) or 1
    drawn, rows = [], list[list[Value]]()
    for row in gathered("twitter-2009"):
        key, share = term_id(Scheme.SURFACE, row["surface"]), float(row["percent"]) / 100
        label, about = called(key), margin(share)
        between = _("%(low)s to %(high)s", low=percent(share - about, 1), high=percent(share + about, 1))
        drawn.append(
            Bar(
                label,
                share,
                percent(share, 2),
                stating(label, f"{percent(share, 2)} ({between})"),
                margin=(share - about, share + about),
                manner="bar--whole",
            )
        )
        rows.append(
            [
                label,
                percent(share, 2),
                number(round(share * SAMPLE)),
                between,
                Said(number(ours[key]), search(surface=row["surface"])),
                percent(ours[key] / total),
            ]
        )
    source = queries.sources_by_key(session, ["s-e-026"]).get("s-e-026")
    return Figure(
        name="twitter-2009",
        title=title("twitter-2009"),
        rule=rule("twitter-2009"),
        denominator=_(
            "Out of %(sample)s tweets; the archive’s column, out of %(total)s messages.",
            sample=number(SAMPLE),
            total=number(sum(ours.values())),
        ),
        drawing=bars(drawn, labels=140),
        heads=[_("Class"), _("Share in 2009"), _("Tweets"), _("Margin"), _("Messages here"), _("Share here")],
        rows=rows,
        behind=(address(f"/sources/{source.id}" if source else "/sources"), _("Where the percentages come from")),
    )
