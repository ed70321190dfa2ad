"""A network's tracks held against its background."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.regulation import merge

with job.logged(snakemake.log[0]):
    names = ("model", "targets", "placements", "tracks")
    sources = {name: Path(snakemake.input[name]) for name in names}
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    merge.run(
        settings.regulation.model(snakemake.wildcards.track_model),
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        sources | {"background": Path(snakemake.input.background[0])},
        {name: Path(path) for name, path in snakemake.output.items()},
    )
