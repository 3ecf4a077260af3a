"""The whole database as lines of JSON, table by table, the same from any database that holds the same; and back.

The tables are read as the database describes them, not as this release would like them: a backup of an older schema is
loaded into that schema, and migrated afterwards.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.sql.expression import collate

BATCH = 500
SCHEMA = "alembic_version"


def tables(connection: Connection) -> list[Table]:
    """The tables that the database has, those that others refer to first."""
    described = MetaData()
    described.reflect(connection)
    for table in described.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return described.sorted_tables


def lines(connection: Connection, table: Table) -> Iterator[str]:
    """Every row of a table as a line, in the order of its key."""
    query = select(table).order_by(*(_ordered(connection, column) for column in table.primary_key))
    for row in connection.execution_options(yield_per=BATCH).execute(query):
        values = {column.name: _out(value) for column, value in zip(table.columns, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _ordered(connection: Connection, column: Column[Any]) -> Any:
    """Texts in the order of their bytes, whatever language the database sorts by."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, (String, Text)):
        return collate(column, "C")
    return column


def _out(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        moment = value if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
        return moment.isoformat() + "Z"
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def content(connection: Connection, on_row: Callable[[str], None] = lambda table: None) -> str:
    """The SHA-256 of everything the database holds, for holding one database against another."""
    total = hashlib.sha256()
    for table in sorted(tables(connection), key=lambda each: each.name):
        total.update(f"# {table.name}\n".encode())
        for line in lines(connection, table):
            total.update(line.encode())
            on_row(table.name)
    return total.hexdigest()


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    found = sorted(tables(connection), key=lambda each: each.name)
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in found}


def load(connection: Connection, table: Table, written: Iterator[str]) -> None:
    """Put the rows of lines into an empty table; rows may refer to rows that come later in the same table."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    batch, late = [], []
    for line in written:
        row = {name: _in(table.c[name], value) for name, value in json.loads(line).items()}
        kept = {column.name: row[column.name] for column in own if row[column.name] is not None}
        if kept:
            late.append(({column.name: row[column.name] for column in table.primary_key}, kept))
            row |= dict.fromkeys(kept)
        batch.append(row)
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    for key, values in late:
        same = (table.c[name] == value for name, value in key.items())
        connection.execute(update(table).where(*same).values(values))
    _count_on(connection, table)


def _in(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return value


def _count_on(connection: Connection, table: Table) -> None:
    """Let a server go on counting where the rows end."""
    keys = list(table.primary_key)
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, (Integer, BigInteger)):
        return
    last = connection.scalar(select(func.max(keys[0])))
    if last is not None:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)"),
                           {"table": table.name, "key": keys[0].name, "last": last})  # fmt: skip
