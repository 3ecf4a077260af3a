"""The blueprint that the rooms of the desk hang on, and kinds of records in addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.routing import BaseConverter, ValidationError

from webapp.desk.words import edited
from webapp.revisions import KINDS, Kind


def plural(kind: Kind) -> str:
    """The word for many of a kind, as it stands in addresses: messages."""
    return kind.plural


class KindConverter(BaseConverter):
    """A kind of record by its plural: ``/desk/messages``."""

    def to_python(self, value: str) -> Kind:
        """The kind; any other word is no address of this kind."""
        kind = next((kind for kind in edited() if plural(kind) == value), None)
        if kind is None:
            raise ValidationError
        return kind

    def to_url(self, value: Any) -> str:
        """The plural of a kind, or of its name."""
        return plural(value) if isinstance(value, Kind) else plural(KINDS[value]) if value in KINDS else str(value)


blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.record_once
def _addresses(state: Any) -> None:
    state.app.url_map.converters["kind"] = KindConverter
