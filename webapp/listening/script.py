"""What is read aloud, word for word: made of broadcasts alone, so that no meaning can be spoken.

What the archive does not know is not made up: a phrase is repeated as often as a source says that it was, and otherwise
read once; hours, order and gaps are told as far as they are known. Only the opening call of the French service is no
record of that evening but its custom, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from webapp.broadcasts.bulletin import Line as Reading
from webapp.broadcasts.bulletin import Part, Sheet
from webapp.broadcasts.models import Broadcast, Dated
from webapp.dates import Day, night_words
from webapp.filters import capitalised, clock, language_name
from webapp.languages import gettext as _
from webapp.languages import language, ngettext, told
from webapp.listening.voice import MOST_CHARACTERS, Utterance, speaks, spoken
from webapp.messages.models import Message
from webapp.stations import LONDON

# How a station opened its messages. Other stations' openings are not known to the archive: it names the station.
OPENINGS = {
    LONDON: (
        "fr",
        ["Ici Londres.", "Les Français parlent aux Français.",
         "Veuillez écouter tout d’abord quelques messages personnels."],
    ),
}  # fmt: skip
TIMES = ("deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
MOST_TIMES = 12
MOST_MESSAGES = 100  # some six minutes
NOT_WORDS = {"tune", "signal"}  # what was played or sounded was not said


@dataclass(frozen=True)
class Line:
    """One line of the transcript and what is said for it: ``kind`` is label, call, note or message."""

    key: str
    kind: str
    text: str
    lang: str
    said: tuple[Utterance, ...]
    message: Message | None = None
    remark: str = ""


@dataclass(frozen=True)
class Script:
    """A reading aloud: its title, and its lines; ``messages`` are those read, of ``known`` that there are."""

    title: str
    lines: tuple[Line, ...]
    known: int

    @property
    def messages(self) -> int:
        """How many messages are read aloud."""
        return sum(1 for line in self.lines if line.kind == "message" and not line.remark)

    @property
    def said(self) -> list[Utterance]:
        """All that is said, in order."""
        return [each for line in self.lines for each in line.said]


def label() -> str:
    """What every reading says of itself, first."""
    return _("Reconstruction by synthetic speech, not a period recording.")


def of_night(day: Day, sheets: Sequence[Sheet]) -> Script:
    """The bulletins of a night, station by station; at most ``MOST_MESSAGES`` messages."""
    known = sum(len(sheet.lines) for sheet in sheets)
    title = capitalised(night_words(day, language()))
    lines = [_note("label", label(), 0.5, "label"), _note("night", f"{title}.", 1.2)]
    for number, sheet in enumerate(_cut(sheets)):
        lines += _opening(sheet, number)
        lines += _bulletin(sheet, number)
    lines.append(_note("end", _ending(known), 0.4))
    return Script(title, tuple(lines), known)


def of_message(message: Message) -> Script:
    """One message as it would be read, repeated as often as a source says."""
    said = next((each.said for each in message.broadcasts if each.said), None)
    lines = [_note("label", label(), 0.9, "label"), _phrase(message, message.id, said)]
    return Script(message.text, tuple(lines), 1)


def _cut(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    left = MOST_MESSAGES
    for sheet in sheets:
        parts = []
        for part in sheet.parts:
            parts.append(Part(part.time, part.placed, part.lines[:left]))
            left -= len(parts[-1].lines)
        kept = Sheet(sheet.station, [part for part in parts if part.lines])
        if kept.parts:
            yield kept


def _ending(known: int) -> str:
    if known > MOST_MESSAGES:
        return _("The reading stops after %(most)s messages; the page of the night has them all.", most=MOST_MESSAGES)
    return _("End of the reconstruction. A source dates these messages to this night; it is not the whole programme.")


def _note(key: str, text: str, pause: float = 0.7, kind: str = "note") -> Line:
    """Something that the archive itself says, in the reader's language."""
    return Line(key, kind, text, language(), (Utterance(text, language(), True, pause),))


def _opening(sheet: Sheet, number: int) -> Iterator[Line]:
    """The call of the station where its custom is known, else its name."""
    station = sheet.station
    if station is None:
        yield _note(f"station-{number}", _("Station unknown."))
        return
    name = told(station.name)
    if station.key not in OPENINGS:
        yield _note(f"station-{number}", f"{name.text}.", 1.0)
        return
    lang, calls = OPENINGS[station.key]
    for spot, call in enumerate(calls):
        yield Line(f"call-{number}-{spot}", "call", call, lang, (Utterance(call, lang, pause=0.9),))


def _bulletin(sheet: Sheet, number: int) -> Iterator[Line]:
    later: list[Reading] = []
    for spot, part in enumerate(sheet.parts):
        key = f"part-{number}-{spot}"
        if part.time:
            hour = Utterance(_hour_in_words(part.time), language(), True, 0.7)
            yield Line(f"{key}-hour", "note", clock(part.time), language(), (hour,))
        if not part.ordered:
            yield _note(f"{key}-order", _("In which order they were read is not known."))
        later += [line for line in part.lines if line.broadcast.dated == Dated.OPERATION]
        yield from _lines(line for line in part.lines if line.broadcast.dated != Dated.OPERATION)
    if later:
        known_by = _("What follows is known by the date of the operation: it was read that evening or before.")
        yield _note(f"later-{number}", known_by)
        yield from _lines(later)


def _hour_in_words(time: str) -> str:
    """A time of day as it is said: the abbreviations that are written would be spelled out."""
    return clock(time).replace("\u202fh", " heures").replace("\u202f", " ").replace("\u00a0", " ").replace(".", " ")


def _lines(readings: Iterable[Reading]) -> Iterator[Line]:
    for line in readings:
        if line.missing:
            missing = ngettext("Here %(num)s message is missing from the archive.",
                               "Here %(num)s messages are missing from the archive.", line.missing)  # fmt: skip
            yield _note(f"{line.broadcast.id}-gap", missing)
        yield _of_broadcast(line.broadcast)


def _of_broadcast(broadcast: Broadcast) -> Line:
    return _phrase(broadcast.message, broadcast.id, broadcast.said)


def _phrase(message: Message, key: str, said: int | None) -> Line:
    """A message as it is read; one that cannot be read is announced, and the remark says why."""
    unread = why_unread(message)
    if unread:
        said_instead = (Utterance(unread, language(), True, 0.8),)
        return Line(key, "message", message.text, message.lang, said_instead, message, unread)
    utterances = list(_repeated(message, said))
    if len(message.text) > MOST_CHARACTERS:
        utterances.append(Utterance(_("The message is longer than what is read aloud."), language(), True))
    if message.rendering:
        utterances.append(Utterance(_("Only a translation of the lost original is known."), language(), True))
    return Line(key, "message", message.text, message.lang, tuple(utterances), message)


def why_unread(message: Message) -> str:
    """Why a message is not read aloud; empty where it is."""
    if message.kind in NOT_WORDS:
        return _("Here something was played or sounded, not said.")
    if not speaks(message.lang):
        return _("Here a message in a language without a voice: %(language)s.", language=language_name(message.lang))
    if not spoken(message.text):
        return _("Here a message that cannot be pronounced.")
    return ""


def _repeated(message: Message, said: int | None) -> Iterator[Utterance]:
    """The phrase as often as it was read, the French one with its formula; once where nobody noted how often."""
    phrase = Utterance(message.text, message.lang, pause=0.9)
    yield phrase
    times = min(said or 1, MOST_TIMES)
    if times > 1 and message.lang == "fr":
        # A listener of August 1944 noted the number and the words "nous disons" before the repetition (s-e-020).
        yield Utterance(f"Nous disons {_in_letters(times)} fois.", "fr", pause=0.6)
    for _again in range(times - 1):
        yield phrase


def _in_letters(times: int) -> str:
    return TIMES[times - 2] if times - 2 < len(TIMES) else str(times)
