"""Finding contributions: by receipt, what waits for an editor, what is shown beneath a record, who is thanked there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.contributions.kinds import KINDS
from webapp.contributions.models import OPEN, WAITING, Contribution, Credit, Stage
from webapp.identifiers import Identifier, resolve
from webapp.messages.models import Message
from webapp.revisions import KINDS as RECORDS
from webapp.revisions import Status

DEEPEST = 8
SHOWN = [name for name, kind in KINDS.items() if kind.shown]


def by_receipt(session: Session, receipt: str) -> Contribution | None:
    """The contribution of that receipt, with what was written about it."""
    query = select(Contribution).where(Contribution.receipt == receipt)
    return session.scalars(query.options(selectinload(Contribution.letters))).first()


def by_mark(session: Session, mark: str) -> Contribution | None:
    """The contribution that came in by this very form, with these words."""
    return session.scalars(select(Contribution).where(Contribution.mark == mark)).first()


def languages(session: Session) -> list[str]:
    """The languages of the published messages."""
    return list(session.scalars(select(Message.lang).where(Message.status == Status.PUBLISHED).distinct()))


def waiting() -> Select[Contribution]:
    """What an editor has to answer, the oldest first; answers to essays and messages not among them."""
    return in_stage(*WAITING).where(Contribution.kind != "reply")


def replies_waiting() -> Select[Contribution]:
    """Answers of readers that wait to be let through, the oldest first."""
    return in_stage(*WAITING).where(Contribution.kind == "reply")


def asked() -> Select[Contribution]:
    """What waits for its contributor's answer."""
    return in_stage(Stage.QUESTION)


def in_stage(*stages: str) -> Select[Contribution]:
    """Contributions in these stages, the oldest first."""
    return select(Contribution).where(Contribution.status.in_(stages)).order_by(Contribution.id)


def waits_with(session: Session, photo: str) -> bool:
    """Whether some contribution that is not answered yet came with this very picture."""
    waits = select(Contribution.id).where(Contribution.photo == photo, Contribution.status.in_(OPEN)).limit(1)
    return session.scalar(waits) is not None


def same_record(column: Any, record_id: str) -> ColumnElement[bool]:
    """Whether a column names this record, or one that was merged into it."""
    merged = select(Identifier.id).where(Identifier.target_id == record_id)
    return or_(column == record_id, column.in_(merged))


@dataclass
class Voice:
    """A recollection or an answer as it is shown, with the answers to it."""

    contribution: Contribution
    answers: list[Voice] = field(default_factory=list)
    above: Voice | None = None
    depth: int = 0


def _shown(record_id: str) -> ColumnElement[bool]:
    return and_(
        same_record(Contribution.about_id, record_id), Contribution.kind.in_(SHOWN),
        Contribution.status == Stage.ACCEPTED,
    )  # fmt: skip


def shown_of(record_id: str) -> Select[Contribution]:
    """The accepted recollections and answers about a record, the oldest first."""
    return select(Contribution).where(_shown(record_id)).order_by(Contribution.id)


class Around(NamedTuple):
    """What contributions bring to the page of a record: threads of voices, and whom it owes thanks to."""

    voices: list[Voice]
    credits: list[Credit]


def around(session: Session, record: Any) -> Around:
    """Voices and thanks of a record, by one query. Thanks are for what its public state holds."""
    thanked = and_(Credit.contribution_id == Contribution.id, same_record(Credit.record_id, record.id))
    rows = session.execute(
        select(Contribution, Credit).outerjoin(Credit, thanked)
        .where(or_(_shown(record.id), Credit.revision <= record.revision)).order_by(Contribution.id)
    ).all()  # fmt: skip
    voices = [each for each, _ in rows if each.kind in SHOWN and each.status == Stage.ACCEPTED]
    return Around(_threads(voices), [credit for _, credit in rows if credit and credit.revision <= record.revision])


def _threads(contributions: Iterable[Contribution]) -> list[Voice]:
    """The voices as threads; an answer to something hidden stands alone, one too deep beside what it answers."""
    found: dict[int, Voice] = {}
    roots: list[Voice] = []
    for each in contributions:  # by their numbers: what is answered comes first
        above = found.get(each.parent_id or 0)
        if above and above.depth == DEEPEST:
            above = above.above
        found[each.id] = voice = Voice(each, above=above, depth=above.depth + 1 if above else 0)
        (above.answers if above else roots).append(voice)
    return roots


def flat(voices: list[Voice]) -> Iterator[Voice]:
    """All voices of the threads."""
    for voice in voices:
        yield voice
        yield from flat(voice.answers)


def replies(record_id: str) -> Select[Contribution]:
    """The answers to a record that everybody may read, the newest first: what its feed holds."""
    return shown_of(record_id).order_by(None).order_by(Contribution.answered_at.desc(), Contribution.id.desc())


def listed(kind: str, stage: str) -> Select[Contribution]:
    """All contributions, of a kind or in a stage where one is named, the newest first."""
    query = select(Contribution).options(joinedload(Contribution.person)).order_by(Contribution.id.desc())
    query = query.where(Contribution.kind == kind) if kind else query
    return query.where(Contribution.status == stage) if stage else query


def how_many(session: Session, chosen: Select[Contribution]) -> int:
    """How many contributions a list has."""
    return session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0


def counts(session: Session, kind: str = "") -> dict[str, int]:
    """How many contributions there are in each stage, of one kind if it is named."""
    query = select(Contribution.status, func.count()).group_by(Contribution.status)
    return {row[0]: row[1] for row in session.execute(query.where(Contribution.kind == kind) if kind else query)}


def published(session: Session, contribution: Contribution) -> bool:
    """Whether what a contribution became can be read by everybody, and not only by editors."""
    credit = session.scalar(select(Credit).where(Credit.contribution_id == contribution.id).order_by(Credit.id))
    known = resolve(session, credit.record_id) if credit else None
    record = session.get(RECORDS[known.kind].model, known.id) if known else None
    return bool(credit and record and record.status == Status.PUBLISHED and credit.revision <= record.revision)
