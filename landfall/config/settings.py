"""Reading of a configuration: former names, checks of every key, defaults; faulty keys are set aside.

Snakemake parses the Snakefile in every job, so nothing heavy (pandas, pysam, torch, HPO) is imported here.
Paths are kept as written, relative to the working directory of Snakemake.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from landfall.config import messages, renamed, yaml_source
from landfall.config.fields import Key, Section, bare, keys_of
from landfall.config.yaml_source import Lines
from landfall.io.errors import InputProblem

S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class Read(Generic[S]):
    """A configuration, every default filled in, and its faults.

    ``source``: as given, under present names. ``set_aside``: faulty keys, which take their defaults, or an
    empty path where they are required. ``warnings``: keys under former names.
    """

    parsed: S
    source: Mapping[str, Any]
    lines: Lines
    faults: list[InputProblem]
    set_aside: list[Key]
    warnings: list[InputProblem]


def read(source: Mapping[str, Any] | Path | str, files: Sequence[Path | str], model: type[S]) -> Read[S]:
    """A configuration file, or Snakemake's merged ``config`` with its files."""
    faults: list[InputProblem] = []
    if not isinstance(source, Mapping):
        files = [Path(source)]
        source, faults = yaml_source.read_yaml(Path(source))
    lines = Lines([Path(file) for file in files] if not faults else [], source)
    if faults or lines.faults:
        every: list[Key] = [(one.name,) for one in keys_of(model)]
        return Read(_sound(model, {}, every), {}, lines, faults or lines.faults, every, [])
    lines.source = messages.named(source)
    given, warnings, faults = renamed.read(lines.source, model, lines)
    parsed, wrong = _checked(given, model, lines)
    faults += [*(fault for _, fault in wrong), *lines.repeated()]
    faults.sort(key=lambda fault: (fault.file, fault.line or 0, fault.message))
    return Read(parsed, given, lines, faults, [key for key, _ in wrong], warnings)


def _checked(
    given: Mapping[str, Any], model: type[S], lines: Lines
) -> tuple[S, list[tuple[Key, InputProblem]]]:
    try:
        return model.model_validate(given), []
    except ValidationError as error:
        wrong = messages.faults_in(error, model, lines)
        keys = [key for key, _ in wrong]
        return _sound(model, _without(given, keys), keys), wrong


def _without(config: Mapping[str, Any], keys: Sequence[Key]) -> dict[str, Any]:
    """A copy of the configuration without the faulty keys, so that the rest can still be checked."""
    result: dict[str, Any] = copy.deepcopy(dict(config))
    for key in sorted(set(keys), key=lambda k: (len(k), tuple(map(str, k))), reverse=True):
        holder: Any = result
        for part in _holder(key)[:-1]:
            holder = holder.get(part) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            holder.pop(_holder(key)[-1], None)
    return result


def _holder(key: Key) -> Key:
    """The key, cut before an index of a list: with a faulty entry the whole list is set aside."""
    numbers = [index for index, part in enumerate(key) if isinstance(part, int)]
    return key[: numbers[0]] if numbers else key


def _sound(model: type[S], sound: Mapping[str, Any], wrong: Sequence[Key], above: Key = ()) -> S:
    """A section of the valid keys; a faulty key that is required, or names a file, is empty."""
    values: dict[str, Any] = {}
    for one in keys_of(model):
        here = (*above, one.name)
        inner = one.section if not one.is_list else None
        if inner:
            values[one.name] = _sound(inner, sound.get(one.name, {}), wrong, here)
        elif one.name in sound:
            adapter: TypeAdapter[Any] = TypeAdapter(one.field.rebuild_annotation())
            values[one.name] = adapter.validate_python(sound[one.name])
        elif one.field.is_required() or (here in wrong and isinstance(one.field.default, Path)):
            values[one.name] = _empty(one.field.annotation)
        else:
            values[one.name] = one.field.default
    return model.model_construct(**values)


def _empty(annotation: Any) -> Any:
    """Placeholder of a faulty key: an empty path, text or list; of a choice the last, which no check reads."""
    inner = bare(annotation)
    if get_origin(inner) is Literal:
        return get_args(inner)[-1]
    return () if get_origin(inner) is tuple else inner()
