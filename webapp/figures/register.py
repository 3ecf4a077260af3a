"""All figures by name; each is counted once for a language and kept until the archive changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from flask import current_app, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.database import session
from webapp.essays.figures import FIGURES as IN_ESSAYS
from webapp.figures import coverage, crossing, evidence, maps, phrases, relations, runs, study
from webapp.figures.figure import Figure, manner, speaking
from webapp.figures.texts import rule, title
from webapp.languages import language
from webapp.revisions.figures import State, state, until_changed

T = TypeVar("T")
Maker = Callable[[Session], Figure]

# The name in ``{{figure: …}}`` and in the address, and who makes it.
MAKERS: dict[str, Maker] = {
    "copy-chain": evidence.copy_chain,
    "ladder-of-evidence": evidence.ladder_of_evidence,
    "standing-counts": evidence.standing_counts,
    "food-share": evidence.food_share,
    "one-night-heard": evidence.one_night_heard,
    "theme-purpose": crossing.theme_purpose,
    "surface-purpose": crossing.surface_purpose,
    "purpose-counts": crossing.purpose_counts,
    "language-counts": phrases.language_counts,
    "sentence-templates": phrases.sentence_templates,
    "numbers-in-messages": phrases.numbers_in_messages,
    "twitter-2009": study.twitter_2009,
    "messages-per-night": runs.messages_per_night,
    "networks-map": maps.networks_map,
    "map": maps.whole_map,
    "timeline": runs.timeline_figure,
    "alerts-and-actions": relations.alerts_and_actions,
    "variants": relations.variants,
    "echoes": relations.echoes,
    "replies": relations.replies,
    "nights-known": coverage.nights_known,
    "sources-per-claim": coverage.sources_per_claim,
    "unknown-by-language": coverage.unknown_by_language,
    "unknown-by-period": coverage.unknown_by_period,
}


def figure(name: str) -> Figure | None:
    """The figure of that name in the language spoken now, or None."""
    maker = MAKERS.get(name)
    if maker is None:
        return None
    return until_changed(session(), f"figure {name} {language()} {manner()}", maker)


def contents() -> list[tuple[str, str, str]]:
    """Every figure's name, title and rule, for their list; nothing is counted for it."""
    return [(name, title(name), rule(name, few=evidence.FEW)) for name in MAKERS]


RECENT = 48


def recently(name: str, make: Callable[[Session], T]) -> T:
    """What ``make`` counts for one of many ways of narrowing down; only the last few are remembered."""
    kept: OrderedDict[str, tuple[State, T]] = current_app.extensions.setdefault("recent figures", OrderedDict())
    now, found = state(session()), kept.pop(name, None)
    if found is None or found[0] != now:
        found = (now, make(session()))
    kept[name] = found
    while len(kept) > RECENT:
        kept.popitem(last=False)
    return found[1]


def _in_essay(name: str) -> Callable[[str], Markup]:
    def shown(lang: str) -> Markup:
        with speaking(lang):
            return Markup(render_template("figures/_figure.html", figure=figure(name), in_essay=True))

    return shown


def enter() -> None:
    """Let essays show every figure by its name."""
    IN_ESSAYS.update({name: _in_essay(name) for name in MAKERS})
