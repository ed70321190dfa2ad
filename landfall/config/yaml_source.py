"""The configuration as it was written: its lines, its schema in plain words, its defaults."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError

from landfall.io import files as io_files
from landfall.io import text_lines
from landfall.io.errors import InputError, InputProblem, closest, suggestion

Key = tuple[str | int, ...]
Schema = Mapping[str, Any]

COMMAND_LINE = "--config"
DEEPEST, LONGEST = 20, 4_200
"""Nesting and letters of one value in a configuration file; a path has up to 4,096, and Python reads no number of more
than 4,300 digits."""
LARGEST = 1e15
"""Beyond it no count of bases, reads or bytes lies, and neither not-a-number nor infinity is below it."""
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "settings (key: value)",
    "null": "null",
    "boolean": "true or false",
}


def dotted(key: Key) -> str:
    """A key in words: ``models[0].distance``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")


class Lines:
    """Where each key of the merged configuration was written; the last file that has a key wins.

    ``faults``: of files that are no plain settings, which the configuration may not be read of.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        """Files in the order in which they are merged; one that cannot be parsed gives no lines."""
        self.files = [Path(file) for file in files]
        self.faults: list[InputProblem] = []
        self.roots: list[tuple[Path, yaml.Node | None]] = []
        for file in self.files:
            root, _, wrong = _read(file)
            self.faults += wrong
            self.roots.append((file, root))

    def of(self, key: Key) -> tuple[str, int | None]:
        """File and 1-based line of a key, or (``--config``, None) if no file has it."""
        for file, root in reversed(self.roots):
            mark = _mark(root, key)
            if mark is not None:
                return str(file), mark
        return (COMMAND_LINE if self.files else "configuration"), None

    def of_missing(self, key: Key) -> tuple[str, int | None]:
        """File and line where a missing key belongs: those of the section that should hold it."""
        if len(key) > 1:
            file, line = self.of(key[:-1])
            return (file, line) if line is not None else self.of_missing(key[:-1])
        return (str(self.files[-1]) if self.files else "configuration"), None

    def repeated(self) -> Iterator[InputProblem]:
        """A fault for each key that one file gives twice: YAML would silently keep the last."""
        for file, root in self.roots:
            for key, first, again in _repeated(root, ()):
                message = f"{dotted(key)}: given twice, first in line {first}"
                yield InputProblem(str(file), again, message, "keep one of them")


def read_yaml(path: Path) -> tuple[dict[str, Any], list[InputProblem]]:
    """The mapping in a YAML file, or an empty one and the fault that kept it from being read."""
    _, content, faults = _read(path)
    if not faults and not isinstance(content, dict):
        return {}, [
            InputProblem(str(path), 1, "holds no settings", "write one setting a line, as 'key: value'")
        ]
    return {} if faults else content, faults


def _read(path: Path) -> tuple[yaml.Node | None, Any, list[InputProblem]]:
    """The nodes and the content of a YAML file, or the fault that keeps it from being read within bounds."""
    try:
        text = text_lines.whole(path, "configuration")
        if wrong := _unbounded(text):
            return None, None, [InputProblem(str(path), *wrong)]
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        return root, root and loader.construct_document(root), []
    except InputError as error:
        return None, None, error.faults
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not understood"
        return (
            None,
            None,
            [InputProblem(str(path), mark.line + 1 if mark else None, f"not valid YAML: {problem}")],
        )
    except ValueError as error:  # a date that is none, a number of thousands of digits
        return None, None, [InputProblem(str(path), None, f"holds a value that cannot be read: {error}")]


def _unbounded(text: str) -> tuple[int, str, str] | None:
    """Line, words and remedy of what could take a reader of YAML any time or depth. Raises yaml.YAMLError.

    A few lines of aliases of aliases stand for millions of values, and each nesting takes a part of the stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, f"the alias *{event.anchor} is not read", "write the value out"
        if depth > DEEPEST:
            return line, f"nested more than {DEEPEST} deep", "no setting lies so deep"
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > LONGEST:
            return line, f"holds a value of more than {LONGEST} letters", "was the right file given?"
    return None


def _mark(node: yaml.Node | None, key: Key) -> int | None:
    """The 1-based line of a key below a node."""
    line = None
    for part in key:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in reversed(node.value) if _name_of(k) == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            pair = (node.value[part], node.value[part])
        else:
            pair = None
        if pair is None:
            return None
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _name_of(node: yaml.Node) -> str:
    """A key as :func:`typed` names it: ``yes`` is a truth value to YAML, and ``1`` a number."""
    text = node.tag == "tag:yaml.org,2002:str" or not isinstance(node, yaml.ScalarNode)
    return str(node.value if text else yaml.safe_load(node.value))


def _repeated(node: yaml.Node | None, above: Key) -> Iterator[tuple[Key, int, int]]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _repeated(item, (*above, index))
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[str, int] = {}
    for name, value in node.value:
        line = name.start_mark.line + 1
        if name.value in seen:
            yield (*above, name.value), seen[name.value], line
        seen.setdefault(name.value, line)
        yield from _repeated(value, (*above, name.value))


def _is_finite(_: object, value: Any) -> bool:
    """Whether a value is a number that can be compared: nothing is above or below not-a-number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _is_whole(_: object, value: Any) -> bool:
    return _is_finite(_, value) and float(value).is_integer()


_Validator = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _is_finite, "integer": _is_whole}
    ),
)


_FORMATS = FormatChecker(())


@_FORMATS.checks("path")
def _is_path(value: object) -> bool:
    return not isinstance(value, str) or io_files.name_problem(Path(value)) is None


def check(config: Mapping[str, Any], schema: Schema, lines: Lines) -> tuple[list[InputProblem], list[Key]]:
    """Every departure from the schema in plain words, and the keys at fault, for ``without``."""
    faults: list[InputProblem] = []
    keys: list[Key] = []
    for error in _Validator(schema, format_checker=_FORMATS).iter_errors(config):
        for key, fault in _explain(error, schema, lines):
            keys.append(key)
            faults.append(fault)
    return sorted(faults, key=lambda f: (f.file, f.line or 0, f.message)), keys


def _explain(error: ValidationError, schema: Schema, lines: Lines) -> Iterator[tuple[Key, InputProblem]]:
    here: Key = tuple(error.absolute_path)
    rules: Schema = error.schema if isinstance(error.schema, Mapping) else {}
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        for name in [n for n in instance if n not in rules["properties"]]:
            fault = InputProblem(*lines.of((*here, name)), f"{dotted((*here, name))}: no such setting")
            yield (*here, name), replace(fault, remedy=_likely((*here, name), rules, schema))
    elif error.validator == "required":
        for name in [n for n in rules["required"] if n not in instance]:
            meaning = rules["properties"][name].get("description", "")
            fault = InputProblem(
                *lines.of_missing((*here, name)), f"{dotted((*here, name))}: missing", meaning
            )
            yield (*here, name), fault
    else:
        yield here, InputProblem(*lines.of(here), f"{dotted(here)}: {_expectation(error)}", _hint(error))


def _likely(key: Key, rules: Schema, schema: Schema) -> str:
    """What an unknown key may have been meant for: misspelt, or written in the wrong section."""
    name, section = str(key[-1]), dotted(key[:-1])
    near = suggestion(name, rules["properties"], f"{section}." if section else "")
    if near:
        return near
    places = {place.split(".")[-1]: place for place in _places(schema, ())}
    elsewhere = closest(name, places)
    return (
        f"did you mean {places[elsewhere]}?"
        if elsewhere
        else "config/README.md explains the settings there are"
    )


def _places(schema: Schema, above: Key) -> Iterator[str]:
    """Every setting of the schema by its full name."""
    for name, rules in schema.get("properties", {}).items():
        yield dotted((*above, name))
        yield from _places(rules, (*above, name))


def shown(value: Any) -> str:
    """A value as it may be shown in a message: short, on one line."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _expectation(error: ValidationError) -> str:
    limit: Any = error.validator_value
    found = shown(error.instance)
    count = len(error.instance) if isinstance(error.instance, list) else 0
    words = {
        "minimum": f"must be at least {limit}, found {found}",
        "maximum": f"must be at most {limit}, found {found}",
        "minItems": f"needs {limit} or more entries, found {count}",
        "maxItems": f"may have {limit} entries at most, found {count}",
        "minLength": "must not be empty",
        "uniqueItems": f"holds an entry twice: {found}",
    }
    if error.validator == "format":
        return f"{found}: {_name_problem(error)[0]}"
    if error.validator == "enum":
        return f"expected {' or '.join(map(str, limit))}, found {found}"
    if error.validator == "type":
        kinds = [limit] if isinstance(limit, str) else list(limit)
        return f"expected {' or '.join(_KINDS[kind] for kind in kinds)}, found {found}"
    return words.get(str(error.validator), f"{error.message}")


def _name_problem(error: ValidationError) -> io_files.Problem:
    """What is wrong with a path, and what to do."""
    return io_files.name_problem(Path(str(error.instance))) or ("", "")


def _hint(error: ValidationError) -> str:
    """What to do about a value of the wrong kind."""
    value, rules, limit = error.instance, error.schema, error.validator_value
    if error.validator == "format":
        return _name_problem(error)[1]
    if error.validator == "enum" and isinstance(limit, list):
        return suggestion(str(value), map(str, limit))
    if error.validator == "type" and isinstance(value, str) and _is_number(value):
        return f"YAML takes {value} for a text; write {Decimal(value):f}, without quotes"
    return str(rules.get("description", "")) if isinstance(rules, Mapping) else ""


def _is_number(text: str) -> bool:
    """Whether a text reads as a number: YAML 1.1 takes 1e-3 for a text."""
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def typed(value: Any, schema: Schema) -> Any:
    """A copy in which texts that stand for a number or null are one, where the schema wants one.

    Snakemake hands every value inside ``--config filter='{min_depth: 5}'`` over as a text.
    """
    if isinstance(value, Mapping):
        rules = schema.get("properties", {})
        return {str(name): typed(item, rules.get(str(name), {})) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [typed(item, schema.get("items", {})) for item in value]
    kinds = schema.get("type", "string")
    if isinstance(value, str) and ("null" in kinds or kinds in ("integer", "number")):
        return _scalar(value, kinds)
    return value


def _scalar(text: str, kinds: str | Sequence[str]) -> Any:
    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return text
    wanted: tuple[type, ...] = {"integer": (int,), "number": (int, float)}.get(str(kinds), (type(None),))
    return read if isinstance(read, wanted) and not isinstance(read, bool) else text


def with_defaults(value: Any, schema: Schema) -> Any:
    """A copy of a valid value with every default filled in; what is required and absent stays absent."""
    if isinstance(value, Mapping):
        filled = {
            name: with_defaults(item, schema.get("properties", {}).get(name, {}))
            for name, item in value.items()
        }
        for name, rules in schema.get("properties", {}).items():
            if name not in filled and "default" in rules:
                filled[name] = with_defaults(rules["default"], rules)
        return filled
    if isinstance(value, list | tuple):
        return [with_defaults(item, schema.get("items", {})) for item in value]
    return copy.deepcopy(value)


def without(config: Mapping[str, Any], keys: Sequence[Key]) -> dict[str, Any]:
    """A copy of the configuration without the keys at fault, so that the rest can still be checked."""
    result: dict[str, Any] = copy.deepcopy(dict(config))
    for key in sorted(set(keys), key=lambda k: (len(k), tuple(map(str, k))), reverse=True):
        holder: Any = result
        for part in _holder(key)[:-1]:
            holder = holder[part] if _has(holder, part) else None
        if isinstance(holder, dict):
            holder.pop(_holder(key)[-1], None)
    return result


def _holder(key: Key) -> Key:
    """The key, cut before a place in a list: an entry at fault takes the whole list with it."""
    numbers = [index for index, part in enumerate(key) if isinstance(part, int)]
    return key[: numbers[0]] if numbers else key


def _has(holder: Any, part: str | int) -> bool:
    return isinstance(holder, dict) and part in holder
