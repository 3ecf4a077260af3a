"""How long a minute of sound takes to make, and how much faster it is when it is kept."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from webapp import create_app
from webapp.dates import Day
from webapp.languages import language
from webapp.listening import mp3, script
from webapp.listening.radio import COLOURINGS, coloured
from webapp.listening.recordings import assembled, tags
from webapp.listening.speaker import RATE
from webapp.listening.views import _night_script
from webapp.listening.voice import speak

NIGHT = "/nights/1944-06-05/listen"


def timed(do: Callable[[], object], rounds: int = 5) -> tuple[float, object]:
    """The best time of several rounds in seconds, and what was done."""
    best, done = float("inf"), None
    for _turn in range(rounds):
        start = time.perf_counter()
        done = do()
        best = min(best, time.perf_counter() - start)
    return best, done


def test_a_minute_of_sound(seeded_file: Path, tmp_path: Path) -> None:
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    app = create_app({"DATA": tmp_path, "LIMITS": False})
    with app.test_request_context("/?lang=fr"):
        night = _night_script(Day(1944, 6, 5))
        spoken, sounds = timed(lambda: speak(night.said))
        sound, _cues = assembled(night, sounds)  # type: ignore[arg-type]
        minutes = len(sound) / RATE / 60
        print(f"\n5 June 1944: {night.messages} messages, {minutes:.2f} minutes; seconds for a minute of sound")
        print(f"{'speaking':24}{spoken / minutes:8.3f}")
        for name, colouring in COLOURINGS.items():
            print(f"{'colouring, ' + name:24}{timed(lambda each=colouring: coloured(sound, each))[0] / minutes:8.3f}")
        written, data = timed(lambda: mp3.encoded(sound, tags(night), script.label(), language()))
        print(f"{'MP3':24}{written / minutes:8.3f}   {len(data) / minutes / 1024:.0f} KB a minute")  # type: ignore[arg-type]
    client = app.test_client()
    for sound_name in COLOURINGS:
        address = f"{NIGHT}.mp3?sound={sound_name}&lang=fr"
        made, _ = timed(lambda at=address: client.get(at), 1)
        kept, answer = timed(lambda at=address: client.get(at))
        print(f"{'asked, ' + sound_name:24}{made:8.3f} s made {kept * 1000:8.1f} ms kept")
        assert answer.status_code == 200  # type: ignore[attr-defined]
    page, _ = timed(lambda: client.get(NIGHT))
    print(f"{'the page':24}{page * 1000:8.1f} ms")
    assert spoken + written < 60 * minutes
