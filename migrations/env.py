"""How Alembic runs a migration: on the connection that the archive gives it."""

from typing import Any

from alembic import context
from sqlalchemy import JSON

import webapp  # noqa: F401  # it knows every room, and so every table
from webapp.database import EdtfType, Model, MomentType, TextsType


def plain_type(kind: str, thing: Any, autogenerate: Any) -> Any:
    """Write the column types of the archive as plain ones: a migration must not change when the code does."""
    if kind != "type":
        return False
    if isinstance(thing, MomentType):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, EdtfType):
        return "sa.String(120)"
    if isinstance(thing, (TextsType, JSON)):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    render_as_batch=True,
    render_item=plain_type,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
