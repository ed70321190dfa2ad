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
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from landfall.faults import Fault, closest, suggestion

Key = tuple[str | int, ...]
Schema = Mapping[str, Any]

COMMAND_LINE = "--config"
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
    """Where each key of the merged configuration was written; the last file that has a key wins."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Files in the order in which they are merged; one that cannot be parsed gives no lines."""
        self.files = [Path(file) for file in files]
        self.roots = [(file, _compose(file)) for file in self.files]

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

    def repeated(self) -> Iterator[Fault]:
        """A fault for each key that one file gives twice: YAML would silently keep the last."""
        for file, root in self.roots:
            for key, first, again in _repeated(root, ()):
                message = f"{dotted(key)}: given twice, first in line {first}"
                yield Fault(str(file), again, message, "keep one of them")


def read_yaml(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The mapping in a YAML file, or an empty one and the fault that kept it from being read."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return {}, [Fault(str(path), None, f"cannot be read: {error}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not understood"
        return {}, [Fault(str(path), mark.line + 1 if mark else None, f"not valid YAML: {problem}")]
    if not isinstance(content, dict):
        return {}, [Fault(str(path), 1, "holds no settings", "write one setting a line, as 'key: value'")]
    return content, []


def _compose(file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _mark(node: yaml.Node | None, key: Key) -> int | None:
    """The 1-based line of a key below a node."""
    line = None
    for part in key:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in reversed(node.value) if k.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            pair = (node.value[part], node.value[part])
        else:
            pair = None
        if pair is None:
            return None
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


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


def check(config: Mapping[str, Any], schema: Schema, lines: Lines) -> tuple[list[Fault], list[Key]]:
    """Every departure from the schema in plain words, and the keys at fault, for ``without``."""
    faults: list[Fault] = []
    keys: list[Key] = []
    for error in Draft202012Validator(schema).iter_errors(config):
        for key, fault in _explain(error, schema, lines):
            keys.append(key)
            faults.append(fault)
    return sorted(faults, key=lambda f: (f.file, f.line or 0, f.message)), keys


def _explain(error: ValidationError, schema: Schema, lines: Lines) -> Iterator[tuple[Key, Fault]]:
    here: Key = tuple(error.absolute_path)
    rules: Schema = error.schema if isinstance(error.schema, Mapping) else {}
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        for name in [n for n in instance if n not in rules["properties"]]:
            fault = Fault(*lines.of((*here, name)), f"{dotted((*here, name))}: no such setting")
            yield (*here, name), replace(fault, remedy=_likely((*here, name), rules, schema))
    elif error.validator == "required":
        for name in [n for n in rules["required"] if n not in instance]:
            meaning = rules["properties"][name].get("description", "")
            fault = Fault(*lines.of_missing((*here, name)), f"{dotted((*here, name))}: missing", meaning)
            yield (*here, name), fault
    else:
        yield here, Fault(*lines.of(here), f"{dotted(here)}: {_expectation(error)}", _hint(error))


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
    if error.validator == "enum":
        return f"expected {' or '.join(map(str, limit))}, found {found}"
    if error.validator == "type":
        kinds = [limit] if isinstance(limit, str) else list(limit)
        return f"expected {' or '.join(_KINDS[kind] for kind in kinds)}, found {found}"
    return words.get(str(error.validator), f"{error.message}")


def _hint(error: ValidationError) -> str:
    """What to do about a value of the wrong kind."""
    value, rules, limit = error.instance, error.schema, error.validator_value
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
        return {name: typed(item, rules.get(name, {})) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [typed(item, schema.get("items", {})) for item in value]
    kinds = schema.get("type", "string")
    if isinstance(value, str) and ("null" in kinds or kinds in ("integer", "number")):
        return _scalar(value, kinds)
    return value


def _scalar(text: str, kinds: str | Sequence[str]) -> Any:
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
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
