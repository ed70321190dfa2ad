"""Sei's variants beside the official way, interleaved in one run: ``python -m benchmarks.regulation_sei --help``.

The official way is Selene's: reference and alternate of a batch of variants, each on both strands, through the whole
network in the official layer order. Both sides have the same random weights of full size, which serve this alone.
Prints ratios and the peak of memory; absolute seconds are of the machine at hand.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.random_networks import sei_network
from landfall.models.tracks.base import Site, Tracks
from landfall.models.tracks.sei import model as sei_model
from landfall.models.tracks.sei import network
from landfall.models.weights import torch_checkpoint


def sites(number: int) -> list[Site]:
    """Windows of random sequence with a substitution at the official place, seeded."""
    random = np.random.default_rng(2)
    found: list[Site] = []
    for _ in range(number):
        bases = "".join(random.choice(list("ACGT"), network.LENGTH))
        at = sei_model.LAYOUT.variant
        other = "ACGT"[("ACGT".index(bases[at]) + 1) % 4]
        altered = bases[:at] + other + bases[at + 1 :]
        found.append((sei_model.LAYOUT.encode(bases), [sei_model.LAYOUT.encode(altered)]))
    return found


def both_strands(given: Sequence[Site]) -> list[Site]:
    mirrored = sei_model.LAYOUT.mirrored
    return [
        *given,
        *(
            (mirrored(reference), [mirrored(window) for window in alternates])
            for reference, alternates in given
        ),
    ]


def transcription(state: dict[str, Tensor], x: Tensor) -> Tensor:
    """The official ``model/sei.py``, line by line, in functions of torch: (n, 4, 4096) to (n, tracks)."""

    def conv(x: Tensor, name: str, dilation: int = 1) -> Tensor:
        weight = state[f"{name}.weight"]
        padding = dilation * (weight.shape[-1] // 2)
        return F.conv1d(x, weight, state[f"{name}.bias"], padding=padding, dilation=dilation)

    lout1 = conv(conv(x, "lconv1.0"), "lconv1.1")
    out1 = F.relu(conv(F.relu(conv(lout1, "conv1.0")), "conv1.2"))
    lout2 = conv(conv(F.max_pool1d(out1 + lout1, 4, 4), "lconv2.2"), "lconv2.3")
    out2 = F.relu(conv(F.relu(conv(lout2, "conv2.1")), "conv2.3"))
    lout3 = conv(conv(F.max_pool1d(out2 + lout2, 4, 4), "lconv3.2"), "lconv3.3")
    out3 = F.relu(conv(F.relu(conv(lout3, "conv3.1")), "conv3.3"))
    cat = out3 + F.relu(conv(out3 + lout3, "dconv1.1", 2))
    for number, dilation in ((2, 4), (3, 8), (4, 16), (5, 25)):
        cat = cat + F.relu(conv(cat, f"dconv{number}.1", dilation))
    spline = torch.tensor(network.spline_basis(256, 16), dtype=x.dtype, device=x.device)
    features = torch.matmul(cat, spline).reshape(len(x), -1)
    hidden = F.relu(F.linear(features, state["classifier.0.weight"], state["classifier.0.bias"]))
    return torch.sigmoid(F.linear(hidden, state["classifier.2.weight"], state["classifier.2.bias"]))


@torch.inference_mode()
def official(state: dict[str, Tensor], given: Sequence[Site]) -> list[Tracks]:
    """Reference and alternate of every site, (2, tracks) each, mean of both strands, four whole passes of the batch."""
    passes = []
    for strand in (list(given), both_strands(given)[len(given) :]):
        for windows in ([site[0] for site in strand], [site[1][0] for site in strand]):
            x = torch.from_numpy(np.stack(windows)).transpose(1, 2).to(state["lconv1.0.weight"].device)
            passes.append(transcription(state, x).cpu().numpy())
    ref, alt, mirrored_ref, mirrored_alt = passes
    return list(np.stack([(ref + mirrored_ref) / 2, (alt + mirrored_alt) / 2], axis=1))


def ours(model: sei_model.Model, given: Sequence[Site]) -> list[Tracks]:
    """The same numbers by :meth:`sei.Model.read_many`."""
    answers = model.read_many(both_strands(given))
    forward, backward = answers[: len(given)], answers[len(given) :]
    return [
        np.concatenate([(f[0] + b[0]) / 2, (f[1][0] + b[1][0]) / 2])
        for f, b in zip(forward, backward, strict=True)
    ]


def timed(work: Callable[[], list[Tracks]]) -> tuple[float, list[Tracks]]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def main() -> None:
    """Print what a variant costs either way, and how far the numbers lie apart."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--variants", type=int, nargs="+", default=[1, 8], help="variants of a batch")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of both sides; the medians count")
    parser.add_argument("--bfloat16", action="store_true", help="add what bfloat16 gains and costs")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = sei_model.Model(torch_checkpoint.ready(sei_network(), options.device, "float32"))
    where = f"{options.threads} threads, {options.device}"
    for number in options.variants:
        compare(model, number, options.rounds, where)
    weights = sum(value.nbytes for value in model.network.parameters()) / 2**30
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"peak memory of both {peak:.1f} GiB of the processor, of which weights {weights:.1f} GiB", flush=True
    )
    if options.bfloat16:
        round_off(model, max(options.variants), options.device)


def compare(model: sei_model.Model, number: int, rounds: int, where: str) -> None:
    """Print what one of ``number`` variants costs either way."""
    given, state = sites(number), model.network.state_dict()
    official(state, given), ours(model, given)
    runs = [(timed(lambda: official(state, given)), timed(lambda: ours(model, given))) for _ in range(rounds)]
    plain, lean = (statistics.median(run[side][0] for run in runs) for side in (0, 1))
    apart = max(abs(a - b).max() for a, b in zip(runs[0][0][1], runs[0][1][1], strict=True))
    ratios = sorted(one[0] / other[0] for one, other in runs)
    print(
        f"Sei, {number} substitutions a batch, reference and alternate on both strands, {where}: "
        f"official {plain / number:.3f} s a variant, here {lean / number:.3f} s: {statistics.median(ratios):.2f} times "
        f"as fast (rounds {ratios[0]:.2f} to {ratios[-1]:.2f}); probabilities at most {apart:.1e} apart",
        flush=True,
    )


def round_off(model: sei_model.Model, number: int, device: str) -> None:
    """Print what bfloat16 does to time and numbers; the network stays in it."""
    given = sites(number)
    exact_time, exact = timed(lambda: ours(model, given))
    rough_model = sei_model.Model(torch_checkpoint.ready(model.network, device, "bfloat16"))
    ours(rough_model, given[:1])
    rough_time, rough = timed(lambda: ours(rough_model, given))
    values = max(abs(a - b).max() for a, b in zip(exact, rough, strict=True))
    changes = [np.array([pair[1] - pair[0] for pair in answer]) for answer in (exact, rough)]
    print(
        f"Sei in bfloat16, {number} substitutions: {exact_time / rough_time:.2f} times as fast as float32; "
        f"probabilities at most {values:.1e} off, changes {abs(changes[1] - changes[0]).max():.1e}, "
        f"the largest change being {abs(changes[0]).max():.1e}",
        flush=True,
    )


if __name__ == "__main__":
    main()
