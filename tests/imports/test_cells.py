"""One cell: what an export writes is harmless, and reading it back gives exactly what was there."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import suppress

import openpyxl
import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.bringing import csv_file, xlsx_file
from webapp.imports import cells, sheets, texts
from webapp.imports.exports import as_csv, as_xlsx

_TRAPS = st.sampled_from("=+-@'\t\r\n\",;|\\é\u0301\u200b ")
NASTY = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), _TRAPS))


@given(NASTY)
def test_disarming_is_undone_exactly(text: str) -> None:
    assert cells.rearmed(cells.disarmed(text)) == text


@given(NASTY)
def test_nothing_that_is_written_begins_like_a_formula(text: str) -> None:
    assert not cells.written(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(NASTY)
def test_what_is_written_reads_as_it_was_tidied(text: str) -> None:
    clean = cells.tidy("".join(letter for letter in text if not cells.strange(letter)))
    assert cells.read(cells.written(clean)) == clean


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "n", ""), (1944, "n", "1944"), (1944.0, "n", "1944"), (44.9333, "n", "44.9333"), (True, "b", "yes"),
        (dt.datetime(1944, 6, 5), "d", "1944-06-05"), (dt.datetime(1944, 6, 5, 21, 15), "d", "1944-06-05 21:15"),
        (dt.time(21, 15), "d", "21:15"), (dt.timedelta(hours=21, minutes=15), "d", "21:15"),
        ("=1+1", "f", cells.FORMULA), ("#REF!", "e", cells.ERROR), ("=1+1", "s", "=1+1"), (float("1e20"), "n", "1e+20"),
    ],
)  # fmt: skip
def test_a_workbooks_value_is_the_text_that_a_person_sees(value: object, kind: str, text: str) -> None:
    assert cells.of_value(value, kind) == text


ROWS = [["text", "note (fr)"], ["Dépêche d’été", "œuvre à 5 €"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_is_read_in_any_of_its_dresses(separator: str, encoding: str) -> None:
    sheet = sheets.read(csv_file(ROWS, separator, encoding))
    assert (sheet.header, sheet.rows) == (ROWS[0], [(2, ROWS[1])])


def test_the_line_in_which_excel_names_the_separator_is_no_heading() -> None:
    assert sheets.read(b"sep=;\r\ntext;lang\r\nAll\xc3\xb4, ici;fr\r\n").rows == [(2, ["Allô, ici", "fr"])]


def test_a_cell_may_have_lines_and_separators_and_rows_keep_their_numbers() -> None:
    sheet = sheets.read('text;lang\n"Allô ;\nici ""Londres""";fr\n\n;;\nVoilà;fr\n'.encode())
    assert sheet.rows == [(2, ['Allô ;\nici "Londres"', "fr"]), (6, ["Voilà", "fr"])]


def test_letters_are_composed_when_they_are_read() -> None:
    assert cells.read("De\u0301pe\u0302che") == "Dépêche"


def test_the_first_visible_sheet_is_read_and_the_others_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file(ROWS)))
    book.create_sheet("Secret", 0).sheet_state = "hidden"
    book.create_sheet("Plus").append(["text"])
    out = io.BytesIO()
    book.save(out)
    sheet = sheets.read(out.getvalue())
    assert sheet.rows == [(2, ROWS[1])]
    assert (sheet.about["sheet"], sheet.about["hidden"], sheet.about["others"]) == ("Messages", ["Secret"], ["Plus"])


@given(st.lists(st.lists(NASTY.map(cells.written), min_size=2, max_size=2), min_size=1, max_size=4))
def test_what_the_exports_write_is_what_the_imports_read(rows: list[list[str]]) -> None:
    wanted = [[cells.read(cell) for cell in row] for row in rows]
    wanted = [row for row in wanted if any(row)]
    app = Flask("webapp")
    with app.app_context():
        g.lang = "fr"
        files = [b"".join(write(iter([["text", "note"], *rows]))) for write in (as_csv, as_xlsx)]
    for content in files:
        if wanted:
            read = [[cells.read(cell) for cell in [*row, "", ""][:2]] for _n, row in sheets.read(content).rows]
            assert [row for row in read if any(row)] == wanted


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_stumble(content: bytes) -> None:
    for start in (b"", b"text,lang\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"):
        with suppress(sheets.BadFile):
            assert sheets.read(start + content).header


def test_a_damaged_utf_8_is_not_taken_for_windows_1252() -> None:
    with pytest.raises(sheets.BadFile):
        texts.decoded("été à Évreux".encode() + b"\xc3(")
    assert texts.decoded("été à Évreux".encode("cp1252")) == ("été à Évreux", "Windows-1252")
