"""``carottes check``: is the archive whole? Each check is a line of a list; each finding says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import failures, identifiers, schema, search
from webapp.broadcasts.models import Broadcast
from webapp.database import database
from webapp.essays.models import Essay
from webapp.machines.fixity import CHECKED
from webapp.messages.models import Meaning, Message, Relation
from webapp.networks import Network
from webapp.places import Place
from webapp.revisions import KINDS, Status
from webapp.sources.models import Attestation, Source
from webapp.stations import Station

blueprint = Blueprint("checks", __name__)

COUNTED = {
    "messages": Message, "meanings": Meaning, "broadcasts": Broadcast, "relations": Relation, "sources": Source,
    "attestations": Attestation, "stations": Station, "networks": Network, "places": Place, "essays": Essay,
}  # fmt: skip


class Check(NamedTuple):
    """One question to the archive: its name, and the function that yields what is wrong."""

    name: str
    findings: Callable[[Session], Iterator[str]]


def counts(session: Session) -> dict[str, int]:
    """How many rows of each kind the database has, drafts included."""
    found = {name: session.scalar(select(func.count()).select_from(model)) or 0 for name, model in COUNTED.items()}
    cited = select(func.count(func.distinct(Attestation.source_id)))
    words = select(func.count()).select_from(Message).where(Message.kind == "codeword")
    return found | {"sources cited by claims": session.scalar(cited) or 0, "code words": session.scalar(words) or 0}


def _schema(session: Session) -> Iterator[str]:
    if sentence := schema.trouble(database()):
        yield sentence


def _identifiers(session: Session) -> Iterator[str]:
    for each in session.scalars(select(identifiers.Identifier)):
        if identifiers.examine(each.id) is not identifiers.Reading.GOOD:
            yield f"identifier {each.id} has a wrong check character: restore it from a backup"
    for kind in KINDS.values():
        lost = select(kind.model.id).where(~select(identifiers.Identifier.id).where(
            identifiers.Identifier.id == kind.model.id).exists())  # fmt: skip
        for record_id in session.scalars(lost):
            yield f"{kind.name} {record_id} is not in the register of identifiers: restore a backup"


def _published(session: Session) -> Iterator[str]:
    for kind in KINDS.values():
        bare = select(kind.model.id).where(kind.model.status == Status.PUBLISHED, kind.model.version == 0)
        for record_id in session.scalars(bare):
            yield f"{kind.name} {record_id} is public but has no version: publish it again"


def _index(session: Session) -> Iterator[str]:
    for what, ids in search.search().indexer.differences().items():
        if ids:
            yield f"the search index has {len(ids)} {what}: run “carottes index rebuild”"


CHECKS = [
    Check("schema", _schema),
    Check("identifiers", _identifiers),
    *(Check(name, findings) for name, findings in CHECKED.items()),
    Check("publication", _published),
    Check("search index", _index),
]


@blueprint.get("/health")
def health() -> tuple[Response, int]:
    """What a balancer asks: can this node be read from, at which schema, how far is the index behind, can it save?

    200 when it can be read from; with ``?saving=1``, when it can also save.
    """
    report = _report() | {"saving": database().saving()}
    asked = ["status", "saving"] if request.args.get("saving") else ["status"]
    response = jsonify(report)
    response.cache_control.no_store = True
    return response, 200 if all(report[each] == "ok" for each in asked) else 503


def _report() -> dict[str, Any]:
    try:
        at = schema.current(database())
        return {"status": _standing(at), "schema": at, "read from": database().role(), "index": search.status()}
    except SQLAlchemyError as error:
        return {"status": failures.sentence(error)}


def _standing(at: str) -> str:
    """Ready at the schema of this release, and at that of a newer one which has only widened it: releases change node
    by node. A schema is looked at once."""
    looked = current_app.extensions.setdefault("schemas", {})
    if at != schema.head() and at not in looked:
        looked[at] = schema.widened(database())
    if at == schema.head() or looked[at]:
        return "ok"
    return schema.trouble(database())


def run(session: Session) -> Iterator[tuple[str, list[str]]]:
    """Every check with what it found, in order."""
    for check in CHECKS:
        yield check.name, list(check.findings(session))
