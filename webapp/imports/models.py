"""What the imports keep: what was loaded from the seed data, and each spreadsheet with its plan, row by row."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from webapp.database import Model, now
from webapp.people.models import Person


class Seeded(Model):
    """A seed row that was loaded: ``kind/key``, and the checksum of what it said."""

    __tablename__ = "seeded"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))


class Stage(enum.StrEnum):
    """Where an import stands."""

    MATCHING = "matching"
    PLANNING = "planning"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


WORKING = (Stage.PLANNING, Stage.RUNNING, Stage.UNDOING)
UNFINISHED = (Stage.MATCHING, Stage.PLANNED, Stage.INTERRUPTED, Stage.FAILED)
"""Those that wait for their person: nothing was written, and something can be done next."""


class Plan(enum.StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    DUPLICATE = "duplicate"
    ERROR = "error"


class ImportRun(Model):
    """One spreadsheet: who brought it, how its columns were matched, how far it is, and what came of it.

    ``content`` holds the cells, compressed, until the import is done or given up. ``process`` names the process that
    works on it and ``beat`` its last sign of life: work whose process is gone was interrupted. ``planned`` is the
    checksum of the plan that its person saw.
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stage: Mapped[str] = mapped_column(String(12), default=Stage.MATCHING, index=True)
    before: Mapped[str] = mapped_column(String(12), default="")
    process: Mapped[str] = mapped_column(String(120), default="")
    beat: Mapped[dt.datetime | None]
    step: Mapped[str] = mapped_column(String(20), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    planned: Mapped[str] = mapped_column(String(64), default="")
    trouble: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    done_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    undone_by: Mapped[Person | None] = relationship(foreign_keys=undone_by_id)

    @property
    def agent(self) -> str:
        """How its revisions are signed, beside the person."""
        return f"import {self.id}"


class ImportRow(Model):
    """One row of an import's plan; once it has run, also what became of the record.

    ``number`` is the row in the spreadsheet, 0 for a record that is made because rows name it. ``changes`` are
    ``[column, before, after]``, ``problems`` ``[column, sentence, values]``; ``other_id`` is the message that a likely
    duplicate resembles, ``other_row`` the row. ``was`` and ``became`` are the record's newest revision before and
    after; ``published`` says that the import made it public.
    """

    __tablename__ = "import_row"
    __table_args__ = (Index(None, "run_id", "plan", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    number: Mapped[int]
    plan: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20), default="message")
    record_id: Mapped[str | None] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(20), default="")
    changes: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    other_id: Mapped[str | None] = mapped_column(String(80))
    other_row: Mapped[int | None]
    was: Mapped[int] = mapped_column(default=0)
    became: Mapped[int] = mapped_column(default=0)
    published: Mapped[bool] = mapped_column(default=False)
