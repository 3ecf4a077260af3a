"""What other people's readers make of our exports: BibTeX by bibtexparser, RIS by rispy, CSL-JSON by json."""

from __future__ import annotations

import json
import re

import bibtexparser
import pytest
import rispy
from bibtexparser.bparser import BibTexParser
from hypothesis import given, settings

from tests.citations.records import RECORDS, message
from tests.citations.test_citing import CITABLES
from webapp.citations import Citable, export, export_many
from webapp.citations.exports import csl
from webapp.citations.setting import tidy

_BACK = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
         r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
         r"\&": "&",
         r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_"}  # fmt: skip


def read_bibtex(text: str) -> list[dict[str, str]]:
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    return bibtexparser.loads(text, parser).entries


def untex(text: str) -> str:
    return re.sub("|".join(map(re.escape, _BACK)), lambda found: _BACK[found[0]], text)


@pytest.mark.parametrize("name", [name for name in RECORDS if name not in ("markup", "empty")])
def test_bibtex_comes_back(name: str) -> None:
    citable = RECORDS[name]
    (entry,) = read_bibtex(export(citable, "bib", "fr"))
    assert entry["url"] == (citable.url if citable.kind != "source" else citable.original or citable.url)
    if citable.kind in ("message", "essay"):
        assert untex(entry["title"].removeprefix("{").removesuffix("}")) == tidy(citable.title)
    assert len(re.findall(r" and ", entry.get("author", ""))) == max(0, len(citable.authors) - 1)


def test_bibtex_brings_back_what_latex_would_have_eaten() -> None:
    (entry,) = read_bibtex(export(RECORDS["markup"], "bib", "fr"))
    assert untex(entry["title"].removeprefix("{").removesuffix("}")) == RECORDS["markup"].title


@pytest.mark.parametrize("name", RECORDS)
def test_ris_comes_back(name: str) -> None:
    citable = RECORDS[name]
    (entry,) = rispy.loads(export(citable, "ris", "fr"))
    assert entry["type_of_reference"] in ("ENCYC", "CHAP", "GEN")
    assert entry["urls"] == [citable.url if citable.kind != "source" else citable.original or citable.url]
    assert entry.get("authors", []) == list(citable.authors)
    if citable.kind in ("message", "essay") and citable.title:
        assert entry["title"] == tidy(citable.title)


@settings(max_examples=30, deadline=None)
@given(CITABLES)
def test_every_record_is_one_entry_for_other_people_s_readers(citable: Citable) -> None:
    assert len(rispy.loads(export(citable, "ris", "fr"))) == 1
    assert len(read_bibtex(export(citable, "bib", "fr"))) == 1
    assert json.loads(export(citable, "csl.json", "fr")) == [csl(citable, "fr")]


def test_an_uncertain_date_is_no_year_for_a_program() -> None:
    text = export(RECORDS["uncertain-date"], "bib", "fr")
    assert "year =" not in text
    assert "date = {1944-06-01?}" in text
    assert "PY  -" not in export(RECORDS["uncertain-date"], "ris", "fr")
    assert csl(RECORDS["uncertain-date"], "en")["issued"] == {"literal": "1 June 1944?"}


@pytest.mark.parametrize("many", [0, 1, 5])
def test_a_list_is_one_document(many: int) -> None:
    citables = [message(f"Phrase {number}", id=f"id{number}") for number in range(many)]
    assert len(json.loads("".join(export_many(citables, "csl.json")))) == many
    assert len(rispy.loads("".join(export_many(citables, "ris")))) == many
    assert len(read_bibtex("".join(export_many(citables, "bib")))) == many


def test_a_list_is_written_while_it_is_read() -> None:
    read = []

    def endless():
        while True:
            read.append(1)
            yield message()

    pieces = export_many(endless(), "ris")
    for _ in range(10):
        next(pieces)
    assert len(read) == 9
