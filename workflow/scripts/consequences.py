"""What changed splice sites make of mRNA and protein."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.splicing import outcomes

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    outcomes.run(
        settings,
        reference,
        [Path(path) for path in snakemake.input.scores],
        [Path(path) for path in snakemake.input.probabilities],
        Path(snakemake.output[0]),
    )
