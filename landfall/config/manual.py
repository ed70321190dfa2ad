"""What the schema says of the configuration's keys, for a reader: every default, and one key explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from landfall.config.settings import schema
from landfall.config.yaml_source import Schema
from landfall.io.errors import UserError, suggestion

LIMITS = {
    "enum": "one of {}",
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
}
"""JSON Schema's words for what a value may be, as a reader says them."""


class UnknownKeyError(UserError):
    """A key that the configuration does not have."""


def defaults() -> str:
    """A whole configuration as YAML, every key at its default below what it means; what must be given is a comment."""
    return "\n".join(_section(schema("config"), "")) + "\n"


def explain(key: str) -> str:
    """What a dotted key means (``filter.frequency.maximum``), what it may be and its default; of a section, its keys.

    Raises UnknownKeyError.
    """
    rules = _rules(key)
    lines = [f"{key}: {rules.get('description', '')}"]
    lines += [f"  default: {_flow(rules['default'])}"] if "default" in rules else ["  must be given"]
    lines += [f"  allowed: {words}"] if (words := ", ".join(_allowed(rules))) else []
    inner = _properties(rules)
    return "\n".join([*lines, *(f"  {name}: {one.get('description', '')}" for name, one in inner.items())])


def _rules(key: str) -> Schema:
    rules = schema("config")
    parts = key.split(".")
    for depth, part in enumerate(parts):
        inner = _properties(rules)
        if part not in inner:
            above = ".".join(parts[:depth])
            near = suggestion(part, inner) or f"there are: {', '.join(inner)}"
            raise UnknownKeyError(f"no key {part}{f' in {above}' if above else ''}; {near}")
        rules = inner[part]
    return rules


def _properties(rules: Schema) -> Mapping[str, Schema]:
    """The keys of a section, or of each entry of a list."""
    found: Mapping[str, Schema] = rules.get("properties") or rules.get("items", {}).get("properties", {})
    return found


def _allowed(rules: Schema) -> Iterator[str]:
    types = rules.get("type", [])
    names = [types] if isinstance(types, str) else types
    if names:
        yield " or ".join(
            "mapping" if name == "object" else "list" if name == "array" else name for name in names
        )
    for word, text in LIMITS.items():
        if word in rules:
            value = rules[word]
            yield text.format(", ".join(map(str, value)) if isinstance(value, list) else value)


def _section(rules: Schema, indent: str) -> Iterator[str]:
    for name, one in rules["properties"].items():
        yield f"{indent}# {one.get('description', '')}"
        if "properties" in one:
            yield f"{indent}{name}:"
            yield from _section(one, f"{indent}  ")
        elif "default" in one:
            yield f"{indent}{name}: {_flow(one['default'])}"
        else:
            yield f"{indent}# {name}: must be given"


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")
