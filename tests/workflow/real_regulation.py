"""A patient on real sequence around SAMD11 (chr1, GRCh38), for the small trained network of Borzoi's kind.

The contig is chr1's first million bases; exons and coding sequence are those of ENST00000616016.5. The variants are
made up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysam

from tests.workflow.runner import REPO, merged, model, quick_config, write_vcf

EXONS = (
    (923923, 924948),
    (925922, 926013),
    (930155, 930336),
    (931039, 931089),
    (935772, 935896),
    (939040, 939129),
    (939272, 939412),
    (941144, 941306),
    (942136, 942251),
    (942410, 942488),
    (942559, 943058),
    (943253, 943377),
    (943698, 943808),
    (943908, 944574),
)
"""1-based first base, and last base, as in the GTF."""
CDS = (924432, 944153)
LENGTH = 1_000_000
CHANGES = (
    (923963, "C", "T"),
    (923803, "A", "G"),
    (923843, "C", "T"),
    (915000, "", "del"),
    (930250, "", "ins"),
    (963000, "", "transition"),
)
"""1-based position, bases; near the promoter, upstream, in an exon; too near the end of what is known."""


def case(folder: Path, shared: Path, sha256: str, **regulation: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Configuration and row of the sample sheet; files are written into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    fasta = _fasta(folder, shared)
    _gtf(folder / "genes.gtf")
    _vcf(folder / "patient.vcf", fasta)
    (folder / "resources").mkdir()
    (folder / "resources" / "weights").symlink_to(REPO / "resources" / "weights")
    weights = shared / "models" / "borzoi_tiny" / "model.h5"
    network = {"name": "borzoi", "weights": str(weights), "sha256": sha256, "max_unknown_fraction": 0.2}
    network |= {"both_strands": False, "shards": 1}
    changes = {
        "genome": {"fasta": str(fasta), "annotation": str(folder / "genes.gtf")},
        "resources": str(folder / "resources"),
        "labels": {"banner": "Small test network: for testing alone"},
        "filter": {"frequency": {"population_vcf": None}},
        "models": model(distance=50, shards=1),
        "maxentscan": str(shared / "models" / "maxentscan" / "maxent_tables.npz"),
        "interpretation": {"max_candidates": 0},
        "regulation": {
            "models": [network],
            "background": {"variants": 20},
            "top": 2,
            "ism_flank": 1,
            **regulation,
        },
    }
    row = {"sample": "demo", "vcf": str(folder / "patient.vcf"), "genes": "SAMD11"}
    return merged(quick_config(), changes), row


def _fasta(folder: Path, shared: Path) -> Path:
    source = pysam.FastaFile(str(shared / "loci" / "GRCh38.fa.gz"))
    path = folder / "chr1.fa"
    path.write_text(f">chr1\n{source.fetch('chr1', 0, LENGTH)}\n")
    return path


def _gtf(path: Path) -> None:
    named = (
        'gene_id "ENSG00000187634"; gene_name "SAMD11"; transcript_id "ENST00000616016.5"; tag "MANE_Select";'
    )
    rows = [("transcript", EXONS[0][0], EXONS[-1][1])]
    for start, end in EXONS:
        rows.append(("exon", start, end))
        if (low := max(start, CDS[0])) <= (high := min(end, CDS[1])):
            rows.append(("CDS", low, high))
    lines = [f"chr1\treal\t{kind}\t{a}\t{b}\t.\t+\t.\t{named}\n" for kind, a, b in rows]
    path.write_text("".join(lines))


def _vcf(path: Path, fasta: Path) -> None:
    genome = pysam.FastaFile(str(fasta))
    header = [
        "##fileformat=VCFv4.2",
        f"##contig=<ID=chr1,length={LENGTH}>",
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tdemo",
    ]
    records = []
    for pos, ref, alt in sorted(CHANGES):
        if alt == "del":
            ref = genome.fetch("chr1", pos - 1, pos + 12).upper()
            alt = ref[0]
        elif alt == "ins":
            ref = genome.fetch("chr1", pos - 1, pos).upper()
            alt = ref + "ACGTTGCAAC"
        elif alt == "transition":
            ref = genome.fetch("chr1", pos - 1, pos).upper()
            alt = {"A": "G", "G": "A", "C": "T", "T": "C"}[ref]
        records.append(("chr1", pos, ".", ref, alt, 50, "PASS", ".", "GT", "0/1"))
    write_vcf(path, header, records)
