"""The report."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.report.inputs import SPLICING
from landfall.stages import job
from landfall.stages.report import report

with job.logged(snakemake.log[0]):
    _, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    names = ("prioritised", "outcomes", "ledger", "callset", "provenance", "changes", *SPLICING)
    sources = {name: Path(snakemake.input[name]) for name in names}
    sources |= {Path(path).stem: Path(path) for path in snakemake.input.regulation}
    report.run(
        sample,
        reference,
        sources,
        [Path(p) for p in snakemake.input.probabilities],
        Path(snakemake.output[0]),
    )
