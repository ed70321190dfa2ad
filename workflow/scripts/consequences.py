"""What changed splice sites make of mRNA and protein."""

from pathlib import Path

from landfall import job
from landfall.stages import consequences
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    consequences.run(
        settings,
        reference,
        [Path(path) for path in snakemake.input.scores],
        [Path(path) for path in snakemake.input.probabilities],
        Path(snakemake.output[0]),
    )
