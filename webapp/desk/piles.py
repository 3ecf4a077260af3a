"""What waits on the desk: a list of piles. Each is one select, from which its count and its page are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from webapp.broadcasts.models import Broadcast
from webapp.desk import links
from webapp.desk.duplicates import doubles
from webapp.desk.models import Comment, Conflict
from webapp.desk.opening import title_of
from webapp.essays.models import Essay
from webapp.essays.outline import outline
from webapp.imports import words as imports
from webapp.imports.models import UNFINISHED, ImportRun
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.messages.models import Meaning, Message
from webapp.messages.queries import CODEWORD
from webapp.permissions import Act, may
from webapp.places import Place, Precision
from webapp.revisions import KINDS, Revision, Status
from webapp.revisions.figures import until_changed
from webapp.search.models import EmptySearch
from webapp.sources.models import Attestation, Source, WebLink
from webapp.vocabularies import Standing


class Line(NamedTuple):
    """One thing on a pile: where it is worked on, what it is called, in which language, and what more to say."""

    href: str
    label: str
    lang: str = ""
    note: str = ""


@dataclass(frozen=True)
class Pile:
    """A pile: its name in the address, its title, the select of what lies on it for a person, and how one thing reads.

    ``mine`` says that it depends on the person; what does not is counted anew only when the archive has changed.
    ``act`` is what somebody must be allowed to do with what lies on it, to be shown the pile at all.
    """

    name: str
    title: str
    select: Callable[[Session, Any], Select[Any]]
    line: Callable[[Any], Line]
    mine: bool = False
    counted_always: bool = False
    act: Act = Act.DESK

    def count(self, session: Session, person: Any) -> int:
        """How many things lie on it."""
        if self.mine or self.counted_always:
            return self._counted(session, person)
        return until_changed(session, f"pile {self.name}", lambda own: self._counted(own, person))

    def _counted(self, session: Session, person: Any) -> int:
        chosen = self.select(session, person).order_by(None)
        return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def newest(*conditions: ColumnElement[bool]) -> Select[Revision]:
    """The newest revision of each record, where it is so."""
    newer = aliased(Revision)
    last = ~exists().where(newer.record_id == Revision.record_id, newer.number > Revision.number)
    return select(Revision).where(*conditions, last).order_by(Revision.at.desc(), Revision.id.desc())


def _author() -> ColumnElement[int | None]:
    """Who wrote last in the record of a revision: whoever gives a draft back has not written in it."""
    wrote = aliased(Revision)
    written = select(wrote.person_id).where(wrote.record_id == Revision.record_id, wrote.act != "hand back")
    return written.order_by(wrote.number.desc()).limit(1).correlate(Revision).scalar_subquery()


def _my_drafts(_: Session, person: Any) -> Select[Any]:
    return newest(Revision.status == Status.DRAFT, _author() == person.id)


def _other_drafts(_: Session, person: Any) -> Select[Any]:
    author = _author()
    return newest(Revision.status == Status.DRAFT, or_(author != person.id, author.is_(None)))


def _reviews(_: Session, _person: Any) -> Select[Any]:
    return newest(Revision.status == Status.IN_REVIEW)


def _remarks(_: Session, person: Any) -> Select[Any]:
    worked_on = exists().where(Revision.record_id == Comment.record_id, Revision.person_id == person.id)
    by_others = or_(Comment.person_id != person.id, Comment.person_id.is_(None))
    return select(Comment).where(Comment.settled_at.is_(None), by_others, worked_on).order_by(Comment.id.desc())


def _conflicts(_: Session, person: Any) -> Select[Any]:
    mine = select(Conflict).where(Conflict.person_id == person.id, Conflict.settled_at.is_(None))
    return mine.order_by(Conflict.id)


def _imports(_: Session, person: Any) -> Select[Any]:
    mine = select(ImportRun).where(ImportRun.person_id == person.id, ImportRun.content.is_not(None))
    return mine.where(ImportRun.stage.in_(UNFINISHED)).order_by(ImportRun.id.desc())


def _messages(*conditions: ColumnElement[bool]) -> Select[Message]:
    return select(Message).where(Message.status != Status.WITHDRAWN, *conditions).order_by(Message.folded, Message.id)


def _without_source(_: Session, _person: Any) -> Select[Any]:
    of_meaning = exists().where(Attestation.meaning_id == Meaning.id, Meaning.message_id == Message.id)
    of_broadcast = exists().where(Attestation.broadcast_id == Broadcast.id, Broadcast.message_id == Message.id)
    of_wording = exists().where(Attestation.message_id == Message.id)
    return _messages(~of_wording, ~of_meaning, ~of_broadcast)


def _without_meaning(_: Session, _person: Any) -> Select[Any]:
    claimed = exists().where(Meaning.message_id == Message.id, Meaning.standing != Standing.UNKNOWN)
    return _messages(~claimed, Message.kind != CODEWORD)


def _without_date(_: Session, _person: Any) -> Select[Any]:
    return _messages(~exists().where(Broadcast.message_id == Message.id, Broadcast.edtf.is_not(None)))


def _has(texts: Any, lang: str) -> ColumnElement[bool]:
    return cast(texts, Text).contains(f'"{lang}":')


def _untranslated(_: Session, _person: Any) -> Select[Any]:
    phrase = or_(*(and_(~Message.lang.startswith(lang), ~_has(Message.translation, lang)) for lang in ("fr", "en")))
    told_once = exists().where(
        Meaning.message_id == Message.id, or_(*(~_has(Meaning.statement, lang) for lang in ("fr", "en"))),
        or_(*(_has(Meaning.statement, lang) for lang in ("fr", "en"))),
    )  # fmt: skip
    return _messages(or_(phrase, told_once))


def _doubles(_: Session, _person: Any) -> Select[Any]:
    return doubles().order_by(Message.folded, Message.id)


def _unplaced(_: Session, _person: Any) -> Select[Any]:
    known = Place.precision.in_([Precision.POINT, Precision.LOCALITY])
    return (
        select(Place)
        .where(Place.status != Status.WITHDRAWN, known, Place.lat.is_(None))
        .order_by(Place.folded, Place.id)
    )


def _not_found(_: Session, _person: Any) -> Select[Any]:
    times, last = func.sum(EmptySearch.count).label("times"), func.max(EmptySearch.day).label("last")
    found: Any = select(EmptySearch.words, times, last)
    return found.group_by(EmptySearch.words).order_by(times.desc(), EmptySearch.words)


FAILED_TWICE = 2
"""Once, a server may have been resting."""


def _dead_links(_: Session, _person: Any) -> Select[Any]:
    still = (Source.url == WebLink.url) & (Source.status != Status.WITHDRAWN)
    dead = select(WebLink).join(WebLink.source).options(contains_eager(WebLink.source))
    return dead.where(WebLink.failures >= FAILED_TWICE, still).order_by(WebLink.failures.desc(), WebLink.source_id)


def _broken_essays(session: Session, _person: Any) -> Select[Any]:
    ids = until_changed(session, "broken essays", _find_broken)
    return select(Essay).where(Essay.id.in_(ids)).order_by(Essay.position, Essay.id)


def _find_broken(session: Session) -> list[str]:
    """The essays that name a message or a source that the archive does not have, or no longer shows."""
    essays = list(session.scalars(select(Essay).where(Essay.status != Status.WITHDRAWN)))
    named = {essay.id: [outline(body, lang) for lang, body in essay.body.items()] for essay in essays}
    wanted = [each for outlines in named.values() for each in outlines]
    known = _known(session, Message, {key for each in wanted for key in each.messages})
    known |= _known(session, Source, {key for each in wanted for key in each.sources})
    return [id for id, outlines in named.items()
            if any(key not in known for each in outlines for key in (*each.messages, *each.sources))]  # fmt: skip


def _known(session: Session, model: Any, names: set[str]) -> set[str]:
    rows = session.execute(
        select(model.id, model.key).where(
            or_(model.id.in_(names), model.key.in_(names)), model.status != Status.WITHDRAWN
        )
    )
    return {name for row in rows for name in row if name}


def _edit(kind: str, id: str) -> str:
    return url_for("desk.edit", kind=kind, id=id)


def _of_record(kind: str) -> Callable[[Any], Line]:
    return lambda record: Line(_edit(kind, record.id), links.offer(record).label, getattr(record, "lang", ""))


def _of_revision(revision: Revision) -> Line:
    kind = KINDS[revision.kind]
    label = title_of(kind, revision.document) or _("(without a name)")
    where = "desk.review" if revision.status == Status.IN_REVIEW else "desk.edit"
    back = _("given back: %(reason)s", reason=revision.reason) if revision.reason else _("given back")
    said = back if revision.act == "hand back" else revision.reason
    note = f"{revision.at:%Y-%m-%d %H:%M} {said}".strip()
    return Line(url_for(where, kind=kind, id=revision.record_id), label, revision.document.get("lang") or "", note)


def _of_comment(comment: Comment) -> Line:
    address = url_for("desk.review", kind=comment.kind, id=comment.record_id, _anchor="remarks-h")
    return Line(address, comment.text, "", f"{comment.at:%Y-%m-%d %H:%M}")


def _of_conflict(conflict: Conflict) -> Line:
    label = title_of(KINDS[conflict.kind], conflict.mine) or _("(without a name)")
    return Line(url_for("desk.conflict", number=conflict.id), label, "", f"{conflict.at:%Y-%m-%d %H:%M}")


def _of_search(row: Any) -> Line:
    return Line(url_for("desk.new", kind="message", text=row.words), row.words, "", f"{row.times} × {row.last}")


def _of_import(run: ImportRun) -> Line:
    return Line(url_for("imports.show", number=run.id), imports.title_of(run), "", imports.stage_word(run.stage))


def _of_link(link: WebLink) -> Line:
    return Line(_edit("source", link.source_id), links.offer(link.source).label, "", f"{link.url} {link.said}")


WAITING = [
    Pile("conflicts", N_("Conflicts to settle"), _conflicts, _of_conflict, mine=True),
    Pile("my-drafts", N_("My drafts"), _my_drafts, _of_revision, mine=True),
    Pile("reviews", N_("In review"), _reviews, _of_revision, mine=True),
    Pile("remarks", N_("Remarks on what I wrote"), _remarks, _of_comment, mine=True),
    Pile("imports", N_("My unfinished imports"), _imports, _of_import, mine=True),
    Pile("drafts", N_("Drafts of others"), _other_drafts, _of_revision, mine=True),
]
NEEDED = [
    Pile("no-source", N_("Messages without a source"), _without_source, _of_record("message")),
    Pile("no-meaning", N_("Messages whose meaning is unknown"), _without_meaning, _of_record("message")),
    Pile("no-date", N_("Messages and code words without a dated broadcast"), _without_date, _of_record("message")),
    Pile("doubles", N_("Possible duplicates"), _doubles, _of_record("message")),
    Pile("untranslated", N_("Incomplete translations"), _untranslated, _of_record("message")),
    Pile("no-coordinates", N_("Places without coordinates"), _unplaced, _of_record("place")),
    Pile("broken-essays", N_("Essays that name what is not there"), _broken_essays, _of_record("essay")),
    Pile("dead-links", N_("Web addresses that no longer answer"), _dead_links, _of_link, counted_always=True),
    Pile("not-found", N_("Searches that found nothing"), _not_found, _of_search, counted_always=True),
]
GROUPS = [(N_("What waits"), WAITING), (N_("What the archive needs"), NEEDED)]


def all_piles() -> list[Pile]:
    """Every pile, in the order of the desk; rooms above add theirs to the groups."""
    return [each for _title, piles in GROUPS for each in piles]


def piles_for(person: Any) -> list[tuple[str, list[Pile]]]:
    """The groups with the piles that somebody may work on."""
    return [(title, [each for each in piles if may(person, each.act)]) for title, piles in GROUPS]


def pile(name: str) -> Pile | None:
    """The pile of that name."""
    return next((each for each in all_piles() if each.name == name), None)
