"""What the tables of a database hold, for holding one schema against another."""

from __future__ import annotations

import json

from webapp.database import Database
from webapp.machines import rows

Held = dict[str, list[dict[str, object]]]


def held(database: Database) -> Held:
    """Every row of every table."""
    with database.reader.connect() as connection:
        tables = [table for table in rows.tables(connection) if table.name != rows.SCHEMA]
        return {table.name: [json.loads(line) for line in rows.lines(connection, table)] for table in tables}


def as_far_as(known: Held, found: Held) -> Held:
    """What was found, without the tables and columns that were not there before."""
    return {name: [{column: row[column] for column in (known[name][0] if known[name] else ())} for row in found[name]]
            for name in known}  # fmt: skip
