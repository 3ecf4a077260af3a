"""CSV as people's programs write it: any of three separators, any of four encodings, with or without a BOM."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from webapp.imports import cells
from webapp.imports.problems import BadFile
from webapp.languages import N_

SEPARATORS = (";", ",", "\t")
MOST_LETTERS = 131_072  # in one cell, before it is looked at
Line = tuple[int, list[str]]


def read(content: bytes) -> tuple[Iterator[Line], dict[str, Any]]:
    """The lines of a CSV file with their numbers, and how it was read. Raises ``BadFile``."""
    text, encoding = decoded(content)
    if re.match(r"\s*<(!doctype|html|\?xml|table|svg)", text[:200], re.IGNORECASE):
        raise BadFile(N_("This is a web page or an XML file, no spreadsheet. Send a CSV or XLSX file."))
    text, separator = _separated(text)
    about = {"format": "CSV", "encoding": encoding, "separator": {"\t": "tab"}.get(separator, separator)}
    return _lines(text, separator), about


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: what its BOM says, else UTF-8, else UTF-16, else Windows-1252."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _harmless(_strictly(content, encoding)), encoding.removesuffix("-sig").upper()
    if wide := _wide(content):
        return _harmless(_strictly(content, wide)), "UTF-16"
    try:
        return _harmless(content.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError as error:
        return _harmless(_western(content, error)), "Windows-1252"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(content, error) from None


def _broken(content: bytes, error: UnicodeDecodeError) -> BadFile:
    line = content[: error.start].count(b"\n") + 1
    return BadFile(
        N_("The characters of the file are damaged in line %(line)s. Save it again as “CSV UTF-8”."), line=line
    )


def _wide(content: bytes) -> str:
    """UTF-16 without a BOM: every other byte of a table's first letters is nothing."""
    start = content[:400]
    if len(start) % 2 == 0 and len(start) > 3:
        if start[1::2].count(0) > len(start) * 0.4 and 0 not in start[::2]:
            return "utf-16-le"
        if start[::2].count(0) > len(start) * 0.4 and 0 not in start[1::2]:
            return "utf-16-be"
    return ""


def _western(content: bytes, error: UnicodeDecodeError) -> str:
    """Windows-1252, unless it is UTF-8 that was damaged: then accents would be read as rubbish in silence."""
    patched = content.decode("utf-8", "replace")
    good = sum(1 for letter in patched if letter > "\x7f" and letter != "\ufffd")
    if good:
        raise _broken(content, error)
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise _broken(content, error) from None


def _harmless(text: str) -> str:
    if "\x00" in text or sum(text[:2000].count(each) for each in map(chr, range(1, 9))) > 4:
        raise BadFile(N_("The file has characters that no text has (null bytes). Send a CSV or XLSX file."))
    return text


def _separated(text: str) -> tuple[str, str]:
    """The text and its separator: what a first line ``sep=;`` says, else what parts the headings most."""
    said = re.match(r"\s*\"?sep=(.)\"?\r?\n", text, re.IGNORECASE)
    if said and said[1] in SEPARATORS:
        return text[said.end() :], said[1]
    head = _first_line(text.lstrip())
    return text, max(SEPARATORS, key=lambda each: len(_parted(head, each)))


def _parted(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # it is said when the whole file is read, with its line
        return []


def _first_line(text: str) -> str:
    inside = False
    for place, letter in enumerate(text[:MOST_LETTERS]):
        if letter == '"':
            inside = not inside
        elif letter in "\r\n" and not inside:
            return text[:place]
    return text[:MOST_LETTERS]


def _lines(text: str, separator: str) -> Iterator[Line]:
    csv.field_size_limit(MOST_LETTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        for row in reader:
            yield before + 1, [_cell(cell) for cell in row]
            before = reader.line_num
    except csv.Error as error:
        raise BadFile(_sentence(str(error)), line=before + 1) from None


def _sentence(error: str) -> str:
    if "field limit" in error:
        return N_("A cell that begins in line %(line)s is far too long; perhaps a quotation mark is not closed.")
    return N_("The quotation marks in line %(line)s do not fit: each that opens must close before the separator.")


def _cell(text: str) -> str:
    return cells.FORMULA if text.startswith("=") else text
