"""All shards of a model in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from landfall import scoring, tables
from landfall.stages.common import Reference


def run(
    model: str,
    reference: Reference,
    placements: Path,
    shards: Sequence[tuple[Path, Path]],
    scores: Path,
    probabilities: Path,
) -> None:
    """All shards of a model and its refusals, sorted by contig of the reference, position, allele and gene."""
    refused = scoring.refusals(
        scoring.read_refused(tables.read(tables.PLACEMENTS, placements), reference.by_name), model
    )
    parts = [tables.read(tables.SCORES, path) for path, _ in shards] + [
        tables.from_rows(tables.SCORES, refused)
    ]
    record = tables.metadata(shards[0][0])
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    tables.write(tables.SCORES, _sorted(pa.concat_tables(parts), contigs), scores, record)
    kept = pa.concat_tables([tables.read(tables.PROBABILITIES, path) for _, path in shards])
    tables.write(tables.PROBABILITIES, _sorted(kept, contigs), probabilities, record)


def _sorted(table: pa.Table, contigs: Mapping[str, int]) -> pa.Table:
    """Stable: rows of one variant and gene keep their order."""
    keys = table.select(["chrom", "pos", "ref", "alt", "gene", "transcript"]).to_pandas()
    keys["chrom"] = keys["chrom"].map(contigs)
    return table.take(pa.array(keys.sort_values(list(keys.columns), kind="stable").index))
