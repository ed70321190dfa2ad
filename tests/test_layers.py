"""The rooms of the package and their order: a room imports only from rooms before it, nowhere in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "landfall"
ORDER = (
    ("io",),
    ("config",),
    ("genome",),
    ("patient", "models"),
    ("variants",),
    ("splicing",),
    ("regulation",),
    ("ranking",),
    ("audit",),
    ("report",),
    ("stages",),
    ("cli",),
    ("testing",),
)
"""From left to right; rooms of one step do not know one another. Nothing imports the last, the builders of tests."""
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)
MOST_FILES = 13
MOST_LINES = 400
"""Modules of one folder, more or less: a newcomer reads the list at a glance."""


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def imported(path: Path) -> set[str]:
    """Dotted names below ``landfall`` that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "landfall":
            names |= {f"{node.module}.{alias.name}".removeprefix("landfall.") for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {a.name.removeprefix("landfall.") for a in node.names if a.name.startswith("landfall.")}
    return names


def modules_of(path: Path) -> set[Path]:
    """The modules that a module imports."""
    found = set()
    for name in imported(path):
        parts = name.split(".")
        for end in (len(parts), len(parts) - 1):
            file = PACKAGE.joinpath(*parts[:end]).with_suffix(".py")
            if file.is_file():
                found.add(file)
                break
    return found


def test_every_room_has_a_place_in_the_order() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms == set(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_rooms_before_it(path: Path) -> None:
    mine = room(path)
    for name in imported(path):
        theirs = name.split(".")[0]
        allowed = theirs == mine or theirs not in LEVEL or LEVEL[theirs] < LEVEL[mine]
        assert allowed, f"{mine} may not import landfall.{name}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {path: modules_of(path) for path in MODULES}
    done: set[Path] = set()

    def visit(path: Path, trail: tuple[Path, ...]) -> None:
        assert path not in trail, " -> ".join(str(p.relative_to(PACKAGE)) for p in (*trail, path))
        if path not in done:
            for other in graph.get(path, ()):
                visit(other, (*trail, path))
            done.add(path)

    for path in MODULES:
        visit(path, ())


def test_packages_export_nothing() -> None:
    """A package that passes names on would draw all its modules into the digest of whoever imports one."""
    for path in PACKAGE.rglob("__init__.py"):
        body = [node for node in ast.parse(path.read_text()).body if path.parent != PACKAGE]
        assert len(body) <= 1, path


def test_no_folder_is_too_full_to_read_at_a_glance() -> None:
    for folder in {path.parent for path in MODULES}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= MOST_FILES, folder


def test_no_module_is_too_long_but_the_contracts_of_tables() -> None:
    for path in MODULES:
        if path.name != "tables.py":
            assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, path
