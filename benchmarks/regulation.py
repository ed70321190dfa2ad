"""Enformer beside enformer-pytorch, interleaved in one run: ``python -m benchmarks.regulation --help``.

Both sides have the same random weights of full size, which serve this alone and reach no report; the file goes through
landfall's own loader. Prints ratios, by the clock and by the processor's time, how far the numbers lie apart, what
bfloat16 costs, and the peak of memory; absolute seconds are of the machine at hand. Sei: ``benchmarks.regulation_sei``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.random_networks import site
from landfall.models.runtime.device import choose_device
from landfall.models.tracks.base import Tracks, Window
from landfall.models.tracks.effect_scores import sad
from landfall.models.tracks.enformer import model as enformer_model

WORKER = Path(__file__).with_name("enformer_worker.py")
SHARING = 10
"""Variants that share a window."""


@dataclass(frozen=True)
class Seconds:
    """By the clock, and of the processor."""

    clock: float
    processor: float


class Other:
    """enformer-pytorch in its own process."""

    def __init__(self, python: str, folder: Path, device: str, threads: int, precision: str) -> None:
        self.folder, self.weights = folder, folder / "pytorch_model.bin"
        command = [python, str(WORKER), str(self.weights), device, str(threads), precision]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )
        self._answer()

    def read(self, windows: list[Window]) -> tuple[Seconds, list[Tracks]]:
        source, target = self.folder / "windows.npy", self.folder / "tracks.npy"
        np.save(source, np.stack(windows))
        assert self.process.stdin is not None
        self.process.stdin.write(f"{source} {target}\n")
        self.process.stdin.flush()
        return Seconds(*self._answer()), list(np.load(target))

    def _answer(self) -> list[float]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(("[", '"')):
                answer: list[float] = json.loads(line)
                return answer
        raise SystemExit("no answer from its environment: enformer-pytorch 0.8.12 must be in it")


def timed(work: Callable[[], tuple[Tracks, list[Tracks]]]) -> tuple[Seconds, list[Tracks]]:
    begun, spent = time.perf_counter(), time.process_time()
    reference, alternates = work()
    return Seconds(time.perf_counter() - begun, time.process_time() - spent), [reference, *alternates]


def ratio(pairs: list[tuple[Seconds, Seconds]], share: int = 1) -> str:
    """How many times as fast the second of each pair is, where it does the work of ``share`` of the first."""
    clock = statistics.median(share * other.clock / here.clock for other, here in pairs)
    processor = statistics.median(share * other.processor / here.processor for other, here in pairs)
    return f"{clock:.1f} times as fast by the clock, {processor:.1f} by the processor's time"


def compare(other: Other, model: enformer_model.EnformerTracks, rounds: int) -> None:
    """Print what a variant costs either way."""
    alone: list[tuple[Seconds, Seconds]] = []
    shared: list[tuple[Seconds, Seconds]] = []
    for number in range(rounds):
        window, alternates = site(model.layout, SHARING, 2 * number)
        theirs, expected = other.read([window, alternates[0]])
        ours, found = timed(lambda w=window, a=alternates[:1]: model.read(w, a))  # type: ignore[misc]
        alone.append((theirs, ours))
        apart = max(np.abs(one - two).max() / two.std() for one, two in zip(found, expected, strict=True))
        window, alternates = site(model.layout, SHARING, 2 * number + 1)
        many, _ = timed(lambda w=window, a=alternates: model.read(w, a))  # type: ignore[misc]
        shared.append((theirs, many))
        print(
            f"round {number + 1}: reference and alternate {theirs.clock:.3g} s there, {ours.clock:.3g} s here; "
            f"{SHARING} that share a window {many.clock / SHARING:.2g} s a variant here; "
            f"tracks at most {apart:.1e} of their standard deviation apart",
            flush=True,
        )
    print(f"reference and alternate of a substitution: {ratio(alone)}")
    print(f"a variant of {SHARING} that share a window: {ratio(shared, SHARING)}")


def bfloat16(weights: Path, device: str, model: enformer_model.EnformerTracks) -> None:
    """Print how far bfloat16 leads from float32, in tracks and in a variant's scores."""
    window, alternates = site(model.layout, SHARING, 0)
    half = enformer_model.load(weights, device, dtype="bfloat16")
    seconds, (ref16, alt16) = timed(lambda: half.read(window, alternates[:1]))
    ref, (alt,) = model.read(window, alternates[:1])
    tracks = np.abs(ref16 - ref).max() / ref.std()
    scores, scores16 = sad(ref, alt), sad(ref16, alt16)
    together = np.corrcoef(scores, scores16)[0, 1]
    print(
        f"bfloat16: reference and alternate {seconds.clock:.3g} s; tracks at most {tracks:.1e} of their standard "
        f"deviation from float32's; SAD of a substitution off by {np.abs(scores16 - scores).max():.1e} at most, "
        f"where float32 has up to {np.abs(scores).max():.1e} (correlation {together:.3f})"
    )


def main() -> None:
    """Print what a variant costs either way, and how far the numbers lie apart."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument(
        "--other", required=True, help="python of an environment with enformer-pytorch 0.8.12"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of both sides; the medians count")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--tf32", action="store_true", help="let enformer-pytorch round to TF32 on a GPU, as it installs"
    )
    options = parser.parse_args()
    choose_device(options.device, options.threads)
    with tempfile.TemporaryDirectory() as folder:
        precision = "tf32" if options.tf32 else "exact"
        other = Other(options.other, Path(folder), options.device, options.threads, precision)
        model = enformer_model.load(other.weights, options.device)
        if options.device != "cpu":
            compare(other, model, 1)
            print("what is done once is done; now it counts")
        compare(other, model, options.rounds)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"peak memory here {peak:.1f} GiB, weights in it; {options.threads} threads, {options.device}")
        other.process.kill()
        bfloat16(other.weights, options.device, model)


if __name__ == "__main__":
    main()
