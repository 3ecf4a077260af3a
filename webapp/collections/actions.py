"""Making and changing collections: every save is a new public version, kept like those of every record."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from sqlalchemy.orm import Session

from webapp.collections.models import COLLECTION, Collection
from webapp.permissions import Act, may
from webapp.revisions import to_document
from webapp.revisions.actions import change, create, publish, tell_index, withdraw
from webapp.revisions.documents import Document

VISITOR = "visitor"
"""Who changed a collection under a private edit link: nobody's name is asked for or kept."""


def begin(session: Session, document: Document, by: Any) -> tuple[Collection, str]:
    """A new collection, and the secret of its private edit link; empty when an account keeps it. The caller commits.

    It is public at once, under its own address alone: it stands in no list and no search until its owner or an editor
    puts it there.
    """
    owner = by if may(by, Act.COLLECT) else None
    collection = create(session, COLLECTION, document, by=owner, agent=None if owner else VISITOR)
    secret = ""
    if owner:
        collection.owner_id = owner.id
    else:
        secret = secrets.token_urlsafe(18)
        collection.secret_sha256 = hashed(secret)
    publish(collection, by=owner, agent=None if owner else VISITOR)
    return collection, secret


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def may_change(collection: Collection, by: Any, secret: str = "") -> bool:
    """Whether this person, or whoever has this secret, may change the collection; editors may, too."""
    if secret and collection.secret_sha256 and secrets.compare_digest(hashed(secret), collection.secret_sha256):
        return True
    return may(by, Act.FEATURE) or (may(by, Act.COLLECT) and collection.owner_id == by.id)


def save(collection: Collection, document: Document, by: Any, opened_on: int | None = None) -> bool:
    """Keep new content as the next version, unless nothing changed. Raises ``Stale`` and ``Refused``."""
    person = by if may(by, Act.COLLECT) else None
    agent = None if person else VISITOR
    fresh = to_document(collection) | document
    if fresh == to_document(collection):
        return False
    change(collection, fresh, by=person, agent=agent, opened_on=opened_on)
    publish(collection, by=person, agent=agent)
    return True


def adapt(session: Session, collection: Collection, by: Any) -> tuple[Collection, str]:
    """A copy to change, which says where it comes from and at which version; its maker signs it anew."""
    document = to_document(collection) | {"adapted_from": collection.id, "adapted_version": collection.version}
    document |= {"author": ""}
    del document["id"]
    return begin(session, document, by)


def feature(collection: Collection, featured: bool) -> None:
    """Put a collection before the others, or back among them."""
    collection.featured = featured
    tell_index(collection)


def put_in_list(collection: Collection, listed: bool) -> None:
    """Show a collection in the list and in the search, or only under its own address."""
    collection.listed = listed
    tell_index(collection)


def take_down(collection: Collection, by: Any, reason: str) -> None:
    """Withdraw a collection; its address says so."""
    withdraw(collection, by=by if may(by, Act.COLLECT) else None, reason=reason)
