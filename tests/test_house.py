"""The house keeps its own order: imports point down, settings are explained, texts are told in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from webapp.config import PACKAGE, SETTINGS

# From the entrance down to the pure rooms. On one floor, a room may import those that stand before it in its list.
FLOORS: dict[str, list[str]] = {
    "pure": ["dates", "text", "citations"],
    "base": ["config", "engines", "failures", "positions", "database", "leading", "languages", "navigation", "filters",
             "rendering", "appearance", "errors", "counters", "pausing", "limits", "permissions"],
    "records": ["identifiers", "schema", "revisions", "people"],
    "domains": ["sources", "vocabularies", "stations", "networks", "places", "messages", "broadcasts", "essays",
                "media", "collections", "contributions"],
    "outlets": ["search", "figures", "listening", "reading", "teaching", "imports", "machines", "desk", "checks"],
    "entrance": ["__init__", "server", "cli"],
}  # fmt: skip
PLACE = {room: (floor, spot) for floor, rooms in enumerate(FLOORS.values()) for spot, room in enumerate(rooms)}
# Inside a domain: what shows may import what acts and asks, and those only the models.
INSIDE = ["models", "queries", "actions", "forms", "views"]


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package with the room it stands in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    """The rooms that a module imports, with the line; also imports that hide inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "webapp":
                for name in [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]:
                    yield name, node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                if parts[0] == "webapp":
                    yield parts[1] if len(parts) > 1 else "__init__", node.lineno


def test_every_room_has_its_floor() -> None:
    rooms = {room for room, _ in modules()}
    assert rooms <= set(PLACE), f"say in FLOORS where these rooms stand: {sorted(rooms - set(PLACE))}"


def test_imports_point_down() -> None:
    wrong = []
    for room, path in modules():
        for other, line in imported_rooms(path):
            other = "__init__" if other not in PLACE and other.startswith("_") else other
            if other == room or other not in PLACE:
                continue
            if PLACE[other] >= PLACE[room]:
                wrong.append(f"{path.relative_to(PACKAGE)}:{line} imports {other}: move that line to the room above")
    assert not wrong, "\n".join(wrong)


def test_no_import_hides_inside_a_function() -> None:
    hidden = []
    for _, path in modules():
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for node in ast.walk(outer):
                    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("webapp"):
                        hidden.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert not hidden, f"these imports belong in another file: {hidden}"


def test_inside_a_domain_views_know_actions_and_actions_know_models() -> None:
    wrong = []
    for room, path in modules():
        if path.stem not in INSIDE or PLACE[room][0] != list(FLOORS).index("domains"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = getattr(node, "module", None) or ""
            if isinstance(node, ast.ImportFrom) and module.startswith(f"webapp.{room}."):
                other = module.split(".")[2]
                if other in INSIDE and INSIDE.index(other) > INSIDE.index(path.stem):
                    wrong.append(f"{room}/{path.name}:{node.lineno} imports {other}")
    assert not wrong, wrong


def messages_in_the_code() -> set[str | tuple[str, ...]]:
    """Every text of the interface, in English, as it stands in code and templates."""
    methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.xml", "jinja2"), ("**.txt", "jinja2")]
    options = {"**.html": {"trimmed": "true"}}
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(PACKAGE, methods, options, keywords=keywords)
    return {tuple(text) if isinstance(text, (list, tuple)) else text for _, _, text, _, _ in found}


def french() -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    """The French catalogue, all rooms."""
    entries = {}
    for path in sorted((PACKAGE / "translations" / "fr").glob("*.po")):
        with path.open("rb") as file:
            entries |= {message.id: message.string for message in read_po(file, locale="fr") if message.id}
    return entries


def test_every_text_is_told_in_french() -> None:
    told = french()
    missing = [text for text in messages_in_the_code() if not told.get(text) or not all(told[text])]
    assert not missing, f"{len(missing)} texts have no French: {sorted(map(str, missing))[:40]}"


def test_no_french_text_is_left_over() -> None:
    left = set(french()) - messages_in_the_code()
    assert not left, f"these French texts are used nowhere: {sorted(map(str, left))[:40]}"


def test_a_text_and_its_french_have_the_same_places() -> None:
    places = re.compile(r"%\(\w+\)[sd]")
    for text, told in french().items():
        one = text if isinstance(text, str) else text[-1]
        other = told if isinstance(told, str) else told[-1]
        assert set(places.findall(one)) == set(places.findall(other)), (one, other)


NOT_FRENCH = re.compile(r"[\w»)][;!?](?:\s|$)|\w:(?:\s|$)|«[^\u202f\u00a0]|[^\u202f\u00a0]»|\w'\w")


@pytest.mark.parametrize("po", sorted((PACKAGE / "translations" / "fr").glob("*.po")), ids=lambda path: path.stem)
def test_the_french_of_the_interface_is_typeset_as_french(po: Path) -> None:
    with po.open("rb") as file:
        texts = [message.string for message in read_po(file, locale="fr") if message.id]
    flat = [each for text in texts for each in (text if isinstance(text, tuple) else (text,))]
    wrong = [
        each
        for each in flat
        if re.search(r"[\w»)][;!?](?:\s|$)|\w:(?:\s|$)|«[^\u202f\u00a0]|[^\u202f\u00a0]»|\w'\w", each)
    ]
    assert not wrong, wrong


def test_every_setting_says_what_it_does_in_two_languages() -> None:
    for setting in SETTINGS:
        assert setting.help_en.endswith("."), setting.name
        assert setting.help_fr.endswith("."), setting.name


def test_every_setting_is_in_the_keepers_manual() -> None:
    for language in ("fr", "en"):
        manual = (PACKAGE / "help" / f"keepers.{language}.md").read_text(encoding="utf-8")
        missing = [setting.variable for setting in SETTINGS if setting.variable not in manual]
        assert not missing, f"help/keepers.{language}.md does not name {missing}"
