"""The blueprint that the pages of collections hang on, and the collection that an address names."""

from __future__ import annotations

from flask import Blueprint

from webapp.collections import queries
from webapp.collections.models import Collection
from webapp.revisions.asked import asked

blueprint = Blueprint("collections", __name__)


def found(typed: str) -> Collection:
    """The collection that an identifier leads to, as people type it; raises NotFound or Gone and says why."""
    return asked(typed, queries.get)
