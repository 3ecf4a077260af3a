"""What the desk calls kinds, statuses and its own ways."""

from __future__ import annotations

from typing import NamedTuple

from flask import request
from flask_login import current_user

from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.navigation import exists, path_to
from webapp.permissions import Act, may
from webapp.revisions import KINDS, Kind, Status


class KindWords(NamedTuple):
    """What a kind of record is called: many of them, a new one, the form of one."""

    many: str
    new: str
    change: str


KIND_WORDS = {
    "message": KindWords(N_("Messages"), N_("A new message"), N_("Change a message")),
    "source": KindWords(N_("Sources"), N_("A new source"), N_("Change a source")),
    "station": KindWords(N_("Stations"), N_("A new station"), N_("Change a station")),
    "network": KindWords(N_("Networks"), N_("A new network"), N_("Change a network")),
    "place": KindWords(N_("Places"), N_("A new place"), N_("Change a place")),
    "essay": KindWords(N_("Essays"), N_("A new essay"), N_("Change an essay")),
    "medium": KindWords(N_("Media"), N_("A new picture or recording"), N_("Change a picture or recording")),
}
"""The kinds that are worked on with the desk's form, in its order; collections have a room of their own."""

STATUS_WORDS = {
    Status.DRAFT: N_("draft"),
    Status.IN_REVIEW: N_("in review"),
    Status.PUBLISHED: N_("published"),
    Status.WITHDRAWN: N_("withdrawn"),
}

ACT_WORDS = {
    "create": N_("beginning"),
    "change": N_("revision"),
    "submit": N_("sending for review"),
    "hand back": N_("return to drafting"),
    "publish": N_("publication"),
    "withdraw": N_("withdrawal"),
    "discard": N_("change given up"),
    "remove": N_("draft deleted"),
    "merge": N_("merge"),
    "unmerge": N_("merge undone"),
}
"""What was done in a revision."""

# The ways through the desk, each shown to whoever may go there.
WAYS = [
    ("/desk", N_("Desk"), Act.DESK),
    ("/desk/messages", N_("Messages"), Act.DESK),
    ("/desk/sources", N_("Sources"), Act.DESK),
    ("/desk/stations", N_("Stations"), Act.DESK),
    ("/desk/networks", N_("Networks"), Act.DESK),
    ("/desk/places", N_("Places"), Act.DESK),
    ("/desk/essays", N_("Essays"), Act.DESK),
    ("/desk/media", N_("Media"), Act.DESK),
    ("/desk/terms", N_("Vocabularies"), Act.PUBLISH),
    ("/desk/contributions", N_("Contributions"), Act.MODERATE),
    ("/desk/imports", N_("Imports"), Act.IMPORT),
    ("/desk/people", N_("People"), Act.ACCOUNTS),
]


class DeskWay(NamedTuple):
    """A way as the page shows it."""

    href: str
    label: str
    current: str


def edited() -> list[Kind]:
    """The kinds that are worked on with the desk's form."""
    return [KINDS[name] for name in KIND_WORDS]


def words_of(kind: Kind) -> KindWords:
    """What a kind is called, in English; translated where it is shown."""
    return KIND_WORDS[kind.name]


def status_word(status: str) -> str:
    """A status in the reader's language."""
    return _(STATUS_WORDS[Status(status)])


def desk_ways() -> list[DeskWay]:
    """The desk's own navigation, the present place marked."""
    return [
        DeskWay(path_to(path), _(label), _current(path))
        for path, label, act in WAYS
        if exists(path) and may(current_user, act)
    ]


def _current(path: str) -> str:
    if request.path == path:
        return "page"
    return "true" if path != "/desk" and request.path.startswith(path + "/") else ""
