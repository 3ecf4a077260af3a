"""The speaker: a program of its own that reads utterances aloud with espeak-ng and hands back the sound.

It runs apart from the archive because espeak-ng keeps one state for the whole process, and because a fault in it must
not take the site along. It is started by its path and knows nothing of the archive. It reads a JSON list of utterances
(``voice``, ``text``, ``speed`` in words a minute, ``pitch``) and writes, for each, the number of its bytes on a line of
its own, then the samples: 16 bits, little-endian, one channel, ``RATE`` a second.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

RATE = 22_050
SYNCHRONOUS, UTF_8, SPEED, PITCH, AUDIO_OUTPUT_SYNCHRONOUS = 0, 1, 1, 3, 2
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class Mute(Exception):
    """espeak-ng cannot do what was asked."""


class Speaker:
    """espeak-ng, started once."""

    def __init__(self) -> None:
        import espeakng_loader

        self.engine = espeakng_loader.load_library()
        rate = self.engine.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 1 << 15
        )
        if rate != RATE:
            raise Mute(f"espeak-ng speaks at {rate} samples a second, {RATE} were expected")
        self.sound = bytearray()
        self._keep = CALLBACK(self._heard)  # kept alive: the engine knows only its address
        self.engine.espeak_SetSynthCallback(self._keep)

    def _heard(self, samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self.sound += ctypes.string_at(samples, count * 2)
        return 0

    def say(self, voice: str, text: str, speed: int, pitch: int) -> bytes:
        """The sound of a text. Raises Mute where there is no such voice: the engine itself would keep the last one."""
        if self.engine.espeak_SetVoiceByName(voice.encode()):
            raise Mute(f"there is no voice called {voice}")
        self.engine.espeak_SetParameter(SPEED, speed, 0)
        self.engine.espeak_SetParameter(PITCH, pitch, 0)
        self.sound.clear()
        written = text.encode() + b"\0"
        if self.engine.espeak_Synth(written, len(written), 0, 0, 0, UTF_8, None, None):
            raise Mute("the text could not be read aloud")
        self.engine.espeak_Synchronize()
        return bytes(self.sound)


def main() -> None:
    """Read what comes in aloud, into what goes out."""
    wanted: list[dict[str, Any]] = json.load(sys.stdin.buffer)
    speaker = Speaker()
    for each in wanted:
        sound = speaker.say(each["voice"], each["text"], each["speed"], each["pitch"])
        sys.stdout.buffer.write(f"{len(sound)}\n".encode() + sound)


if __name__ == "__main__":
    main()
