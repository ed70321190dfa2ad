"""Alleles that are exempt from filters: classified as pathogenic in a file such as ClinVar, or with a high score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.io import columns
from landfall.variants import alleles as variants_alleles
from landfall.variants import known_sites, site_fields, vcf
from landfall.variants.filters.rule import Exemption

CLASSIFIED = Exemption(
    "classified as pathogenic in evidence.clinvar", lambda alleles, _: alleles["clinvar"].notna()
)
CLASSIFIED_AND_RARE = Exemption(
    f"{CLASSIFIED.meaning}, up to the frequency filter.known_pathogenic_max_af",
    lambda alleles, limits: (
        alleles["clinvar"].notna() & (alleles["popmax_af"] <= limits.known_pathogenic_max_af)
    ),
)
SCORED_HIGH = Exemption(
    "a delta score of at least filter.precomputed_scores.min_delta in filter.precomputed_scores.vcf, up to the "
    "frequency filter.precomputed_scores.max_af",
    lambda alleles, _: alleles["precomputed_delta_score"].notna(),
)


@dataclass(frozen=True)
class Pathogenic:
    """Alleles classified as pathogenic or likely pathogenic, with their identifier and classification in words."""

    alleles: known_sites.Alleles
    words: pa.Array


def found_among(
    alleles: pd.DataFrame, known: known_sites.Alleles, genome: Genome
) -> tuple[np.ndarray, np.ndarray]:
    ref, alt = (columns.arrow(alleles[name]) for name in ("ref", "alt"))
    return known.find(variants_alleles.places(alleles, genome), ref, alt)


SIGNIFICANCE = "^(?:likely_)?pathogenic(?:/likely_pathogenic)?(?:[|,/].*)?$"
"""CLNSIG of alleles that cause disease: pathogenic, likely pathogenic, or both; not those with conflicting entries."""


STARS = {
    "practice guideline": 4,
    "reviewed by expert panel": 3,
    "criteria provided, multiple submitters, no conflicts": 2,
    "criteria provided, conflicting classifications": 1,
    "criteria provided, single submitter": 1,
}
"""ClinVar's review status (CLNREVSTAT) to its stars; others have none."""


def _review(status: str) -> str:
    """' (2 stars: criteria provided, multiple submitters, no conflicts)'; empty where the file gives no status."""
    words = status.replace("_", " ")
    stars = STARS.get(words, 0)
    return f" ({stars} star{'' if stars == 1 else 's'}: {words})" if words else ""


def read_pathogenic(path: Path, genome: Genome) -> Pathogenic:
    """The alleles of a ClinVar-like VCF whose CLNSIG is (likely) pathogenic."""
    kept = []
    for records in vcf.read_records(path, None):
        significance = site_fields.info_text(records, "CLNSIG")
        is_pathogenic = pc.match_substring_regex(significance, SIGNIFICANCE, ignore_case=True).to_numpy(
            zero_copy_only=False
        )
        spelt = known_sites.spelt(records[is_pathogenic], genome)
        spelt["words"] = (
            spelt["id"].astype("str")
            + " "
            + pd.Series(site_fields.info_text(spelt, "CLNSIG").to_pylist(), index=spelt.index).str.replace(
                "_", " "
            )
            + pd.Series(
                map(_review, site_fields.info_text(spelt, "CLNREVSTAT").to_pylist()), index=spelt.index
            )
        )
        kept.append(spelt[[*ALLELE, "words"]])
    whole = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=[*ALLELE, "words"])
    order = np.argsort(variants_alleles.places(whole, genome), kind="stable")
    return Pathogenic(
        known_sites.Alleles.of(whole, genome), pa.array(whole["words"].iloc[order], pa.string())
    )


def read_alleles(path: Path, genome: Genome) -> known_sites.Alleles:
    """All alleles of a VCF of sites."""
    kept = [known_sites.spelt(records, genome)[list(ALLELE)] for records in vcf.read_records(path, None)]
    return known_sites.Alleles.of(pd.concat(kept, ignore_index=True), genome)
