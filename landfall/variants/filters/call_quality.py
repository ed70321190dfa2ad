"""Variant filters on the call: genotype, FILTER, depth, genotype quality, allele balance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landfall.config.filters import Filter
from landfall.genome import chromosomes
from landfall.io import columns
from landfall.variants import alleles as variants_alleles
from landfall.variants import site_fields
from landfall.variants.filters.judging import Check


def call_rules(alleles: pd.DataFrame, t: Filter, build: str) -> list[Check]:
    """The rules on the call itself: name, rows that fail, words for the ledger."""
    low, high = t.het_allele_balance
    passing = {text: site_fields.passes(text, t.pass_filters) for text in alleles["filter"].unique()}
    return [
        (
            "genotype",
            alleles["zygosity"].isin(["absent", "uncalled"]),
            lambda a: "the proband's genotype is " + a["genotype"],
        ),
        (
            "filter",
            ~columns.looked_up(alleles["filter"], passing).astype(bool),
            lambda a: "FILTER is " + a["filter"],
        ),
        (
            "depth",
            alleles["depth"] < t.min_depth,
            lambda a: a["depth"].map("DP {:.0f}".format) + f" < {t.min_depth}",
        ),
        (
            "genotype_quality",
            alleles["genotype_quality"] < t.min_genotype_quality,
            lambda a: a["genotype_quality"].map("GQ {:g}".format) + f" < {t.min_genotype_quality:g}",
        ),
        (
            "allele_balance",
            _skewed(alleles, low, high, build),
            lambda a: (
                a["allele_balance"].map("{:.2f} of the reads".format) + f", outside {low:g} to {high:g}"
            ),
        ),
    ]


def _skewed(alleles: pd.DataFrame, low: float, high: float, build: str) -> pd.Series[bool]:
    """Whether the reads of a heterozygous call are not shared as two copies of a chromosome share them.

    Asked where the person has two copies and both are called: not of mitochondria, of which any share may have the
    allele, nor of genotypes with a missing allele or more than two. On X and Y, nearly all reads are those of a single
    copy, which callers that know no sex write as heterozygous.
    """
    kinds, balance = variants_alleles.kinds(alleles, build), alleles["allele_balance"]
    called = alleles["genotype"].str.fullmatch(r"[0-9]+[/|][0-9]+") | alleles["call_site"].notna()
    two = (alleles["zygosity"] == "heterozygous") & called
    single = np.isin(kinds, [chromosomes.X, chromosomes.Y])
    asked = two & (kinds != chromosomes.MITOCHONDRION)
    return asked & ((balance < low) | ((balance > high) & ~single))


CALL_RULES = ("filter", "depth", "genotype_quality", "allele_balance")
"""Rules of landfall.variants.filters.pipeline on the call itself: an allele that they drop may not be there at all."""
