"""The archive's vocabularies: themes, purposes, standings, surfaces, with labels and definitions in two languages."""

from __future__ import annotations

import enum
from typing import NamedTuple

from sqlalchemy import Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.database import Model, Texts
from webapp.people.models import Audit
from webapp.revisions import figures, labelled

CHANGED = "change term"
"""What the audit log says of a term that was changed: that leaves no revision, and stands in many figures."""

figures.BESIDES.append(select(func.count()).select_from(Audit).where(Audit.act == CHANGED).scalar_subquery())


class Scheme(enum.StrEnum):
    """The vocabularies there are."""

    THEME = "theme"
    PURPOSE = "purpose"
    STANDING = "standing"
    SURFACE = "surface"
    RELATION = "relation"
    KIND = "kind"
    SOURCE_TYPE = "source-type"


class Standing(enum.StrEnum):
    """How well a claim is supported, from the firmest to none at all. Labels and definitions are vocabulary terms."""

    DOCUMENTED = "documented"
    ATTESTED = "attested"
    ATTRIBUTED = "attributed"
    DISPUTED = "disputed"
    LEGEND = "legend"
    UNKNOWN = "unknown"


class Term(Model):
    """One term of one vocabulary: ``theme/food``, ``purpose/parachute-drop``."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("scheme", "slug"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20), index=True)
    slug: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[Texts] = mapped_column(default=dict)
    definition: Mapped[Texts] = mapped_column(default=dict)


labelled(Term, lambda term: term.label)


def term_id(scheme: Scheme | str, slug: str) -> str:
    """The key of a term, ``scheme/slug``."""
    return f"{scheme}/{slug}"


def terms(scheme: Scheme) -> Select[Term]:
    """The terms of a vocabulary in their own order."""
    return select(Term).where(Term.scheme == scheme).order_by(Term.position, Term.slug)


def term(session: Session, scheme: Scheme, slug: str) -> Term | None:
    """The term of that name, or None."""
    return session.get(Term, term_id(scheme, slug))


class Word(NamedTuple):
    """A term as it is shown: its name and its definition, by language."""

    label: Texts
    definition: Texts


def words(session: Session) -> dict[str, Word]:
    """Every term's words by its key (``standing/legend``), in one small query."""
    rows = session.execute(select(Term.id, Term.label, Term.definition))
    return {row.id: Word(row.label, row.definition) for row in rows}
