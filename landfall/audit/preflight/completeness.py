"""What an analysis lacks by its input, in sentences for the head of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from landfall.config.sections import Settings
from landfall.io.errors import listed

NO_CONTIG = "contig_unknown"
"""Name of the rule of alleles on a contig that is not in the reference."""
MOST_NAMED = 5
"""Largest number of contigs or genes that a sentence names."""


def contigs(ledger: pa.Table) -> Iterator[str]:
    """Alleles on contigs that the reference lacks; ledger: columns rule and chrom of tables.LEDGER."""
    off = ledger.filter(pc.equal(ledger["rule"], NO_CONTIG))
    if off.num_rows:
        names = listed(sorted(pc.unique(off["chrom"]).to_pylist()), MOST_NAMED)
        share = f"{off.num_rows:,} of {ledger.num_rows:,} alleles ({off.num_rows / ledger.num_rows:.1%})"
        yield f"{share} lie on contigs that the reference lacks, and are not analysed: {names}."


def sources(settings: Settings) -> Iterator[str]:
    """Sources of frequencies and of classified alleles that are not configured."""
    if not settings.filter.frequency.has_sources:
        yield (
            "Frequencies are not known: no source of population frequencies is configured (filter.frequency), so that "
            "no allele is left out as frequent."
        )
    if settings.evidence.clinvar is None:
        yield (
            "No classified alleles are configured (evidence.clinvar): variants that ClinVar has as pathogenic are not "
            "recognised."
        )


def genes(count: int, lacking: Sequence[str]) -> Iterator[str]:
    """Candidate genes without a transcript in the annotation; count: of all candidate genes."""
    if lacking:
        names = listed(lacking, MOST_NAMED)
        verb = "have no transcript in the annotation, and are not analysed"
        yield f"{len(lacking):,} of {count:,} candidate genes {verb}: {names}."


def genotypes(samples: Sequence[str]) -> Iterator[str]:
    """A VCF without genotypes; samples: its columns."""
    if not samples:
        yield "The VCF has no genotypes: zygosity, inheritance and pairs of variants are not assessed."
