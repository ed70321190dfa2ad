"""What produced which value: digests of code, inputs and weights, versions, settings, device."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import platform
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import landfall
from landfall.models.base import ModelInfo, sha256

PACKAGE = Path(__file__).resolve().parent
COMMAND = "LANDFALL_COMMAND"
"""Variable of the environment by which jobs know the command that started the run."""
RECORDED = {
    "created": str,
    "version": str,
    "settings": dict,
    "inputs": list,
    "models": list,
    "software": dict,
}
"""What every version wrote into the record of a run."""
SOURCES = (".py", ".cpp", ".inc", ".json")
LIBRARIES = (
    "torch",
    "pysam",
    "numpy",
    "pandas",
    "pyarrow",
    "h5py",
    "hpo3",
    "phenopackets",
    "snakemake",
    "jinja2",
)


def code_digest(*roots: str) -> str:
    """SHA-256 over the modules named (``scoring``, ``models.spliceai``) and all of landfall that they import.

    Given as a parameter to a rule, it makes Snakemake run the stage again after an edit to any of them, which it
    would not notice by itself. Modules are read, not imported. A package counts with its templates. Raises ValueError
    for a root that is no module: a digest of nothing would never change.
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
    """The files of a module (``.py``, what is compiled for it, its coefficients), or everything in a package's folder.

    Nothing for a name that is no module.
    """
    base = PACKAGE.joinpath(*module.split("."))
    if base.with_suffix(".py").is_file():
        return [path for suffix in SOURCES if (path := base.with_suffix(suffix)).is_file()]
    if base.name == "report":
        return [path for path in base.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [base / "__init__.py"] if (base / "__init__.py").is_file() else []


def _imports(path: Path) -> list[str]:
    """Names below ``landfall`` that a source file imports, as far as they may be modules."""
    if path.suffix != ".py":
        return []
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "landfall":
            below = node.module.split(".")[1:]
            names += [".".join([*below, alias.name]) for alias in node.names] + [".".join(below)] * bool(
                below
            )
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


class RecordError(ValueError):
    """A provenance.json that is not the record of a run."""


def read_record(path: Path) -> dict[str, Any]:
    """The record of a finished run. Raises RecordError if the file is damaged or of another program."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RecordError(f"{path}: cannot be read as the record of a run: {error}") from error
    found: dict[str, Any] = record if isinstance(record, dict) else {}
    wrong = [name for name, kind in RECORDED.items() if not isinstance(found.get(name), kind)]
    if wrong:
        raise RecordError(f"{path}: is not the record of a run of landfall: it has no {', '.join(wrong)}")
    return found


def command_line(argv: Sequence[str]) -> str:
    """A command as it is typed in a shell, programs by their names alone."""
    program = Path(argv[0])
    start = ["python", "-m", program.parent.name] if program.name == "__main__.py" else [program.name]
    return shlex.join([*start, *argv[1:]])


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value, keys sorted."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of landfall, Python, bcftools and the libraries."""
    from pysam.version import __bcftools_version__, __htslib_version__

    found = {"landfall": landfall.__version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found | {
        "bcftools": __bcftools_version__,
        "htslib": __htslib_version__,
    }


def file_record(role: str, path: Path) -> dict[str, str | int]:
    """What a file was used for, its name as configured, bytes and SHA-256."""
    return {"role": role, "name": str(path), "bytes": path.stat().st_size, "sha256": sha256(path)}


def model_record(info: ModelInfo, settings: Mapping[str, Any], device: str, threads: int) -> dict[str, Any]:
    """What a score rests on: the model, its weights, the settings and where it ran.

    Into how many jobs the work was dealt is left out: it changes no score, and so no byte.
    """
    return {
        "model": info.name,
        "title": info.title,
        "version": info.version,
        "citation": info.citation,
        "licence": {
            "name": info.licence.name,
            "url": info.licence.url,
            "commercial": info.licence.commercial,
            "note": info.licence.note,
        },
        "weights": {weight.name: weight.sha256 for weight in info.weights},
        "settings": {name: value for name, value in settings.items() if name != "shards"},
        "precision": "float32, TF32 off",
        "device": device,
        "threads": threads,
        "torch": importlib.metadata.version("torch"),
        "code": model_code(info),
    }


def model_code(info: ModelInfo) -> str:
    """Digest of the code that a model's scores rest on."""
    root = "track_scoring" if info.kind == "tracks" else "scoring"
    return code_digest(root, info.module.removeprefix("landfall."))
