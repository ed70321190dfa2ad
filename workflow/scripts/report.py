"""The report."""

from pathlib import Path

from landfall import job
from landfall.report import FURTHER
from landfall.stages import report
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    _, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    names = ("prioritised", "outcomes", "ledger", "callset", "provenance", *FURTHER)
    sources = {name: Path(snakemake.input[name]) for name in names}
    report.run(
        sample,
        reference,
        sources,
        [Path(p) for p in snakemake.input.probabilities],
        Path(snakemake.output[0]),
    )
