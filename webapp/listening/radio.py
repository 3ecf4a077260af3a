"""How a reading may sound: clear, as over short waves, or jammed, more or less. All of it is made up by arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
BLOCK = 30 * RATE
EDGE = 4096  # a fifth of a second: what a filter remembers
TURN = 40  # points of a slow curve between two turns; straight lines between them are not heard


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


def _blocks(length: int) -> Iterator[slice]:
    """Half a minute after the other: the numbers of a whole night at once would fill a small server's memory."""
    for start in range(0, length, BLOCK):
        yield slice(start, min(start + BLOCK, length))


def _passed(sound: Sound, band: tuple[int, int]) -> Sound:
    """What is left when only a band of frequencies passes; its edges are soft, as those of a coil are."""
    if band == CLEAR.band:
        return sound
    low, high = band
    size = 1 << (min(BLOCK, len(sound)) + 2 * EDGE - 1).bit_length()  # a power of two is transformed quickly
    tones = np.fft.rfftfreq(size, 1 / RATE)
    gain = 1 / np.sqrt((1 + (low / np.maximum(tones, 1)) ** 12) * (1 + (tones / high) ** 16))
    around, heard = np.pad(sound, EDGE), np.empty_like(sound)
    for block in _blocks(len(sound)):
        piece = around[block.start : block.stop + 2 * EDGE]
        filtered = np.fft.irfft(np.fft.rfft(piece, size) * gain.astype(np.float32), size)
        heard[block] = filtered[EDGE : EDGE + block.stop - block.start]
    return heard


def _wandering(length: int, seconds: float, chance: np.random.Generator) -> Sound:
    """A slow, aimless curve between 0 and 1 that turns about every so many seconds."""
    turns = chance.random(round(length / RATE / seconds) + 4)
    ways = np.linspace(0, 1, TURN, endpoint=False)
    smooth = (1 - np.cos(np.pi * ways)) / 2
    curve = (turns[:-1, None] * (1 - smooth) + turns[1:, None] * smooth).ravel()
    points, wandered = np.arange(len(curve)), np.empty(length, np.float32)
    for block in _blocks(length):
        wandered[block] = np.interp(np.arange(block.start, block.stop) * (TURN / seconds / RATE), points, curve)
    return wandered


def _fading(length: int, depth: float, chance: np.random.Generator) -> Sound:
    """A slow and a quick fading, one upon the other."""
    slow, quick = _wandering(length, 4.0, chance), _wandering(length, 0.7, chance)
    return (1 - depth * (0.7 * slow + 0.3 * quick)).astype(np.float32)


def _jamming(length: int, chance: np.random.Generator) -> Sound:
    """A howl that sweeps up and down over a growl, louder and softer: what one remembers of a jammed programme."""
    strength, drift = _wandering(length, 2.5, chance), _wandering(length, 1.5, chance)
    jammed, turned = np.empty(length, np.float32), 0.0
    for block in _blocks(length):
        time = np.arange(block.start, block.stop) / RATE
        sweep = 900 + 500 * _wave(2.7 * time) + 150 * drift[block]
        turns = turned + np.cumsum(sweep, dtype=np.float64) / RATE
        turned = turns[-1] % 1
        growl = np.sign(_wave(87 * time)) * np.float32(0.35)
        jammed[block] = (_wave(turns) + growl) * (0.55 + 0.45 * strength[block])
    return jammed


def _wave(turns: NDArray[np.float64]) -> Sound:
    """The sine of so many turns; whole turns are taken off first, while the numbers are still exact."""
    return np.sin((turns % 1).astype(np.float32) * np.float32(2 * np.pi))
