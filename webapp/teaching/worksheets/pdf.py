"""Sheets and keys as PDF files: A4 or Letter, black on white, fonts embedded, the same bytes for the same sheet."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, NamedTuple

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from webapp.filters import language_name, quotation_marks
from webapp.languages import gettext as _
from webapp.teaching import qr
from webapp.teaching.typeset import FONTS, can_show, tidy
from webapp.teaching.worksheets.chosen import Chosen
from webapp.teaching.worksheets.pieces import Answer, Choices, Claimed, Piece, Said, Task, Write
from webapp.teaching.worksheets.sheet import Sheet
from webapp.text import typography

PAPERS = {"a4": "A4", "letter": "Letter"}
MARGIN, FOOT = 18, 20
INDENT = 9  # where phrases begin, right of their numbers
POINT = 0.3528  # millimetres
TOGETHER, HEADING = 62, 8  # millimetres that stay on one page; that the title of a task takes
MOST_TOGETHER = 190  # of a task with a choice
GREY, RULE = 70, 150  # the second voice and the lines to write on, dark enough for a copier
FACES = [
    ("voice", "", "EBGaramond-Regular"),
    ("voice", "I", "EBGaramond-Italic"),
    ("typed", "", "CourierPrime-Regular"),
    ("set", "", "Jost-Regular"),
    ("set", "B", "Jost-SemiBold"),
]


class Print(NamedTuple):
    """How a sheet is printed: paper, language, where its code leads, what stands at its foot, when it stood so."""

    paper: str
    lang: str
    open_to_all: str
    foot: str
    moment: dt.datetime


class Voice(NamedTuple):
    """How words are set: face, style, size in points, grey."""

    family: str
    style: str
    size: float
    grey: int = 0


TITLE, PHRASE, FOREIGN = Voice("voice", "", 24), Voice("voice", "", 16), Voice("voice", "I", 12, GREY)
CLAIM, HEAD, TEXT = Voice("voice", "", 12.5), Voice("set", "B", 12), Voice("set", "", 10.5)
SMALL, MARK, FINE = Voice("set", "", 9.5, GREY), Voice("typed", "", 13, GREY), Voice("typed", "", 7.5, GREY)


class Paper(FPDF):
    """A sheet of paper that is written from top to bottom."""

    def __init__(self, how: Print, title: str) -> None:
        super().__init__(format=PAPERS[how.paper])
        self.how = how
        self._heights: dict[tuple[Any, ...], float] = {}
        for family, style, name in FACES:
            self.add_font(family, style, FONTS / f"{name}.ttf")
        self.set_margins(MARGIN, 15, MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.set_title(tidy(title))
        self.set_author("Carottes")
        self.set_lang(how.lang)
        self.set_creation_date(how.moment)
        self.add_page()

    def footer(self) -> None:
        """The citation and the number of the page, at the foot of every page."""
        self.set_y(-FOOT + 8)
        self._voice(FINE)
        self.cell(self.epw - 20, 3, self._set(self.how.foot))
        self.cell(20, 3, f"{self.page_no()}/{{nb}}", align="R")

    def _voice(self, voice: Voice) -> None:
        self.set_font(voice.family, voice.style, voice.size)
        self.set_text_color(voice.grey)

    def _set(self, text: str, lang: str = "") -> str:
        return tidy(typography.typeset(text, lang or self.how.lang))

    def _lines(self, text: str, voice: Voice, x: float, width: float, **more: Any) -> Any:
        self._voice(voice)
        self.set_x(x)
        return self.multi_cell(width, voice.size * POINT * 1.28, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT,
                               **more)  # fmt: skip

    def say(
        self, text: str, voice: Voice, indent: float = 0, lang: str = "", width: float = 0, after: float = 0
    ) -> None:
        """Some words, on as many lines as they need."""
        self._lines(self._set(text, lang), voice, MARGIN + indent, width or self.epw - indent)
        self.ln(after)

    def tall(self, text: str, voice: Voice, indent: float = 0, width: float = 0) -> float:
        """How high these words will stand."""
        asked = (text, voice, indent, width)
        if asked not in self._heights:
            x, room = MARGIN + indent, width or self.epw - indent
            height = self._lines(self._set(text), voice, x, room, dry_run=True, output=MethodReturnValue.HEIGHT)
            self._heights[asked] = float(height)
        return self._heights[asked]

    def keep(self, height: float) -> None:
        """Begin a new page where so much does not fit on this one."""
        if self.get_y() + height > self.h - FOOT and self.get_y() > 30:
            self.add_page()

    def rule(self, indent: float = 0, grey: int = RULE) -> None:
        """A line across."""
        self.set_draw_color(grey)
        self.set_line_width(0.25)
        self.line(MARGIN + indent, self.get_y(), self.w - MARGIN, self.get_y())

    def box(self, y: float) -> None:
        """A box to write in, at the right edge."""
        self.set_draw_color(0)
        self.set_line_width(0.3)
        self.rect(self.w - MARGIN - 9, y, 9, 8)


def student(chosen: Chosen, sheet: Sheet, how: Print) -> bytes:
    """The pupil's sheet."""
    paper = Paper(how, _("%(title)s: worksheet", title=chosen.title))
    _head(paper, chosen, _("Worksheet"))
    y = paper.get_y() + 6
    paper.set_y(y)
    for x, word, width in ((MARGIN, _("Name"), 0.62), (MARGIN + paper.epw * 0.68, _("Class"), 0.32)):
        paper.set_xy(x, y)
        paper._voice(SMALL)
        paper.cell(14, 5, word)
        paper.set_draw_color(RULE)
        paper.line(x + 14, y + 5, x + paper.epw * width, y + 5)
    paper.set_y(y + 9)
    for number, task in enumerate(sheet.tasks, 1):
        _task(paper, number, task)
    if not sheet.tasks:
        paper.say(_("There is too little in it for these exercises."), TEXT)
    _foot(paper)
    return _bytes(paper)


def key(chosen: Chosen, sheet: Sheet, how: Print) -> bytes:
    """The key, for whoever corrects."""
    paper = Paper(how, _("%(title)s: key", title=chosen.title))
    _head(paper, chosen, _("Key"))
    paper.ln(3)
    for number, task in enumerate(sheet.tasks, 1):
        paper.keep(HEADING + sum(_answer_height(paper, answer) for answer in task.answers[:1]))
        paper.say(f"{number}. {task.title}", HEAD, after=1)
        for answer in task.answers:
            paper.keep(_answer_height(paper, answer))
            if answer.said:
                _said(paper, answer.said._replace(mark=answer.mark))
            paper.say(_answer(answer), CLAIM, _margin(answer))
            for line in answer.more:
                paper.say(line, SMALL, _margin(answer))
            paper.ln(1.5)
        paper.ln(3)
    return _bytes(paper)


def _answer(answer: Answer) -> str:
    """The answer with its mark. The typesetter's arrow is in no face of ours."""
    marked = answer.mark and not answer.said and "→" not in answer.text
    return f"{answer.mark}. {answer.text}" if marked else answer.text.replace("→", "=")


def _answer_height(paper: Paper, answer: Answer) -> float:
    """How much of an answer stays on one page: all of it, as far as that is not half a page."""
    indent = _margin(answer)
    more = sum(paper.tall(line, SMALL, indent) for line in answer.more)
    said = _tall(paper, answer.said) if answer.said else 0
    return said + paper.tall(_answer(answer), CLAIM, indent) + min(more, TOGETHER)


def _margin(answer: Answer) -> float:
    """Where an answer begins: under its phrase, if it has one."""
    return INDENT * 2 if answer.said else INDENT


def _head(paper: Paper, chosen: Chosen, kind: str) -> None:
    paper.say(kind, FINE._replace(size=9))
    title = chosen.title if can_show(tidy(chosen.title)) else kind
    paper.say(title[:300], TITLE._replace(size=24 if len(title) < 60 else 16), lang=chosen.title_lang, after=1.5)
    paper.rule(grey=0)


def _task(paper: Paper, number: int, task: Task) -> None:
    first = _first(paper, task.pieces)
    paper.keep(HEADING + paper.tall(task.instruction, TEXT, INDENT) + first)
    y = paper.get_y()
    paper.say(str(number), MARK, after=0)
    paper.set_y(y)
    paper.say(task.title, HEAD, INDENT)
    paper.set_y(max(paper.get_y(), y + 6))
    paper.say(task.instruction, TEXT, INDENT, after=2)
    for place, piece in enumerate(task.pieces):
        paper.keep(_together(paper, task.pieces[place:]))
        _DRAW[type(piece)](paper, piece)
    paper.ln(4)


def _first(paper: Paper, pieces: list[Piece]) -> float:
    """How much stands on the page of the title: what is chosen from is not parted from what is chosen for, as far as
    a page has room for both."""
    if any(isinstance(piece, Choices) for piece in pieces):
        whole = sum(_tall(paper, piece) for piece in pieces)
        if whole < MOST_TOGETHER:
            return whole
    return _together(paper, pieces) if pieces else 0


def _together(paper: Paper, pieces: list[Piece]) -> float:
    """How much is not to be parted: a phrase from what is asked or told about it, as far as that fits a page."""
    height = _tall(paper, pieces[0])
    if isinstance(pieces[0], Said):
        for piece in pieces[1:]:
            more = _tall(paper, piece)
            if isinstance(piece, Said) or height + more > TOGETHER:
                break
            height += more
    return height


def _tall(paper: Paper, piece: Piece) -> float:
    if isinstance(piece, Said):
        more = paper.tall(piece.translation, FOREIGN, INDENT * 2) if piece.translation else 0
        return paper.tall(piece.text, PHRASE, INDENT * 2, paper.epw - INDENT * 2 - 12) + more + 3
    if isinstance(piece, Claimed):
        return paper.tall(piece.text, CLAIM, INDENT * 2) + paper.tall(piece.rests_on or " ", SMALL, INDENT * 2) + 4
    if isinstance(piece, Choices):
        return sum(_row_heights(paper, piece)[:: _columns(piece)]) + 4
    return paper.tall(piece.question, SMALL, INDENT) + 8 * piece.lines + 2


def _said(paper: Paper, piece: Said) -> None:
    y = paper.get_y()
    _mark(paper, piece.mark, y + 1)
    paper.set_y(y)
    shown = can_show(tidy(piece.text))
    text = _between(piece.text, piece.lang) if shown else _("[in %(language)s]", language=language_name(piece.lang))
    paper.say(text, PHRASE if shown else FOREIGN, INDENT * 2, piece.lang if shown else "",
              paper.epw - INDENT * 2 - 12)  # fmt: skip
    if piece.translation:
        paper.say(piece.translation, FOREIGN, INDENT * 2)
    below = max(paper.get_y() + 2, y + 9 if piece.gap else 0)
    if piece.gap:
        paper.box(y)
    paper.set_y(below)


def _between(text: str, lang: str) -> str:
    before, after = quotation_marks(lang)
    space = "\u00a0" if before == "«" else ""
    return f"{before}{space}{text}{space}{after}"


def _mark(paper: Paper, mark: str, y: float, left: float = 0) -> None:
    if mark:
        paper.set_xy(MARGIN + INDENT + left, y)
        paper._voice(MARK)
        paper.cell(INDENT, 5, mark)


def _claimed(paper: Paper, piece: Claimed) -> None:
    y = paper.get_y()
    _mark(paper, piece.mark, y)
    paper.set_y(y)
    paper.say(piece.text, CLAIM, INDENT * 2)
    if piece.rests_on:
        paper.say(_("Rests on: %(names)s", names=piece.rests_on), SMALL, INDENT * 2)
    paper.ln(3)


def _columns(piece: Choices) -> int:
    """Short choices stand in two columns."""
    return 2 if len(piece.rows) > 3 and max(len(words) for _letter, words in piece.rows) < 44 else 1


def _row_heights(paper: Paper, piece: Choices) -> list[float]:
    width = paper.epw / _columns(piece) - INDENT * 2
    return [paper.tall(words, TEXT, INDENT * 2, width) + 0.6 for _letter, words in piece.rows]


def _choices(paper: Paper, piece: Choices) -> None:
    columns, heights = _columns(piece), _row_heights(paper, piece)
    for place, (letter, words) in enumerate(piece.rows):
        column = place % columns
        y, left = paper.get_y(), column * paper.epw / columns
        _mark(paper, letter, y, left)
        paper.set_y(y)
        paper.say(words, TEXT, INDENT * 2 + left, width=paper.epw / columns - INDENT * 2)
        last = column == columns - 1 or place == len(piece.rows) - 1
        paper.set_y(y + max(heights[place - column : place + 1]) if last else y)
    paper.ln(2.5)


def _write(paper: Paper, piece: Write) -> None:
    paper.say(piece.question, SMALL, INDENT)
    for _line in range(piece.lines):
        paper.ln(8)
        paper.rule(INDENT)
    paper.ln(2.5)


_DRAW: dict[type, Any] = {Said: _said, Claimed: _claimed, Choices: _choices, Write: _write}


def _foot(paper: Paper) -> None:
    """The code that leads to the outsider's reading, with its address beside it."""
    paper.keep(28)
    y = paper.get_y() + 2
    paper.image(io.BytesIO(qr.png(paper.how.open_to_all)), MARGIN, y, 24, 24, alt_text=paper.how.open_to_all)
    paper.set_xy(MARGIN + 28, y + 6)
    paper.say(_("The phrases as everybody heard them:"), SMALL, 28)
    paper.say(paper.how.open_to_all, FINE, 28)
    paper.set_y(y + 25)


def _bytes(paper: Paper) -> bytes:
    return bytes(paper.output())
