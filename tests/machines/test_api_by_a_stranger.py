"""Schemathesis reads our description and tries everything that it allows and forbids."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.conftest import settings as archive_settings
from webapp import create_app
from webapp.database import database
from webapp.machines import tokens
from webapp.machines.api.operations import OPERATIONS, Operation
from webapp.people.actions import create_person

schemathesis.openapi.format("cursor", st.sampled_from(["MTo1", "MTow"]))  # what answers have given
schemathesis.openapi.format(
    "edtf", st.sampled_from(["1944-06-05", "1944-05~", "1944?", "1944-06-05/1944-06-07", "1944-06-05/.."])
)


@pytest.fixture(scope="module")
def written_to(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The real archive in a copy that may be written to."""
    folder = tmp_path_factory.mktemp("stranger")
    shutil.copy(seeded_file, folder / "carottes.db")
    app = create_app(archive_settings(folder))
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="module")
def api(written_to: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", written_to)


@pytest.fixture(scope="module")
def pass_(written_to: Flask) -> dict[str, str]:
    with written_to.app_context(), database().writing() as own:
        secret = tokens.give(own, create_person(own, "stranger@example.org", "curator"), "schemathesis")
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_the_api_does_what_its_description_says(
    api: Any, pass_: dict[str, str], operation: Operation, mode: GenerationMode
) -> None:
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", operation.path)
    described = api[path][operation.method]
    if mode is GenerationMode.NEGATIVE and not described.query and not described.body and not operation.matched:
        mode = GenerationMode.POSITIVE  # nothing can be asked of it that it does not know

    @given(described.as_strategy(generation_mode=mode))
    @settings(max_examples=6, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck), database=None)  # fmt: skip
    def tried(case: Any) -> None:
        # Called without a wire between, nobody would unpack what was packed for it.
        case.call_and_validate(headers={"Accept-Encoding": "identity"} | (pass_ if operation.guarded else {}))

    tried()
