"""Variant filters on the location of an allele: candidate regions, excluded regions, block lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from landfall.genome.intervals import Regions
from landfall.genome.sequence import Genome
from landfall.variants import known_sites
from landfall.variants.filters.exemptions import Pathogenic, found_among
from landfall.variants.filters.judging import Check


@dataclass(frozen=True)
class Places:
    """Where candidates may lie, and what overrides that.

    regions: of genes, or of a BED file. within: stretches that they must touch as well, None for no such limit.
    excluded: stretches that no candidate may touch, named by their file. blacklist: alleles known
    to mislead. pathogenic: alleles known to cause disease, which pass all of these but the blacklist.
    """

    regions: Regions
    within: Regions | None = None
    excluded: Regions | None = None
    blacklist: known_sites.Alleles | None = None
    pathogenic: Pathogenic | None = None


def place_rules(alleles: pd.DataFrame, places: Places, genome: Genome) -> list[Check]:
    """The rules on the allele and its place; alleles numbered from 0."""
    rules: list[Check] = []
    if places.blacklist is not None:
        listed = np.zeros(len(alleles), dtype=bool)
        listed[found_among(alleles, places.blacklist, genome)[0]] = True
        rules.append(("blacklist", listed, lambda a: _same(a, "the allele is on the blacklist")))
    if places.excluded is not None:
        touched = places.excluded.named(alleles)
        named = pd.Series(touched)
        rules.append(
            ("excluded", touched != "", lambda a: "lies in a region of " + named[a.index].astype("str"))
        )
    words = "lies in no candidate gene or region"
    rules.append(("region", ~places.regions.inside(alleles), lambda a: _same(a, words)))
    if places.within is not None:
        outside = ~places.within.inside(alleles)
        rules.append(("region", outside, lambda a: _same(a, "lies outside the regions of the BED file")))
    return rules


def _same(alleles: pd.DataFrame, words: str) -> pd.Series[str]:
    return pd.Series(words, index=alleles.index)


def classification(alleles: pd.DataFrame, places: Places, genome: Genome) -> pd.Series[str]:
    """The classification of each allele that is known to be pathogenic, null for the others."""
    known = pd.Series(None, index=alleles.index, dtype=object)
    if places.pathogenic is not None:
        rows, here = found_among(alleles, places.pathogenic.alleles, genome)
        known.iloc[rows] = places.pathogenic.words.take(pa.array(here)).to_pylist()
    return known
