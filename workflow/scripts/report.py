"""The report."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    _, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = stages.Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    sources = {
        name: Path(snakemake.input[name]) for name in ("prioritised", "outcomes", "ledger", "provenance")
    }
    stages.build_report(
        sample,
        reference,
        sources,
        [Path(p) for p in snakemake.input.probabilities],
        Path(snakemake.output[0]),
    )
