"""What the jobs of a run ask of a machine or cluster."""

from __future__ import annotations

from landfall.config.fields import Maybe, Section, Whole, key


class ScoreJob(Section):
    """a job that runs a model on one shard"""

    mem_mb: Maybe[Whole] = key(
        "memory in megabytes; `null` for half as much again as the model was measured to take "
        "(`landfall/models/runtime/cost.py`), Snakemake's own and a GPU's libraries on top; grows with each "
        "attempt",
        None,
        ge=1,
        affects="speed",
    )
    runtime: Maybe[Whole] = key(
        "longest run in minutes; `null` for four times what the shard's bases took where the cost was "
        "measured, at least 10; grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    gpu: Whole = key("GPUs; 1 to ask a cluster for one", 0, ge=0, le=1, affects="speed")


class TrackJob(Section):
    """a job that runs a network of regulatory tracks"""

    mem_mb: Maybe[Whole] = key("as that of `score`", None, ge=1, affects="speed")
    runtime: Maybe[Whole] = key(
        "longest run in minutes; `null` for four times what the shard's windows and alternates took "
        "(`landfall/models/runtime/cost.py`), at least 10; grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    gpu: Whole = key("GPUs; 1 to ask a cluster for one", 0, ge=0, le=1, affects="speed")


class OtherJob(Section):
    """every other job"""

    mem_mb: Maybe[Whole] = key(
        "memory in megabytes; `null` for `default-resources` of the profile; grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    runtime: Maybe[Whole] = key(
        "longest run in minutes; `null` for `default-resources` of the profile; grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    gpu: Whole = key("GPUs", 0, ge=0, le=1, affects="speed")


class ResourcesPerJob(Section):
    """what a job asks of the machine or cluster; memory grows with each attempt"""

    score: ScoreJob = ScoreJob()
    tracks: TrackJob = TrackJob()
    other: OtherJob = OtherJob()
