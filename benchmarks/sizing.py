"""Time and memory per thousand variants, model by model, on one CPU thread or a GPU: ``python -m benchmarks.sizing``.

Splice models run with their weights and the default settings on substitutions of the demonstration's genome: isolated
ones, each in a window of its own, as rare variants of a patient mostly are, and neighbours that share a window. The
networks of tracks run at full size with random weights, which serve this alone and take the same time as trained ones,
on both strands of random sequence: isolated substitutions with their references, and ten of one window, as where the
window is a gene's. Each model runs in a process of its own. On a processor time is the processor's, which no other
program lengthens, and memory the most that the process held; on a GPU time is by the clock, and memory the GPU's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks import random_networks
from benchmarks.splice import DEMO
from landfall.audit.qualify import model_settings
from landfall.audit.rescore import Annotated, rescore
from landfall.models.registry import splice_model, track_model
from landfall.models.runtime import device as runtime_device
from landfall.models.tracks.base import Site, TrackModel, Window, batch_limit
from landfall.models.tracks.effect_scores import predict_many

SPLICE = ("spliceai", "cispliceai", "mmsplice")
TRACKS = tuple(random_networks.MODELS)
SHARING = 10
"""Variants of one window, for networks of tracks."""
BATCH = 8
"""Alternates read together, as config/config.yaml has it for networks of tracks."""
APART = 11_001
"""Bases between isolated variants: at the default distance no two share a base of their windows."""
SEED = 20261127

Row = dict[str, Any]


def isolated(reference: Annotated, count: int) -> list[Row]:
    """Substitutions inside representative transcripts, in the order of the genome, drawn with a seed."""
    rng, found, last = random.Random(SEED), [], ("", 0)
    for gene in sorted(reference.transcripts, key=lambda t: (t.chrom, t.start)):
        for pos in range(
            max(gene.start + 1, last[1] + APART if gene.chrom == last[0] else 0), gene.end, APART
        ):
            if gene.representative:
                found.append(substitution(reference, gene, pos, rng))
                last = (gene.chrom, pos)
    return rng.sample(found, min(count, len(found)))


def neighbours(reference: Annotated, count: int) -> list[Row]:
    """Consecutive substitutions in the middle of the longest gene."""
    rng = random.Random(SEED)
    gene = max((t for t in reference.transcripts if t.representative), key=lambda t: t.end - t.start)
    start = (gene.start + gene.end - count) // 2
    return [substitution(reference, gene, start + number, rng) for number in range(count)]


def substitution(reference: Annotated, gene: Any, pos: int, rng: random.Random) -> Row:
    """pos: 1-based."""
    ref = reference.genome.fetch(gene.chrom, pos - 1, pos).upper()
    alt = rng.choice([base for base in "ACGT" if base != ref])
    names = {"gene": gene.gene, "transcript": gene.transcript}
    return {"chrom": gene.chrom, "pos": pos, "ref": ref, "alt": alt, **names}


def seconds(work: Callable[[], object], device: str) -> float:
    """Of the processor; by the clock on a GPU."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    begun = clock()
    work()
    return clock() - begun


def splice(name: str, options: argparse.Namespace) -> list[float]:
    """Seconds per variant, isolated and among neighbours; what loading takes is measured alone and subtracted."""
    reference = Annotated(DEMO / "genome.fa.gz", DEMO / "genes.gtf.gz")
    used = model_settings(name, options.device, 1).changed(threads=1)
    count, weights = options.variants, options.resources / "weights" / name
    alone, together = isolated(reference, count + 1), neighbours(reference, count + 1)

    def run(rows: Sequence[Row]) -> float:
        return seconds(lambda: rescore(used, reference, weights, rows), options.device)

    run(alone[:1])
    return [(run(rows) - run(rows[:1])) / (len(rows) - 1) for rows in (alone, together)]


def tracks(name: str, options: argparse.Namespace) -> list[float]:
    """Seconds per variant on both strands, its reference with it: isolated, and ten of one window."""
    model = random_networks.MODELS[name](options.device)
    count = max(1, options.variants // SHARING)
    alone = [random_networks.site(model.layout, 1, SEED + number) for number in range(count)]
    window, alternates = random_networks.site(model.layout, SHARING, SEED + count)
    shared = [(window, [alternate]) for alternate in alternates]
    read(model, [random_networks.site(model.layout, 1, SEED + count + 1)])  # what is done once is done
    return [
        seconds(lambda: read(model, alone), options.device) / count,
        seconds(lambda: read(model, shared), options.device) / SHARING,
    ]


def read(model: TrackModel, sites: Sequence[Site]) -> None:
    """Both strands, as many variants at a time as a job reads."""
    most = batch_limit(model, BATCH, arrays=4)
    for first in range(0, len(sites), most):
        predict_many(model, joined(sites[first : first + most]))


def joined(sites: Sequence[Site]) -> list[Site]:
    """Alternates of one window with it."""
    found: list[tuple[Window, list[Window]]] = []
    for window, alternates in sites:
        if found and found[-1][0] is window:
            found[-1][1].extend(alternates)
        else:
            found.append((window, list(alternates)))
    return list(found)


def measure(name: str, options: argparse.Namespace) -> None:
    """In a process of its own: a JSON line with seconds per variant and the peak of memory in GB."""
    device = runtime_device.choose_device(options.device, 1)
    found = splice(name, options) if name in SPLICE else tracks(name, options)
    if device == "cpu":
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    else:
        peak = torch.cuda.max_memory_allocated()
    print(json.dumps({"seconds": found, "peak": peak / 1e9}))


def row(name: str, where: str, found: Row) -> str:
    """A line of the table, in minutes per thousand variants."""
    minutes = [1000 * value / 60 for value in found["seconds"]]
    alone, together = (f"{value:.0f}" if value >= 10 else f"{value:.2g}" for value in minutes)
    spliced = name in SPLICE
    title = splice_model(name).info.title if spliced else f"{track_model(name).info.title} (random weights)"
    return f"| {title} | {where} | {alone} | {together} | {found['peak']:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--models", nargs="+", default=[*SPLICE, *TRACKS], choices=[*SPLICE, *TRACKS])
    parser.add_argument(
        "--variants",
        type=int,
        default=40,
        help="variants of each kind; networks of tracks read a tenth of them",
    )
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--resources", type=Path, default=Path("resources"), help="folder of the weights")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options)
        return
    where = "CPU, 1 thread" if options.device == "cpu" else torch.cuda.get_device_name()
    print("| model | device | isolated: minutes per 1000 variants | neighbours: minutes per 1000 | peak GB |")
    print("| --- | --- | --- | --- | --- |")
    for name in options.models:
        command = [sys.executable, "-m", "benchmarks.sizing", *sys.argv[1:], "--measure", name]
        said = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        print(row(name, where, json.loads(said.stdout.splitlines()[-1])), flush=True)


if __name__ == "__main__":
    main()
