"""What the models said of one sample's variants, all shards in one table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from landfall import scoring, tables
from landfall.genes import GeneIndex, Transcript
from landfall.stages.common import Reference
from landfall.stages.windows import pairs

WHERE = ("device", "threads", "torch")
"""What may differ between the shards of a model: where they were computed, and by which build of torch."""
KEY = ["chrom", "pos", "ref", "alt", "gene", "transcript"]


class ShardsDifferError(Exception):
    """Shards of one model that do not rest on the same."""


def run(
    model: str,
    reference: Reference,
    variants: Path,
    placements: Path,
    shards: Sequence[tuple[Path, Path]],
    scores: Path,
    probabilities: Path,
) -> None:
    """Scores and refusals of a sample's variants, sorted by contig of the reference, position, allele and gene.

    variants: of the sample. placements, shards: of all samples. Raises ShardsDifferError.
    """
    record = one_record([path for pair in shards for path in pair])
    mine = _keys(variants, reference)
    refused = scoring.refusals(
        scoring.read_refused(_of(tables.read(tables.PLACEMENTS, placements), mine), reference.by_name), model
    )
    parts = [_of(tables.read(tables.SCORES, path), mine) for path, _ in shards]
    parts.append(tables.from_rows(tables.SCORES, refused))
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    tables.write(tables.SCORES, _sorted(pa.concat_tables(parts), contigs), scores, record)
    kept = pa.concat_tables([_of(tables.read(tables.PROBABILITIES, path), mine) for _, path in shards])
    tables.write(tables.PROBABILITIES, _sorted(kept, contigs), probabilities, record)


def one_record(shards: Sequence[Path]) -> dict[str, Any]:
    """What all shards rest on: the same model, weights, settings and code, each on its device.

    Raises ShardsDifferError where the record of a shard is another one.
    """
    records = {path: tables.metadata(path) for path in shards}
    first, whole = next(iter(records.items()))
    for path, record in records.items():
        if differ := [name for name in whole if name not in WHERE and record.get(name) != whole[name]]:
            raise ShardsDifferError(
                f"{first} and {path} were computed with different {', '.join(differ)}: one was made before a change"
                f" and the other after it. Delete {re.sub('[0-9]+(?=[.]parquet$)', '*', path.name)} in {path.parent}"
                " and give the same command again"
            )
    joined = {
        name: "; ".join(sorted({str(r[name]) for r in records.values() if name in r}))
        for name in ("device", "torch")
    }
    return whole | joined | {"threads": max(r["threads"] for r in records.values())}


def _keys(variants: Path, reference: Reference) -> pd.MultiIndex:
    """Allele, gene and transcript of everything that is read for a sample."""
    rows = [
        (*(getattr(variant, name) for name in tables.ALLELE), *_names(transcript))
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
