"""A spreadsheet as tests make and bring it, from the upload to the end of the import."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

import openpyxl
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from webapp.imports import jobs
from webapp.imports.models import ImportRow, ImportRun
from webapp.imports.queries import rows_of


def csv_file(rows: Iterable[Iterable[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Iterable[Any]], title: str = "Messages") -> bytes:
    """Rows as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Bringing:
    """Somebody who imports: without JavaScript, by the forms of the pages."""

    def __init__(self, app: Flask, client: FlaskClient, session: Session) -> None:
        self.app, self.client, self.session = app, client, session
        app.config["WTF_CSRF_ENABLED"] = False

    def upload(self, content: bytes, name: str = "messages.csv", **more: str) -> TestResponse:
        """The answer to a file."""
        return self.client.post("/desk/imports?lang=en", data={"file": (io.BytesIO(content), name), **more})

    def send(self, content: bytes, name: str = "messages.csv", **more: str) -> int:
        """A file that is taken in; the number of its import."""
        answer = self.upload(content, name, **more)
        assert answer.status_code == 303, re.findall(r"field__error.*?<span>(.*?)</span>", answer.text, re.DOTALL)
        return int(answer.location.rpartition("/")[2].partition("?")[0])

    def press(self, number: int, what: str, **typed: str) -> ImportRun:
        """Press a button of an import and wait for the end of its work."""
        answer = self.client.post(f"/desk/imports/{number}/{what}", data=typed)
        assert answer.status_code == 303, answer.text[-2000:]
        jobs.wait(self.app)
        return self.look(number)

    def plan(self, content: bytes, name: str = "messages.csv", **wishes: str) -> ImportRun:
        """A file brought and tried; ``create="on"`` and the like are ticked."""
        return self.press(self.send(content, name), "plan", **wishes)

    def bring(self, content: bytes, name: str = "messages.csv", **wishes: str) -> ImportRun:
        """A file brought, tried and run."""
        run = self.plan(content, name, **wishes)
        assert run.planned, self.problems(run)
        return self.press(run.id, "run")

    def look(self, number: int) -> ImportRun:
        """The import as it stands."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(ImportRun, number)

    def rows(self, run: ImportRun, plan: str = "") -> list[ImportRow]:
        """The rows of its plan."""
        return list(self.session.scalars(rows_of(run.id, plan)))

    def problems(self, run: ImportRun) -> list[tuple[int, str, str]]:
        """What stands against it: row, column, sentence."""
        return [(row.number, column, sentence) for row in self.rows(run, "error")
                for column, sentence, _values in row.problems]  # fmt: skip

    def page(self, address: str, **query: str) -> str:
        """The text of a page that loads."""
        answer = self.client.get(address, query_string=query)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text
