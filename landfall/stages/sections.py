"""The keys of the configuration that a stage declares, and the view of the settings that is restricted to them.

A stage's module holds ``SECTIONS``: dotted names of the settings on which its results depend (``filter.frequency``),
from which the parameters of its rule derive. A name in braces is a wildcard of the rule: ``models.{model}`` is the item
of that name. ``sample`` is the row of the sample sheet. ``filters.info`` stands for the settings of the filters that
compare a field of INFO. Keys that affect the speed alone are not part of the parameters
unless they are declared by their own name (``models.{model}.shards``).

``UNTRACKED`` holds names of further keys that a stage reads and no result depends on: the location of a cache, keys
that are checked and not used, or keys that a parameter of the rule tracks. ``*`` is the whole, ``config`` the
configuration as Snakemake merged it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, TypeVar, cast

from landfall.config.fields import Affects, plain
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.variants.filters.call_quality import WITH_INFO

T = TypeVar("T")
STAGES = Path(__file__).parent
RESULTS: tuple[Affects, ...] = ("ranking", "results")
"""Effects of the keys whose change runs a stage again."""
WHERE_IT_STANDS = frozenset(("sheet", "line", "previous"))
"""Columns of the sample sheet on which only the comparison with an earlier result depends."""


class UndeclaredError(Exception):
    """A stage reads a key that it does not declare, whose change would leave its results stale."""


@dataclass(frozen=True)
class Declared:
    """The names that a stage declares, wildcards filled in."""

    sections: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.sections + self.untracked

    def below(self, root: str) -> tuple[str, ...]:
        """Names below ``sample`` or ``config``, the root as an empty name; for an empty root those of the settings."""
        others = tuple(name for name in self.names if name.split(".")[0] not in ("sample", "config"))
        return _below(self.names, root) if root else others


def declared(stage: str, wildcards: Mapping[str, str]) -> Declared:
    """The declarations of the module of a stage (``splicing.score``); the module is parsed, not imported."""
    held = _constants(stage)
    filled = (tuple(_named(held.get(which, ()), wildcards)) for which in NAMES)
    return Declared(*filled)


def _named(names: Iterable[str], wildcards: Mapping[str, str]) -> Iterator[str]:
    for name in names:
        if name == FILTERS_ON_INFO:
            yield from (rule.setting for rule in WITH_INFO)
        else:
            yield name.format(**wildcards)


FILTERS_ON_INFO = "filters.info"


NAMES = ("SECTIONS", "UNTRACKED")


@cache
def _constants(stage: str) -> Mapping[str, tuple[str, ...]]:
    path = STAGES.joinpath(*stage.split(".")).with_suffix(".py")
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in NAMES
    }


def values(settings: Settings, sample: Sample | None, of: Declared) -> dict[str, Any]:
    """The settings on which the results of a stage depend, by name, as plain values."""
    return {name: _plain(_at(settings, sample, name)) for name in of.sections}


def _at(settings: Settings, sample: Sample | None, name: str) -> Any:
    first, *parts = name.split(".")
    value = sample if first == "sample" else getattr(settings, first)
    for part in parts:
        value = _item(value, part)
    return value


def _item(value: Any, part: str) -> Any:
    """An attribute, or the item of a list by its name."""
    if isinstance(value, Sequence):
        return {item.name: item for item in value}[part]
    return getattr(value, part)


def _plain(value: Any) -> Any:
    """A value as JSON; of a section, without the keys that affect speed or nothing."""
    if isinstance(value, Sample):
        return {
            name: plain(each, RESULTS) for name, each in vars(value).items() if name not in WHERE_IT_STANDS
        }
    return plain(value, RESULTS)


def restricted(value: T, names: Iterable[str], place: str = "") -> T:
    """The value itself where it is declared as a whole, else a view that holds what is declared below it.

    names: dotted, below the value; an empty one or ``*`` declares the whole. Access to anything else raises
    UndeclaredError.
    """
    held = tuple(names)
    if "" in held or "*" in held:
        return value
    if isinstance(value, tuple):
        below = ((item, _below(held, item.name), f"{place}{item.name}.") for item in value)
        return cast(T, tuple(restricted(item, (*names, "name"), at) for item, names, at in below if names))
    return cast(T, _View(value, held, place))


def _below(names: Iterable[str], part: str) -> tuple[str, ...]:
    return tuple(name[len(part) + 1 :] for name in names if name.split(".")[0] == part)


class _View:
    """The declared attributes of an object; its properties and methods have access to these alone."""

    def __init__(self, value: object, names: tuple[str, ...], place: str) -> None:
        self.__dict__.update(_value=value, _names=names, _place=place)

    def __getattr__(self, name: str) -> Any:
        place = f"{self._place}{name}"
        if names := _below(self._names, name):
            return restricted(getattr(self._value, name), names, f"{place}.")
        own = inspect.getattr_static(type(self._value), name, None)
        if isinstance(own, property) and own.fget:
            return own.fget(self)
        if isinstance(own, FunctionType):
            return MethodType(own, self)
        raise UndeclaredError(f"the stage reads {place} and declares {', '.join(self._names) or 'nothing'}")
