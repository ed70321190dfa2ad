"""Keys under their former names, which are read for one release, with a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from landfall.config import messages
from landfall.config.fields import Section, declared
from landfall.config.yaml_source import Lines, dotted
from landfall.io.errors import InputProblem

Names = tuple[str, ...]


def present_names(model: type[Section]) -> dict[Names, Names]:
    """Every former name of a key or section to the present one, outside lists."""
    pairs = [(old, one.name) for one in declared(model) for old in one.formerly]
    return {tuple(old.split(".")): tuple(new.split(".")) for old, new in pairs}


def present_name(key: str, model: type[Section]) -> str:
    """The present dotted name of a key under a former name; any other key itself."""
    return ".".join(_present(tuple(key.split(".")), present_names(model)))


def present(source: Mapping[str, Any], model: type[Section]) -> dict[str, Any]:
    """A configuration, of an earlier version perhaps, under the present names."""
    return _moved(source, model)[0]


def read(
    source: Mapping[str, Any], model: type[Section], lines: Lines
) -> tuple[dict[str, Any], list[InputProblem], list[InputProblem]]:
    """A configuration under the present names, a warning for each former one, a fault for each key given under both.

    lines: finds the renamed keys where they are written from then on.
    """
    result, moved, both = _moved(source, model)
    warnings = [
        InputProblem(
            *lines.of(old),
            f"{dotted(old)} is now called {dotted(new)}",
            "the former name is read in this release",
        )
        for new, old in moved.items()
    ]
    lines.moved = moved
    faults = [_given_twice(old, new, held, model, lines) for old, new, held in both]
    return result, warnings, faults


def _given_twice(old: Names, new: Names, held: Names, model: type[Section], lines: Lines) -> InputProblem:
    """The fault of a key under its former name that is given as ``held`` too, see :func:`_moved`."""
    if messages.declaration(model, new) is None:
        fault = messages.unknown(new, dotted(old), model, lines)
        file, line = lines.of(old)
        return replace(fault, file=file, line=line)
    if held == new:
        what, remedy = f"given as {dotted(new)} too, its present name", f"keep {dotted(new)}"
    else:
        what = f"its present name is {dotted(new)}, and {dotted(held)} has a value in place of keys"
        remedy = f"remove the value of {dotted(held)}, and write {dotted(new)}"
    return InputProblem(*lines.of(old), f"{dotted(old)}: {what}", remedy)


def _moved(
    source: Mapping[str, Any], model: type[Section]
) -> tuple[dict[str, Any], dict[Names, Names], list[tuple[Names, Names, Names]]]:
    """The configuration; present to former names of the keys that were moved; the keys that are given twice.

    Each of the last as its former name, its present name, and the name under which it is given too: the present one,
    or that of a section that has a plain value in place of keys.
    """
    names = present_names(model)
    leaves = {path: (_present(path, names), value) for path, value in _leaves(source, ())}
    given = {path: value for path, (new, value) in leaves.items() if path == new}
    result: dict[str, Any] = {}
    moved: dict[Names, Names] = {}
    both = []
    for path, (new, value) in leaves.items():
        if path == new:
            _put(result, path, value)
        elif held := _given_too(new, given, moved):
            both.append((path, new, held))
        else:
            _put(result, new, value)
            moved[new] = path
    return result, moved, both


def _given_too(new: Names, given: Mapping[Names, Any], moved: Mapping[Names, Names]) -> Names | None:
    """The present name under which a key is given too, its own or that of a section without keys; None if it is not."""
    if new in given or new in moved:
        return new
    above = (new[:length] for length in range(1, len(new)))
    return next((name for name in above if given.get(name, {}) != {}), None)


def _leaves(value: Any, above: Names) -> Iterator[tuple[Names, Any]]:
    if isinstance(value, Mapping) and (value or not above):
        for name, inner in value.items():
            yield from _leaves(inner, (*above, name))
    else:
        yield above, value


def _present(path: Names, names: Mapping[Names, Names]) -> Names:
    """The present name of a key: its own, or that of the innermost section that has another."""
    for length in range(len(path), 0, -1):
        if path[:length] in names:
            return names[path[:length]] + path[length:]
    return path


def _put(result: dict[str, Any], path: Names, value: Any) -> None:
    """Set a key; where its parent is not a section, which is a fault of its own, the key is left out."""
    for part in path[:-1]:
        inner = result.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        result = inner
    if value != {} or path[-1] not in result:
        result[path[-1]] = value
