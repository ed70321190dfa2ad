"""The ranked table."""

from pathlib import Path

from landfall import job
from landfall.stages import prioritise
from landfall.stages.common import Reference, read_json

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
