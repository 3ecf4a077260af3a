"""What an essay names, as it was called when a version of the essay was published: phrases, claims, sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from webapp.revisions import queries
from webapp.revisions.frozen import Version


class Then:
    """A record with the words that it had at a moment: what its snapshot holds from there, its address from today's."""

    def __init__(self, record: Any, version: Version) -> None:
        self._record, self._version = record, version
        self.id, self.slug = record.id, getattr(record, "slug", "")

    @property
    def standing(self) -> str:
        """The standing that the leading claim of a message then had."""
        meanings = self._version.meanings
        return meanings[0].standing if meanings else "unknown"

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self._version, name)
        except AttributeError:
            return getattr(self._record, name)


def then(session: Session, found: Mapping[str, Any], moment: dt.datetime) -> dict[str, Any]:
    """The records found under these names, as they were at the moment; what was not public yet, as it is today."""
    revisions = queries.public_at(session, {record.id for record in found.values()}, moment)
    known = {id: Version(revision) for id, revision in revisions.items()}
    made: dict[str, Any] = {}
    for record in found.values():
        if record.id not in made:
            made[record.id] = Then(record, known[record.id]) if record.id in known else record
    return {name: made[record.id] for name, record in found.items()}
