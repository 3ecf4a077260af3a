"""What is handed out: locks without addresses, a wheel with everything in it."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "tests/html/package-lock.json")
# Where the wheel keeps the checkout's rooms.
ROOMS = {"webapp": "webapp", "migrations": "webapp/_migrations", "seed_data": "webapp/_seed_data"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], check=True, cwd=ROOT)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture
def names(wheel) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}


@pytest.fixture
def unpacked(wheel, tmp_path) -> Path:
    """A folder with the wheel in it, as an installer would lay it, far from the checkout."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    return tmp_path / "site"


def run_away_from_the_checkout(unpacked: Path, *said: str) -> "subprocess.CompletedProcess[str]":
    """Runs `carottes …` from the unpacked wheel; the libraries come from the tests' own environment."""
    start = (
        "import sys; here = sys.path.index(''); del sys.path[here]; "
        f"sys.path[:0] = [{str(unpacked)!r}]; sys.path.append({sysconfig.get_path('purelib')!r}); "
        "from webapp.cli import main; main()"
    )
    return subprocess.run(
        # -S: without the environment's own path, which would lead back to the checkout.
        [sys.executable, "-S", "-c", start, *said],
        cwd=unpacked.parent,
        env={**plain_environment(), "CAROTTES_DATA": str(unpacked.parent / "data")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("CAROTTES_", "PYTHON"))}


def files_of(room: str) -> set[str]:
    """The room's files that git keeps or would keep: nothing that a tool left there."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", room],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return {name for name in said.stdout.split("\0") if name and (ROOT / name).is_file()}


def plain(name: str) -> str:
    """A distribution's name as the locks write it."""
    return re.split(r"[\[<>=!~; ]", name)[0].lower().replace("_", "-").replace(".", "-")


def imported(file: Path) -> set[str]:
    """The top-level names that a file imports, here and inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_the_site_imports_only_what_its_own_lock_or_an_extra_brings():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    brought = {plain(line) for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    brought |= {plain(name) for names in extras.values() for name in names}
    shipped_by = packages_distributions()
    rooms = [ROOT / "webapp", ROOT / "migrations"]
    names = {name for room in rooms for file in room.rglob("*.py") for name in imported(file)}
    foreign = names - set(sys.stdlib_module_names) - {"webapp"}
    assert {name for name in foreign if not brought & {plain(d) for d in shipped_by.get(name, [])}} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert [line for line in (ROOT / lock).read_text().splitlines() if "://" in line] == []


def test_every_lock_of_the_checkout_is_looked_at():
    kept = files_of(".")
    assert {name for name in kept if name.endswith((".lock", "-lock.json", "-lock.yaml"))} == set(LOCKS)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes(lock):
    entries = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()
    assert [line for line in entries if line.strip() and "--hash=sha256:" not in line] == []


def test_the_tests_run_on_the_versions_that_the_site_runs_on():
    def pins(lock: str) -> set[str]:
        return {line.rstrip(" \\") for line in (ROOT / lock).read_text().splitlines() if "==" in line}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_wheel_holds_every_file_of_its_rooms_and_nothing_else(names):
    wanted = {name.replace(room, inside, 1) for room, inside in ROOMS.items() for name in files_of(room)}
    assert {name for name in names if name.startswith("webapp/")} == wanted


@pytest.mark.parametrize(
    "place",
    ["_migrations/versions/", "_seed_data/essays/", "templates/", "static/", "translations/fr/", "help/"],
)
def test_the_wheel_has_what_the_site_reads_while_it_runs(names, place):
    assert any(name.startswith(f"webapp/{place}") for name in names)


def test_the_wheel_carries_its_licence_and_its_command(wheel, names):
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
    assert "carottes = webapp.cli:main" in zipfile.ZipFile(wheel).read(entry_points).decode()


def test_the_installed_command_lists_what_it_can_do(unpacked):
    said = run_away_from_the_checkout(unpacked, "--help")
    assert said.returncode == 0, said.stderr
    for command in ("serve", "migrate", "seed", "index", "check", "backup", "restore"):
        assert f"\n  {command} " in said.stdout


def test_the_installed_archive_fills_itself_without_the_checkout(unpacked):
    for command in ("migrate", "seed", "index rebuild", "check"):
        said = run_away_from_the_checkout(unpacked, *command.split())
        assert said.returncode == 0, f"{command}: {said.stdout}{said.stderr}"
