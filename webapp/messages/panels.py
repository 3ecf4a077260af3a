"""What other rooms show on the page of a message: essays that speak of it, ways to cite it, hear it, correct it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from webapp.messages.models import Message

Given = Callable[[Message, Any], dict[str, Any]]


class Panel(NamedTuple):
    """A part of a message's page: its template, and what that template is given for a message and a person.

    ``spoils`` says that it may give the meaning away; the outsider's reading then leaves it out. A panel that is given
    nothing (an empty dictionary) is not shown.
    """

    template: str
    given: Given
    spoils: bool = True


BESIDE: list[Panel] = []
BENEATH: list[Panel] = []


def shown(panels: list[Panel], message: Message, person: Any, outsider: bool) -> list[tuple[str, dict[str, Any]]]:
    """The panels to show, each with its template and what it is given."""
    wanted = [panel for panel in panels if not (outsider and panel.spoils)]
    given = [(panel.template, panel.given(message, person)) for panel in wanted]
    return [(template, context) for template, context in given if context]
