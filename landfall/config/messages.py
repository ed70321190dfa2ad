"""Messages on a configuration: pydantic's errors as faults with file, line and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from landfall.config.fields import Declared, Key, Section, bare, declared, keys_of, may_be_null
from landfall.config.yaml_source import Lines, dotted
from landfall.io.errors import InputProblem, closest, suggestion

KINDS = {
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "model_type": "settings (key: value)",
    "path_type": "a text",
    "string_type": "a text",
    "tuple_type": "a list",
}
"""Pydantic's types of errors of values of a wrong kind, to the expected kind."""
BOUNDS = {
    "greater_than": ("gt", "must be above"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be below"),
    "less_than_equal": ("le", "must be at most"),
}
"""Pydantic's types of errors of values out of bounds, to the name of the bound and words."""


def faults_in(error: ValidationError, model: type[Section], lines: Lines) -> list[tuple[Key, InputProblem]]:
    """Each error as the key at fault and a fault; a list that is short only by its faulty entries is not a fault."""
    found = error.errors(include_url=False)
    places = {one["loc"][:length] for one in found for length in range(len(one["loc"]))}
    return [
        _fault(one, model, lines) for one in found if one["type"] != "too_short" or one["loc"] not in places
    ]


def _fault(error: ErrorDetails, model: type[Section], lines: Lines) -> tuple[Key, InputProblem]:
    key, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return key, unknown(key, lines.written_name(key), model, lines)
    if kind == "missing" and isinstance(key[-1], str):
        here = declaration(model, key)
        meaning = here.short if here else ""
        return key, InputProblem(*lines.of_missing(key), f"{dotted(key)}: missing", meaning)
    if kind == "missing":  # an entry of a pair
        key = key[:-1]
    return key, InputProblem(
        *lines.of(key), f"{lines.names(key)}: {_expectation(error, model)}", _hint(error, model)
    )


def unknown(key: Key, written: str, model: type[Section], lines: Lines) -> InputProblem:
    """The fault of a key that does not exist. written: its dotted name as given, under a former section perhaps."""
    return InputProblem(*lines.of(key), f"{written}: unknown key", _likely(key, model))


def declaration(model: type[Section], key: Key) -> Declared | None:
    """The declaration of a key or of an entry of its list; None for a key that does not exist."""
    found, section = None, model
    for part in key:
        if isinstance(part, str):
            inner = {one.name: one for one in keys_of(section)} if section else {}
            if part not in inner:
                return None
            found = inner[part]
            section = found.section  # type: ignore[assignment] # None ends the walk
    return found


def _likely(key: Key, model: type[Section]) -> str:
    """The likely key for an unknown one: misspelt, or in the wrong section."""
    name, above = str(key[-1]), dotted(key[:-1])
    holder = declaration(model, key[:-1])
    section = holder.section if holder else model
    if near := _closest(name, [one.name for one in keys_of(section or model)]):
        return f"did you mean {f'{above}.' if above else ''}{near}?"
    former = {old.split(".")[-1]: one.name for one in _outside_lists(model) for old in one.formerly}
    places = former | {one.name.split(".")[-1]: one.name for one in _outside_lists(model)}
    elsewhere = _closest(name, places)
    there = "config/README.md lists the keys"
    return f"did you mean {places[elsewhere]}?" if elsewhere else there


def _closest(name: str, known: Iterable[str]) -> str:
    """The known name closest to one, never a maximum for a minimum; empty if none is close.

    ``minimum`` and ``maximum`` are compared as abbreviated too.
    """
    forms = {form: one for one in known if not _opposed(name, one) for form in (_abbreviated(one), one)}
    found = closest(name, forms) or closest(_abbreviated(name), forms)
    return forms[found] if found else ""


def _abbreviated(name: str) -> str:
    return name.replace("minimum", "min").replace("maximum", "max")


def _opposed(one: str, other: str) -> bool:
    """Whether one name is of a minimum and the other of a maximum."""
    senses = [{"min", "max"} & set(_abbreviated(name).split("_")) for name in (one, other)]
    return all(senses) and senses[0].isdisjoint(senses[1])


def _outside_lists(model: type[Section]) -> Iterator[Declared]:
    lists = tuple(f"{one.name}." for one in declared(model) if one.is_list)
    return (one for one in declared(model) if not one.name.startswith(lists))


def shown(value: Any) -> str:
    """A value for a message: short, on one line."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _expectation(error: ErrorDetails, model: type[Section]) -> str:
    kind, limits, found = error["type"], error.get("ctx", {}), shown(error["input"])
    if kind in BOUNDS:
        name, words = BOUNDS[kind]
        return f"{words} {limits[name]:g}, found {found}"
    if kind in KINDS or kind == "literal_error":
        return f"expected {_expected(error, model)}, found {found}"
    phrases = {
        "file_name": f"{found}: {limits.get('what')}",
        "missing": f"needs {error['loc'][-1] + 1} or more entries, found {_count(error)}"
        if isinstance(error["loc"][-1], int)
        else "missing",
        "repeated": f"has a repeated entry: {found}",
        "string_pattern_mismatch": f"{found} is not of the form {limits.get('pattern')}",
        "string_too_short": "must not be empty",
        "too_long": f"may have {limits.get('max_length')} entries at most, found {limits.get('actual_length')}",
        "too_short": f"needs {limits.get('min_length')} or more entries, found {limits.get('actual_length')}",
    }
    return phrases.get(kind, f"{error['msg']}, found {found}")


def _count(error: ErrorDetails) -> int:
    return len(error["input"]) if isinstance(error["input"], list | tuple) else 0


def _expected(error: ErrorDetails, model: type[Section]) -> str:
    here, is_entry = declaration(model, error["loc"]), isinstance(error["loc"][-1], int)
    annotation = here.field.annotation if here else None
    choices = _choices(annotation)
    words = " or ".join(choices) if error["type"] == "literal_error" else KINDS[error["type"]]
    return f"{words} or null" if may_be_null(annotation) and not is_entry else words


def _choices(annotation: Any) -> tuple[str, ...]:
    """The values of a choice, also of the entries of a list; empty for another type."""
    inner = bare(annotation)
    if get_origin(inner) is tuple:
        return _choices(get_args(inner)[0])
    return tuple(word for word in get_args(inner) if isinstance(word, str))


def _hint(error: ErrorDetails, model: type[Section]) -> str:
    """Remedy of an invalid value."""
    value, here = error["input"], declaration(model, error["loc"])
    if error["type"] == "file_name":
        return str(error["ctx"]["remedy"])
    if error["type"] == "literal_error" and here:
        return suggestion(str(value), _choices(here.field.annotation))
    if error["type"] in ("float_type", "int_type") and isinstance(value, str) and _is_number(value):
        return f"YAML reads {value} as text; write {Decimal(value):f}, without quotes"
    return here.short if here else ""


def _is_number(text: str) -> bool:
    """Whether a text is a number: YAML 1.1 reads 1e-3 as text."""
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def named(value: Any) -> Any:
    """A copy in which every key is a text, as YAML reads ``yes`` as a truth value and ``1`` as a number."""
    if isinstance(value, Mapping):
        return {str(name): named(item) for name, item in value.items()}
    return [named(item) for item in value] if isinstance(value, list | tuple) else value
