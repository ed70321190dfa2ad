"""Variant filters on population frequency, by the limit of each mode of inheritance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from landfall.config.filters import Filter, Frequency
from landfall.genome import chromosomes
from landfall.io import columns
from landfall.patient.inheritance.modes import fitting
from landfall.variants import alleles as variants_alleles
from landfall.variants import population_frequency
from landfall.variants.filters.exemptions import CLASSIFIED, CLASSIFIED_AND_RARE, SCORED_HIGH
from landfall.variants.filters.judging import Filtered, judge, truths
from landfall.variants.filters.rule import DROPPED, FILTER, OTHER, RARE, Rule
from landfall.variants.precomputed_scores import Precomputed

MAXIMUM, MODES = "filter.frequency.max_af", "filter.frequency.modes"
OF_FREQUENCIES = ("frequencies", "settings.filter")
POPULATION = (
    Rule(
        "frequency",
        FILTER,
        DROPPED,
        RARE,
        "population frequency above the limit of every mode of inheritance that the call fits",
        setting=MAXIMUM,
        fails=lambda alleles, _: alleles["modes"] == "",
        observed="popmax_af",
        threshold="laxest",
        deciding="laxest_setting",
        detail="{observed:.3g} > {threshold:g} ({laxest_name}) in {frequency_source}",
        depends_on=((*OF_FREQUENCIES, "scores", "classified"), ("vcf",)),
        exempted_by=(CLASSIFIED_AND_RARE, SCORED_HIGH),
    ),
    Rule(
        "cohort",
        FILTER,
        DROPPED,
        OTHER,
        "frequency in the laboratory's own cohort too high",
        setting="filter.frequency.cohort_max_af",
        fails=lambda alleles, most: alleles["cohort_frequency"] > most,
        observed="cohort_frequency",
        detail="{observed:.3g} > {threshold:g} in the cohort",
        depends_on=(OF_FREQUENCIES,),
        exempted_by=(CLASSIFIED,),
    ),
)
"""Filters on population frequency, in the order of application. Columns: those of :func:`limit`."""


def limit(
    alleles: pd.DataFrame,
    frequency: pd.DataFrame,
    thresholds: Filter,
    build: str,
    scores: Precomputed | None = None,
) -> Filtered:
    """Apply the filters on frequency to screened alleles.

    frequency: as :meth:`Sources.complete` gives it, on the same index. scores: read for those that are too common.
    The others keep the columns of tables.VARIANTS.
    """
    alleles = alleles.assign(**{name: frequency[name] for name in frequency})
    alleles = population_frequency.by_sex(
        alleles, np.isin(variants_alleles.kinds(alleles, build), (chromosomes.X, chromosomes.Y))
    )
    codes, fits = _fits(alleles, build)
    alleles["modes"] = _modes(alleles, codes, fits, thresholds.frequency)
    common = (alleles["modes"] == "").to_numpy()
    classified = truths(CLASSIFIED_AND_RARE.holds(alleles, thresholds))
    alleles["precomputed_delta_score"] = (
        scores.speaks_for(alleles, common & ~classified) if scores else np.nan
    )
    alleles = alleles.assign(**_laxest(codes, fits, thresholds.frequency))
    return judge(alleles, POPULATION, thresholds)


def _laxest(codes: np.ndarray, fits: Sequence[Sequence[str]], thresholds: Frequency) -> dict[str, np.ndarray]:
    """The highest frequency limit of the modes that each call fits, and its origin: mode or general maximum."""
    modes = [max(names, key=lambda name: thresholds.modes[name]) for names in fits]
    capped = [thresholds.modes[mode] >= thresholds.max_af for mode in modes]
    found = [
        (thresholds.max_af, "maximum", MAXIMUM)
        if above
        else (thresholds.modes[mode], mode, f"{MODES}.{mode}")
        for mode, above in zip(modes, capped, strict=True)
    ]
    names = ("laxest", "laxest_name", "laxest_setting")
    values = zip(*found, strict=True) if found else ((), (), ())
    return {name: np.array(of_kind, dtype=object)[codes] for name, of_kind in zip(names, values, strict=True)}


def _fits(alleles: pd.DataFrame, build: str) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """For each allele the index of its kind of call, and for each kind the modes that it can fit."""
    kinds = variants_alleles.kinds(alleles, build)
    codes, unique = pd.factorize(pd.Series(kinds, dtype=columns.TEXT) + " " + alleles["zygosity"].array)
    fits = []
    for kind in unique:
        chromosome, zygosity = kind.split(" ")
        fits.append(fitting(chromosome, zygosity))
    return codes, fits


def _modes(
    alleles: pd.DataFrame, codes: np.ndarray, fits: Sequence[Sequence[str]], thresholds: Frequency
) -> pd.Series[str]:
    """The modes within whose limit an allele lies, joined by ','; without a frequency, all that it can fit."""
    frequency = alleles["popmax_af"].fillna(0).to_numpy(dtype=float)
    found = np.full(len(alleles), "", dtype=object)
    for code, modes in enumerate(fits):
        limits = {mode: min(thresholds.modes[mode], thresholds.max_af) for mode in modes}
        for highest in sorted(set(limits.values()), reverse=True):
            kept = ",".join(mode for mode in modes if limits[mode] >= highest)
            found[(codes == code) & (frequency <= highest)] = kept
    return pd.Series(found, index=alleles.index, dtype=columns.TEXT)
