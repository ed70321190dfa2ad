"""What a job of a model asks of a cluster: by the model's measured cost and the bases that its shard has to compute.

Neither torch nor any model is imported here: rules ask while a run is planned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """A job on one thread of a processor: seconds until it computes and per million bases, megabytes at most."""

    start: float
    per_million: float
    peak: int


MEASURED = {
    "spliceai": Cost(start=3.6, per_million=9.7, peak=684),
    "cispliceai": Cost(start=3.6, per_million=9.1, peak=687),
    "mmsplice": Cost(start=3.2, per_million=0.3, peak=373),
}
"""By ``python -m benchmarks.jobs``: processor seconds, the largest window there is, 500 bases on either side."""


@dataclass(frozen=True)
class TrackCost:
    """A network of tracks on one thread of a processor: seconds for a window and for each alternate on both strands,
    megabytes at most.
    """

    window: float
    alternate: float
    peak: int


TRACKS = {
    "enformer": TrackCost(window=50, alternate=15, peak=2900),
    "basenji2": TrackCost(window=4.6, alternate=0.44, peak=1500),
    "sei": TrackCost(window=1.9, alternate=0.36, peak=4300),
    "borzoi": TrackCost(window=90, alternate=73, peak=11_000),
    "deepsea": TrackCost(window=0.048, alternate=0.030, peak=600),
    "beluga": TrackCost(window=0.19, alternate=0.18, peak=1100),
}
"""By ``python -m benchmarks.sizing``: isolated variants are a window and an alternate, ten of one window share it."""
QUICKER = 20
"""A GPU beside one thread. An H100 was 27 (DeepSEA) to 300 times (Enformer) as quick; a small one is a tenth of it."""
LOADING = 60
"""Seconds until a network of tracks reads, the largest weights from a network's disk."""
SLOWER = 4
"""An older or busy machine, and a network's disk, beside the one where it was measured."""
LARGER = 1.5
BESIDE = 400
"""Megabytes of the processes of Snakemake that SLURM counts with the job: two of about 170 each."""
FOR_GPU = 4000
"""Megabytes more where a GPU is used, for its libraries: a reserve, three times what a process held on an H100 beside
Enformer's weights (``python -m benchmarks.regulation --device cuda``: 2.3 GiB, 1 of them weights)."""
LOOKS = 12
"""Readings of a window that attention and contribution of both alleles take at most, a gradient as three."""
MINUTES = 60
"""Asked for where the work is not known yet."""
LEAST_MINUTES = 10


def megabytes(model: str, gpu: int) -> int:
    """Memory of a job of a model or network of tracks, in whole hundreds of megabytes. gpu: how many it uses."""
    peak = (MEASURED[model] if model in MEASURED else TRACKS[model]).peak
    return math.ceil(peak * LARGER / 100) * 100 + BESIDE + FOR_GPU * gpu


def minutes(model: str, work: int) -> int:
    """Time of a job that has so many bases to compute."""
    cost = MEASURED[model]
    return _asked(cost.start + cost.per_million * work / 1e6)


def track_minutes(network: str, windows: int, alternates: int, gpu: int) -> int:
    """Time of a job that reads so many windows and alternates on both strands."""
    cost = TRACKS[network]
    seconds = cost.window * windows + cost.alternate * alternates
    return _asked(LOADING + seconds / (QUICKER if gpu else 1))


def _asked(seconds: float) -> int:
    """Minutes to ask for where so many seconds were measured."""
    return max(LEAST_MINUTES, math.ceil(seconds * SLOWER / 60))
