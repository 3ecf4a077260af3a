"""The rules of the archive for messages: what a message must have before everybody may see it."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.languages import gettext as _
from webapp.messages.models import MESSAGE, Meaning, Message
from webapp.revisions.actions import Refusal
from webapp.vocabularies import Standing


class NoSource(Refusal):
    """A meaning that nobody bears witness to, and that is not said to be unknown."""


class NoStatement(Refusal):
    """A meaning that says nothing, and that is not said to be unknown."""


def refusals(message: Message) -> list[Refusal]:
    """Why the message may not be published: a meaning is a claim, never a fact, so each has a source that bears
    witness, or the standing “unknown”."""
    return [refusal for number, meaning in enumerate(message.meanings) for refusal in _claim(number, meaning)]


def _claim(number: int, meaning: Meaning) -> Iterator[Refusal]:
    if meaning.standing == Standing.UNKNOWN:
        return
    if not meaning.attestations:
        yield NoSource(
            _("Meaning %(n)s has no source. Add one, or give it the standing “unknown”.", n=number + 1),
            "meanings", number, "attestations",
        )  # fmt: skip
    if not meaning.statement and meaning.purpose_id is None:
        yield NoStatement(
            _("Meaning %(n)s says nothing. Say what the phrase signified, or give it the standing “unknown”.",
              n=number + 1),
            "meanings", number, "statement",
        )  # fmt: skip


MESSAGE.refusals = refusals
