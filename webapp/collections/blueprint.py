"""The blueprint that the pages of collections hang on, and the collection that an address names."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_login import current_user

from webapp.collections import queries
from webapp.collections.models import Collection
from webapp.database import session
from webapp.identifiers import Reading, examine, resolve
from webapp.languages import gettext as _
from webapp.messages.views import Missing, Withdrawn
from webapp.revisions import Status

blueprint = Blueprint("collections", __name__)


def found(typed: str) -> Collection:
    """The collection that an identifier leads to, as people type it; raises NotFound or Gone and says why."""
    if examine(typed) is Reading.MISTYPED:
        raise Missing(
            _("This identifier has a typing error: its check character does not fit. Compare it with the original.")
        )
    known = resolve(session(), typed)
    collection = queries.get(session(), known.id, current_user) if known else None
    if collection is None:
        abort(404)
    if collection.status == Status.WITHDRAWN:
        raise Withdrawn(collection.withdrawn_reason)
    return collection
