"""Scores of one sample's variants, the shards joined in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from landfall.genome.reference import Reference
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.io import parquet
from landfall.splicing import score_rows
from landfall.splicing.merge import one_record
from landfall.splicing.tables import PLACEMENTS, PROBABILITIES, SCORES
from landfall.splicing.windows import pairs
from landfall.stages.job import Job, OnReference

KEY = ["chrom", "pos", "ref", "alt", "gene", "transcript"]


SECTIONS = ()


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.VARIANTS of the sample; tables.PLACEMENTS, and the outputs of every shard."""

    variants: Path
    placements: Path
    scores: tuple[Path, ...]
    probabilities: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """tables.SCORES and tables.PROBABILITIES of the sample."""

    scores: Path
    probabilities: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    merge_shards(
        job.wildcards["model"],
        inputs.reference,
        inputs.variants,
        inputs.placements,
        list(zip(inputs.scores, inputs.probabilities, strict=True)),
        outputs.scores,
        outputs.probabilities,
    )


def merge_shards(
    model: str,
    reference: Reference,
    variants: Path,
    placements: Path,
    shards: Sequence[tuple[Path, Path]],
    scores: Path,
    probabilities: Path,
) -> None:
    """Scores of a sample's variants, or the reason for none, sorted by contig of the reference, position, allele and
    gene.

    variants: of the sample. placements, shards: of it, perhaps of others too. Raises ShardsDifferError.
    """
    record = one_record([path for pair in shards for path in pair])
    mine = _keys(variants, reference)
    refused = score_rows.refusals(
        score_rows.read_refused(_of(parquet.read(PLACEMENTS, placements), mine), reference.by_name), model
    )
    parts = [_of(parquet.read(SCORES, path), mine) for path, _ in shards]
    parts.append(parquet.from_rows(SCORES, refused))
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    parquet.write(SCORES, _sorted(pa.concat_tables(parts), contigs), scores, record)
    kept = pa.concat_tables([_of(parquet.read(PROBABILITIES, path), mine) for _, path in shards])
    parquet.write(PROBABILITIES, _sorted(kept, contigs), probabilities, record)


def _keys(variants: Path, reference: Reference) -> pd.MultiIndex:
    """Allele, gene and transcript of every score of a sample."""
    rows = [
        (*(getattr(variant, name) for name in ALLELE), *_names(transcript))
        for variant, transcript in pairs(variants, GeneIndex(reference.transcripts))
    ]
    return pd.MultiIndex.from_frame(pd.DataFrame(rows, columns=KEY))


def _names(transcript: Transcript | None) -> tuple[str, str]:
    return (transcript.gene, transcript.transcript) if transcript else ("", "")


def _of(table: pa.Table, keys: pd.MultiIndex) -> pa.Table:
    """The rows with one of the keys."""
    return table.filter(pa.array(pd.MultiIndex.from_frame(table.select(KEY).to_pandas()).isin(keys)))


def _sorted(table: pa.Table, contigs: Mapping[str, int]) -> pa.Table:
    """Stable: rows of one variant and gene keep their order."""
    keys = table.select(KEY).to_pandas()
    keys["chrom"] = keys["chrom"].map(contigs)
    return table.take(pa.array(keys.sort_values(list(keys.columns), kind="stable").index))
