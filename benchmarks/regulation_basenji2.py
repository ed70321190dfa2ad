"""Basenji2's variants beside whole passes, interleaved in one run: ``python -m benchmarks.regulation_basenji2 --help``.

The plain way is that of the official code and of basenji2-pytorch: the reference and each alternate through the whole
network in the official layer order, one-dimensional convolutions, norms as they stand. Both sides have the same random
weights of full size, which serve this alone. Prints ratios and the peak of memory; absolute seconds are of the machine.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.random_networks import BASENJI2_SHAPE, basenji2_model, basenji2_network, site
from landfall.models.tracks.base import Tracks, Window
from landfall.models.tracks.basenji2.model import EPSILON, Basenji2, dilations

NORM = ("running_mean", "running_var", "weight", "bias")


@torch.inference_mode()
def plain(state: Mapping[str, Tensor], given: Sequence[Window]) -> list[Tracks]:
    """The tracks of every window, each by a whole pass."""
    where = state["head.weight"].device
    inputs = [torch.from_numpy(window.T.copy())[None].to(where) for window in given]
    return [transcription(state, x)[0].T.cpu().numpy() for x in inputs]


def transcription(state: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """The official network in functions of torch: (n, 4, length) to (n, tracks, bins)."""

    def block(x: Tensor, name: str, dilation: int = 1) -> Tensor:
        weight = state[f"{name}.conv.weight"].squeeze(2)
        x = F.conv1d(
            x * torch.sigmoid(1.702 * x), weight, padding=dilation * (weight.shape[2] // 2), dilation=dilation
        )
        mean, variance, scale, shift = (state[f"{name}.norm.{key}"] for key in NORM)
        return F.batch_norm(x, mean, variance, scale, shift, eps=EPSILON)

    x = F.max_pool1d(block(x, "stem"), 2)
    for step in range(len(BASENJI2_SHAPE.tower) - 1):
        x = F.max_pool1d(block(x, f"tower.{step}"), 2)
    for step, dilation in enumerate(dilations(BASENJI2_SHAPE.blocks)):
        x = x + block(block(x, f"dilated.{step}.narrow", dilation), f"dilated.{step}.wide")
    x = block(x[..., BASENJI2_SHAPE.crop : -BASENJI2_SHAPE.crop], "last")
    x = x * torch.sigmoid(1.702 * x)
    return F.softplus(F.conv1d(x, state["head.weight"][..., None], state["head.bias"]))


def ours(model: Basenji2, given: Sequence[Window]) -> list[Tracks]:
    """The same tracks by :meth:`Basenji2.read`."""
    reference, alternates = model.read(given[0], given[1:])
    return [reference, *alternates]


def timed(work: Callable[[], list[Tracks]]) -> tuple[float, list[Tracks]]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def compare(state: Mapping[str, Tensor], model: Basenji2, number: int, rounds: int, where: str) -> None:
    """Print what ``number`` variants of one window cost either way, with their reference; each round has its window."""
    given = [
        [reference, *alternates]
        for reference, alternates in (
            site(model.layout, number, seed, apart=50) for seed in range(rounds + 1)
        )
    ]
    plain(state, given[0]), ours(model, given[0])
    runs = [(timed(partial(plain, state, own)), timed(partial(ours, model, own))) for own in given[1:]]
    ratios = sorted(one[0] / other[0] for one, other in runs)
    whole, lean = (statistics.median(run[side][0] for run in runs) for side in (0, 1))
    apart = max(abs(a - b).max() for a, b in zip(runs[0][0][1], runs[0][1][1], strict=True))
    print(
        f"Basenji2, {number} substitutions of one window and its reference, {where}: whole passes "
        f"{whole:.3f} s, here {lean:.3f} s: {statistics.median(ratios):.2f} times as fast "
        f"(rounds {ratios[0]:.2f} to {ratios[-1]:.2f}); tracks at most {apart:.1e} apart",
        flush=True,
    )


def main() -> None:
    """Print what variants cost either way, and how far the numbers lie apart."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--variants", type=int, nargs="+", default=[1, 10], help="variants of one window")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of both sides; the medians count")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    full = basenji2_network()
    state = {name: value.clone().to(options.device) for name, value in full.state_dict().items()}
    model = basenji2_model(full, options.device)
    where = f"{options.threads} threads, {options.device}"
    for number in options.variants:
        compare(state, model, number, options.rounds, where)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of both {peak:.1f} GiB of the processor")


if __name__ == "__main__":
    main()
