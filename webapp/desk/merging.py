"""Two records made one, and parted again. One change: every record it touches gets its revision; the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from webapp.database import now
from webapp.desk.entries import open_
from webapp.desk.models import Merge
from webapp.desk.pointers import distinct, drafts_naming, pointing_at, repointed
from webapp.identifiers import Identifier
from webapp.languages import gettext as _
from webapp.people.models import Person
from webapp.revisions import KINDS, Kind, Status, apply_document, kind_of, to_document
from webapp.revisions.actions import Refusal, Refused, change, nameless, note, tell_index
from webapp.revisions.documents import Document
from webapp.revisions.queries import latest


class NotTwo(Refusal):
    """A record cannot be merged with itself, with another kind, or with one that was merged already."""


class ChangeWaits(Refusal):
    """A drafted change waits beside one of the two."""


class HiddenBehind(Refusal):
    """A public record would lead to one that is not public."""


class ChangedSince(Refusal):
    """What the merge touched was changed afterwards: undoing it would lose that change."""


def combined(kind: Kind, kept: Document, gone: Document, choices: Mapping[str, str]) -> Document:
    """The document of the record that stays: its own fields where it has them or where they were chosen, and the rows
    of both. ``choices`` say ``"gone"`` by the field's name, with the language for texts (``note-fr``)."""
    result = dict(kept)
    for each in kind.fields:
        mine, other = kept.get(each.name), gone.get(each.name)
        if each.type == "texts":
            mine, other = mine or {}, other or {}
            chosen = {lang: _chosen(f"{each.name}-{lang}", mine.get(lang), other.get(lang), choices)
                      for lang in sorted({*mine, *other})}  # fmt: skip
            result[each.name] = {lang: text for lang, text in chosen.items() if text}
        else:
            result[each.name] = _chosen(each.name, mine, other, choices)
    for part in kind.parts:
        rows = [*kept.get(part.name, []), *gone.get(part.name, [])]
        result[part.name] = rows if part.identified else distinct(part, rows, kept["id"])
    return result


def _chosen(name: str, mine: Any, other: Any, choices: Mapping[str, str]) -> Any:
    if choices.get(name) == "gone":
        return other
    return other if choices.get(name) is None and mine in (None, "", {}) else mine


def refusals(session: Session, kept: Any, gone: Any) -> list[Refusal]:
    """Why these two may not be merged."""
    if kept.id == gone.id or type(kept) is not type(gone):
        return [NotTwo(_("Choose two different records of the same kind."))]
    found: list[Refusal] = []
    for record in (kept, gone):
        known = session.get(Identifier, record.id)
        if known is None or known.target_id:
            found.append(NotTwo(_("%(id)s was merged into another record already.", id=record.id)))
        if open_(session, record).waits:
            found.append(ChangeWaits(_("A change waits beside %(id)s: publish it or give it up first.", id=record.id)))
    if gone.status == Status.PUBLISHED and kept.status != Status.PUBLISHED:
        found.append(HiddenBehind(_("The record that stays must be published, since the other one is.")))
    return found


def merge(
    session: Session, kept: Any, gone: Any, choices: Mapping[str, str], *, by: Person | None, reason: str = ""
) -> Merge:
    """Make two records one: claims, broadcasts and sources move, links and essays lead to the one that stays, and the
    address of the other leads there too. What a draft brings into a public record must be fit for everybody.
    Raises ``Refused``; the caller rolls back."""
    if against := refusals(session, kept, gone):
        raise Refused(against)
    kind = kind_of(kept)
    others = [other for other in pointing_at(session, gone) if other.id != kept.id]
    drafts = {draft.record_id: KINDS[draft.kind] for draft in drafts_naming(session, gone)}
    others += [session.get(KINDS[name.name].model, id) for id, name in drafts.items()
               if id not in {kept.id, *(other.id for other in others)}]  # fmt: skip
    before = [_state(session, record) for record in (kept, gone, *others)]
    mine = repointed(kind, combined(kind, to_document(kept), to_document(gone), choices), gone, kept)
    apply_document(session, gone, {part.name: [] for part in kind.parts})
    session.flush()
    _write(session, kept, mine, "merge", by, reason)
    if gone.status != Status.PUBLISHED and (unfit := _unfit(kept)):
        raise Refused(unfit)
    for other in others:
        _repoint(session, other, gone, kept, by, reason)
    gone.status, gone.withdrawn_reason = Status.WITHDRAWN, {"": reason}
    _write(session, gone, to_document(gone), "merge", by, reason)
    _lead(session, gone.id, kept.id)
    return _kept_note(session, kind, kept, gone, before, by, reason)


def _unfit(kept: Any) -> list[Exception]:
    """Why what a draft brought may not be public: a merge into a public record publishes it."""
    return [*nameless(kept), *kind_of(kept).refusals(kept)] if kept.status == Status.PUBLISHED else []


def _kept_note(
    session: Session, kind: Kind, kept: Any, gone: Any, before: list[Document], by: Person | None, reason: str
) -> Merge:
    after = {state["id"]: _number(session, state["id"]) for state in before}
    merged = Merge(kind=kind.name, kept_id=kept.id, gone_id=gone.id, before=before, after=after,
                   person_id=by.id if by else None, reason=reason)  # fmt: skip
    session.add(merged)
    session.flush()
    return merged


def _state(session: Session, record: Any) -> Document:
    """All that is needed to bring a record back to where it stands now."""
    opened = open_(session, record)
    return {
        "id": record.id, "kind": kind_of(record).name, "document": to_document(record), "status": record.status,
        "withdrawn_reason": record.withdrawn_reason,
        "waiting": {"document": opened.document, "status": opened.status} if opened.waits else None,
    }  # fmt: skip


def _number(session: Session, id: str) -> int:
    last = latest(session, id)
    return last.number if last else 0


def _write(session: Session, record: Any, document: Document, act: str, by: Person | None, reason: str) -> None:
    """Put content into the tables, as a new version where the record is public."""
    with session.no_autoflush:
        apply_document(session, record, document)
    session.flush()
    version = None
    if record.status == Status.PUBLISHED:
        record.version += 1
        version = record.version
    note(record, act, by=by, reason=reason, version=version)
    tell_index(record)


def _repoint(session: Session, other: Any, gone: Any, kept: Any, by: Person | None, reason: str) -> None:
    kind, opened = kind_of(other), open_(session, other)
    now_ = to_document(other)
    fresh = repointed(kind, now_, gone, kept)
    if fresh != now_:
        _write(session, other, fresh, "merge", by, reason)
    if opened.waits:
        _wait(other, repointed(kind, opened.document, gone, kept), opened.status, by, reason)


def _wait(record: Any, document: Document, status: str, by: Person | None, reason: str) -> None:
    change(record, document, by=by, reason=reason).status = status


def _lead(session: Session, id: str, to: str | None) -> None:
    found = session.get(Identifier, id)
    if found is not None:
        found.target_id = to


def unmerge(session: Session, merged: Merge, *, by: Person | None, reason: str = "") -> None:
    """Part the two again, and bring everything that the merge touched back to what it said. Raises ``Refused`` when
    something of it was changed afterwards."""
    changed = [id for id, number in merged.after.items() if _number(session, id) != number]
    if changed or merged.undone_at is not None:
        said = _("Changed after the merge, which cannot be undone in one step any more: %(ids)s.",
                 ids=", ".join(changed) or merged.kept_id)  # fmt: skip
        raise Refused([ChangedSince(said)])
    records: list[tuple[Any, Any]] = [
        (session.get(KINDS[state["kind"]].model, state["id"]), state) for state in merged.before
    ]
    _lead(session, merged.gone_id, None)
    for record, state in records:
        record.status, record.withdrawn_reason = state["status"], state["withdrawn_reason"]
        _write(session, record, state["document"], "unmerge", by, reason)
        if state["waiting"]:
            _wait(record, state["waiting"]["document"], state["waiting"]["status"], by, reason)
    merged.undone_at = now()
    session.flush()
