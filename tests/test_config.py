"""Settings are read once, and a bad one is one sentence."""

from pathlib import Path

import pytest

from webapp.config import BadSetting, database_address, read_settings, secret_key


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CAROTTES_PORT", "eighty"), ("CAROTTES_PORT", "0"), ("CAROTTES_PORT", "70000"), ("CAROTTES_LANGUAGE", "de"),
     ("CAROTTES_URL", "carottes.example"), ("CAROTTES_HTTPS", "perhaps"), ("CAROTTES_THREADS", "-1")],
)  # fmt: skip
def test_a_bad_value_is_named_with_what_it_takes(variable: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings(environment={variable: value})
    assert variable in str(refused.value)
    assert value in str(refused.value)


def test_what_is_given_comes_before_the_environment_and_that_before_the_default() -> None:
    assert read_settings({"PORT": 9000}, {"CAROTTES_PORT": "9001"})["PORT"] == 9000
    assert read_settings({}, {"CAROTTES_PORT": "9001"})["PORT"] == 9001
    assert read_settings({}, {})["PORT"] == 8000


def test_the_database_is_a_file_in_the_data_folder_unless_an_address_is_set(tmp_path: Path) -> None:
    assert database_address({"DATABASE": "", "DATA": tmp_path}) == f"sqlite:///{tmp_path / 'carottes.db'}"
    assert database_address({"DATABASE": "postgresql+psycopg://x/y", "DATA": tmp_path}).startswith("postgresql")


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = {"SECRET_KEY": "", "DATA": tmp_path}
    first = secret_key(settings)
    assert len(first) == 64
    assert secret_key(settings) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
