"""Alleles that are exempt from filters: classified as pathogenic in a file such as ClinVar, or with a high score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
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


CLASSIFICATION = ("clinvar", "clinvar_stars", "clinvar_conflict")
"""Columns of tables.VARIANTS on the classification of an allele."""
KINDS = dict(zip(CLASSIFICATION, ("object", "Int32", "object"), strict=True))


@dataclass(frozen=True)
class Classified:
    """Alleles classified as (likely) pathogenic, or by some of several submitters.

    ``rows``: CLASSIFICATION of each, in the order of ``alleles``. ``null_alleles``: number of (likely) pathogenic null
    alleles of each gene; None where the file has no genes (GENEINFO) or consequences (MC).
    """

    alleles: known_sites.Alleles
    rows: pd.DataFrame
    null_alleles: Mapping[str, int] | None


def found_among(
    alleles: pd.DataFrame, known: known_sites.Alleles, genome: Genome
) -> tuple[np.ndarray, np.ndarray]:
    ref, alt = (columns.arrow(alleles[name]) for name in ("ref", "alt"))
    return known.find(variants_alleles.places(alleles, genome), ref, alt)


SIGNIFICANCE = "^(?:likely_)?pathogenic(?:/likely_pathogenic)?(?:[|,/].*)?$"
"""CLNSIG of alleles that cause disease: pathogenic, likely pathogenic, or both; not those with conflicting entries."""
CONFLICTING = "^conflicting_(?:classifications|interpretations)_of_pathogenicity(?:[|,/].*)?$"
"""CLNSIG of alleles whose submitters disagree."""
CALLED_PATHOGENIC = r"(?:^|[|,])_?(?:likely_)?pathogenic\("
"""CLNSIGCONF where one of them has classified the allele as (likely) pathogenic."""


NULL = r"\|(?:nonsense|frameshift_variant|splice_donor_variant|splice_acceptor_variant|initiator_codon_variant)\b"
"""MC of alleles that abolish the product of the gene."""


STARS = {
    "practice guideline": 4,
    "reviewed by expert panel": 3,
    "criteria provided, multiple submitters, no conflicts": 2,
    "criteria provided, conflicting classifications": 1,
    "criteria provided, conflicting interpretations": 1,
    "criteria provided, single submitter": 1,
}
"""ClinVar's review status (CLNREVSTAT) to its stars; others have none."""


def read_classified(path: Path, genome: Genome) -> Classified:
    """The alleles of a ClinVar-like VCF whose CLNSIG is (likely) pathogenic, or conflicting with such an entry."""
    header, kept, null_alleles = known_sites.header_of(path), [], Counter[str]()
    for records in vcf.read_records(path, None):
        pathogenic = _holds(records, "CLNSIG", SIGNIFICANCE)
        kept.append(_classified(records, pathogenic, genome, header.date))
        null_alleles.update(_genes_of_null(records[pathogenic]))
    empty = pd.DataFrame(columns=[*ALLELE, *CLASSIFICATION])
    whole = pd.concat(kept, ignore_index=True) if kept else empty
    order = np.argsort(variants_alleles.places(whole, genome), kind="stable")
    rows = whole[list(CLASSIFICATION)].iloc[order].reset_index(drop=True)
    known = null_alleles if {"GENEINFO", "MC"} <= header.info else None
    return Classified(known_sites.Alleles.of(whole, genome), rows, known)


def _genes_of_null(pathogenic: pd.DataFrame) -> Iterator[str]:
    """The genes of each null allele among the (likely) pathogenic records of a block."""
    null = pathogenic[_holds(pathogenic, "MC", NULL)]
    for genes in site_fields.info_text(null, "GENEINFO").to_pylist():
        yield from {gene.split(":")[0] for gene in genes.split("|") if gene}


def _classified(records: pd.DataFrame, pathogenic: np.ndarray, genome: Genome, date: str) -> pd.DataFrame:
    """The classified alleles of a block: ALLELE and CLASSIFICATION.

    pathogenic: which records are (likely) pathogenic. date: of the file, empty if unknown.
    """
    disputed = _holds(records, "CLNSIG", CONFLICTING) & _holds(records, "CLNSIGCONF", CALLED_PATHOGENIC)
    spelt = known_sites.spelt(records[pathogenic | disputed], genome)
    names, conflicts, reviews = (_texts(spelt, name) for name in ("CLNSIG", "CLNSIGCONF", "CLNREVSTAT"))
    entries = zip(spelt["id"].astype(str), names, conflicts, reviews, strict=True)
    found = [_of_entry(*entry, date) for entry in entries]
    rows = pd.DataFrame(found, columns=list(CLASSIFICATION), index=spelt.index)
    return spelt[list(ALLELE)].join(rows.astype(KINDS))


def _holds(records: pd.DataFrame, field: str, pattern: str) -> np.ndarray:
    text = site_fields.info_text(records, field)
    found: np.ndarray = pc.match_substring_regex(text, pattern, ignore_case=True).to_numpy(
        zero_copy_only=False
    )
    return found


def _texts(alleles: pd.DataFrame, field: str) -> list[str]:
    return [text.replace("_", " ") for text in site_fields.info_text(alleles, field).to_pylist()]


def _of_entry(
    identifier: str, significance: str, entries: str, status: str, date: str
) -> tuple[str | None, int | None, str | None]:
    """CLASSIFICATION of one entry: '7 Pathogenic (3 stars: reviewed by expert panel; file of 2026-11-01)'."""
    stars = STARS.get(status, 0) if status else None
    review = f"{stars} star{'' if stars == 1 else 's'}: {status}" if status else ""
    notes = "; ".join(filter(None, (review, f"file of {date}" if date else "")))
    after = f" ({notes})" if notes else ""
    if not significance.lower().startswith("conflicting"):
        return f"{identifier} {significance}{after}", stars, None
    each = ", ".join(part.strip().replace("(", " (") for part in re.split(r"(?<=\))[|,]", entries))
    return None, stars, f"{identifier} {each}{after}"


def read_alleles(path: Path, genome: Genome) -> known_sites.Alleles:
    """All alleles of a VCF of sites."""
    kept = [known_sites.spelt(records, genome)[list(ALLELE)] for records in vcf.read_records(path, None)]
    return known_sites.Alleles.of(pd.concat(kept, ignore_index=True), genome)
