"""``carottes index``: build the search index anew, hold it against the database, say how it stands."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import AppGroup

from webapp.search import search, status

index = AppGroup("index", help="The search index; it can be built anew from the database at any moment.")


@index.command("rebuild")
def rebuild() -> None:
    """Build the index anew beside the old one, then put it in its place."""
    bar: Any = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = click.progressbar(length=total, label="Indexing", file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    done = search().indexer.rebuild(progress)
    if bar is not None:
        bar.render_finish()
    click.echo(f"{done} records are in the index.")


@index.command("verify")
def verify() -> None:
    """Hold the index against the database; ends with 1 when they differ."""
    differences = search().indexer.differences()
    for what, ids in differences.items():
        click.echo(f"{what}: {len(ids)}" + (f" ({', '.join(ids[:10])}{', …' if len(ids) > 10 else ''})" if ids else ""))
    if any(differences.values()):
        click.echo("Run “carottes index rebuild” to build it anew.", err=True)
        sys.exit(1)
    click.echo("The index equals the database.")


@index.command("status")
def show_status() -> None:
    """How the index stands, and what waits for it."""
    for name, value in status().items():
        click.echo(f"{name}: {value}")
