"""How Alembic runs a migration: on the connection that the archive gives it."""

from alembic import context

import webapp  # noqa: F401  # all models, through the rooms that the application knows
from webapp.database import Model

connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="webapp.database.",
)
with context.begin_transaction():
    context.run_migrations()
