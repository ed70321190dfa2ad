"""What changed splice sites make of mRNA and protein."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = stages.Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    stages.predict_consequences(
        settings,
        reference,
        [Path(path) for path in snakemake.input.scores],
        [Path(path) for path in snakemake.input.probabilities],
        Path(snakemake.output[0]),
    )
