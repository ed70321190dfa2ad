"""Resources of a model's job on a cluster: by the model's measured cost and the bases that its shard has to compute.

Neither torch nor any model is imported here: rules call it while a run is planned.
"""

from __future__ import annotations

import math

from landfall.models.registry import splice_model, splice_models, track_model

QUICKER = 20
"""A GPU beside one thread. An H100 was 27 (DeepSEA) to 300 times (Enformer) as quick; a small one is a tenth of it."""
LOADING = 60
"""Seconds until a regulatory track model reads, the largest weights from a network's disk."""
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
"""Requested where the work is not known yet."""
LEAST_MINUTES = 10


def megabytes(model: str, gpu: int) -> int:
    """Memory of a job of a model or regulatory track model, in whole hundreds of megabytes. gpu: how many it uses."""
    spec = splice_model(model) if model in splice_models() else track_model(model)
    return math.ceil(spec.cost.peak * LARGER / 100) * 100 + BESIDE + FOR_GPU * gpu


def minutes(model: str, work: int) -> int:
    """Time of a job that has so many bases to compute."""
    cost = splice_model(model).cost
    return _asked(cost.start + cost.per_million * work / 1e6)


def track_minutes(network: str, windows: int, alternates: int, gpu: int) -> int:
    """Time of a job that reads so many windows and alternates on both strands."""
    cost = track_model(network).cost
    seconds = cost.window * windows + cost.alternate * alternates
    return _asked(LOADING + seconds / (QUICKER if gpu else 1))


def _asked(seconds: float) -> int:
    """Minutes to request for so many measured seconds."""
    return max(LEAST_MINUTES, math.ceil(seconds * SLOWER / 60))
