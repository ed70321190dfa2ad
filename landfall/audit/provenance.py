"""Provenance of a result: digests of code, inputs and weights, versions, settings, device."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import landfall
from landfall.io.digests import sha256

COMMAND = "LANDFALL_COMMAND"
"""Environment variable that passes the command of the run to its jobs."""
RECORDED = {
    "created": str,
    "version": str,
    "settings": dict,
    "inputs": list,
    "models": list,
    "software": dict,
}
"""Keys of the record of a run in every version."""
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


class RecordError(ValueError):
    """A provenance.json that is not a valid record of a run."""


def read_record(path: Path) -> dict[str, Any]:
    """The record of a finished run. Raises RecordError if the file is damaged or not landfall's."""
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
    """Role, name as configured, bytes and SHA-256 of a file."""
    return {"role": role, "name": str(path), "bytes": path.stat().st_size, "sha256": sha256(path)}
