"""The voices there are, and sentences spoken by them; without the extra ``audio`` there are none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from webapp.listening.speaker import RATE

Sound: TypeAlias = NDArray[np.float32]

SPEAKER = Path(__file__).with_name("speaker.py")
PATIENCE = 60  # seconds; a whole night takes two or three
MOST_CHARACTERS = 1500

# The language of a text: the voice that reads it. espeak-ng has others; those for scripts that it spells out or guesses
# at (Chinese, Japanese, Korean, Hebrew, Bengali, Thai) would be heard as noise, and transliterations have no voice.
VOICES = {
    "fr": "fr", "en": "en", "it": "it",
    "da": "da", "de": "de", "es": "es", "ga": "ga", "la": "la", "nl": "nl", "no": "nb", "pl": "pl", "pt": "pt",
    "ro": "ro", "ru": "ru", "sk": "sk", "tr": "tr",
}  # fmt: skip

_UNSPOKEN = re.compile(r"[\x00-\x1f\x7f«»“”„\"*#_|<>\[\]{}\\]+")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


class Utterance(NamedTuple):
    """Something to be said in one breath, and the silence after it, in seconds. The narrator is the archive itself."""

    text: str
    lang: str
    narrator: bool = False
    pause: float = 0.6


class NoVoice(Exception):
    """Nothing can be spoken here; the message says why, for the log."""


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether the extra ``audio`` is installed: a voice, and something to write MP3 with."""
    return all(find_spec(name) for name in ("espeakng_loader", "lameenc"))


def speaks(lang: str) -> bool:
    """Whether there is a voice for texts in this language."""
    return lang in VOICES


def spoken(text: str) -> str:
    """The text as it is handed to the voice: no quotation marks, stars or control characters (which would be commands),
    and no more than anybody would listen to; empty where nothing is left that could be said."""
    plain = " ".join(_UNSPOKEN.sub(" ", text.translate(_APOSTROPHES)).split())
    if len(plain) > MOST_CHARACTERS:
        plain = plain[:MOST_CHARACTERS].rsplit(" ", 1)[0]
    return plain if any(each.isalnum() for each in plain) else ""


def speak(utterances: Sequence[Utterance]) -> list[Sound]:
    """The sound of each utterance, between -1 and 1, ``RATE`` samples a second. Raises NoVoice."""
    wanted = [
        {"voice": VOICES[each.lang], "text": spoken(each.text), "speed": 165 if each.narrator else 140,
         "pitch": 38 if each.narrator else 55}
        for each in utterances
    ]  # fmt: skip
    return _sounds(_run(json.dumps(wanted).encode()))


def _run(wanted: bytes) -> bytes:
    # A process for each reading: a fault of the engine ends there, and two readings cannot disturb each other.
    try:
        done = subprocess.run([sys.executable, "-I", str(SPEAKER)], input=wanted, capture_output=True, timeout=PATIENCE,
                              check=False)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoVoice(str(error)) from None
    if done.returncode:
        raise NoVoice(done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1] or f"ended: {done.returncode}")
    return done.stdout


def _sounds(said: bytes) -> list[Sound]:
    sounds, place = [], 0
    while place < len(said):
        line = said.index(b"\n", place)
        place, size = line + 1, int(said[place:line])
        sounds.append(np.frombuffer(said, "<i2", size // 2, place).astype(np.float32) / np.float32(32768))
        place += size
    return sounds


def silence(seconds: float) -> Sound:
    """Nothing, for so long."""
    return np.zeros(round(seconds * RATE), np.float32)
