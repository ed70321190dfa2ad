"""What setting would have kept an allele that a rule dropped, read from the ledger's own words.

A remedy takes away one reason. The rules after it were not asked of the allele, so it may still be dropped by one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from landfall.variants.filters.rules import BY_NAME

Settings = Mapping[str, Any]
"""The configuration as provenance.json records it, every default filled in."""


@dataclass(frozen=True)
class Remedy:
    """``settings``: dotted keys of the configuration with a value that lets the allele pass, all of them together;
    empty where no setting does. ``words``: what else there is to know or to do.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


def remedy(rule: str, detail: str, settings: Settings, genes: Sequence[str] | None = None) -> Remedy:
    """What would let an allele pass the rule of its row in the ledger, given the settings of the run.

    genes: those of the annotation that it lies in, None where that is not known.
    """
    if rule == "region":
        return _region(detail, settings, genes)
    if rule in _SETTINGS:
        return _SETTINGS[rule](detail, settings)
    declared = BY_NAME.get(rule)
    words = declared.remedy if declared else ""
    return Remedy(words=words or f"no setting is known for the rule {rule}")


def now(key: str, settings: Settings) -> Any:
    """The value of a dotted key such as ``models[0].distance``, None where the run has none."""
    value: Any = settings
    for part in re.findall(r"[^.\[\]]+", key):
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _number(detail: str) -> float:
    """The first number of a detail: the value that the rule saw."""
    found = re.search(r"[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?", detail)
    if found is None:
        raise ValueError(f"no number in {detail!r}")
    return float(found[0])


def _above(value: float) -> float:
    """A number that is printed with three digits, one of the last higher: no rounding brings it below the value."""
    step = 10.0 ** (math.floor(math.log10(value)) - 2)
    return min(1.0, float(f"{value + step:.3g}"))


def _filter(detail: str, settings: Settings) -> Remedy:
    passing = list(now("filter.pass_filters", settings) or [])
    names = detail.removeprefix("FILTER is ").split(";")
    return Remedy({"filter.pass_filters": passing + [name for name in names if name not in passing]})


def _balance(detail: str, settings: Settings) -> Remedy:
    value = _number(detail)
    low, high = now("filter.het_allele_balance", settings) or (0.0, 1.0)
    wider = [min(low, max(0.0, round(value - 0.01, 2))), max(high, min(1.0, round(value + 0.01, 2)))]
    return Remedy({"filter.het_allele_balance": wider})


def _frequency(detail: str, settings: Settings) -> Remedy:
    need, limits = _above(_number(detail)), "filter.frequency.modes"
    bound = re.search(r"\((\w+)\)", detail)
    mode = bound[1] if bound and bound[1] != "maximum" else None
    keys = ["filter.frequency.max_af"] + ([f"{limits}.{mode}"] if mode else [])
    low = {key: need for key in keys if (now(key, settings) or 0.0) < need}
    if bound and mode is None and min((now(limits, settings) or {"": 1.0}).values()) < need:
        return Remedy(low, f"and as much in {limits} for a mode that the call fits")
    return Remedy(low)


def _cohort(detail: str, settings: Settings) -> Remedy:
    return Remedy({"filter.frequency.cohort_max_af": _above(_number(detail))})


def _region(detail: str, settings: Settings, genes: Sequence[str] | None) -> Remedy:
    if "BED" in detail:
        return Remedy(words="widen the BED file in the column regions of the sample sheet, or leave it out")
    if genes is not None and not genes:
        return Remedy(
            words="its place in a BED file in the column regions of the sample sheet; but with no transcript there a "
            "splice model would not score it; a network of tracks would (regulation.models), and where one runs "
            "regulation.flank keeps what is near a candidate gene"
        )
    name = " or ".join(genes) if genes else "its gene"
    limited = now("phenotype.candidates", settings) not in (None, "all")
    words = f"{'or ' if limited else ''}name {name} in the column genes of the sample sheet"
    return Remedy({"phenotype.candidates": "all"} if limited else {}, words)


def _length(detail: str, settings: Settings) -> Remedy:
    need, most = int(_number(detail)), 4999
    if need > most:
        return Remedy(
            words=f"none: no model reads more than {most:,} bases to a side; judge it as a structural variant"
        )
    return Remedy({"models[0].distance": need})


def _unknown(detail: str, settings: Settings) -> Remedy:
    share = min(1.0, (_number(detail) + 1) / 100)
    return Remedy(
        {"models[0].max_unknown_fraction": round(share, 2)},
        "a model that reads mostly N says little about splicing",
    )


def _plain(key: str, turn: Callable[[float], Any]) -> Callable[[str, Settings], Remedy]:
    """The key takes the value that the rule saw."""
    return lambda detail, _: Remedy({key: turn(_number(detail))})


_SETTINGS: dict[str, Callable[[str, Settings], Remedy]] = {
    "filter": _filter,
    "depth": _plain("filter.min_depth", int),
    "genotype_quality": _plain("filter.min_genotype_quality", math.floor),
    "allele_balance": _balance,
    "frequency": _frequency,
    "cohort": _cohort,
    "longer_than_window": _length,
    "unknown_sequence": _unknown,
}
