"""Variant filters in order of application, with the reason for each dropped allele; the models score the others.

The order runs from the call (genotype, FILTER, depth, quality, balance) over known artefacts (blacklist, excluded
regions) and the location (region) to population frequency, so that the costly look-up is last. A value that is absent
cannot be compared with a threshold: the allele passes. Exemptions are those of
:mod:`landfall.variants.filters.exemptions`. No filter depends on what an allele does to a protein: introns are in.
"""

from __future__ import annotations

import pyarrow as pa

from landfall.config.filters import Filter
from landfall.genome.sequence import Genome
from landfall.io import columns
from landfall.variants import alleles as variants_alleles
from landfall.variants.filters.call_quality import CALL
from landfall.variants.filters.judging import Filtered, judge
from landfall.variants.filters.location import LOCATION, Places, place_columns


def screen(normalised: pa.Table, thresholds: Filter, places: Places, genome: Genome, build: str) -> Filtered:
    """Apply all filters but those on frequency to alleles (tables.NORMALISED); the first that an allele fails is its
    reason.

    build: genome build, for the pseudoautosomal regions.
    Those that pass have ``genes``, ``clinvar`` (the classification, null if there is none) and ``filter_exempted``
    (the filter from which an allele is exempt, empty if none).
    """
    alleles = normalised.to_pandas(types_mapper={pa.string(): columns.TEXT}.get)
    alleles = alleles.assign(kind=variants_alleles.kinds(alleles, build), filter_exempted="")
    return judge(place_columns(alleles, places, genome), (*CALL, *LOCATION), thresholds)
