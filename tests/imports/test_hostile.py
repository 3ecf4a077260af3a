"""Files that nobody should send: each is refused with a sentence, changes nothing, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.imports.bringing import Bringing, csv_file, xlsx_file
from webapp.imports import sheets
from webapp.imports.models import ImportRun
from webapp.imports.views import file_name
from webapp.messages.models import Message

GOOD = [["text", "lang"], ["Le crapaud vole", "fr"]]
HEAD = "text,lang\n"


def workbook(change: Callable[[dict[str, bytes]], object] = lambda parts: None) -> bytes:
    """A good workbook whose parts were tampered with."""
    with zipfile.ZipFile(io.BytesIO(xlsx_file(GOOD))) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    change(parts)
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, content)
    return out.getvalue()


def edited(name: str, old: bytes, new: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name], parts[name][:600]
        parts[name] = parts[name].replace(old, new)

    return workbook(change)


SHEET = "xl/worksheets/sheet1.xml"


def sheet(xml: bytes) -> bytes:
    """A workbook with this inside its sheet."""
    return workbook(lambda parts: parts.update({SHEET: (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + xml + b"</worksheet>")}))  # fmt: skip


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def built(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file(GOOD)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """Three kilobytes that become two hundred megabytes."""
    return workbook(lambda parts: parts.update({"xl/media/image1.bin": b"\0" * 200_000_000}))


def lying_bomb() -> bytes:
    """A part whose size is said to be small."""
    parts = bytearray(
        workbook(lambda parts: parts.update({"xl/sharedStrings.xml": b"<a>" + b"x" * 80_000_000 + b"</a>"}))
    )
    place = parts.rfind(b"PK\x01\x02", 0, parts.find(b"xl/sharedStrings.xml", parts.find(b"PK\x01\x02")))
    parts[place + 24 : place + 28] = struct.pack("<I", 100)
    return bytes(parts)


def encrypted() -> bytes:
    parts = bytearray(workbook())
    for mark, shift in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = parts.find(mark)
        while place >= 0:
            parts[place + shift] |= 1
            place = parts.find(mark, place + 4)
    return bytes(parts)


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'

# Refused when they are sent, before anything is kept: name of the file, content, a word of the sentence.
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing at all": ("a.csv", lambda: b"", "empty"),
    "only a BOM": ("a.csv", lambda: b"\xef\xbb\xbf", "empty"),
    "only blank lines": ("a.csv", lambda: b"\n\n  \n;;;\n", "empty"),
    "only null bytes": ("a.csv", lambda: b"\0" * 5000, "empty"),
    "only headings": ("a.csv", lambda: HEAD.encode(), "no rows"),
    "headings that nobody knows": ("a.csv", lambda: b"foo,bar\n1,2\n", "None of the headings"),
    "a PDF": ("a.pdf", lambda: b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "a PDF that says it is a workbook": ("a.xlsx", lambda: b"%PDF-1.7\n", "PDF"),
    "a picture": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
    "a photograph": ("a.csv", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture"),
    "a GIF that is also a script": ("a.csv", lambda: b"GIF89a=1;alert(1)", "picture"),
    "a letter in RTF": ("a.csv", lambda: rb"{\rtf1 text}", "text document"),
    "a compressed CSV": ("a.csv.gz", lambda: b"\x1f\x8b\x08\x00" + b"x" * 50, "compressed"),
    "a 7z archive": ("a.7z", lambda: b"7z\xbc\xaf\x27\x1c", "compressed"),
    "a RAR archive": ("a.rar", lambda: b"Rar!\x1a\x07", "compressed"),
    "a database": ("a.csv", lambda: b"SQLite format 3\0" + b"\0" * 90, "database"),
    "a program": ("a.csv", lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 90, "program"),
    "a Windows program": ("a.xlsx", lambda: b"MZ\x90\x00\x03" + b"\0" * 90, "program"),
    "an old Excel file": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
    "a web page": ("a.xls", lambda: b"<html><table><tr><td>text</td></tr></table></html>", "web page"),
    "a web page behind a blank": ("a.csv", lambda: b"  \n <!DOCTYPE html><p>text,lang", "web page"),
    "a picture in XML": ("a.csv", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "web page"),
    "an XML that asks for a file": ("a.csv", lambda: OUTSIDE, "web page"),
    "a zip of something else": ("a.xlsx", lambda: zipped({"readme.txt": b"hello"}), "no workbook"),
    "a zip with paths that climb": ("a.xlsx", lambda: zipped({"../../../etc/passwd": b"x"}), "no workbook"),
    "a workbook with a part that climbs": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({"xl/embeddings/../../../evil.exe": b"x"})), "other files"),
    "an OpenDocument": ("a.ods", lambda: zipped({"mimetype": b"x", "content.xml": b"<x/>"}), "OpenDocument"),
    "a binary workbook": ("a.xlsb", lambda: zipped({"xl/workbook.bin": b"x"}), "binary workbook"),
    "half a workbook": ("a.xlsx", lambda: workbook()[:-500], "damaged"),
    "the start of a workbook": ("a.xlsx", lambda: b"PK\x03\x04" + os.urandom(3000), "damaged"),
    "a workbook without its sheet": ("a.xlsx", lambda: workbook(lambda parts: parts.pop(SHEET)), "damaged"),
    "a workbook with a broken sheet": ("a.xlsx", lambda: edited(SHEET, b"</row>", b"<row>"), "damaged"),
    "a workbook with a cell nowhere": ("a.xlsx", lambda: edited(SHEET, b'r="A1"', b'r="1A"'), "damaged"),
    "a workbook with a text that is not there": (
        "a.xlsx", lambda: sheet(b'<sheetData><row r="1"><c r="A1" t="s"><v>99999999</v></c></row></sheetData>'), "damaged"),
    "a workbook with a password": ("a.xlsx", encrypted, "damaged"),
    "a zip bomb": ("a.xlsx", bomb, "larger than 64 MB"),
    "a zip bomb that lies about its size": ("a.xlsx", lying_bomb, "damaged"),
    "a workbook of a thousand parts": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({f"x/{n}.xml": b"<x/>" for n in range(1000)})), "larger than"),
    "entities that multiply": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({"xl/sharedStrings.xml": ENTITIES})), "DOCTYPE"),
    "an entity that asks for a file": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({SHEET: OUTSIDE})), "DOCTYPE"),
    "an entity in another alphabet": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update(
            {SHEET: OUTSIDE.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")})), "damaged"),
    "an entity in EBCDIC": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update(
            {SHEET: b'<?xml version="1.0" encoding="cp037"?>' + OUTSIDE.decode().encode("cp037")})), "damaged"),
    "macros": ("a.xlsx", lambda: workbook(lambda parts: parts.update({"xl/vbaProject.bin": b"x"})), "macros"),
    "macros by their type": (
        "a.xlsx", lambda: edited("[Content_Types].xml", b"sheet.main+xml", b"sheet.macroEnabled.main+xml"), "macros"),
    "cells from other files": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b"<x/>"})), "other files"),
    "a connection to a database": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({"xl/connections.xml": b"<x/>"})), "other files"),
    "a program inside a workbook": (
        "a.xlsx", lambda: workbook(lambda parts: parts.update({"xl/embeddings/oleObject1.bin": b"MZ"})), "other files"),
    "merged cells": ("a.xlsx", lambda: built(lambda book: book.active.merge_cells("A2:B2")), r"merged \(A2:B2\)"),
    "only hidden sheets": (
        "a.xlsx", lambda: edited("xl/workbook.xml", b'state="visible"', b'state="hidden"'), "hidden"),
    "a row of sixteen thousand columns": (
        "a.xlsx", lambda: built(lambda book: book.active.cell(2, 16_384, "x")), "columns"),
    "a row that is said to be the millionth": (
        "a.xlsx", lambda: sheet(f'<sheetData><row r="1">{text_cell("A1", "text")}</row><row r="999999">{text_cell("A999999", "x")}</row></sheetData>'.encode()), "empty rows"),
    "a row with an absurd number": (
        "a.xlsx", lambda: sheet(f'<sheetData><row r="1">{text_cell("A1", "text")}</row><row r="9999999999999">{text_cell("A2", "x")}</row></sheetData>'.encode()), "empty rows"),
    "ten thousand columns": ("a.csv", lambda: csv_file([["text", *map(str, range(10_000))], ["x"] * 10_001]), "columns"),
    "more rows than may be": ("a.csv", lambda: (HEAD + "a,fr\n" * 20_001).encode(), "rows"),
    "six megabytes": ("a.csv", lambda: (HEAD + "x" * 6_000_000).encode(), "larger than 5 MB"),
    "a cell of a megabyte": ("a.csv", lambda: (HEAD + "x" * 1_000_000 + ",fr\n").encode(), "far too long"),
    "a quotation mark that never closes": ("a.csv", lambda: (HEAD + '"Le crapaud,fr\nvole,fr\n').encode(), "quotation marks"),
    "quotation marks that close too early": ("a.csv", lambda: (HEAD + '"Le "crapaud" vole",fr\n').encode(), "quotation marks"),
    "duplicate headings": ("a.csv", lambda: b"text,lang,Text\na,fr,b\n", "same heading"),
    "null bytes in the text": ("a.csv", lambda: HEAD.encode() + b"Le cra\0paud,fr\n", "null bytes"),
    "a binary that begins like a table": ("a.csv", lambda: HEAD.encode() + bytes(range(256)) * 40, "null bytes|damaged"),
    "broken UTF-8": ("a.csv", lambda: HEAD.encode() + "été, dépêche\n".encode() + b"\xc3\x28,fr\n", "damaged in line 3"),
    "half a letter at the end": ("a.csv", lambda: (HEAD + "été,fr\né").encode()[:-1], "damaged"),
    "UTF-16 with half a letter": ("a.csv", lambda: b"\xff\xfe" + HEAD.encode("utf-16-le") + b"x", "damaged"),
    "what Windows-1252 has no letter for": ("a.csv", lambda: HEAD.encode() + b"\x81\x8d\x8f,fr\n", "damaged"),
}  # fmt: skip


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.name.startswith("carottes.db")}


@pytest.fixture
def watched(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where temporary files would land, beside the data."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("what", list(REFUSED))
def test_it_is_refused_with_a_sentence_and_leaves_nothing(
    curator: Bringing, session: Session, tmp_path: Path, watched: Path, what: str
) -> None:
    name, content, word = REFUSED[what]
    before = files(tmp_path)
    answer = curator.upload(content(), name)
    assert answer.status_code == 422, answer.status_code
    said = re.search(r'role="alert">.*?<span>(.*?)</span>', curator_said(answer.text), re.DOTALL)
    assert said, "no sentence"
    assert re.search(word, said[1]), said[1]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0
    assert files(tmp_path) == before


def curator_said(page: str) -> str:
    return page[page.find('id="file-error"') :]


def test_there_are_sixty_and_more_of_them() -> None:
    assert len(REFUSED) + len(FOUND) + 6 >= 60


# Taken in, and stopped by their plan: content, and where it stands against them.
LONG = "x" * 40_000
FOUND: dict[str, tuple[Callable[[], bytes], tuple[int, str]]] = {
    "a formula in a CSV": (lambda: csv_file([*GOOD, ["=1+1", "fr"]]), (3, "text")),
    "a formula that calls a program": (lambda: csv_file([*GOOD, ["=cmd|' /C calc'!A0", "fr"]]), (3, "text")),
    "a formula that asks another site": (lambda: csv_file([["text", "note_fr"], ["a", '=HYPERLINK("http://x")']]), (2, "note_fr")),
    "a formula in a workbook": (lambda: xlsx_file([*GOOD, ["=SUM(A1:A2)", "fr"]]), (3, "text")),
    "an error of a workbook": (lambda: built(_error), (2, "text")),
    "a bell": (lambda: csv_file([*GOOD, ["Le \x07crapaud", "fr"]]), (3, "text")),
    "a letter that was lost already": (lambda: csv_file([*GOOD, ["d\ufffdp\ufffdche", "fr"]]), (3, "text")),
    "a cell that is too long": (lambda: csv_file([*GOOD, [LONG, "fr"]]), (3, "text")),
    "a language that is none": (lambda: csv_file([*GOOD, ["Allô", "<script>"]]), (3, "lang")),
    "a key with a bar": (lambda: csv_file([["key", "text"], ["a|b", "Allô"]]), (2, "key")),
    "an identifier that nothing has": (lambda: csv_file([["id", "text"], ["0000000", "Allô"]]), (2, "id")),
    "a path as identifier": (lambda: csv_file([["id", "text"], ["../../etc/passwd", "Allô"]]), (2, "id")),
    "a date that is none": (lambda: csv_file([["text", "date"], ["Allô", "1944-02-30"]]), (2, "broadcast_1_date")),
    "a number that is none": (lambda: csv_file([["text", "said"], ["Allô", "1e999"]]), (2, "broadcast_1_said")),
}  # fmt: skip


def _error(book: openpyxl.Workbook) -> None:
    cell = book.active["A2"]
    cell.value, cell.data_type = "#REF!", "e"


@pytest.mark.parametrize("what", list(FOUND))
def test_it_is_stopped_by_its_plan_with_row_and_column(curator: Bringing, session: Session, what: str) -> None:
    content, (row, column) = FOUND[what]
    run = curator.plan(content(), "a.csv")
    assert (row, column) in {(number, name) for number, name, _ in curator.problems(run)}
    assert curator.client.post(f"/desk/imports/{run.id}/run").status_code == 409
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_file_that_claims_a_gigabyte_is_refused_before_it_is_read(curator: Bringing) -> None:
    answer = curator.client.post(
        "/desk/imports", data=b"--x\r\n", content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "1000000000"},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\ntext",
        ),
        ("application/json", b'{"file": "text"}'),
        ("application/x-www-form-urlencoded", b"file=text%2Clang"),
    ],
)
def test_a_form_that_holds_no_file_is_answered_with_a_sentence(
    curator: Bringing, content_type: str, body: bytes
) -> None:
    answer = curator.client.post("/desk/imports", data=body, content_type=content_type)
    assert answer.status_code in (400, 422)
    assert "<h1" in answer.text


@pytest.mark.parametrize("name", ["../../../etc/passwd.csv", "C:\\Windows\\evil.csv", "a\0b.csv", "<script>alert(1)</script>.csv",
                                  "é" * 400 + ".csv", "\u202egpj.csv"])  # fmt: skip
def test_the_name_of_a_file_is_only_shown(curator: Bringing, session: Session, tmp_path: Path, name: str) -> None:
    number = curator.send(csv_file(GOOD), name)
    kept = curator.look(number).name
    assert len(kept) <= 120
    assert not re.search(r"[/\\\x00\r\n\u202e]", kept)
    assert "<script>alert" not in curator.page(f"/desk/imports/{number}")
    assert not list(tmp_path.rglob("*evil*"))


def test_a_name_that_would_break_a_header_is_made_harmless() -> None:
    assert file_name("a\r\nSet-Cookie: x.csv") == "aSet-Cookie: x.csv"
    assert file_name("../..\\") == "?"


def test_what_is_typed_for_a_column_cannot_break_the_page(curator: Bringing) -> None:
    number = curator.send(csv_file(GOOD))
    answer = curator.client.post(
        f"/desk/imports/{number}/plan", data={"column-0": "<b>\0" + "x" * 5000, "column-1": "id"}
    )
    assert answer.status_code == 422
    assert "<b>" not in answer.text.partition("<main")[2].partition("matching")[2][:400]


def test_limits_are_what_the_page_says(curator: Bringing) -> None:
    page = curator.page("/desk/imports", lang="en")
    assert f"{sheets.MOST_BYTES // 1024 // 1024} MB and {sheets.MOST_ROWS:,} rows" in page
