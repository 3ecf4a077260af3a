"""What answers carry so that they may travel and be kept: HTTPS for good, and files by their own fingerprint only."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import settings
from webapp import create_app
from webapp.rendering import asset


def test_a_site_on_https_says_that_it_stays_there(tmp_path: Path) -> None:
    asked = create_app(settings(tmp_path, HTTPS=True)).test_client().get("/static/css/base.css")
    assert asked.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_site_on_plain_http_does_not(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/static/css/base.css").headers


@pytest.mark.parametrize("name", ["css/base.css", "site.css"])
def test_a_file_is_kept_for_a_year_under_its_own_fingerprint_only(client: FlaskClient, name: str) -> None:
    path = asset(name)
    assert "immutable" in client.get(path).headers["Cache-Control"]
    for other in (path[:-1] + ("0" if path[-1] != "0" else "1"), path.partition("?")[0], "/static/none.css?v=1"):
        assert "immutable" not in client.get(other).headers.get("Cache-Control", ""), other


def test_changing_the_language_of_a_refused_form_leads_to_the_page_that_has_it(client: FlaskClient) -> None:
    answer = client.get("/account/begin?lang=fr")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?lang=fr")
    assert client.get("/account/begin").status_code == 405
