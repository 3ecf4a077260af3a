"""What somebody is told whose machine lacks a piece: one sentence in English and the same in French."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALWAYS_THERE = ("sh", "cat", "cksum", "dirname", "env", "id", "pwd", "rm")


@pytest.fixture
def machine(tmp_path) -> Path:
    """A machine with a checkout and a shell, and no more than that on its PATH."""
    shutil.copytree(ROOT / ".ci", tmp_path / "checkout" / ".ci")
    (tmp_path / "checkout" / "tests" / "html").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "tests/html/package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    (tmp_path / "bin").mkdir()
    for name in ALWAYS_THERE:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return tmp_path


def install(machine: Path, name: str, script: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def refused(machine: Path, step: str, **environment: str) -> list[str]:
    """What a step in .ci/ says when it refuses."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("CAROTTES_", "PYTHON"))}
    said = subprocess.run(
        [f".ci/{step}"],
        cwd=machine / "checkout",
        env={**told, "PATH": str(machine / "bin"), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert said.stdout == ""
    return [line for line in said.stderr.splitlines() if line]


def test_a_machine_without_a_python_that_fits_hears_which_ones_do(machine):
    install(machine, "python3", "exit 1")
    english, french = refused(machine, "env")
    assert "Python 3.11, 3.12 or 3.13" in english
    assert "Python 3.11, 3.12 ou 3.13" in french


def test_a_python_without_venv_hears_what_to_install(machine):
    install(machine, "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    english, french = refused(machine, "env")
    assert "apt install python3-venv" in english
    assert "apt install python3-venv" in french
    assert not (machine / "checkout" / ".venv").exists()


def test_a_machine_without_chromium_and_without_the_right_to_install_it_hears_both_ways_out(machine):
    for sentence in refused(machine, "chromium"):
        assert "apt install chromium" in sentence
        assert "CAROTTES_CHROMIUM=/" in sentence


def test_a_wrong_chromium_setting_is_named(machine):
    for sentence in refused(machine, "chromium", CAROTTES_CHROMIUM="/no/such/browser"):
        assert "/no/such/browser" in sentence


def test_a_chromium_on_the_path_is_taken(machine):
    install(machine, "chromium", "exit 0")
    said = subprocess.run(
        [machine / "checkout/.ci/chromium"],
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
    )
    assert said.stdout == f"{machine}/bin/chromium\n"


def test_a_machine_without_npm_hears_what_the_validator_needs(machine):
    for sentence in refused(machine, "html-validate"):
        assert "apt install nodejs npm" in sentence
