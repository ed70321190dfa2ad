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
from landfall.variants.filters.judging import Check, Filtered, judge
from landfall.variants.precomputed_scores import Precomputed


def limit(
    alleles: pd.DataFrame,
    frequency: pd.DataFrame,
    thresholds: Filter,
    build: str,
    scores: Precomputed | None = None,
) -> Filtered:
    """Hold screened alleles against the rules on frequency.

    frequency: as :meth:`Sources.complete` gives it, on the same index. scores: asked of those that are too common.
    Those that go on keep tables.VARIANTS.
    """
    alleles = alleles.assign(**{name: frequency[name] for name in frequency})
    alleles = population_frequency.by_sex(
        alleles, np.isin(variants_alleles.kinds(alleles, build), (chromosomes.X, chromosomes.Y))
    )
    codes, fits = _fits(alleles, build)
    alleles["modes"] = _modes(alleles, codes, fits, thresholds.frequency)
    common = (alleles["modes"] == "").to_numpy()
    classified = alleles["clinvar"].notna().to_numpy()
    known = classified & (alleles["popmax_af"] <= thresholds.known_pathogenic_max_af).to_numpy()
    alleles["precomputed_delta_score"] = scores.speaks_for(alleles, common & ~known) if scores else np.nan
    exempt = known | alleles["precomputed_delta_score"].notna().to_numpy()
    alleles.loc[common & exempt & (alleles["filter_exempted"] == "").to_numpy(), "filter_exempted"] = (
        "frequency"
    )
    most = [_laxest(modes, thresholds.frequency) for modes in fits]

    def words(gone: pd.DataFrame) -> pd.Series[str]:
        limits = [f" > {value:g} ({name}) in " for value, name in most]
        shown = pd.Series(np.array(limits, dtype=object)[codes[gone.index]], index=gone.index)
        return gone["popmax_af"].map("{:.3g}".format) + shown + gone["frequency_source"]

    cohort, most_in_cohort = (
        alleles["cohort_frequency"].to_numpy(dtype=float),
        thresholds.frequency.cohort_max_af,
    )
    rules: list[Check] = [
        ("frequency", common & ~exempt, words),
        (
            "cohort",
            (cohort > most_in_cohort) & ~classified,
            lambda a: a["cohort_frequency"].map("{:.3g}".format) + f" > {most_in_cohort:g} of the cohort",
        ),
    ]
    return Filtered(*judge(alleles, rules))


def _laxest(modes: Sequence[str], thresholds: Frequency) -> tuple[float, str]:
    """The highest frequency at which a call still fits one of its modes, and what sets it: that mode, or maximum."""
    mode = max(modes, key=lambda name: thresholds.modes[name])
    limit = thresholds.modes[mode]
    return (limit, mode) if limit < thresholds.max_af else (thresholds.max_af, "maximum")


def _fits(alleles: pd.DataFrame, build: str) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """For each allele the number of its kind of call, and for each kind the modes that it can fit."""
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
    """The modes whose limit an allele keeps, joined by ','; an allele without a frequency keeps all it can fit."""
    frequency = alleles["popmax_af"].fillna(0).to_numpy(dtype=float)
    found = np.full(len(alleles), "", dtype=object)
    for code, modes in enumerate(fits):
        limits = {mode: min(thresholds.modes[mode], thresholds.max_af) for mode in modes}
        for highest in sorted(set(limits.values()), reverse=True):
            kept = ",".join(mode for mode in modes if limits[mode] >= highest)
            found[(codes == code) & (frequency <= highest)] = kept
    return pd.Series(found, index=alleles.index, dtype=columns.TEXT)
