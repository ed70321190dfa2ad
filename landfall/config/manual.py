"""The documentation of the configuration's keys: defaults, one key explained, the tables of the manual.

The tables of config/README.md are written by ``python -m landfall.stages.manuals``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml

from landfall.config import renamed
from landfall.config.downloads import Downloads
from landfall.config.fields import NEEDED, Declared, FilePath, Section, bare, declared, keys_of, may_be_null
from landfall.config.sample_sheet import COLUMNS
from landfall.config.sections import Settings
from landfall.io import markdown
from landfall.io.errors import UserError, suggestion

AFFECTS = {
    "ranking": "which alleles are candidates, and their ranks",
    "results": "values of the results, or what is shown",
    "speed": "how the work is done, no result",
    "nothing": "no result",
}
"""Description of what a key affects."""
TYPES = {bool: "true or false", float: "number", int: "whole number", str: "text", Path: "path"}
KINDS = {
    "folder": "folder",
    "image": "image",
    "vcf": "VCF",
    "bed": "BED file",
    "fasta": "FASTA",
    "obo": "OBO file",
}
"""Kinds of files in words; other kinds are described by their key."""
BOUNDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


class UnknownKeyError(UserError):
    """A key that the configuration does not have."""


def defaults() -> str:
    """A whole configuration as YAML, every key at its default below its meaning; required keys are comments."""
    return "\n".join(_section(Settings, "")) + "\n"


def _section(model: type[Section], indent: str) -> Iterator[str]:
    for one in keys_of(model):
        yield f"{indent}# {one.short}"
        if one.section and not one.is_list:
            yield f"{indent}{one.name}:"
            yield from _section(one.section, f"{indent}  ")
        elif one.default is NEEDED:
            yield f"{indent}# {one.name}: required"
        else:
            yield f"{indent}{one.name}: {_flow(one.default)}"


def json_schema() -> str:
    """The JSON schema of a configuration."""
    return json.dumps(Settings.model_json_schema(), indent=2) + "\n"


def explain(key: str) -> str:
    """Meaning, allowed values and default of a dotted key (``filter.frequency.max_af``); of a section, its keys.

    A former name is explained under the present one. Raises UnknownKeyError.
    """
    key = re.sub(r"\[[0-9]+\]", "", key)  # as in messages, models[0].distance
    present = renamed.present_name(key, Settings)
    one = _declared(present)
    lines = [f"{key} is now called {present}"] if present != key else []
    lines.append(f"{present}: {markdown.text_of(one.meaning)}")
    if not one.section or one.is_list:
        lines.append("  required" if one.default is NEEDED else f"  default: {_flow(one.default)}")
        lines += [f"  allowed: {allowed(one)}", f"  affects: {AFFECTS[one.affects]}"]
    lines += [f"  formerly: {old}" for old in one.formerly]
    inner = keys_of(one.section) if one.section else ()
    return "\n".join([*lines, *(f"  {below.name}: {below.short}" for below in inner)])


def _declared(key: str) -> Declared:
    model: type[Section] | None = Settings
    parts = key.split(".")
    for depth, part in enumerate(parts):
        inner = {one.name: one for one in keys_of(model)} if model else {}
        if part not in inner:
            above = ".".join(parts[:depth])
            near = suggestion(part, inner) or f"available: {', '.join(inner)}"
            raise UnknownKeyError(f"no key {part}{f' in {above}' if above else ''}; {near}")
        model = inner[part].section
    return inner[part]


def part(name: str) -> str:
    """A table of the manual, ``keys of ...``: a section, several keys, ``downloads``, or ``columns`` of the sheet."""
    return _table(name.removeprefix("keys of ").split())


def _table(names: list[str]) -> str:
    if names == ["columns"]:
        columns = [(f"`{name}`", "yes" if one.needed else "no", one.meaning) for name, one in COLUMNS.items()]
        return markdown.table(("column", "needed", "meaning"), columns)
    model = Downloads if names == ["downloads"] else Settings
    within = [f"{name}." for name in names]
    chosen = [
        one
        for one in declared(model)
        if model is Downloads or one.name in names or one.name.startswith(tuple(within))
    ]
    rows = [
        (f"`{one.name}`", _default(one), allowed(one), one.meaning)
        for one in chosen
        if not one.section or one.is_list
    ]
    return markdown.table(("key", "default", "allowed", "meaning"), rows)


def allowed(one: Declared) -> str:
    """Description of the allowed values."""
    words = _allowed(one.field.rebuild_annotation())
    return f"{words} or null" if may_be_null(one.field.annotation) else words


def _allowed(annotation: Any) -> str:
    inner = bare(annotation)
    if get_origin(inner) is Literal:
        *others, last = map(str, get_args(inner))
        return f"{', '.join(others)} or {last}"
    if get_origin(inner) is tuple:
        each, *rest = get_args(inner)
        section = isinstance(each, type) and issubclass(each, Section)
        return "list of entries" if section else f"{'list' if rest == [...] else 'two'} of: {_allowed(each)}"
    kind = next((note.kind for note in _notes(annotation) if isinstance(note, FilePath)), "")
    what = KINDS.get(kind, "file") if kind else TYPES[inner]
    return ", ".join([what, *_bounds(_notes(annotation))])


def _notes(annotation: Any) -> Iterator[Any]:
    """The annotations of a type, within and outside of null."""
    if get_origin(annotation) is not tuple:
        yield from getattr(annotation, "__metadata__", ())
        for inner in get_args(annotation)[: 1 if get_origin(annotation) is Annotated else None]:
            yield from _notes(inner)


def _bounds(notes: Iterator[Any]) -> Iterator[str]:
    found: dict[str, float] = {}
    for note in notes:
        for one in [note, *getattr(note, "metadata", ())]:
            found |= {name: getattr(one, name) for name in BOUNDS if hasattr(one, name)}
    if "ge" in found and "le" in found:
        yield f"from {found.pop('ge'):g} to {found.pop('le'):g}"
    yield from (f"{words} {found[name]:g}" for name, words in BOUNDS.items() if name in found)


def _default(one: Declared) -> str:
    return "needed" if one.default is NEEDED else f"`{_flow(one.default)}`"


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")
