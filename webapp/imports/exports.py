"""Messages as spreadsheets: all of them, a list or a search; and the empty templates. Made from ``COLUMNS`` alone.

What is written is what the forms of the desk open: the newest content of each message, a waiting change included, with
the revision that it is. So an export that is imported again changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from webapp.imports import cells
from webapp.imports.columns import COLUMNS, PARTS, Place, places
from webapp.imports.entries import state_cells
from webapp.imports.references import References
from webapp.languages import LANGUAGES, language
from webapp.languages import gettext as _
from webapp.messages.models import MESSAGE
from webapp.revisions.bulk import State, states
from webapp.revisions.documents import Document
from webapp.revisions.tables import chunks

Lines = Iterator[list[str]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Shape(NamedTuple):
    """How many groups and which languages a file needs."""

    meanings: int
    broadcasts: int
    langs: list[str]

    @property
    def places(self) -> list[Place]:
        """Its columns."""
        return places(self.meanings, self.broadcasts, self.langs)


TEMPLATE = Shape(2, 2, list(LANGUAGES))


def shape_of(session: Session, ids: list[str]) -> Shape:
    """The smallest file that holds these messages whole."""
    most = dict.fromkeys(PARTS.values(), 1)
    langs: dict[str, None] = dict.fromkeys(LANGUAGES)
    for state in _states(session, ids):
        for part in PARTS.values():
            most[part] = max(most[part], len(state.document.get(part) or []))
        langs |= dict.fromkeys(_langs(state.document))
    return Shape(most["meanings"], most["broadcasts"], list(langs))


def _langs(document: Document) -> Iterator[str]:
    for value in document.values():
        if isinstance(value, list):
            for row in value:
                yield from _langs(row)
        elif isinstance(value, dict):
            yield from value


def _states(session: Session, ids: list[str]) -> Iterator[State]:
    for some in chunks(ids):
        found = states(session, MESSAGE, some)
        yield from (found[id] for id in some if id in found)


def lines(session: Session, ids: list[str]) -> Lines:
    """Headings, then one line for each message, in the order of the identifiers."""
    shape = shape_of(session, ids)
    names = References(session)
    yield [cells.written(place.label()) for place in shape.places]
    for state in _states(session, ids):
        shown = state_cells(state, names, str(state.status))
        yield [cells.written(shown.get(place, "")) for place in shape.places]


def template_lines() -> Lines:
    """The headings alone."""
    yield [place.label() for place in TEMPLATE.places]


def as_csv(rows: Lines) -> Iterator[bytes]:
    """CSV as the reader's Excel opens it: with a BOM, in French with semicolons."""
    separator = ";" if language() == "fr" else ","
    yield b"\xef\xbb\xbf"
    for some in chunks(rows, 200):
        out = io.StringIO()
        csv.writer(out, delimiter=separator, quoting=csv.QUOTE_MINIMAL).writerows(some)
        yield out.getvalue().encode("utf-8", "replace")


def as_xlsx(rows: Lines) -> Iterator[bytes]:
    """A workbook: the messages, and a sheet of notes on every column."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Messages"))
    sheet.freeze_panes = "A2"
    header = next(rows)
    for number, heading in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, len(heading) + 2))
    sheet.append([_bold(sheet, heading) for heading in header])
    for row in rows:
        sheet.append([cell or None for cell in row])
    _notes(book.create_sheet(_("Notes")))
    out = io.BytesIO()
    book.save(out)
    yield out.getvalue()


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _notes(sheet: Any) -> None:
    for letter, width in (("A", 36), ("B", 28), ("C", 80)):
        sheet.column_dimensions[letter].width = width
    for sentence in notes():
        sheet.append([sentence])
    sheet.append([])
    sheet.append([_bold(sheet, _("Column")), _bold(sheet, _("Name without spaces")), _bold(sheet, _("What it takes"))])
    for label, name, text in columns_told():
        sheet.append([label, name, cells.written(text)])


def notes() -> list[str]:
    """What whoever fills a spreadsheet must know."""
    return [
        _("One row is one message. Headings may be in French, in English, or the names without spaces below."),
        _("A second meaning has its own columns: “Meaning 2: …”, and so on. The same for broadcasts."),
        _(
            "A column that the file does not have leaves the archive as it is; "
            "an empty cell empties what it stands for."
        ),
        _("To change messages, start from an export: identifier and revision say which state a row was made from."),
        _("Several sources in one cell: source @ page | other source @ page. A bar in a page is written \\|."),
        _(
            "Formulas are refused: put values. An apostrophe before = + - @ keeps a text from being run; "
            "it is taken away again."
        ),
    ]


def columns_told() -> Iterator[tuple[str, str, str]]:
    """Every column: its heading, its name without spaces, what it takes."""
    for group, columns in COLUMNS.items():
        for column in columns:
            lang = language() if column.reads == "texts" else ""
            place = Place(group, 1 if group else 0, column.name, lang)
            yield place.label(), place.machine, column.help_fr if language() == "fr" else column.help_en


class Format(NamedTuple):
    """A kind of file: its ending, how it is called, its media type, and what writes it."""

    ending: str
    label: str
    mimetype: str
    write: Callable[[Lines], Iterator[bytes]]


FORMATS = [Format("csv", "CSV", "text/csv; charset=utf-8", as_csv), Format("xlsx", "Excel (XLSX)", XLSX, as_xlsx)]
