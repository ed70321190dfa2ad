"""Precomputed delta scores, looked up for alleles that fail the filter on frequency.

A VCF of sites with INFO/SpliceAI in the original's form: Illumina's precomputed files, or what ``landfall
splice`` writes. Such a file may hold every substitution of the genome, so it is read by its index alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome.sequence import Genome
from landfall.io import columns as io_columns
from landfall.variants import alleles as variants_alleles
from landfall.variants import known_sites, site_fields

FIELD = "SpliceAI"
DELTAS = range(2, 6)
"""Columns of an entry ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL that hold delta scores."""


@dataclass(frozen=True)
class Precomputed:
    """A file of scores, and the limits within which a score exempts an allele.

    min_delta: smallest delta score (0 to 1) that exempts. maximum: highest population frequency (0 to 1) of an exempt
    allele.
    """

    path: Path
    genome: Genome
    min_delta: float
    maximum: float

    def largest(self, alleles: pd.DataFrame) -> np.ndarray:
        """The largest delta score that the file gives each allele (chrom, pos, ref, alt); NaN where it has none.

        Raises VariantFileError if the file cannot be read.
        """
        found = np.full(len(alleles), np.nan)
        order = np.argsort(variants_alleles.places(alleles, self.genome), kind="stable")
        for first in range(0, len(alleles), known_sites.FEW):
            rows = order[first : first + known_sites.FEW]
            asked = known_sites.Alleles.of(alleles.iloc[rows], self.genome)
            for here, known in known_sites.matching(self.path, self.genome, asked):
                np.fmax.at(found, rows[here], largest_delta(known))
        return found

    def speaks_for(self, alleles: pd.DataFrame, failing: np.ndarray) -> np.ndarray:
        """The delta score of each ``failing`` allele that it exempts from the filter; NaN for all others.

        alleles: with ``popmax_af``, null where it is unknown.
        """
        delta = np.full(len(alleles), np.nan)
        rows = np.flatnonzero(failing & (alleles["popmax_af"].fillna(0) <= self.maximum).to_numpy())
        if len(rows):
            delta[rows] = self.largest(alleles.iloc[rows])
        return np.where(delta >= self.min_delta, delta, np.nan)


def largest_delta(known: pd.DataFrame) -> np.ndarray:
    """The largest delta score of each allele over the genes of INFO/SpliceAI; NaN where none is given.

    known: ``info``, and ``written``, the alternate allele as the record has it, by which its entries are found.
    """
    entries = pc.split_pattern(site_fields.info_text(known, FIELD), ",")
    row = pc.list_parent_indices(entries).to_numpy()
    cells = pc.split_pattern(pc.list_flatten(entries), "|")
    columns = [io_columns.element(cells, np.full(len(row), column), ".") for column in (0, *DELTAS)]
    mine = pc.equal(columns[0], io_columns.arrow(known["written"]).take(pa.array(row)))
    own = mine.to_numpy(zero_copy_only=False)
    highest = np.full(len(known), np.nan)
    for column in columns[1:]:
        np.fmax.at(highest, row[own], io_columns.numbers(column)[own])
    return highest
