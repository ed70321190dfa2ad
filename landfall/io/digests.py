"""SHA-256 of files, of values and of the code that a result depends on."""

from __future__ import annotations

import ast
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = (".py", ".cpp", ".inc", ".json")


def code_digest(*roots: str) -> str:
    """SHA-256 over the modules named (``splicing.scoring``, ``models.splice.spliceai.model``) and all of landfall that
    they import.

    As a parameter of a rule, it makes Snakemake rerun the stage after an edit of any of them, which Snakemake does not
    detect by itself. Modules are read, not imported. The templates beside a module are included. Raises ValueError for
    a root that is not a module: a digest of nothing would never change.
    """
    absent = [root for root in roots if not _files(root)]
    if absent:
        raise ValueError(f"landfall has no module {', '.join(absent)}")
    digest = hashlib.sha256()
    for path in _closure(roots):
        digest.update(str(path.relative_to(PACKAGE)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _closure(roots: tuple[str, ...]) -> tuple[Path, ...]:
    """Source files reached from the roots by imports within the package, sorted."""
    found: set[Path] = set()
    waiting = [path for root in roots for path in _files(root)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file for name in _imports(path) for file in _files(name)]
    return tuple(sorted(found))


def _files(module: str) -> list[Path]:
    """The files of a module (``.py``, what is compiled for it, its coefficients, templates beside it), or of a
    package its docstring; nothing for a name that is not a module.
    """
    base = PACKAGE.joinpath(*module.split("."))
    if base.with_suffix(".py").is_file():
        beside = [path for suffix in SOURCES if (path := base.with_suffix(suffix)).is_file()]
        return beside + sorted((base.parent / "templates").glob("*"))
    return [base / "__init__.py"] if (base / "__init__.py").is_file() else []


def _imports(path: Path) -> list[str]:
    """Names below ``landfall`` that a source file imports, as far as they may be modules."""
    if path.suffix != ".py":
        return []
    return _imported(path.read_text())


@cache
def _imported(source: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "landfall":
            below = node.module.split(".")[1:]
            names += [".".join([*below, alias.name]) for alias in node.names]
            names += [".".join(below[:depth]) for depth in range(1, len(below) + 1)]
        elif isinstance(node, ast.Import):
            names += [
                alias.name.removeprefix("landfall.")
                for alias in node.names
                if alias.name.startswith("landfall.")
            ]
    return names


def package_code() -> str:
    """SHA-256 over every source file of the package and every file of the workflow."""
    digest = hashlib.sha256()
    workflow = PACKAGE.parent / "workflow"
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in (*SOURCES, ".j2", ".css", ".js")]
    rules = [path for pattern in ("Snakefile", "*.smk", "*.py") for path in workflow.rglob(pattern)]
    for path in sorted([*sources, *rules]):
        digest.update(str(path.relative_to(PACKAGE.parent)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value, keys sorted."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
