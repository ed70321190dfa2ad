"""The setting that would have kept a dropped allele, from the numbers of its row in the ledger.

A remedy removes one reason. Later rules were not applied to the allele, so one of them may still drop it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from landfall.variants.filters.frequency import MAXIMUM, MODES
from landfall.variants.filters.rules import BY_NAME
from landfall.variants.filters.scoring import LONGER_THAN_WINDOW

Settings = Mapping[str, Any]
"""The configuration as provenance.json records it, every default filled in."""
Row = Mapping[str, Any]
LONGEST = 4999
"""Most bases on either side of an allele that a splice model reads."""


@dataclass(frozen=True)
class Remedy:
    """``settings``: dotted keys of the configuration with a value that lets the allele pass, all of them together;
    empty where no setting does. ``words``: further advice.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


def remedy(row: Row, settings: Settings, genes: Sequence[str] | None = None) -> Remedy:
    """The change by which an allele passes the rule of its row in the ledger, given the settings of the run.

    genes: those of the annotation that it lies in, None where unknown. A row without ``observed``, of an
    earlier version, has a remedy without a number.
    """
    rule = BY_NAME.get(row["rule"])
    if rule is None:
        return Remedy(words=f"no setting is known for the rule {row['rule']}")
    if rule.name in _SPECIAL:
        return _SPECIAL[rule.name](row, settings, genes)
    if row.get("observed") is None:
        return Remedy(words=rule.remedy) if rule.remedy else _without_number(rule.setting)
    value = passing(row["observed"], json.loads(row["threshold"]))
    return Remedy({row["setting"]: value}, rule.remedy)


def _without_number(keys: str) -> Remedy:
    """Of a ledger of an earlier version, which has no column of values."""
    return Remedy(
        words=f"another value of {keys}; the ledger, of an older landfall, holds no number to compute it from"
    )


def now(key: str, settings: Settings) -> Any:
    """The value of a dotted key such as ``models[0].distance``, None where the run has none."""
    value: Any = settings
    for part in re.findall(r"[^.\[\]]+", key):
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def passing(observed: float, threshold: Any) -> Any:
    """The nearest limit, of few digits, at which a value passes: a range is widened, a whole number stays whole."""
    if isinstance(threshold, list):
        low, high = threshold
        return [min(low, _rounded(observed, up=False)), max(high, _rounded(observed, up=True))]
    up = observed > threshold
    if isinstance(threshold, int):
        return math.ceil(observed) if up else math.floor(observed)
    return _rounded(observed, up)


def _rounded(value: float, up: bool, digits: int = 3) -> float:
    """A number rounded up or down to so many significant digits."""
    if value == 0:
        return 0.0
    places = digits - 1 - math.floor(math.log10(abs(value)))
    near = round(value, places)
    if near == value or (near > value) == up:
        return near
    step = 10.0**-places
    return round(near + (step if up else -step), places)


def _filter(row: Row, settings: Settings, _: Sequence[str] | None) -> Remedy:
    passing_now = list(now("filter.pass_filters", settings) or [])
    names = row["detail"].removeprefix(BY_NAME["filter"].words(filter="")).split(";")
    return Remedy({"filter.pass_filters": passing_now + [name for name in names if name not in passing_now]})


def _frequency(row: Row, settings: Settings, _: Sequence[str] | None) -> Remedy:
    if row.get("observed") is None:
        return _without_number(f"{MAXIMUM} and of {MODES}")
    need = passing(row["observed"], json.loads(row["threshold"]))
    keys = dict.fromkeys((MAXIMUM, row["setting"]))
    low = {key: need for key in keys if (now(key, settings) or 0.0) < need}
    if row["setting"] == MAXIMUM and min((now(MODES, settings) or {"": 1.0}).values()) < need:
        return Remedy(low, f"and the same in {MODES} for a mode that the call fits")
    return Remedy(low)


def _region(row: Row, settings: Settings, genes: Sequence[str] | None) -> Remedy:
    if "BED" in row["detail"]:
        return Remedy(words="widen the BED file in the column regions of the sample sheet, or leave it out")
    if genes is not None and not genes:
        return Remedy(
            words="its position in a BED file in the column regions of the sample sheet; without a transcript there a "
            "splice model does not score it; a regulatory track model does (regulation.models), and where one runs "
            "regulation.flank keeps alleles near a candidate gene"
        )
    name = " or ".join(genes) if genes else "its gene"
    limited = now("phenotype.candidates", settings) not in (None, "all")
    words = f"{'or ' if limited else ''}add {name} to the column genes of the sample sheet"
    return Remedy({"phenotype.candidates": "all"} if limited else {}, words)


def _length(row: Row, _: Settings, __: Sequence[str] | None) -> Remedy:
    need = row.get("observed")
    if need is None:
        return _without_number(LONGER_THAN_WINDOW.setting)
    if need > LONGEST:
        return Remedy(
            words=f"none: no model reads more than {LONGEST:,} bases on either side; assess it as a structural variant"
        )
    return Remedy({row["setting"]: int(need)})


_SPECIAL: Mapping[str, Callable[[Row, Settings, Sequence[str] | None], Remedy]] = {
    "filter": _filter,
    "region": _region,
    "frequency": _frequency,
    LONGER_THAN_WINDOW.name: _length,
}
"""Rules whose remedy is not one value of one setting."""
