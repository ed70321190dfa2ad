"""All shards of a network of tracks in one table."""

from pathlib import Path

from landfall import job
from landfall.stages import track_merge

with job.logged(snakemake.log[0]):
    track_merge.join([Path(path) for path in snakemake.input], Path(snakemake.output[0]))
