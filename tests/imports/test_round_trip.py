"""What was exported and is imported again changes nothing: the whole real archive, in both formats and languages."""

from __future__ import annotations

import pytest

from tests.imports.bringing import Bringing


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_real_archive_goes_out_and_comes_back_as_it_is(real: Bringing, ending: str, lang: str) -> None:
    answer = real.client.get(f"/desk/imports/export.{ending}", query_string={"lang": lang})
    assert answer.status_code == 200
    run = real.plan(answer.data, f"export.{ending}")
    assert real.problems(run) == []
    assert run.counts["same"] == run.counts["rows"] == 568
    assert "changes nothing" in real.page(f"/desk/imports/{run.id}", lang="en")
