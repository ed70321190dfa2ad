"""VCF and FASTA files, settings and a toy network built in code, for tests."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pysam

from landfall.config.filters import Filter, Frequency, ModeLimits
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.io import parquet
from landfall.variants.tables import NORMALISED

ROOT = Path(__file__).resolve().parents[2]


def bases(length: int, seed: int, letters: str = "ACGT") -> str:
    """Random sequence, the same for the same seed."""
    return "".join(random.Random(seed).choices(letters, k=length))


def genome(folder: Path, sequences: Mapping[str, str]) -> Genome:
    """A FASTA file with its index."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "genome.fa"
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in sequences.items()))
    pysam.faidx(str(path))
    return Genome(path)


def vcf_text(
    records: Sequence[str], contigs: Mapping[str, int], samples: Sequence[str] = (), info: Sequence[str] = ()
) -> str:
    """A VCF; records are lines whose fields are separated by blanks."""
    lines = ["##fileformat=VCFv4.2", '##FILTER=<ID=q10,Description="low">']
    lines += [f'##INFO=<ID={name},Number=A,Type=Float,Description="frequency">' for name in info]
    lines += [
        '##ALT=<ID=DEL,Description="deletion">',
        '##ALT=<ID=NON_REF,Description="any other">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">',
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="depth">',
        '##FORMAT=<ID=GQ,Number=1,Type=Float,Description="quality">',
    ]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in contigs.items()]
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    columns += ["FORMAT", *samples] if samples else []
    lines += ["\t".join(columns), *("\t".join(record.split()) for record in records)]
    return "\n".join(lines) + "\n"


def site(chrom: str, pos: int | str, ref: str, alt: str, info: str = ".") -> str:
    """A record without genotype."""
    return f"{chrom} {pos} . {ref} {alt} . . {info}"


def call(chrom: str, pos: int | str, ref: str, alt: str, layout: str = "GT", *calls: str) -> str:
    """A record with genotypes."""
    return f"{chrom} {pos} . {ref} {alt} 50 PASS . {layout} {' '.join(calls or ('0/1',))}"


THRESHOLDS = Filter(
    pass_filters=("PASS", "."),
    min_depth=10,
    min_genotype_quality=20,
    het_allele_balance=(0.2, 0.8),
    gene_flank=100,
    exclude=(),
    blacklist=None,
    known_pathogenic_max_af=0.05,
    frequency=Frequency(
        max_af=0.02,
        modes=ModeLimits(
            autosomal_dominant=0.001,
            autosomal_recessive=0.002,
            autosomal_recessive_comp_het=0.01,
            x_linked_dominant=0.001,
            x_linked_recessive=0.003,
            x_linked_recessive_comp_het=0.015,
            y_linked=0.004,
            mitochondrial=0.05,
        ),
        info_fields=("AF",),
        cohort_fields=("AF",),
        cohort_max_af=0.1,
    ),
)

PLAIN_ALLELE = {
    "chrom": "chr1",
    "pos": 500,
    "ref": "A",
    "alt": "C",
    "record": 1,
    "allele": 1,
    "rsid": None,
    "qual": 50.0,
    "filter": "PASS",
    "genotype": "0/1",
    "phase_set": None,
    "zygosity": "heterozygous",
    "depth": 30,
    "genotype_quality": 99.0,
    "allele_balance": 0.5,
    "heteroplasmy": None,
    "call_site": None,
    "info_frequency": None,
    "info_field": None,
}


def normalised(*changes: Mapping[str, object]) -> pa.Table:
    """tables.NORMALISED: one plain allele for each set of changes, numbered as records."""
    rows = [{**PLAIN_ALLELE, "record": n, **change} for n, change in enumerate(changes, start=1)]
    return parquet.from_rows(NORMALISED, rows)


def alleles(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "pos", "ref", "alt"])


def transcript(
    gene: str = "GENE",
    exons: Sequence[tuple[int, int]] = ((100, 200), (400, 500), (800, 900)),
    strand: str = "+",
) -> Transcript:
    return Transcript(gene, f"{gene}-id", f"{gene}.1", "chr1", strand, tuple(exons), representative=True)
