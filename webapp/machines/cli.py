"""``carottes backup``, ``restore``, ``fixity``, ``links``: what keeps the archive, on the command line."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from webapp import schema
from webapp.database import database
from webapp.machines import backups, exports, fixity, links, moving, restoring
from webapp.machines import site as _site  # noqa: F401  # one more format
from webapp.machines.containers import BadBackup
from webapp.machines.records import as_visitor

VARIABLE = "CAROTTES_BACKUP_PASSPHRASE"
_NOWHERE = (
    "Warning: CAROTTES_URL is not set. Permanent addresses, QR codes, feeds and cards in this copy lead to"
    " http://{host}:{port}, which is nobody’s address: set it to where the archive is, or will be, then export again."
)


def _data() -> Path:
    return Path(current_app.config["DATA"]).resolve()


@click.command("backup")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the backups; by default backups in the data folder.",
)
@click.option("--encrypt", is_flag=True, help=f"Seal it with a passphrase, from {VARIABLE} or typed.")
@click.option(
    "--keep-all", is_flag=True, help="Remove no older backup. Otherwise 7 daily, 4 weekly and 12 monthly ones stay."
)
@click.option("--passphrase", envvar=VARIABLE, hidden=True)
@with_appcontext
def backup(to: Path | None, encrypt: bool, keep_all: bool, passphrase: str | None) -> None:
    """Back the archive up while it is serving, verify what was written, and let older backups go."""
    folder = (to or _data() / "backups").resolve()
    secret = (passphrase or click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)) if encrypt else None
    if encrypt and not secret:
        raise click.ClickException(f"An empty passphrase seals nothing: set {VARIABLE}.")
    try:
        made = backups.back_up(database(), _data(), folder, secret, keep_all)
    except (backups.NoRoom, BadBackup) as error:
        _note("replication", str(folder), "fail", reason=str(error))
        raise click.ClickException(str(error)) from None
    _tell(made)


def _tell(made: backups.Made) -> None:
    figures = {"rows": sum(made.manifest.rows.values()), "files": len(made.manifest.entries),
               "bytes": made.path.stat().st_size}  # fmt: skip
    _note("replication", made.path.name, checked=figures)
    click.echo(f"{made.path}")
    click.echo(
        f"  {figures['rows']} rows, {figures['files']} files, {figures['bytes']} bytes; read again and verified."
    )
    for path in made.removed:
        click.echo(f"  rotation removed {path.name}")


def _note(kind: str, about: str, outcome: str = "success", **detail: Any) -> None:
    """Write it into the record that keepers see, where the database still takes a line and has the table for it."""
    try:
        with database().writing() as own:
            fixity.note(own, kind, about, outcome, **detail)
    except SQLAlchemyError as error:
        click.echo(f"  (this could not be noted in the archive: {error.__class__.__name__})", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--passphrase", envvar=VARIABLE, hidden=True)
@with_appcontext
def restore(file: Path, passphrase: str | None) -> None:
    """Bring a backup back into an empty place; an archive that is there is never touched."""
    ask = lambda: passphrase or click.prompt("Passphrase", hide_input=True)  # noqa: E731
    try:
        manifest = restoring.restore(database(), _data(), file, ask)
    except restoring.NotEmpty as error:
        raise click.ClickException(f"Nothing was restored: {error}. Choose an empty place: CAROTTES_DATA.") from None
    except BadBackup as error:
        raise click.ClickException(f"Nothing was restored from {file.name}: {error}.") from None
    _note("recovery", file.name, checked={"rows": sum(manifest.rows.values())})
    click.echo(f"{sum(manifest.rows.values())} rows and {len(manifest.entries)} files of {manifest.made} are back,")
    click.echo("  and equal to what was backed up. “carottes serve” migrates if it must, and builds the search index.")


@click.command("fixity")
@with_appcontext
def check_fixity() -> None:
    """Check all checksums, references and permissions now, and write it into the record that keepers see."""
    schema.ensure(database())
    event = fixity.examine(database())
    click.echo(", ".join(f"{count} {name}" for name, count in event.detail["checked"].items()) + " checked.")
    for name, found in event.detail["findings"].items():
        click.echo(f"{name}:\n" + "\n".join(f"  {each}" for each in found))
    if event.detail["findings"]:
        raise click.ClickException("Something is no longer what it was.")


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(exports.FORMS)), default="csv", show_default=True)
@click.option("--all", "hidden_too", is_flag=True, help="For keepers: drafts, withdrawn records and history too.")
@with_appcontext
def export(folder: Path, form: str, hidden_too: bool) -> None:
    """Write the whole public archive into a new folder, in an open format."""
    if hidden_too and form == "site":
        raise click.UsageError("A site is for everybody: it has no drafts. Leave out --all.")
    schema.ensure(database())
    if form == "site" and not current_app.config["URL"]:
        click.echo(_NOWHERE.format(host=current_app.config["HOST"], port=current_app.config["PORT"]), err=True)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with as_visitor(app), database().reading() as own:
        total = exports.Job(own, hidden_too).total()
        with click.progressbar(length=total, label="Exporting", file=sys.stderr) as bar:
            job = exports.Job(own, hidden_too, _data() / "media", bar.update)
            try:
                exports.export(job, folder.resolve(), form)
            except exports.Occupied as error:
                raise click.ClickException(str(error)) from None
            except (OSError, sqlite3.Error) as error:
                raise click.ClickException(
                    f"The export could not be written: {error}. Nothing is left of it."
                ) from None
    click.echo(f"{total} records are in {folder}.")


@click.command("links")
@click.option("--most", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Ask so many at most.")
@with_appcontext
def check_links(most: int) -> None:
    """Ask whether the web addresses of sources still answer, those asked longest ago first; the desk lists the dead."""
    schema.ensure(database())
    with database().reading() as own:
        total = len(links.due(own, most))
    dead = []
    with click.progressbar(links.check(database(), most, links.over_the_web), length=total, label="Asking",
                           file=sys.stderr) as bar:  # fmt: skip
        dead = [(url, said) for url, said in bar if said]
    for url, said in dead:
        click.echo(f"{url}\n  {said}")
    click.echo(f"{total} addresses asked, {len(dead)} did not answer. The desk lists those that failed twice in a row.")


@click.command("move-to")
@click.argument("address")
@with_appcontext
def move_house(address: str) -> None:
    """Copy the database to another, empty one, on PostgreSQL or in SQLite, and prove that both hold the same."""
    try:
        moved = moving.move_to(database(), address)
    except moving.CannotMove as error:
        raise click.ClickException(str(error)) from None
    for name, count in moved.items():
        click.echo(f"{count:>8}  {name}")
    click.echo("Both hold the same. The archive is served from there once CAROTTES_DATABASE names that address.")


COMMANDS = [backup, restore, check_fixity, export, check_links, move_house]
