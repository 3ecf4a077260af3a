"""The dates that a list or a search is asked for: as they were typed, as they were understood, what answers them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from werkzeug.datastructures import MultiDict

from webapp.broadcasts.models import Broadcast
from webapp.broadcasts.queries import doubtful
from webapp.dates import BadDate, Edtf, read
from webapp.filters import Days
from webapp.languages import gettext, language
from webapp.messages.filters import BOUNDS, Bound
from webapp.messages.models import Message


@dataclass(frozen=True)
class Period:
    """The dates asked for, as they were typed and as they were understood; ``problems`` are sentences."""

    typed: tuple[str, str] = ("", "")
    since: Edtf | None = None
    until: Edtf | None = None
    certainly: bool = False
    problems: tuple[BadDate, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether a date was typed at all."""
        return any(self.typed)

    @property
    def days(self) -> Days | None:
        """The days asked for, if any were understood."""
        if not (self.since or self.until):
            return None
        first = self.since.earliest.ordinal if self.since and self.since.earliest else None
        last = self.until.latest.ordinal if self.until and self.until.latest else None
        return Days(first, last, self.certainly)

    @property
    def words(self) -> str:
        """The filter in place, in the reader's language."""
        since, until = (each.words(language()) if each else "…" for each in (self.since, self.until))
        if self.certainly:
            return gettext("certainly from %(since)s to %(until)s", since=since, until=until)
        return gettext("perhaps from %(since)s to %(until)s", since=since, until=until)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was left aside, and why, in the reader's language."""
        reasons = (problem.message(language()) for problem in self.problems)
        return tuple(gettext("The date was left aside: %(reason)s", reason=reason) for reason in reasons)


NO_PERIOD = Period()


def period(args: MultiDict[str, str]) -> Period:
    """The dates that an address asks for; one that is none is left aside, and said."""
    typed = tuple(args.get(name, "").replace("\x00", "").strip()[:120] for name in ("from", "to"))
    dates: list[Edtf | None] = []
    problems = []
    for each in typed:
        try:
            dates.append(read(each) if each else None)
        except BadDate as problem:
            dates.append(None)
            problems.append(problem)
    certainly = args.get("within", "") in ("certain", "certainly", "1", "yes")
    return Period((typed[0], typed[1]), dates[0], dates[1], certainly, tuple(problems))


def answering(days: Days) -> ColumnElement[bool]:
    """Messages with a broadcast that may have fallen into these days, or certainly did."""
    conditions: list[ColumnElement[bool]] = [Broadcast.edtf.is_not(None)]
    early, late = (Broadcast.earliest, Broadcast.latest) if days.certainly else (Broadcast.latest, Broadcast.earliest)
    if days.first is not None:
        conditions.append(early >= days.first if days.certainly else (early >= days.first) | early.is_(None))
    if days.last is not None:
        conditions.append(late <= days.last if days.certainly else (late <= days.last) | late.is_(None))
    if days.certainly:
        conditions.append(~doubtful())
    return Message.id.in_(select(Broadcast.message_id).where(*conditions))


def _bound(args: MultiDict[str, str]) -> Bound | None:
    asked = period(args)
    if not asked.asked:
        return None
    days = asked.days
    return Bound(("from", "to", "within"), (answering(days),) if days else (), asked.words if days else "",
                 asked.sentences, days)  # fmt: skip


BOUNDS.append(_bound)
