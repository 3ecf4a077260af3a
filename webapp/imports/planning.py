"""The plan of an import: what each row would do to the archive, and everything that stands against it, all at once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.identifiers import tidy
from webapp.imports import cells, entries
from webapp.imports.columns import Place
from webapp.imports.entries import Row
from webapp.imports.models import Plan
from webapp.imports.problems import Problem
from webapp.imports.references import References
from webapp.languages import N_
from webapp.messages.models import MESSAGE, Message
from webapp.revisions import KINDS, Status
from webapp.revisions.actions import Author, Refusal
from webapp.revisions.bulk import Batch, State, states
from webapp.revisions.complete import completed
from webapp.revisions.documents import Document
from webapp.revisions.tables import chunks
from webapp.text.analysis import phrase_key
from webapp.vocabularies import Term, term_id

LAST = 999  # the place of a new term in its vocabulary
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """What the person chose: where columns go, and what may be done."""

    places: list[Place | None]
    create: bool = False
    publish: bool = False
    doubles: bool = False


@dataclass
class Line:
    """One row of the plan."""

    number: int
    plan: Plan = Plan.ERROR
    kind: str = "message"
    record_id: str | None = None
    key: str | None = None
    title: str = ""
    lang: str = ""
    changes: list[list[str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    other_id: str | None = None
    other_row: int | None = None
    was: int = 0
    document: Document | None = None
    state: State | None = None

    def refuse(self, column: str, sentence: str, **values: Any) -> None:
        """Note what stands against it."""
        self.plan = Plan.ERROR
        self.problems.append(Problem(column, sentence, values))


class Planned:
    """The whole plan: its lines, the batch that would carry it out, the vocabulary terms that would be made."""

    def __init__(self, lines: list[Line], batch: Batch, terms: list[Document]) -> None:
        self.lines, self.batch, self.terms = lines, batch, terms

    @property
    def sound(self) -> bool:
        """Whether nothing stands against it."""
        return not any(line.plan == Plan.ERROR for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines do what, and how many records are made because rows name them."""
        found = Counter(str(line.plan) for line in self.lines if line.number)
        return dict(found) | {"rows": found.total(), "made": sum(not line.number for line in self.lines),
                              "problems": sum(len(line.problems) for line in self.lines)}  # fmt: skip

    @property
    def checksum(self) -> str:
        """The same for the same plan: what a person agreed to is what is done."""
        said = [[line.number, line.plan, line.kind, line.record_id if line.number and line.state else line.title,
                 line.changes if line.state else [], line.was] for line in self.lines]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def plan(
    session: Session, rows: list[Row], options: Options, *, by: Author, agent: str, reason: str,
    progress: Progress = lambda *_: None,
) -> Planned:  # fmt: skip
    """Think an import out. Nothing is written; the session only reads."""
    batch = Batch(session, by=by, agent=agent, reason=reason)
    names = References(session, create=options.create, mint=batch.identifiers.mint)
    planner = _Planner(session, rows, options, batch, names, progress)
    lines = planner.lines()
    made = list(_made(batch, names, options))
    return Planned([*made, *lines], batch, [document for kind, _, document in names.made if kind == "term"])


def _made(batch: Batch, names: References, options: Options) -> Iterator[Line]:
    for kind, id, document in names.made:
        title = document.get("title") or next(iter((document.get("name") or document.get("label") or {}).values()), "")
        line = Line(0, Plan.CREATE, kind, id, title=title)
        if kind == "term":
            batch.know(id, document["label"])
        else:
            batch.create(KINDS[kind], {**document, "id": id}, publish=options.publish)
            for reason in batch.refused.get(id, ()):
                line.refuse("", "%(rule)s", rule=str(reason))
        yield line


class _Planner:
    """Reads the rows in order; what many of them need is asked of the database for all at once."""

    def __init__(
        self, session: Session, rows: list[Row], options: Options, batch: Batch, names: References, progress: Progress
    ) -> None:
        self.session, self.rows, self.options = session, rows, options
        self.batch, self.names, self.progress = batch, names, progress
        self.seen: dict[str, int] = {}
        self.doubles: dict[str, tuple[str, int]] = {}

    def lines(self) -> list[Line]:
        """The lines of the plan, one for each row."""
        lines = self._identified()
        done = 0
        for some in chunks(zip(self.rows, lines, strict=True)):
            self._read_doubles([row for row, line in some if line.state is None])
            for row, line in some:
                self._think(row, line)
            done += len(some)
            self.progress("plan", done, len(lines))
        self._refuse_dangling(lines)
        for line in lines:
            self._carry_out(line)
        return lines

    def _identified(self) -> list[Line]:
        """Which message each row is, before any is read: rows may name each other."""
        wanted = [text for row in self.rows for text in (tidy(row.get("id")), row.get("key")) if text]
        others = [entry.rpartition(" ")[2] for row in self.rows for entry in row.get("relations").split("|")]
        self.names.read_messages([*wanted, *filter(None, others)])
        ids = {id for text in wanted if (id := self.names.messages.get(text, ("", ""))[0])}
        known = states(self.session, MESSAGE, ids)
        return [self._identify(row, known) for row in self.rows]

    def _identify(self, row: Row, known: dict[str, State]) -> Line:
        line = Line(row.number, Plan.CREATE, title=cells.read(row.get("text"))[:200], key=row.get("key") or None)
        id = tidy(row.get("id"))
        found = self.names.messages.get(id or row.get("key"))
        if id and found is None:
            line.refuse("id", N_("No message has this identifier. Leave it empty for a new message."))
        elif found and found[1] == Status.WITHDRAWN:
            line.refuse("id" if id else "key", N_("This message was withdrawn. Restore it first."))
        elif found:
            line.state = known.get(found[0])
        self._take(line, found[0] if found else line.key)
        line.record_id = found[0] if line.state and found else self.batch.identifiers.mint()
        if not found and line.key:
            self._take_key(line, line.key)
        return line

    def _take(self, line: Line, what: str | None) -> None:
        if what and what in self.seen:
            line.refuse(
                "id", N_("This message stands already in row %(row)s. One message is one row."), row=self.seen[what]
            )
        elif what:
            self.seen[what] = line.number

    def _take_key(self, line: Line, key: str) -> None:
        if len(key) > 120 or "|" in key or " " in key:
            line.refuse("key", N_("A key has no spaces, no bars and at most 120 letters."))
        if key not in self.names.messages:
            self.names.messages[key] = (line.record_id or "", Status.DRAFT)
            self.seen.setdefault(line.record_id or "", line.number)

    def _read_doubles(self, rows: list[Row]) -> None:
        """The messages that have the same words as new rows."""
        wanted = {key for row in rows if (key := phrase_key(row.get("text")))}
        for some in chunks(wanted):
            query = select(Message.folded, Message.id).where(
                Message.folded.in_(some), Message.status != Status.WITHDRAWN
            )
            for key, id in self.session.execute(query.order_by(Message.id)):
                self.doubles.setdefault(key, (id, 0))

    def _think(self, row: Row, line: Line) -> None:
        before = line.state.document if line.state else None
        read = entries.read(row, before, self.names)
        line.document, line.was = read.document, line.state.number if line.state else 0
        line.title, line.lang = read.document["text"][:200], read.document["lang"]
        line.problems += read.problems
        if line.problems:
            line.plan = Plan.ERROR
        elif line.state is None:
            self._compare_words(line)
        else:
            self._compare(row, line, line.state, read.shown)

    def _compare_words(self, line: Line) -> None:
        """A new row with the words of a message, or of an earlier row, is likely that message again."""
        key = phrase_key(line.title if len(line.title) < 200 else (line.document or {})["text"])
        if key in self.doubles and not self.options.doubles:
            id, number = self.doubles[key]
            line.plan, line.other_id, line.other_row = Plan.DUPLICATE, id or None, number or None
        else:
            line.changes = entries.holds(line.document or {}, self.names)
        self.doubles.setdefault(key, ("", line.number))

    def _compare(self, row: Row, line: Line, state: State, shown: dict[Place, str]) -> None:
        before = completed(MESSAGE, state.document)
        if line.document == before:
            line.plan = Plan.SAME
            return
        line.plan = Plan.CHANGE
        line.changes = entries.changes(shown, line.document or {}, self.names)
        said = row.get("revision")
        if said != str(state.number):
            self._refuse_stale(line, said, state)
        if self.options.publish and state.status == Status.PUBLISHED and state.waits:
            line.refuse("", N_("A change waits beside this published message. Publish it or give it up first."))

    def _refuse_stale(self, line: Line, said: str, state: State) -> None:
        if not said:
            line.refuse(
                "revision",
                N_(
                    "The row would change the message without saying which revision it was made from. "
                    "Start from an export."
                ),
            )
        elif not said.isdigit() or int(said) > state.number:
            line.refuse(
                "revision",
                N_("The message has no revision “%(said)s”; the newest is %(now)s."),
                said=said[:20],
                now=state.number,
            )
        else:
            line.refuse(
                "revision",
                N_(
                    "Somebody changed this message after the export: it stands at revision %(now)s, "
                    "the row is made from %(said)s. Export it again."
                ),
                said=said,
                now=state.number,
            )

    def _refuse_dangling(self, lines: list[Line]) -> None:
        """A relation may lead to another row only if that row makes a message."""
        left_out = {line.record_id: line.number for line in lines if line.state is None and line.plan != Plan.CREATE}
        for line in lines:
            for each in (line.document or {}).get("relations", []) if line.plan in (Plan.CREATE, Plan.CHANGE) else ():
                if each["other"] in left_out:
                    line.refuse("relations", N_("The message of row %(row)s, to which it is related, is not imported."),
                                row=left_out[each["other"]])  # fmt: skip

    def _carry_out(self, line: Line) -> None:
        if line.plan not in (Plan.CREATE, Plan.CHANGE) or line.document is None:
            return
        document = {**line.document, "id": line.record_id}
        if line.state is None:
            self.batch.create(MESSAGE, document, key=line.key, publish=self.options.publish)
        else:
            self.batch.change(MESSAGE, line.state, document, publish=self.options.publish)
        for reason in self.batch.refused.get(line.record_id or "", ()):
            line.refuse(_column_of(reason), "%(rule)s", rule=str(reason))
        line.document = None  # the batch has it; twenty thousand would be held twice


def _column_of(reason: Exception) -> str:
    """The column that a rule looks at: ("meanings", 0, "attestations") is meaning_1_sources."""
    path = reason.path if isinstance(reason, Refusal) else ()
    if len(path) == 3 and path[0] in entries.PARTS.values():
        group = next(group for group, part in entries.PARTS.items() if part == path[0])
        name = "sources" if path[2] == "attestations" else str(path[2])
        return f"{group}_{int(path[1]) + 1}_{name}"
    return str(path[0]) if path else ""


def make_terms(session: Session, terms: list[Document]) -> None:
    """The vocabulary terms that rows name and nobody had made."""
    rows = [{"id": term_id(each["scheme"], each["slug"]), "position": LAST, **each} for each in terms]
    if rows:
        session.execute(insert(Term), rows)
