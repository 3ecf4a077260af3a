"""Preview pictures, 1200 × 630: the slip with its phrase, its flap closed, its standing in word and shape."""

from __future__ import annotations

import hashlib
import io
import math
import os
from dataclasses import astuple, dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from webapp.teaching import typeset
from webapp.teaching.typeset import SET, SET_BOLD, TYPED, VOICE, VOICE_ITALIC, font

SIZE = (1200, 630)
DESIGN = 3  # a new number makes every picture anew
MOST = 4000  # pictures kept on the disk; the oldest tenth goes when there are more

PAPER, SLIP, INSIDE, INK, INK_2, EDGE, PENCIL = (
    "#e7edeb",
    "#fcfdfb",
    "#dfe2f3",
    "#15202b",
    "#475460",
    "#6f7d82",
    "#b01c2b",
)
LEFT, RIGHT, TOP, CREASE, FLAP = 60, 1140, 52, 424, 92
INNER = 56


@dataclass(frozen=True)
class Picture:
    """All that a picture shows, in words; two equal ones are the same file.

    ``marks`` stand before and after the phrase. ``standing`` is empty where it must not be told, then there is no flap;
    ``word`` is its name in the reader's language, ``cue`` what the flap says.
    """

    meta: tuple[str, ...]
    phrase: str
    marks: tuple[str, str] = ("", "")
    italic: bool = False
    standing: str = ""
    word: str = ""
    cue: str = ""
    site: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """The name of its file."""
        return hashlib.sha256(repr((DESIGN, astuple(self))).encode("utf-8", "replace")).hexdigest()


def picture(wanted: Picture, folder: Path) -> bytes:
    """The picture as PNG, from the disk where it was drawn before."""
    path = folder / f"{wanted.key}.png"
    try:
        return path.read_bytes()
    except OSError:
        pass
    data = draw(wanted)
    _keep(path, data)
    return data


def _keep(path: Path, data: bytes) -> None:
    """Write it whole or not at all; a full disk costs only the next drawing."""
    draft = path.with_suffix(f".{os.getpid()}.{id(data)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
        _prune(path.parent)
    except OSError:
        draft.unlink(missing_ok=True)


def _prune(folder: Path) -> None:
    files = list(folder.glob("*.png"))
    if len(files) > MOST:
        for old in sorted(files, key=lambda file: file.stat().st_mtime)[: MOST // 10]:
            old.unlink(missing_ok=True)


def draw(wanted: Picture) -> bytes:
    """The picture, drawn."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    if wanted.standing or wanted.cue:
        _flap(image, pen, wanted)
    _face(image, pen, wanted)
    _foot(pen, wanted)
    out = io.BytesIO()
    image.quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _face(image: Image.Image, pen: ImageDraw.ImageDraw, wanted: Picture) -> None:
    for step, shade in enumerate(("#cfd6d5", "#d9e0de", "#e0e7e5")):
        pen.rectangle((LEFT + 3, CREASE + step, RIGHT - 3, CREASE + step + 1), fill=shade)
    pen.rectangle((LEFT, TOP, RIGHT, CREASE), fill=SLIP)
    width = RIGHT - LEFT - 2 * INNER
    pieces = [typeset.tidy(piece) for piece in wanted.meta if piece and typeset.can_show(piece, TYPED)]
    size, line = typeset.on_one_line("   ".join(pieces), TYPED, width, 27, 20)
    pen.text((LEFT + INNER, TOP + 30), line, font=font(TYPED, size), fill=INK_2)
    _phrase(pen, wanted, width)


def _phrase(pen: ImageDraw.ImageDraw, wanted: Picture, width: int) -> None:
    before, after = wanted.marks
    name = VOICE_ITALIC if wanted.italic else VOICE
    text = typeset.tidy(f"{before}{wanted.phrase}{after}")
    size, lines = typeset.fitted(text, name, width, CREASE - TOP - 130, 96, 34)
    face, leading = font(name, size), int(size * 1.1)
    top = TOP + 92 + (CREASE - TOP - 110 - leading * len(lines)) // 2
    for number, line in enumerate(lines):
        y = top + number * leading
        opening = len(before) if number == 0 else 0
        closing = len(after) if number == len(lines) - 1 and line.endswith(after.strip() or "\0") else 0
        _marked(pen, (LEFT + INNER, y), line, face, opening, closing)
        if wanted.standing == "legend":
            _wave(pen, LEFT + INNER, LEFT + INNER + face.getlength(line), y + int(size * 1.08), max(3, size // 26))


def _marked(pen: ImageDraw.ImageDraw, at: tuple[int, int], line: str, face: object, opening: int, closing: int) -> None:
    """A line of the phrase; its quotation marks in grey, since nobody heard them."""
    x, y = float(at[0]), at[1]
    middle = line[opening : len(line) - closing if closing else None]
    for text, colour in ((line[:opening], EDGE), (middle, INK), (line[len(line) - closing :] if closing else "", EDGE)):
        if text:
            pen.text((x, y), text, font=face, fill=colour)  # type: ignore[arg-type]
            x += face.getlength(text)  # type: ignore[attr-defined]


def _wave(pen: ImageDraw.ImageDraw, start: float, end: float, y: float, width: int) -> None:
    """The wave of doubt under a phrase."""
    height, length = width * 1.3, width * 8.0
    points = [
        (x, y + height * math.sin(2 * math.pi * (x - start) / length)) for x in range(int(start), int(end) + 1, 2)
    ]
    pen.line(points, fill=PENCIL, width=width, joint="curve")


def _flap(image: Image.Image, pen: ImageDraw.ImageDraw, wanted: Picture) -> None:
    """The flap folded back under the slip, narrower away from the crease; of a legend torn and hatched."""
    bottom = CREASE + FLAP
    if wanted.standing == "unknown":
        _dashed(pen, (LEFT + 12, CREASE, RIGHT - 12, bottom))
    elif wanted.standing == "disputed":
        middle = (LEFT + RIGHT) // 2
        notch = [(middle + 14, bottom), (middle, bottom - 24), (middle - 14, bottom)]
        pen.polygon([(LEFT, CREASE), (RIGHT, CREASE), (RIGHT - 14, bottom), *notch, (LEFT + 14, bottom)], fill=INSIDE)
    else:
        colour = SLIP if wanted.standing == "legend" else INSIDE
        pen.polygon([(LEFT, CREASE), (RIGHT, CREASE), (RIGHT - 14, bottom), (LEFT + 14, bottom)], fill=colour)
    if wanted.standing == "legend":
        for x in range(LEFT + 4, RIGHT - 14, 13):
            pen.line([(x, CREASE + 15), (x + 9, CREASE + 3)], fill=PENCIL, width=2)
    cue = font(SET, 28)
    y = CREASE + 34
    pen.text((LEFT + INNER, y), typeset.cut(typeset.tidy(wanted.cue), cue, 640), font=cue, fill=INK_2)
    if wanted.standing:
        _chip(pen, wanted, y)


def _dashed(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    for x in range(left, right, 18):
        pen.line([(x, bottom), (min(x + 10, right), bottom)], fill=EDGE, width=3)
    for y in range(top + 8, bottom, 18):
        for x in (left, right):
            pen.line([(x, y), (x, min(y + 10, bottom))], fill=EDGE, width=3)


_CHIPS = {
    "documented": (SLIP, INK, INK, 0), "attested": (INK, None, INK, 4), "attributed": (INK, None, EDGE, 2),
    "disputed": (PENCIL, None, None, 0), "legend": (PENCIL, None, None, 0), "unknown": (INK_2, None, None, 0),
}  # fmt: skip


def _chip(pen: ImageDraw.ImageDraw, wanted: Picture, y: int) -> None:
    """The standing: eye, word and box, told apart without colour."""
    text_colour, fill, frame, width = _CHIPS.get(wanted.standing, _CHIPS["unknown"])
    bold = wanted.standing in ("documented", "attested")
    face = font(VOICE_ITALIC, 38) if wanted.standing == "legend" else font(SET_BOLD if bold else SET, 28)
    word = typeset.tidy(wanted.word)
    right, length = RIGHT - INNER, int(face.getlength(word))
    left = right - length - 68
    box = (left, y - 8, right, y + 44)
    if fill:
        pen.rectangle(box, fill=fill)
    if frame and width:
        pen.rectangle(box, outline=frame, width=width)
    if wanted.standing == "disputed":
        for x, step in ((left, 10), (right, -10)):
            pen.line([(x + step, y - 6), (x, y - 6), (x, y + 42), (x + step, y + 42)], fill=PENCIL, width=4)
    _eye(pen, wanted.standing, left + 18, y + 6, text_colour)
    pen.text((left + 54, y + 18), word, font=face, fill=text_colour, anchor="lm")
    if wanted.standing == "legend":
        _wave(pen, left + 54, right, y + 40, 3)


def _eye(pen: ImageDraw.ImageDraw, standing: str, x: int, y: int, colour: str) -> None:
    """The tuning eye: it closes as the evidence tightens."""
    box = (x, y, x + 24, y + 24)
    if standing == "documented":
        pen.ellipse(box, fill=colour)
    elif standing in ("attested", "attributed"):
        pen.ellipse(box, outline=colour, width=3)
        pen.pieslice(box, *((-240, 60) if standing == "attested" else (180, 360)), fill=colour)
    elif standing == "disputed":
        pen.pieslice((x - 2, y - 2, x + 22, y + 22), 90, 270, fill=colour)
        pen.arc((x + 4, y + 3, x + 26, y + 27), -90, 90, fill=colour, width=3)
        pen.line([(x + 15, y + 3), (x + 15, y + 27)], fill=colour, width=3)
    elif standing == "legend":
        pen.ellipse(box, outline=colour, width=3)
        points = [(x + 5 + step, y + 12 + 3 * math.sin(step / 14 * 2 * math.pi)) for step in range(15)]
        pen.line(points, fill=colour, width=3)
    else:
        for start in range(0, 360, 60):
            pen.arc(box, start, start + 36, fill=colour, width=3)


def _foot(pen: ImageDraw.ImageDraw, wanted: Picture) -> None:
    mark = font(VOICE, 46)
    y, length = 552, int(mark.getlength("Carottes"))
    pen.text((LEFT, y), "Carottes", font=mark, fill=INK)
    points = [(x, y + 52 + 3 * math.sin(2 * math.pi * (x - LEFT) / 18)) for x in range(LEFT, LEFT + length, 2)]
    pen.line(points, fill=PENCIL, width=3, joint="curve")
    pen.text((LEFT + length + 28, y + 16), wanted.site, font=font(SET, 27), fill=INK_2)
    typed = font(TYPED, 25)
    pen.text((RIGHT, y + 20), typeset.cut(wanted.address, typed, 470), font=typed, fill=INK_2, anchor="ra")
