"""Variant filters on the call: genotype, FILTER, depth, genotype quality, allele balance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from landfall.config.filters import Filter
from landfall.genome import chromosomes
from landfall.io import columns
from landfall.variants import site_fields
from landfall.variants.filters.rule import CALLED, DROPPED, FILTER, Rule

OF_THE_CALL = (("vcf", "settings.filter"),)


def _faulty(alleles: pd.DataFrame, passing: Sequence[str]) -> np.ndarray:
    """Whether FILTER has a name that is not among those that pass."""
    fails = {text: not site_fields.passes(text, passing) for text in alleles["filter"].unique()}
    return columns.looked_up(alleles["filter"], fails).astype(bool)


def _skewed(alleles: pd.DataFrame, balance: tuple[float, float]) -> pd.Series[bool]:
    """Whether the allele balance of a heterozygous call does not fit two copies of a chromosome.

    Compared where the person has two copies and both are called: not on mitochondria, where any heteroplasmy is
    possible, nor in genotypes with a missing allele or more than two. On X and Y, nearly all reads are those of a
    single copy, which callers without the sex write as heterozygous.
    """
    (low, high), kinds, share = balance, alleles["kind"], alleles["allele_balance"]
    called = alleles["genotype"].str.fullmatch(r"[0-9]+[/|][0-9]+") | alleles["call_site"].notna()
    two = (alleles["zygosity"] == "heterozygous") & called & (kinds != chromosomes.MITOCHONDRION)
    single = kinds.isin([chromosomes.X, chromosomes.Y])
    return two & ((share < low) | ((share > high) & ~single))


GENOTYPE = Rule(
    "genotype",
    FILTER,
    DROPPED,
    CALLED,
    "the patient does not carry the allele, or was not called",
    fails=lambda alleles, _: alleles["zygosity"].isin(["absent", "uncalled"]),
    detail="the proband's genotype is {genotype}",
    remedy="no setting: the caller did not call the allele in the patient; inspect the reads",
    depends_on=OF_THE_CALL,
)
CALL = (
    GENOTYPE,
    Rule(
        "filter",
        FILTER,
        DROPPED,
        CALLED,
        "FILTER does not pass",
        setting="filter.pass_filters",
        fails=_faulty,
        detail="FILTER is {filter}",
        depends_on=OF_THE_CALL,
    ),
    Rule(
        "depth",
        FILTER,
        DROPPED,
        CALLED,
        "too few reads",
        setting="filter.min_depth",
        fails=lambda alleles, least: alleles["depth"] < least,
        observed="depth",
        detail="DP {observed:.0f} < {threshold}",
        depends_on=OF_THE_CALL,
    ),
    Rule(
        "genotype_quality",
        FILTER,
        DROPPED,
        CALLED,
        "genotype quality too low",
        setting="filter.min_genotype_quality",
        fails=lambda alleles, least: alleles["genotype_quality"] < least,
        observed="genotype_quality",
        detail="GQ {observed:g} < {threshold:g}",
        depends_on=OF_THE_CALL,
    ),
    Rule(
        "allele_balance",
        FILTER,
        DROPPED,
        CALLED,
        "allele balance too far from one half for a heterozygous call",
        setting="filter.het_allele_balance",
        fails=_skewed,
        observed="allele_balance",
        detail="allele balance {observed:.2f}, outside {threshold[0]:g} to {threshold[1]:g}",
        depends_on=OF_THE_CALL,
    ),
)
"""Filters on the call, in the order of application. Columns: those of tables.NORMALISED and ``kind``, of chromosome."""

WITH_INFO = tuple(rule for rule in CALL if rule.info)
"""Filters for which normalisation reads a field of INFO."""


def info_columns(thresholds: Filter) -> dict[str, str]:
    """INFO fields of the filters that are switched on, by the column of tables.NORMALISED."""
    return {rule.observed: rule.info for rule in WITH_INFO if rule.limit(thresholds) is not None}


CALL_FAULTS = tuple(rule.name for rule in CALL if rule is not GENOTYPE)
"""Names of the rules by which a call of the patient may be an artefact."""
