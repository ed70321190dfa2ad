"""What the input lacks, in sentences."""

from __future__ import annotations

import pyarrow as pa

from landfall.audit.preflight import completeness
from landfall.audit.preflight.run import parse
from landfall.variants.filters.rules import BY_NAME

GENOME = {"build": "synthetic", "fasta": "g.fa", "annotation": "a.gtf"}


def test_contigs_that_the_reference_lacks_are_counted_and_named() -> None:
    rules = [completeness.NO_CONTIG, "scored", completeness.NO_CONTIG, "depth"]
    ledger = pa.table({"rule": rules, "chrom": ["chrUn_2", "chr1", "chrUn_1", "chr1"]})
    (words,) = completeness.contigs(ledger)
    assert words == (
        "2 of 4 alleles (50.0%) lie on contigs that the reference lacks, and are not analysed: chrUn_1, chrUn_2."
    )
    assert completeness.NO_CONTIG in BY_NAME
    assert not list(completeness.contigs(ledger.slice(1, 1)))


def test_sources_that_are_not_configured_are_named() -> None:
    settings = parse({"samples": "-", "genome": GENOME, "licences": {"accepted": ["spliceai"]}})
    frequencies, clinvar = completeness.sources(settings)
    assert frequencies.startswith("Frequencies are not known: ")
    assert "evidence.clinvar" in clinvar


def test_a_whole_input_lacks_nothing() -> None:
    assert not list(completeness.genes(3, []))
    assert not list(completeness.genotypes(["KID"]))
