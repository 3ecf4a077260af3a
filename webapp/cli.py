"""``carottes``: the archive on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from alembic.util import CommandError
from flask import current_app
from flask.cli import FlaskGroup
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from webapp import checks, create_app, failures, schema, search
from webapp.config import SETTINGS, BadSetting, resource
from webapp.database import database
from webapp.engines import BadAddress
from webapp.imports import seed
from webapp.machines.cli import COMMANDS as MACHINES
from webapp.machines.rehearsal import Failed, rehearse
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.permissions import ROLES
from webapp.search.cli import index as index_commands
from webapp.server import Busy, Server, ensure_free


class Archive(FlaskGroup):
    """The commands; on a database that this release cannot work with, each ends in a sentence that says what to do."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except schema.OtherSchema as error:
            raise click.ClickException(str(error)) from None
        except (SQLAlchemyError, CommandError) as error:
            self._explain(ctx, error)
            raise

    def _explain(self, ctx: click.Context, error: Exception) -> None:
        with ctx.obj.load_app().app_context():
            if failures.explains(error):
                raise click.ClickException(_said(failures.sentence(error, database().engine.url))) from None
            try:
                schema.ensure(database())
            except schema.OtherSchema as other:
                raise click.ClickException(str(other)) from None


def _said(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith(("?", ".")) else ".")


@click.group(
    cls=Archive, create_app=create_app, add_default_commands=False, set_debug_flag=False, load_dotenv=False,
    help="Carottes, an archive of coded messages.",
)  # fmt: skip
def carottes() -> None:
    """The group that the commands hang on."""


@carottes.command("serve")
def serve() -> None:
    """Bring everything up to date, then serve the site."""
    host, port = current_app.config["HOST"], current_app.config["PORT"]
    ensure_free(host, port)
    _bring_up_if_possible()
    click.echo(f"\n  Carottes is on http://{host}:{port}/  (stop with Ctrl-C)")
    if database().saving() == "ok" and (link := _first_link(f"http://{host}:{port}")):
        click.echo(f"  The first keeper signs in here, once: {link}\n")
    sys.stdout.flush()
    Server(current_app._get_current_object()).run()  # type: ignore[attr-defined]


def _bring_up_if_possible() -> None:
    """Up to date; where nothing can be saved for now, an archive that stands as it should is served as it is."""
    try:
        bring_up()
    except SQLAlchemyError as error:
        if not (database().has_standby and failures.paused(error)):
            raise
        with current_app.test_request_context():  # as pages are read
            schema.ensure(database())
        click.echo(_said(f"reading only: {failures.sentence(error, database().engine.url)}"), err=True)


def bring_up() -> None:
    """Schema, seed data and search index as this release needs them; quick when nothing is new.

    Nothing is touched where a newer release has widened the schema: it has its own data.
    """
    if schema.widened(database()):
        click.echo("Database: widened by a newer release.")
        return
    if schema.current(database()) != schema.head():
        click.echo("Database: migrating …")
        schema.move(database())
    _seed()
    found = search.search()
    found.indexer.ensure()
    found.indexer.bring_terms()
    found.indexer.catch_up()


def _first_link(address: str) -> str | None:
    with database().writing() as own:
        schema.alone(own)
        keeper = people.first_keeper(own)
        return f"{address}/enter/{people.give_entry_link(own, keeper)}" if keeper else None


@carottes.command("migrate")
@click.option("--to", default="head", help="Revision of the schema; by default the newest.")
@click.option("--down", is_flag=True, help="Go back to that revision instead of forward.")
@click.option("--rehearse", "only_try", is_flag=True, help="Try it on a copy; the archive is not touched.")
def migrate(to: str, down: bool, only_try: bool) -> None:
    """Bring the database to the schema of this release."""
    if only_try:
        _rehearse(to)
        return
    schema.move(database(), to, up=not down)
    click.echo(f"The database is at schema {schema.current(database())}.")


def _rehearse(to: str) -> None:
    try:
        tried = rehearse(database(), Path(current_app.config["DATA"]), to)
    except Failed as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"On a copy, the database went from schema {tried.before} to {tried.after} in {tried.seconds:.1f} s;"
               " the archive is as it was.")  # fmt: skip
    for step in tried.steps:
        click.echo(f"  {step}")
    for name, count in tried.has.items():
        click.echo(f"{tried.had.get(name, 0):>8} → {count:<8} {name}")
    if tried.lost:
        raise click.ClickException(f"These tables would lose rows: {', '.join(tried.lost)}. Do not migrate.")


@carottes.command("seed")
def seed_command() -> None:
    """Load the seed data; what a curator changed is never overwritten."""
    schema.ensure(database())
    _seed()


def _seed() -> None:
    with click.progressbar(length=1, label="Seed data", show_pos=True) as bar, database().writing() as own:

        def progress(_: str, done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        schema.alone(own)
        loaded = seed.load(own, resource("seed_data"), progress)
        bar.update((bar.length or 0) - bar.pos)
    for finding in loaded.findings:
        click.echo(str(finding), err=True)
    if loaded.findings:
        raise click.ClickException("The seed data has errors; nothing was loaded. Correct the rows above.")
    if loaded.created or loaded.changed:
        click.echo("  " + ", ".join(f"{n} {kind}" for kind, n in (loaded.created + loaded.changed).items()))
    for key in loaded.kept:
        click.echo(f"  kept as a curator left it: {key}")


@carottes.command("check")
def check() -> None:
    """Count everything and look for what is broken; the exit status is 1 when something is."""
    schema.ensure(database())
    with database().reading() as own:
        for name, count in checks.counts(own).items():
            click.echo(f"{count:>8}  {name}")
        wrong = sum(_report(name, findings) for name, findings in checks.run(own))
    if wrong:
        raise click.ClickException(f"{wrong} findings.")


def _report(name: str, findings: list[str]) -> int:
    click.echo(f"{'FAIL' if findings else 'ok':>8}  {name}")
    for finding in findings[:20]:
        click.echo(f"          {finding}")
    return len(findings)


@carottes.command("settings")
def settings() -> None:
    """List every setting, what it does and its default."""
    for setting in SETTINGS:
        click.echo(f"{setting.variable}  (default: {setting.default!s})")
        click.echo(f"    {setting.help_en}\n    {setting.help_fr}")


carottes.add_command(index_commands)
for command in MACHINES:
    carottes.add_command(command)


@carottes.group("user")
def user() -> None:
    """People with accounts."""


@user.command("add")
@click.argument("email")
@click.argument("role", type=click.Choice(list(ROLES)))
@click.option("--name", default="", help="What colleagues see.")
def user_add(email: str, role: str, name: str) -> None:
    """Make an account and print the one-time link that lets its owner in."""
    schema.ensure(database())
    with database().writing() as own:
        try:
            person = people.create_person(own, email, role, name=name)
        except ValueError:
            raise click.ClickException(f"{email} has an account already: carottes user link {email}") from None
        _print_link(own, person)


@user.command("link")
@click.argument("email", default="")
def user_link(email: str) -> None:
    """Print a new one-time link for an account; without an address, for the only account."""
    schema.ensure(database())
    with database().writing() as own:
        chosen = list(own.scalars(select(Person).where(Person.email == email.lower()) if email else select(Person)))
        if len(chosen) != 1:
            raise click.ClickException("Say which account, by its address: " + _addresses(own))
        _print_link(own, chosen[0])


def _addresses(own: Any) -> str:
    return ", ".join(own.scalars(select(Person.email).order_by(Person.email))) or "there is none yet"


def _print_link(own: Any, person: Person) -> None:
    address = current_app.config["URL"] or f"http://{current_app.config['HOST']}:{current_app.config['PORT']}"
    click.echo(f"{address}/enter/{people.give_entry_link(own, person)}")


def main() -> None:
    """The entry point of the ``carottes`` command."""
    try:
        carottes()
    except (BadSetting, BadAddress, Busy) as error:
        sys.exit(f"carottes: {error}")
