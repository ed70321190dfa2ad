"""The ranked table."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.io.text import read_json
from landfall.stages import job
from landfall.stages.ranking import prioritise

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    prioritise.run(
        settings,
        sample,
        read_json(Path(snakemake.input.family)),
        reference,
        Path(snakemake.input.variants),
        [Path(path) for path in snakemake.input.scores],
        Path(snakemake.input.outcomes),
        Path(snakemake.input.calls),
        Path(snakemake.input.alleles),
        Path(snakemake.input.decisions),
        next(map(Path, snakemake.input.regulation), None),
        Path(snakemake.output.table),
        Path(snakemake.output.pairs),
        Path(snakemake.output.text),
    )
