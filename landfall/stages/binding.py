"""From the files of a rule to the call of its stage.

The module of a stage holds ``run(job, inputs, outputs)`` and the dataclasses ``Inputs`` and ``Outputs``, whose fields
are named like the files of the rule and are a Path, a tuple of Paths, or a Path or None.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from landfall.audit.preflight.run import parse, read_one
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.stages.job import Job
from landfall.stages.sections import Declared, declared, restricted

T = TypeVar("T")
Files = Mapping[str, str | Sequence[str]]
"""Files of a rule by name, as Snakemake gives them."""


class BindingError(Exception):
    """Files of a rule do not match the inputs and outputs of its stage."""


def call(
    stage: str,
    config: Mapping[str, Any],
    inputs: Files,
    outputs: Files,
    wildcards: Mapping[str, str],
    threads: int,
) -> None:
    """Run a stage (``splicing.score``) on the files of a job. Raises BindingError, and UndeclaredError."""
    module = importlib.import_module(f"landfall.stages.{stage}")
    found = bound(module.Inputs, inputs, stage), bound(module.Outputs, outputs, stage)
    module.run(job_of(declared(stage, wildcards), config, wildcards, threads), *found)


def bound(kind: type[T], files: Files, stage: str) -> T:
    """The files as a dataclass of a stage. Raises BindingError with every missing, unknown or mismatched name."""
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    needed = {name for name, field in known.items() if field.default is MISSING}
    wrong = [f"{name} is missing" for name in sorted(needed - files.keys())]
    wrong += [f"{name} is unknown" for name in sorted(files.keys() - known.keys())]
    given = {name: _listed(files[name]) for name in known.keys() & files.keys()}
    for name, paths in sorted(given.items()):
        if (words := _wrong_number(hints[name], len(paths))) is not None:
            wrong.append(f"{name} is {words}")
    if wrong:
        raise BindingError(f"{kind.__name__} of stage {stage}: {'; '.join(wrong)}")
    return kind(**{name: _value(hints[name], paths) for name, paths in given.items()})


def _listed(files: str | Sequence[str]) -> list[Path]:
    return [Path(files)] if isinstance(files, str) else [Path(file) for file in files]


MANY = tuple[Path, ...]
OPTIONAL = Path | None


def _wrong_number(hint: object, count: int) -> str | None:
    """The fault of the number of files of a field; None if there is none."""
    if hint == MANY or (hint == OPTIONAL and count <= 1) or (hint is Path and count == 1):
        return None
    return f"one file, not {count}" if hint in (Path, OPTIONAL) else f"declared as {hint}"


def _value(hint: object, paths: list[Path]) -> Path | tuple[Path, ...] | None:
    return tuple(paths) if hint == MANY else next(iter(paths), None)


def job_of(of: Declared, config: Mapping[str, Any], wildcards: Mapping[str, str], threads: int) -> Job:
    """The job restricted to what the stage declares; configuration and sample sheet are read if it declares either."""
    settings, sample = _read(of, config, wildcards)
    return Job(
        settings=restricted(settings, of.below("")),
        sample=restricted(sample, of.below("sample"), "sample."),
        config=config if of.below("config") else {},
        wildcards=wildcards,
        threads=threads,
    )


def _read(of: Declared, config: Mapping[str, Any], wildcards: Mapping[str, str]) -> tuple[Settings, Sample]:
    """None in place of what is not declared, so that every access raises."""
    settings, sample = None, None
    if of.below("sample"):
        settings, sample = read_one(config, wildcards["sample"])
    elif of.below(""):
        settings = parse(config)
    return cast(Settings, settings), cast(Sample, sample)
