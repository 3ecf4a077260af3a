"""Readings that were made: spoken, coloured, written as MP3 and kept by their content; made when first asked for.

Nothing here is a record: the folder ``audio`` of the data may be emptied at any moment, and the readings that were not
listened to for longest leave it when it grows beyond ``ROOM``.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import LIMITS, limiter
from webapp.listening import mp3
from webapp.listening.radio import Colouring, coloured
from webapp.listening.script import Script, label
from webapp.listening.speaker import RATE
from webapp.listening.voice import Sound, available, silence, speak

RECIPE = "1"  # another number when the same words would sound different
ROOM = 1 << 30
WAIT = 12  # seconds until another reading that is being made must be done; the longest takes about six
QUEUE = 3  # readings that are made or waited for at once: the other threads of the server go on serving pages

_making = threading.Lock()
_places = threading.BoundedSemaphore(QUEUE)


class Cue(NamedTuple):
    """When a line of the transcript is heard, in seconds, and what of it."""

    start: float
    end: float
    key: str
    text: str
    lang: str


@dataclass(frozen=True)
class Recording:
    """A reading: where its file is, the hash of its content, its cues, and how long it takes in seconds."""

    path: Path
    content: str
    cues: list[Cue]
    seconds: float


class NotInstalled(ServiceUnavailable):
    """No voice is installed here."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("Reading aloud is not installed on this server. The transcript has every word of it.")


class Busy(ServiceUnavailable):
    """Another reading is being made."""

    def __init__(self) -> None:
        super().__init__(retry_after=10)
        self.sentence = _("Another reading is being prepared. Try again in a moment.")


def recording(script: Script, colouring: Colouring) -> Recording:
    """The reading of a script in one colouring, made if it is not kept yet.

    Raises NotInstalled without a voice, Busy when too many are being made, NoVoice when the voice fails.
    """
    if not available():
        raise NotInstalled
    content = _content(script, colouring)
    return _kept(content) or _made(script, colouring, content)


def _content(script: Script, colouring: Colouring) -> str:
    whole = [RECIPE, label(), script.title, [(line.key, line.said) for line in script.lines], repr(colouring)]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:32]


def folder() -> Path:
    """Where readings are kept."""
    return Path(current_app.config["DATA"]) / "audio"


def _kept(content: str) -> Recording | None:
    path = folder() / f"{content}.mp3"
    try:
        cues = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        os.utime(path)  # what is listened to stays
    except (OSError, ValueError):
        return None
    return Recording(path, content, [Cue(*cue) for cue in cues["cues"]], cues["seconds"])


def _made(script: Script, colouring: Colouring, content: str) -> Recording:
    # Only making costs something: a reading that is kept may be asked for piece by piece as players do.
    with limiter.limit(LIMITS["heavy"]), _one_at_a_time():
        ready = _kept(content)  # made by the one that was waited for
        if ready:
            return ready
        sound, cues = assembled(script, speak(script.said))
        heard = coloured(sound, colouring, seed=int(content[:8], 16))
        data = mp3.encoded(heard, tags(script), label(), language())
        _keep(content, data, {"cues": cues, "seconds": len(sound) / RATE})
        _make_room()
    path = folder() / f"{content}.mp3"
    return Recording(path, content, cues, len(sound) / RATE)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        if not _making.acquire(timeout=WAIT):
            raise Busy
        try:
            yield
        finally:
            _making.release()
    finally:
        _places.release()


def assembled(script: Script, sounds: Sequence[Sound]) -> tuple[Sound, list[Cue]]:
    """All sounds after each other with their pauses, and when each is heard."""
    pieces, cues, now, left = [silence(0.3)], [], 0.3, iter(sounds)
    for line in script.lines:
        for utterance in line.said:
            sound = next(left)
            end = now + len(sound) / RATE
            cues.append(Cue(round(now, 3), round(end, 3), line.key, utterance.text, utterance.lang))
            pieces += [sound, silence(utterance.pause)]
            now = end + len(pieces[-1]) / RATE
    return np.concatenate(pieces), cues


def tags(script: Script) -> dict[str, str]:
    """What the file says of itself to players: a title that names the reconstruction, and what kind of thing it is."""
    return {
        "TIT2": _("%(title)s (reconstruction by synthetic speech)", title=script.title[:120]),
        "TPE1": _("Carottes, synthetic voices"),
        "TALB": _("Reconstructions, not period recordings"),
        "TCON": "Speech",
        "TLAN": mp3.LANGUAGES.get(language(), b"und").decode(),
    }


def _keep(content: str, data: bytes, cues: dict[str, object]) -> None:
    """Both files, whole or not at all; the cues first, since the MP3 is what is looked for last."""
    folder().mkdir(parents=True, exist_ok=True)
    for suffix, written in ((".json", json.dumps(cues, ensure_ascii=False).encode()), (".mp3", data)):
        draft = folder() / f"{content}{suffix}.{os.getpid()}.part"
        draft.write_bytes(written)
        draft.replace(folder() / f"{content}{suffix}")


def _make_room() -> None:
    """Let go of the readings that nobody has listened to for longest, until the rest fits."""
    files = sorted(folder().glob("*.mp3"), key=lambda path: -path.stat().st_mtime)
    size = 0
    for path in files:
        size += path.stat().st_size
        if size > ROOM:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)
