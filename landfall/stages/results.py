"""Every table that a run writes; ``python -m landfall.stages.results`` prints their manual for docs/output.md."""

from __future__ import annotations

from collections.abc import Iterable

from landfall.audit.tables import CHANGES
from landfall.genome.tables import TRANSCRIPTS
from landfall.io.parquet import Table
from landfall.patient.tables import FAMILY_CALLS, PAIRS
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from landfall.regulation.tables import (
    CLASSES,
    REGULATION,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
    REGULATORY,
    STORED_TRACKS,
    TARGETS,
    TRACK_PLACEMENTS,
    TRACKS,
)
from landfall.splicing.tables import (
    ANTISENSE_SCAN,
    ASSAYS,
    HAPLOTYPES,
    INTERPRETED_CANDIDATES,
    MUTAGENESIS,
    OUTCOMES,
    PLACEMENTS,
    PROBABILITIES,
    SCORES,
    STABILITY,
    STORED,
    WINDOWS,
)
from landfall.variants.tables import CALLSET, DECISIONS, LEDGER, NORMALISED, VARIANTS

TABLES = (
    TRANSCRIPTS,
    LEDGER,
    DECISIONS,
    NORMALISED,
    CALLSET,
    VARIANTS,
    FAMILY_CALLS,
    WINDOWS,
    PLACEMENTS,
    SCORES,
    PROBABILITIES,
    STORED,
    STORED_TRACKS,
    OUTCOMES,
    PRIORITISED,
    CHANGES,
    PAIRS,
    EVIDENCE,
    ASSAYS,
    INTERPRETED_CANDIDATES,
    MUTAGENESIS,
    ANTISENSE_SCAN,
    HAPLOTYPES,
    STABILITY,
    TARGETS,
    TRACK_PLACEMENTS,
    TRACKS,
    REGULATION,
    CLASSES,
    REGULATORY,
    REGULATION_BINS,
    REGULATION_ATTRIBUTION,
    REGULATION_STRETCHES,
    REGULATION_MUTAGENESIS,
)


def manual() -> str:
    """Every table, column by column, as Markdown, for docs/output.md."""
    return "\n".join(line for table in TABLES for line in _described(table))


def _described(table: Table) -> Iterable[str]:
    yield f"### {table.name}\n"
    yield f"A row is {table.row}. Unique: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | type | null | meaning |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        kind = str(column.type).replace("list<item: ", "list of ").rstrip(">")
        yield f"| `{column.name}` | {kind} | {'no' if column.required else 'yes'} | {column.meaning} |"
    yield ""


if __name__ == "__main__":
    print(manual())
