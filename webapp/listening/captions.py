"""Captions as WebVTT: when which line is heard, in which language, and that it is a reconstruction."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from webapp.listening.recordings import Cue
from webapp.listening.script import label


def vtt(title: str, cues: Iterable[Cue]) -> str:
    """The captions of a reading; each cue is called after its line in the transcript, and numbered where a line has
    several (https://www.w3.org/TR/webvtt1/)."""
    blocks = [f"WEBVTT {_one_line(title)}", f"NOTE {_one_line(label())}"]
    for number, cue in enumerate(cues):
        words = escape(_one_line(cue.text), quote=False)
        blocks.append(f"{number}:{cue.key}\n{_time(cue.start)} --> {_time(cue.end)}\n<lang {cue.lang}>{words}</lang>")
    return "\n\n".join(blocks) + "\n"


def _one_line(text: str) -> str:
    # An arrow would end a title or a comment of the format.
    return " ".join(text.split()).replace("-->", "→")


def _time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
