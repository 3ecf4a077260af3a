"""What other rooms show on the page of a night: a way to hear it, a sheet for a class, a way to cite it.

The page of an essay takes panels of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Given = Callable[[Any, Any], dict[str, Any]]


class Panel(NamedTuple):
    """A part of a page: its template, and what that is given for the thing shown and the person; nothing hides it.

    ``spoils`` says that it may give meanings away; the outsider's reading then leaves it out.
    """

    template: str
    given: Given
    spoils: bool = True


ON_DIAL: list[Panel] = []
BESIDE: list[Panel] = []
BENEATH: list[Panel] = []


def shown(panels: list[Panel], thing: Any, person: Any, outsider: bool) -> list[tuple[str, dict[str, Any]]]:
    """The panels to show, each with its template and what it is given."""
    wanted = [panel for panel in panels if not (outsider and panel.spoils)]
    given = [(panel.template, panel.given(thing, person)) for panel in wanted]
    return [(template, context) for template, context in given if context]
