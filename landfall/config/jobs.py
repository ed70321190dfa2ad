"""Resources of the jobs of a run."""

from __future__ import annotations

from landfall.config.fields import Maybe, Section, Whole, key


class ScoreJob(Section):
    """a job that runs a model on one shard"""

    mem_mb: Maybe[Whole] = key(
        "memory in megabytes; `null` for one and a half times the model's measured memory "
        "(`landfall/models/runtime/cost.py`) plus Snakemake's and a GPU's libraries; grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    runtime: Maybe[Whole] = key(
        "longest run in minutes; `null` for four times the measured time of the shard's bases, at least 10; "
        "grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    gpu: Whole = key("GPUs; 1 to request one", 0, ge=0, le=1, affects="speed")


class TrackJob(Section):
    """a job that runs a regulatory track model"""

    mem_mb: Maybe[Whole] = key("as that of `score`", None, ge=1, affects="speed")
    runtime: Maybe[Whole] = key(
        "longest run in minutes; `null` for four times the measured time of the shard's windows and alternates "
        "(`landfall/models/runtime/cost.py`), at least 10; grows with each attempt",
        None,
        ge=1,
        affects="speed",
    )
    gpu: Whole = key("GPUs; 1 to request one", 0, ge=0, le=1, affects="speed")


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
    """resources of the jobs; memory grows with each attempt"""

    score: ScoreJob = ScoreJob()
    tracks: TrackJob = TrackJob()
    other: OtherJob = OtherJob()
