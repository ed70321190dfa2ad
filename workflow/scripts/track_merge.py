"""A network's tracks held against its background."""

from pathlib import Path

from landfall import job
from landfall.stages import track_merge
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    names = ("model", "targets", "placements", "tracks")
    sources = {name: Path(snakemake.input[name]) for name in names}
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    track_merge.run(
        settings.regulation.model(snakemake.wildcards.track_model),
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        sources | {"background": Path(snakemake.input.background[0])},
        {name: Path(path) for name, path in snakemake.output.items()},
    )
