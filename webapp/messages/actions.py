"""The rules of the archive for messages: what a message must have before everybody may see it."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.languages import gettext as _
from webapp.messages.models import MESSAGE, Meaning, Message
from webapp.revisions.actions import Refusal
from webapp.sources.models import Attestation
from webapp.vocabularies import Standing


class NoSource(Refusal):
    """Words or a meaning that nobody bears witness to, and that are not said to be unknown."""


class NoStatement(Refusal):
    """A meaning that says nothing, and that is not said to be unknown."""


def refusals(message: Message) -> list[Refusal]:
    """Why the message may not be published: words and meanings are claims, never facts, so each has a source that bears
    witness, or the standing “unknown”."""
    claims = (refusal for number, meaning in enumerate(message.meanings) for refusal in _claim(number, meaning))
    return [*_words(message), *claims]


def _words(message: Message) -> Iterator[Refusal]:
    if message.wording_standing != Standing.UNKNOWN and not any(_witnesses(message)):
        yield NoSource(
            _("Nothing bears witness to these words. Name a source, or give the wording the standing “unknown”."),
            "attestations",
        )


def _witnesses(message: Message) -> Iterator[list[Attestation]]:
    """The sources of the words; one of a meaning or of a broadcast has the words too."""
    yield message.attestations
    yield from (each.attestations for each in (*message.meanings, *message.broadcasts))


def cautions(message: Message) -> list[str]:
    """What readers are told is not known: words and broadcasts to which no source bears witness."""
    unseen = [number for number, each in enumerate(message.broadcasts, 1) if not each.attestations]
    said = [_("Broadcast %(n)s has no source; readers are told so.", n=number) for number in unseen]
    if any(_witnesses(message)):
        return said
    return [_("No source bears witness to these words; readers are told so."), *said]


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
MESSAGE.cautions = cautions
