"""Registry of the results of a run and of all tables, from which the target of the workflow, the outputs of its rules,
the inputs of the report, the list of the provenance and the tests derive.

``python -m landfall.stages.results`` prints the manual of the tables for docs/output.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
from landfall.report import registry
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


@dataclass(frozen=True)
class Result:
    """A file in results/<sample>: ``output`` of the stage ``stage``, with the contract ``table`` if it is a table.

    ``recorded``: whether the record of provenance holds its digest.
    ``caption`` and ``label`` place it in the report of Snakemake.
    """

    file: str
    stage: str
    output: str
    table: Table | None = None
    recorded: bool = True
    caption: str = ""
    label: str = ""

    @property
    def in_report(self) -> bool:
        """Whether a section of the report reads it."""
        return self.table is not None and self.table.name in registry.TABLES

    @property
    def of_networks(self) -> bool:
        """Whether it is written only where a regulatory track model runs."""
        return self.stage.startswith("regulation.")


@dataclass(frozen=True)
class Intermediate:
    """A table in the working folder or in a cache."""

    table: Table


WRITTEN: tuple[Result | Intermediate, ...] = (
    Intermediate(TRANSCRIPTS),
    Result("ledger.parquet", "ranking.ledger", "ledger", LEDGER),
    Intermediate(DECISIONS),
    Intermediate(NORMALISED),
    Result("callset.parquet", "variants.callset", "callset", CALLSET),
    Intermediate(VARIANTS),
    Intermediate(FAMILY_CALLS),
    Intermediate(WINDOWS),
    Intermediate(PLACEMENTS),
    Intermediate(SCORES),
    Intermediate(PROBABILITIES),
    Intermediate(STORED),
    Intermediate(STORED_TRACKS),
    Result("outcomes.parquet", "splicing.outcomes", "outcomes", OUTCOMES),
    Result("prioritised.parquet", "ranking.prioritise", "table", PRIORITISED),
    Result(
        "prioritised.tsv",
        "ranking.prioritise",
        "text",
        caption="prioritised.rst",
        label="2 Ranked candidates",
    ),
    Result("annotated.vcf.gz", "ranking.annotate", "vcf"),
    Result("annotated.vcf.gz.tbi", "ranking.annotate", "index"),
    Result("changes.parquet", "report.changes", "changes", CHANGES, recorded=False),
    Result("pairs.parquet", "ranking.prioritise", "pairs", PAIRS),
    Result("evidence.parquet", "ranking.acmg", "evidence", EVIDENCE),
    Result("assay.parquet", "splicing.rtpcr", "table", ASSAYS),
    Result("assay.tsv", "splicing.rtpcr", "text", caption="assay.rst", label="3 RT-PCR assays"),
    Result(
        "interpreted_candidates.parquet",
        "splicing.interpret",
        "interpreted_candidates",
        INTERPRETED_CANDIDATES,
    ),
    Result("mutagenesis.parquet", "splicing.interpret", "mutagenesis", MUTAGENESIS),
    Result("antisense_scan.parquet", "splicing.interpret", "antisense_scan", ANTISENSE_SCAN),
    Result("haplotypes.parquet", "splicing.interpret", "haplotypes", HAPLOTYPES),
    Result("stability.parquet", "splicing.interpret", "stability", STABILITY),
    Intermediate(TARGETS),
    Intermediate(TRACK_PLACEMENTS),
    Intermediate(TRACKS),
    Result("regulation.parquet", "regulation.summarise", "regulation", REGULATION),
    Result("classes.parquet", "regulation.summarise", "classes", CLASSES),
    Result("regulatory.parquet", "regulation.summarise", "regulatory", REGULATORY),
    Result("regulation_bins.parquet", "regulation.gather", "bins", REGULATION_BINS),
    Result("regulation_attribution.parquet", "regulation.gather", "maps", REGULATION_ATTRIBUTION),
    Result(
        "regulation_stretches.parquet",
        "regulation.gather",
        "stretches",
        REGULATION_STRETCHES,
    ),
    Result(
        "regulation_mutagenesis.parquet",
        "regulation.gather",
        "mutagenesis",
        REGULATION_MUTAGENESIS,
    ),
    Result(
        "provenance.json",
        "report.provenance",
        "provenance",
        recorded=False,
        caption="provenance.rst",
        label="4 Where every value comes from",
    ),
    Result(
        "report.html",
        "report.report",
        "report",
        recorded=False,
        caption="report.rst",
        label="1 Clinical report",
    ),
)
"""The results of a run, in the order of docs/output.md."""
RESULTS = tuple(each for each in WRITTEN if isinstance(each, Result))
TABLES = tuple(each.table for each in WRITTEN if each.table)


def of_run(*, networks: bool) -> list[Result]:
    """The results of a sample; networks: whether a regulatory track model runs."""
    return [result for result in RESULTS if networks or not result.of_networks]


def of_stage(stage: str) -> list[Result]:
    """The results that a stage writes. Raises KeyError if there is none."""
    found = [result for result in RESULTS if result.stage == stage]
    if not found:
        raise KeyError(stage)
    return found


def table_of(file: str) -> Table:
    """The contract of a file of the results. Raises KeyError for one that is not a table."""
    return {result.file: result.table for result in RESULTS if result.table}[file]


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
