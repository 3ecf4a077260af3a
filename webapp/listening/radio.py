"""How a reading may sound: clear, as over short waves, or jammed, more or less. All of it is made up by arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from webapp.languages import N_
from webapp.listening.speaker import RATE
from webapp.listening.voice import Sound


@dataclass(frozen=True)
class Colouring:
    """A way to sound: the band that passes (Hz), how deep it fades, how loud noise and jamming are (0 to 1)."""

    name: str
    label: str
    band: tuple[int, int] = (0, RATE // 2)
    fading: float = 0.0
    noise: float = 0.0
    jamming: float = 0.0


COLOURINGS = {
    each.name: each
    for each in (
        Colouring("clear", N_("Clear")),
        Colouring("short-wave", N_("Short wave"), (300, 3000), 0.5, 0.035),
        Colouring("half-jammed", N_("Half jammed"), (300, 3000), 0.5, 0.04, 0.12),
        Colouring("jammed", N_("Jammed"), (300, 3000), 0.6, 0.06, 0.45),
    )
}
CLEAR = COLOURINGS["clear"]
PEAK = 0.8


def coloured(sound: Sound, colouring: Colouring, seed: int = 0) -> Sound:
    """The sound as it would come out of that receiver, as long as it was; the same seed gives the same reception."""
    if not len(sound):
        return sound
    chance = np.random.default_rng(seed)
    loud = _levelled(sound)
    if colouring.fading:
        loud = loud * _fading(len(sound), colouring.fading, chance)
    if colouring.noise:
        loud = loud + colouring.noise * chance.standard_normal(len(sound), np.float32)
    if colouring.jamming:
        loud = loud + colouring.jamming * _jamming(len(sound), chance)
    return _levelled(_passed(loud, colouring.band))


def _levelled(sound: Sound) -> Sound:
    """The sound with its loudest sample at the same height as every other."""
    loudest = float(np.abs(sound).max())
    return sound if loudest < 1e-6 else (sound * (PEAK / loudest)).astype(np.float32)


def _passed(sound: Sound, band: tuple[int, int]) -> Sound:
    """What is left when only a band of frequencies passes; its edges are soft, as those of a coil are."""
    low, high = band
    if (low, high) == CLEAR.band:
        return sound
    size = 1 << (len(sound) - 1).bit_length()  # a power of two is transformed quickly
    tones = np.fft.rfftfreq(size, 1 / RATE)
    gain = 1 / np.sqrt((1 + (low / np.maximum(tones, 1)) ** 12) * (1 + (tones / high) ** 16))
    return np.fft.irfft(np.fft.rfft(sound, size) * gain, size)[: len(sound)].astype(np.float32)


def _wandering(length: int, seconds: float, chance: np.random.Generator) -> Sound:
    """A slow, aimless curve between 0 and 1 that turns about every so many seconds."""
    turns = chance.random(max(4, round(length / RATE / seconds) + 4))
    steps = np.linspace(0, len(turns) - 1, length)
    along, part = np.minimum(steps.astype(int), len(turns) - 2), steps % 1
    smooth = (1 - np.cos(np.pi * part)) / 2
    return (turns[along] * (1 - smooth) + turns[along + 1] * smooth).astype(np.float32)


def _fading(length: int, depth: float, chance: np.random.Generator) -> Sound:
    """A slow and a quick fading, one upon the other."""
    slow, quick = _wandering(length, 4.0, chance), _wandering(length, 0.7, chance)
    return (1 - depth * (0.7 * slow + 0.3 * quick)).astype(np.float32)


def _jamming(length: int, chance: np.random.Generator) -> Sound:
    """A howl that sweeps up and down over a growl, louder and softer: what one remembers of a jammed programme."""
    time = np.arange(length, dtype=np.float64) / RATE
    sweep = 900 + 500 * np.sin(2 * np.pi * 2.7 * time) + 150 * _wandering(length, 1.5, chance)
    howl = np.sin(2 * np.pi * np.cumsum(sweep) / RATE)
    growl = np.sign(np.sin(2 * np.pi * 87 * time)) * 0.35
    return ((howl + growl) * (0.55 + 0.45 * _wandering(length, 2.5, chance))).astype(np.float32)
