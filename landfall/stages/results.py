"""Registry of the results of a run and of all tables, from which the target of the workflow, the outputs of its rules,
the inputs of the report, the list of the provenance, docs/output.md and the tests derive.
"""

from __future__ import annotations

from dataclasses import dataclass

from landfall.audit.tables import CHANGES
from landfall.io.parquet import Table
from landfall.patient.tables import PAIRS, RELATIVES
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from landfall.regulation.tables import (
    CLASSES,
    REGULATION,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
    REGULATORY,
)
from landfall.report import registry
from landfall.splicing.tables import (
    ANTISENSE_SCAN,
    ASSAYS,
    HAPLOTYPES,
    INTERPRETED_CANDIDATES,
    MUTAGENESIS,
    OUTCOMES,
    STABILITY,
)
from landfall.stages.intermediates import INTERMEDIATES
from landfall.variants.tables import CALLSET, LEDGER


@dataclass(frozen=True)
class Result:
    """A file in results/<sample>: ``output`` of the stage ``stage``, with the contract ``table`` if it is a table.

    ``meaning``: what it is, for docs/output.md. ``recorded``: whether the record of provenance holds its digest.
    ``caption`` and ``label`` place it in the report of Snakemake.
    """

    file: str
    stage: str
    output: str
    meaning: str
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


RESULTS: tuple[Result, ...] = (
    Result(
        "report.html",
        "report.report",
        "report",
        "the report: one file without external resources; for each case prediction, confidence and next steps",
        recorded=False,
        caption="report.rst",
        label="1 Clinical report",
    ),
    Result(
        "prioritised.parquet",
        "ranking.prioritise",
        "table",
        "one row per allele and gene, best first",
        PRIORITISED,
    ),
    Result(
        "prioritised.tsv",
        "ranking.prioritise",
        "text",
        "the same as text, empty for null",
        caption="prioritised.rst",
        label="2 Ranked candidates",
    ),
    Result(
        "evidence.parquet",
        "ranking.acmg",
        "evidence",
        "draft ACMG/AMP criteria of the leading candidates, each with its reason",
        EVIDENCE,
    ),
    Result(
        "assay.parquet",
        "splicing.rtpcr",
        "table",
        "RT-PCR primers, band sizes and advice for each called outcome of the leading candidates",
        ASSAYS,
    ),
    Result(
        "assay.tsv",
        "splicing.rtpcr",
        "text",
        "the same as text",
        caption="assay.rst",
        label="3 RT-PCR assays",
    ),
    Result(
        "pairs.parquet",
        "ranking.prioritise",
        "pairs",
        "two alleles of one gene assessed as a compound heterozygote, with phase and reason; those in cis too",
        PAIRS,
    ),
    Result(
        "relatives.parquet",
        "ranking.prioritise",
        "relatives",
        "the patient's family at each ranked allele: pedigree, genotype and reads of each member",
        RELATIVES,
    ),
    Result(
        "outcomes.parquet",
        "splicing.outcomes",
        "outcomes",
        "predicted outcomes of splicing, with mRNA and protein",
        OUTCOMES,
    ),
    Result(
        "interpreted_candidates.parquet",
        "splicing.interpret",
        "interpreted_candidates",
        "the interpreted candidates: the attribution target of each, and how many networks and neighbours agree",
        INTERPRETED_CANDIDATES,
    ),
    Result(
        "mutagenesis.parquet",
        "splicing.interpret",
        "mutagenesis",
        "in silico mutagenesis of them: every single-base change around the variant and the sites of the outcome",
        MUTAGENESIS,
    ),
    Result(
        "antisense_scan.parquet",
        "splicing.interpret",
        "antisense_scan",
        "N-masking of windows, ranked: what an antisense oligonucleotide could mask",
        ANTISENSE_SCAN,
    ),
    Result(
        "haplotypes.parquet",
        "splicing.interpret",
        "haplotypes",
        "the patient's other alleles nearby: scored together and alone, or the reason why not",
        HAPLOTYPES,
    ),
    Result(
        "stability.parquet",
        "splicing.interpret",
        "stability",
        "the same outcome at other distances, unmasked, by single networks, in other transcripts, by other models",
        STABILITY,
    ),
    Result(
        "regulatory.parquet",
        "regulation.summarise",
        "regulatory",
        "each variant of the regulatory track models, by decreasing change, or the reason for no score",
        REGULATORY,
    ),
    Result(
        "regulation.parquet",
        "regulation.summarise",
        "regulation",
        "the track of each assay and group of tissues that changes most, with percentile and z",
        REGULATION,
    ),
    Result(
        "classes.parquet",
        "regulation.summarise",
        "classes",
        "scores of the classes of sequence with either allele (Sei)",
        CLASSES,
    ),
    Result(
        "regulation_bins.parquet",
        "regulation.gather",
        "bins",
        "the tracks drawn in the report, bin by bin",
        REGULATION_BINS,
    ),
    Result(
        "regulation_attribution.parquet",
        "regulation.gather",
        "attribution",
        "attention and input attribution along the window",
        REGULATION_ATTRIBUTION,
    ),
    Result(
        "regulation_stretches.parquet",
        "regulation.gather",
        "stretches",
        "candidate enhancers by their attribution to the start of the gene",
        REGULATION_STRETCHES,
    ),
    Result(
        "regulation_mutagenesis.parquet",
        "regulation.gather",
        "mutagenesis",
        "every single-base change around an interpreted variant",
        REGULATION_MUTAGENESIS,
    ),
    Result(
        "ledger.parquet",
        "ranking.ledger",
        "ledger",
        "one row per allele of the input: its status, with the stage, rule and value that decided",
        LEDGER,
    ),
    Result(
        "callset.parquet",
        "variants.callset",
        "callset",
        "metrics of the call set: kinds of alleles, transitions, zygosity, contig by contig",
        CALLSET,
    ),
    Result(
        "annotated.vcf.gz",
        "ranking.annotate",
        "vcf",
        "the alleles that passed the filters, normalised, one a record, with scores",
    ),
    Result(
        "annotated.vcf.gz.tbi",
        "ranking.annotate",
        "index",
        "its tabix index",
    ),
    Result(
        "changes.parquet",
        "report.changes",
        "changes",
        "differences from the earlier result that the sheet names in `previous`, and their causes",
        CHANGES,
        recorded=False,
    ),
    Result(
        "provenance.json",
        "report.provenance",
        "provenance",
        "inputs, weights and results with SHA-256, settings, versions, device, counts by stage, command, time",
        recorded=False,
        caption="provenance.rst",
        label="4 Where every value comes from",
    ),
)
"""What a run writes to results/<sample>."""
CONTRACTS = (*(each.table for each in RESULTS), *(each.table for each in INTERMEDIATES))
TABLES = tuple(dict.fromkeys(table for table in CONTRACTS if table))
"""Those of the results first."""


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
