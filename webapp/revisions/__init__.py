"""The history of every record: what is kept, frozen snapshots, versions, comparison and restoring."""

from webapp.revisions.documents import (
    KINDS,
    Field,
    Kind,
    Part,
    apply_document,
    digest,
    keep,
    kind_of,
    label_of,
    labelled,
    labels,
    to_document,
)
from webapp.revisions.models import Kept, Outbox, Revision, Status

__all__ = [
    "KINDS",
    "Field",
    "Kept",
    "Kind",
    "Outbox",
    "Part",
    "Revision",
    "Status",
    "apply_document",
    "digest",
    "keep",
    "kind_of",
    "label_of",
    "labelled",
    "labels",
    "to_document",
]
