"""Declaration of a key of the configuration: type, bounds, default, meaning, what it affects."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, WrapValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, PydanticKnownError, core_schema

from landfall.io import files, markdown

Key = tuple[str | int, ...]
Affects = Literal["ranking", "results", "speed", "nothing"]
"""``ranking``: which alleles are candidates and in which order; ``results``: other values, or what is shown;
``speed``: how the work is done; ``nothing``: locations of files, texts on the report."""
RECORDED: tuple[Affects, ...] = ("ranking", "results", "nothing")
"""Effects of the keys that the provenance of a result holds; those of speed are recorded by the job that used them."""
NEEDED: Any = ...
"""In place of a default: the key is required."""
LARGEST = 1e15
"""Upper bound of every count of bases, reads or bytes; NaN and infinity are not below it."""


class Section(BaseModel):
    """A section of the configuration: frozen, and without further keys, so that a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def changed(self, **values: Any) -> Self:
        """A copy with other values, which are not validated."""
        return self.model_copy(update=values)


def key(
    meaning: str,
    default: Any = NEEDED,
    *,
    affects: Affects = "ranking",
    formerly: Sequence[str] = (),
    **bounds: Any,
) -> Any:
    """A key: its meaning, the first clause of which is used in messages, its default, and pydantic's bounds.

    formerly: dotted names under which it is still read, with a warning; of a section, the names of the whole section.
    """
    extra: dict[str, Any] = {"affects": affects, "formerly": list(formerly)}
    return Field(default, description=meaning or None, json_schema_extra=extra, **bounds)


@dataclass(frozen=True)
class FilePath:
    """Annotation of a value that names a file, or a folder, of a kind, which is checked before any work."""

    kind: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(_named, handler(source))


def _named(value: Any) -> Any:
    if value == "":
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    if isinstance(value, str) and (wrong := files.name_problem(Path(value))):
        raise PydanticCustomError("file_name", "{what}", {"what": wrong[0], "remedy": wrong[1]})
    return value


def from_text(value: Any, *kinds: type) -> Any:
    """A value as it is, or a text parsed as YAML if the result is of one of the types.

    Snakemake passes every value inside ``--config filter='{min_depth: 5}'`` as a text.
    """
    if not isinstance(value, str):
        return value
    try:
        read = yaml.safe_load(value)
    except (yaml.YAMLError, ValueError):
        return value
    return read if type(read) in kinds else value


def _number(value: Any, check: Any) -> Any:
    """A number as written, whole or not; NaN is neither above nor below a bound."""
    value = from_text(value, int, float)
    if type(value) not in (int, float) or not abs(value) < LARGEST:
        raise PydanticKnownError("float_type")
    check(value)
    return value


def _whole(value: Any) -> int:
    value = from_text(value, int)
    if type(value) not in (int, float) or not abs(value) < LARGEST or not math.isfinite(value):
        raise PydanticKnownError("int_type")
    if value != int(value):
        raise PydanticKnownError("int_type")
    return int(value)


def _nothing(value: Any) -> Any:
    return None if value in ("", "none") else from_text(value, type(None))


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise PydanticCustomError("repeated", "has a repeated entry")
    return values


T = TypeVar("T")
AsWritten = WrapValidator(_number)
"""Annotation by which a whole number stays an int."""
FromText = BeforeValidator(_whole)
Number = Annotated[float, AsWritten]
Whole = Annotated[int, FromText]
Share = Annotated[float, Field(ge=0, le=1), AsWritten]
Switch = Annotated[bool, Strict(), BeforeValidator(lambda value: from_text(value, bool))]
Maybe = Annotated[T | None, BeforeValidator(_nothing)]
"""A value, or null, which may be written ``none``."""
Pair = tuple[T, T]
Distinct = AfterValidator(_distinct)
"""Annotation of a list without repeated entries."""


@dataclass(frozen=True)
class Declared:
    """A key as it is declared, with its dotted name; keys of the entries of a list are named without a number."""

    name: str
    field: FieldInfo

    @property
    def section(self) -> type[Section] | None:
        """The section that is its value, or the type of its list's entries."""
        return section_of(self.field.annotation)

    @property
    def is_list(self) -> bool:
        """Whether its value is a list."""
        return get_origin(bare(self.field.annotation)) is tuple

    @property
    def meaning(self) -> str:
        """Its meaning, in one or two sentences."""
        inner = self.section
        return self.field.description or (
            " ".join((inner.__doc__ or "").split("\n\n")[0].split()) if inner else ""
        )

    @property
    def short(self) -> str:
        """The first clause of its meaning, as plain text."""
        return markdown.text_of(self.meaning.split(";")[0])

    @property
    def default(self) -> Any:
        """As plain lists and dictionaries; NEEDED where it is required."""
        return NEEDED if self.field.is_required() else plain(self.field.default)

    @property
    def affects(self) -> Affects:
        """What it affects."""
        found: Affects = self._extra("affects", "ranking")
        return found

    @property
    def formerly(self) -> Sequence[str]:
        """Former dotted names that are still read."""
        found: Sequence[str] = self._extra("formerly", ())
        return found

    @property
    def kind(self) -> str:
        """The kind of file that it names, empty if it names none."""
        return _kind(self.field.annotation) or next(
            (one.kind for one in self.field.metadata if isinstance(one, FilePath)), ""
        )

    def _extra(self, name: str, default: Any) -> Any:
        extra = self.field.json_schema_extra
        return extra.get(name, default) if isinstance(extra, Mapping) else default


def keys_of(model: type[Section]) -> Iterator[Declared]:
    """The keys of a section alone, by the names within it."""
    for name, field in model.model_fields.items():
        yield Declared(name, field)


def declared(model: type[Section], above: str = "") -> Iterator[Declared]:
    """Every key of a configuration, sections before what they hold."""
    for one in keys_of(model):
        found = Declared(f"{above}{one.name}", one.field)
        yield found
        if found.section:
            yield from declared(found.section, f"{found.name}.")


def bare(annotation: Any) -> Any:
    """A type without annotations and without null."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return bare(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation


def section_of(annotation: Any) -> type[Section] | None:
    """The section that a type is, or is a list of."""
    inner = bare(annotation)
    if get_origin(inner) is tuple:
        inner = bare(get_args(inner)[0])
    return inner if isinstance(inner, type) and issubclass(inner, Section) else None


def may_be_null(annotation: Any) -> bool:
    """Whether null is a value of a type."""
    if get_origin(annotation) is Annotated:
        return may_be_null(get_args(annotation)[0])
    return get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation)


def _kind(annotation: Any) -> str:
    found = [one.kind for one in getattr(annotation, "__metadata__", ()) if isinstance(one, FilePath)]
    return next((kind for kind in (*found, *map(_kind, get_args(annotation))) if kind), "")


def plain(value: Any, among: Sequence[Affects] = ("ranking", "results", "speed", "nothing")) -> Any:
    """A section as plain lists and dictionaries, for parameters of rules and provenance; of some keys alone."""
    if isinstance(value, Section):
        inner = {one.name: one for one in keys_of(type(value))}
        kept = {
            name: getattr(value, name) for name, one in inner.items() if one.section or one.affects in among
        }
        found = {name: plain(one, among) for name, one in kept.items()}
        return {name: one for name, one in found.items() if not inner[name].section or one or not kept[name]}
    if isinstance(value, tuple):
        return [plain(item, among) for item in value]
    return str(value) if isinstance(value, Path) else value


def paths(section: Section, above: Key = ()) -> Iterator[tuple[Key, Path, str]]:
    """The files and folders that a section names: key, path and kind."""
    for one in keys_of(type(section)):
        here, value = (*above, one.name), getattr(section, one.name)
        entries = list(enumerate(value)) if isinstance(value, tuple) else []
        for place, item in [((*here, n), item) for n, item in entries] or [(here, value)]:
            if isinstance(item, Section):
                yield from paths(item, place)
            elif isinstance(item, Path) and one.kind:
                yield place, item, one.kind
