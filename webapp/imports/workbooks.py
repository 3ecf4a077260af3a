"""XLSX workbooks: looked into before anything is unpacked, then read row by row."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl

from webapp.imports import cells
from webapp.imports.problems import BadFile
from webapp.languages import N_

MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500
MOST_EMPTY = 50_000  # rows in a row
MOST_WIDE = 2_000
Line = tuple[int, list[str]]

_BAD = N_("The workbook is damaged and cannot be read. Open it in your spreadsheet program and save it again as XLSX.")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def read(content: bytes) -> tuple[Iterator[Line], dict[str, Any]]:
    """The lines of the first visible sheet that has any, and how it was read. Raises ``BadFile``."""
    inspect(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            chosen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception:  # openpyxl raises whatever the broken part made it stumble on
        raise BadFile(_BAD) from None
    if not book.worksheets:
        raise BadFile(_BAD)
    if not chosen:
        raise BadFile(N_("Every sheet of the workbook is hidden. Show the one to import and save the file again."))
    about = {"format": "XLSX", "sheet": chosen[0].title[:60], "others": [sheet.title[:60] for sheet in chosen[1:6]],
             "hidden": [sheet.title[:60] for sheet in book.worksheets if sheet not in chosen][:6]}  # fmt: skip
    return _lines(chosen[0]), about


def inspect(content: bytes) -> None:
    """Refuse what must not be unpacked, run or followed, by the list of what the file says it holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            _parts(bundle)
            for part in bundle.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _markup(bundle.read(part), part.filename)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise BadFile(_BAD) from None
    except Exception as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(_BAD) from None


def _parts(bundle: zipfile.ZipFile) -> None:
    parts = bundle.infolist()
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise BadFile(_not_a_workbook(names))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadFile(N_("Unpacked, the workbook is larger than %(most)s MB. Keep only the sheet to import."),
                      most=MOST_UNPACKED // 1024 // 1024)  # fmt: skip
    if len(names) < len(parts) or any(part.flag_bits & 1 for part in parts):
        raise BadFile(_BAD)
    if any("vbaproject" in name or "/macrosheets/" in name or "/activex/" in name for name in names):
        raise BadFile(N_("The workbook contains macros. Save it as XLSX without macros, or as CSV."))
    if any("externallinks/" in name or "/connections.xml" in name or "/querytables/" in name for name in names):
        raise BadFile(N_("The workbook takes cells from other files. Paste them as values and save it again."))
    if any("/embeddings/" in name for name in names):
        raise BadFile(N_("The workbook contains other files. Keep only the sheet to import."))


def _not_a_workbook(names: set[str]) -> str:
    if "mimetype" in names and "content.xml" in names:
        return N_("This is an OpenDocument file. Save it as XLSX or as CSV.")
    if "xl/workbook.bin" in names:
        return N_("This is a binary workbook (.xlsb). Save it as XLSX or as CSV.")
    return N_("This is a compressed file, but no workbook. Send a CSV or XLSX file.")


def _markup(text: bytes, name: str) -> None:
    """No document type, so no entities; nothing but UTF-8, so that none can hide in another alphabet."""
    declared = _ENCODING.match(text.removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in text or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise BadFile(_BAD)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BadFile(
            N_("The workbook defines its own markup (DOCTYPE), which is not accepted. Save it again as XLSX.")
        )
    if name.startswith("xl/worksheets/") and (
        merged := re.search(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"', text)
    ):
        raise BadFile(N_("Cells are merged (%(cells)s). Unmerge them, so that every row has its own values."),
                      cells=merged[1].decode())  # fmt: skip
    if b"macroEnabled" in text and name == "[Content_Types].xml":
        raise BadFile(N_("The workbook contains macros. Save it as XLSX without macros, or as CSV."))


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()
    empty = 0
    rows = iter(sheet.iter_rows())
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                row = next(rows, None)
            if row is None:
                return
            number += 1
            _ensure_narrow(row, number)
            line = [cells.of_value(cell.value, cell.data_type) for cell in row]
        except BadFile:
            raise
        except Exception:  # see above
            raise BadFile(_BAD) from None
        empty = 0 if any(line) else empty + 1
        if empty > MOST_EMPTY:
            raise BadFile(N_("The sheet has more than %(most)s empty rows. Delete them."), most=MOST_EMPTY)
        yield number, line


def _ensure_narrow(row: Any, number: int) -> None:
    if len(row) > MOST_WIDE:
        raise BadFile(N_("Row %(row)s has more than %(most)s columns."), row=number, most=MOST_WIDE)
