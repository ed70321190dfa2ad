"""Where every value comes from."""

from pathlib import Path

from landfall.io.text import read_json
from landfall.stages import job
from landfall.stages.report import provenance

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = read_json(Path(snakemake.input.resolved))
    provenance.run(
        settings,
        sample,
        resolved,
        read_json(Path(snakemake.input.family)),
        Path(snakemake.input.inputs),
        [Path(path) for path in snakemake.input.scores],
        [Path(path) for path in snakemake.input.track_scores],
        Path(snakemake.input.ledger),
        next(map(Path, snakemake.input.qualification), None),
        [Path(path) for path in snakemake.input.results],
        Path(snakemake.output[0]),
    )
