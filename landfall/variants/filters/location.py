"""Variant filters on the location of an allele: block lists, excluded regions, candidate regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from landfall.genome.intervals import Regions
from landfall.genome.sequence import Genome
from landfall.io import columns
from landfall.variants import known_sites
from landfall.variants.filters.exemptions import CLASSIFIED, KINDS, Classified, found_among
from landfall.variants.filters.rule import DROPPED, FILTER, OTHER, PLACED, Rule

OF_REGIONS = (("regions", "settings.filter"),)


@dataclass(frozen=True)
class Places:
    """Regions in which alleles are candidates, and lists that override them.

    regions: of genes, or of a BED file. within: regions that they must overlap as well, None for no such limit.
    excluded: regions that no candidate may overlap, named by their file. blacklist: known artefacts. classified:
    alleles known to cause disease, which are exempt from all of these but the blacklist.
    """

    regions: Regions
    within: Regions | None = None
    excluded: Regions | None = None
    blacklist: known_sites.Alleles | None = None
    classified: Classified | None = None


LOCATION = (
    Rule(
        "blacklist",
        FILTER,
        DROPPED,
        OTHER,
        "allele on the list of known artefacts",
        setting="filter.blacklist",
        fails=lambda alleles, _: alleles["blacklisted"],
        detail="the allele is on the blacklist",
        remedy="remove the allele from the VCF of filter.blacklist, if it is not an artefact here",
        depends_on=OF_REGIONS,
    ),
    Rule(
        "excluded",
        FILTER,
        DROPPED,
        OTHER,
        "in an excluded region",
        setting="filter.exclude",
        fails=lambda alleles, _: alleles["excluded_by"] != "",
        detail="in a region of {excluded_by}",
        remedy="remove the BED file from filter.exclude, or the region from the file",
        depends_on=OF_REGIONS,
        exempted_by=(CLASSIFIED,),
    ),
    Rule(
        "region",
        FILTER,
        DROPPED,
        PLACED,
        "outside the candidate genes or the regions of the BED file",
        fails=lambda alleles, _: alleles["outside"] != "",
        detail="{outside}",
        remedy="add its gene to the column genes of the sample sheet",
        depends_on=(
            (
                "phenotype",
                "annotation",
                "settings.phenotype",
                "settings.filter.gene_flank",
                "settings.regulation.flank",
            ),
            ("models",),
        ),
        exempted_by=(CLASSIFIED,),
    ),
)
"""Filters on the location, in the order of application. Columns: those of :func:`place_columns`."""

OUTSIDE_GENES, OUTSIDE_BED = "in no candidate gene or region", "outside the regions of the BED file"


def place_columns(alleles: pd.DataFrame, places: Places, genome: Genome) -> pd.DataFrame:
    """The regions and lists of each allele (numbered from 0), as further columns.

    ``genes`` (joined by ','), the columns of the classification (``clinvar`` null where none is pathogenic),
    ``blacklisted``, ``excluded_by`` (names of files, empty if none) and ``outside`` (of what, empty where it lies in a
    candidate region).
    """
    listed = np.zeros(len(alleles), dtype=bool)
    if places.blacklist is not None:
        listed[found_among(alleles, places.blacklist, genome)[0]] = True
    outside = np.zeros(len(alleles), dtype=bool) if places.within is None else ~places.within.inside(alleles)
    beyond = np.where(~places.regions.inside(alleles), OUTSIDE_GENES, np.where(outside, OUTSIDE_BED, ""))
    genes = pd.Series(places.regions.named(alleles), index=alleles.index)
    return alleles.assign(
        genes=genes,
        **_classification(alleles, places, genome),
        clinvar_null_alleles=_null_alleles(genes, places.classified),
        blacklisted=listed,
        excluded_by="" if places.excluded is None else places.excluded.named(alleles),
        outside=pd.Series(beyond, index=alleles.index, dtype=columns.TEXT),
    )


def _classification(alleles: pd.DataFrame, places: Places, genome: Genome) -> dict[str, pd.Series[Any]]:
    """The columns of the classification of each allele, null for those that have none."""
    found = {name: pd.Series(None, index=alleles.index, dtype=kind) for name, kind in KINDS.items()}
    if places.classified is not None:
        rows, here = found_among(alleles, places.classified.alleles, genome)
        for name in KINDS:
            found[name].iloc[rows] = places.classified.rows[name].iloc[here].to_numpy()
    return found


def _null_alleles(genes: pd.Series[str], classified: Classified | None) -> pd.Series[Any]:
    """The number of pathogenic null alleles in the genes (joined by ',') of each allele; null where it is unknown."""
    known = classified.null_alleles if classified is not None else None
    if known is None:
        return pd.Series(None, index=genes.index, dtype="Int64")
    counts = {text: max(known.get(gene, 0) for gene in text.split(",")) for text in genes.unique()}
    return genes.map(counts).astype("Int64")
