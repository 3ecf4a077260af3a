"""``carottes``: the archive on the command line."""

from __future__ import annotations

import sys

import click
from flask.cli import FlaskGroup, with_appcontext

from webapp import create_app
from webapp.config import SETTINGS, BadSetting


class Carottes(FlaskGroup):
    """Flask's command group with the archive's application; bad settings are one sentence, not a traceback."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(create_app=create_app, add_default_commands=False, set_debug_flag=False,
                         load_dotenv=False, **kwargs)  # type: ignore[arg-type]  # fmt: skip


@click.group(cls=Carottes, help="Carottes, an archive of coded messages.")
def main_group() -> None:
    """The group that the commands hang on."""


@main_group.command("settings")
def settings_command() -> None:
    """List every setting, what it does and its default."""
    for setting in SETTINGS:
        click.echo(f"{setting.variable}  (default: {setting.default!s})\n    {setting.help_en}\n    {setting.help_fr}")


@main_group.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database to the schema of this release."""
    from webapp import schema

    schema.upgrade()


@main_group.command("seed")
@with_appcontext
def seed_command() -> None:
    """Load the archive's seed data; what a curator changed is never overwritten."""
    from webapp import seeding

    sys.exit(seeding.run())


def main() -> None:
    """The entry point of the ``carottes`` command."""
    try:
        main_group()
    except BadSetting as error:
        sys.exit(f"carottes: {error}")
