"""Where every value comes from."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = stages.read_json(Path(snakemake.input.resolved))
    stages.record_provenance(
        settings,
        sample,
        resolved,
        Path(snakemake.input.inputs),
        [Path(path) for path in snakemake.input.scores],
        Path(snakemake.input.ledger),
        Path(snakemake.output[0]),
    )
