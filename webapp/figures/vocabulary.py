"""How terms are called in figures: the vocabulary's own words, in its own order."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.filters import capitalised, language_name
from webapp.languages import told
from webapp.messages.views import vocabulary
from webapp.vocabularies import Scheme, Term


def called(key: str) -> str:
    """A term's label in the reader's language, with a capital; a term that the vocabulary lacks, by its slug."""
    known = vocabulary().get(key)
    return capitalised((told(known.label).text if known else "") or slug(key))


def slug(key: str) -> str:
    """``food`` of ``theme/food``."""
    return key.partition("/")[2] or key


def ordered(session: Session, scheme: Scheme) -> list[str]:
    """The keys of a vocabulary in its own order."""
    terms = select(Term.id).where(Term.scheme == scheme).order_by(Term.position, Term.slug)
    return list(session.scalars(terms))


def language_called(code: str, among: Collection[str]) -> str:
    """A language's name; where another code among these has the same name, as another script has, with its code."""
    name = language_name(code)
    twin = any(other != code and language_name(other) == name for other in among)
    return f"{capitalised(name)} ({code})" if twin else capitalised(name)
