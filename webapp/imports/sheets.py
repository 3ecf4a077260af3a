"""A spreadsheet as it comes, CSV or XLSX, told apart by what is in it; read in memory only, never put on the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from webapp.imports import cells, texts, workbooks
from webapp.imports.problems import BadFile
from webapp.languages import N_

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 600

# Files that people mistake for spreadsheets, by how they begin.
_OTHERS = {
    b"%PDF": N_("This is a PDF document, no spreadsheet. Send a CSV or XLSX file."),
    b"\x89PNG": N_("This is a picture, no spreadsheet. Send a CSV or XLSX file."),
    b"\xff\xd8\xff": N_("This is a picture, no spreadsheet. Send a CSV or XLSX file."),
    b"GIF8": N_("This is a picture, no spreadsheet. Send a CSV or XLSX file."),
    b"{\\rtf": N_("This is a text document, no spreadsheet. Send a CSV or XLSX file."),
    b"\x1f\x8b": N_("This is a compressed file, no spreadsheet. Send a CSV or XLSX file."),
    b"7z\xbc\xaf": N_("This is a compressed file, no spreadsheet. Send a CSV or XLSX file."),
    b"Rar!": N_("This is a compressed file, no spreadsheet. Send a CSV or XLSX file."),
    b"BZh": N_("This is a compressed file, no spreadsheet. Send a CSV or XLSX file."),
    b"SQLite format 3": N_("This is a database, no spreadsheet. Send a CSV or XLSX file."),
    b"\x7fELF": N_("This is a program, no spreadsheet. Send a CSV or XLSX file."),
    b"MZ\x90": N_("This is a program, no spreadsheet. Send a CSV or XLSX file."),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Sheet:
    """The cells of a spreadsheet: its headings, and its rows by their number in the file, empty ones left out.

    ``about`` says how it was read: format, characters, separator, sheet, other sheets.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    about: dict[str, Any] = field(default_factory=dict)


def read(content: bytes) -> Sheet:
    """The sheet in a file. Raises ``BadFile`` with a sentence that says what is wrong and what to do."""
    if len(content) > MOST_BYTES:
        raise BadFile(N_("The file is larger than %(most)s MB. Split it and import the parts one after the other."),
                      most=MOST_BYTES // 1024 // 1024)  # fmt: skip
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise BadFile(N_("The file is empty."))
    _refuse_others(content)
    lines, about = workbooks.read(content) if content.startswith(b"PK") else texts.read(content)
    return _sheet(lines, about)


def _refuse_others(content: bytes) -> None:
    for start, sentence in _OTHERS.items():
        if content.startswith(start):
            raise BadFile(sentence)
    if content.startswith(_OLE):
        raise BadFile(
            N_(
                "This is an old Excel file (.xls) or one with a password. "
                "Save it as XLSX without a password, or as CSV."
            )
        )


def _sheet(lines: Iterable[tuple[int, list[str]]], about: dict[str, Any]) -> Sheet:
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, row in lines:
        if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
            raise BadFile(N_("Row %(row)s has more than %(most)s columns."), row=number, most=MOST_COLUMNS)
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = _header(row)
            continue
        rows.append((number, _trimmed(row)))
        if len(rows) > MOST_ROWS:
            raise BadFile(
                N_("The file has more than %(most)s rows. Split it and import the parts one after the other."),
                most=MOST_ROWS,
            )
    if not header:
        raise BadFile(N_("The file is empty."))
    if not rows:
        raise BadFile(N_("The file has headings but no rows."))
    return Sheet(header, rows, about)


def _header(row: list[str]) -> list[str]:
    header = _trimmed([" ".join(cells.read(cell).split())[:200] for cell in row])
    twice = [name for name, many in Counter(name.casefold() for name in header if name).items() if many > 1]
    if twice:
        raise BadFile(
            N_("Two columns have the same heading: %(names)s. Give each its own."), names=", ".join(twice[:5])
        )
    return header


def _trimmed(row: list[str]) -> list[str]:
    last = len(row)
    while last and not row[last - 1].strip():
        last -= 1
    return row[:last]
