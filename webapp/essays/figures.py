"""The figures that essays may show by name; rooms above, which can count, enter theirs here."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

# A figure is given the language of the essay and answers with trusted HTML, caption and denominator included.
Figure = Callable[[str], Markup]
FIGURES: dict[str, Figure] = {}


def figure(name: str, lang: str) -> Markup | None:
    """The figure of that name, or None where no room computes it."""
    made = FIGURES.get(name)
    return made(lang) if made else None
