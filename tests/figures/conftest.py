"""What the tests of the figures share: a figure of the real archive as its table says it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Table = list[list[str]]


@pytest.fixture
def table(reader: FlaskClient) -> Callable[[str], Table]:
    """The table of a figure, in English, without its heads."""

    def read(address: str) -> Table:
        answer = reader.get(address, query_string={"lang": "en"} if "?" not in address else None)
        assert answer.status_code == 200, address
        return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]

    return read
