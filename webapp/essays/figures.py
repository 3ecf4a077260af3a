"""The figures that essays may show by name; rooms above, which can count, enter theirs here."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

# A figure is given the language of the essay and answers with trusted HTML, caption and denominator included.
Figure = Callable[[str], Markup]
FIGURES: dict[str, Figure] = {}
# What was kept of the figures of a version: given the essay, the number of the version, the figure and the language.
Frozen = Callable[[str, int, str, str], Markup | None]
FROZEN: list[Frozen] = []


def figure(name: str, lang: str) -> Markup | None:
    """The figure of that name, or None where no room computes it."""
    made = FIGURES.get(name)
    return made(lang) if made else None


def figure_of_version(essay_id: str, version: int, name: str, lang: str) -> Markup | None:
    """The figure as a version showed it; as it is today where nothing was kept of it."""
    kept = (ask(essay_id, version, name, lang) for ask in FROZEN)
    return next((found for found in kept if found is not None), None) or figure(name, lang)
