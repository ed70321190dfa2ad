"""Time and memory per thousand variants, model by model, on one CPU thread: ``python -m benchmarks.sizing``.

Splice models run with their weights and the default settings on substitutions of the demonstration's genome: isolated
ones, each in a window of its own, as rare variants of a patient mostly are, and neighbours that share a window. The
networks of tracks run at full size with random weights, which serve this alone and take the same time as trained ones,
on isolated substitutions, both strands. Each model runs in a process of its own, whose peak of memory is told. Time is
that of the processor: by the clock it takes longer where other programs are at work.
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
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks import regulation_basenji2, regulation_sei
from benchmarks.splice import DEMO
from landfall import scoring
from landfall.models import catalogue, checkpoints
from landfall.models.basenji2 import Basenji2, Block
from landfall.models.keras_weights import parts
from landfall.models.sei import Model as Sei
from landfall.qualify import model_settings
from landfall.rescore import Annotated, rescore

SPLICE = ("spliceai", "cispliceai", "mmsplice")
TRACKS = ("basenji2", "sei")
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


def seconds(work: Callable[[], object]) -> float:
    """Of the processor."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def splice(name: str, count: int, resources: Path) -> list[float]:
    """Seconds per variant, isolated and among neighbours; what loading takes is measured alone and subtracted."""
    reference = Annotated(DEMO / "genome.fa.gz", DEMO / "genes.gtf.gz")
    used = replace(model_settings(name, "cpu", 1), threads=1)
    alone, together = isolated(reference, count + 1), neighbours(reference, count + 1)

    def run(rows: Sequence[Row]) -> float:
        return seconds(lambda: rescore(used, reference, resources / "weights" / name, rows))

    run(alone[:1])
    return [(run(rows) - run(rows[:1])) / (len(rows) - 1) for rows in (alone, together)]


def tracks(name: str, count: int) -> list[float]:
    """Seconds per isolated variant, reference and alternate on both strands."""
    torch.set_num_threads(1)
    work = {"basenji2": basenji2, "sei": sei}[name]()
    work(1)
    return [seconds(lambda: work(count)) / count]


def basenji2() -> Callable[[int], object]:
    full = regulation_basenji2.network()
    for block in parts(full, Block):
        block.fold()
    model = Basenji2(checkpoints.ready(full, "cpu", "float32"), regulation_basenji2.OFFICIAL, ())
    reference, alternate = regulation_basenji2.windows(1)
    return lambda count: [model.read(reference, [alternate]) for _ in range(2 * count)]


def sei() -> Callable[[int], object]:
    model = Sei(regulation_sei.network())
    return lambda count: model.read_many(regulation_sei.both_strands(regulation_sei.sites(count)))


def measure(name: str, options: argparse.Namespace) -> None:
    """In a process of its own: a JSON line with seconds per variant and the peak of memory in GB."""
    scoring.choose_device("cpu", 1)
    if name in SPLICE:
        found = splice(name, options.variants, options.resources)
    else:
        found = tracks(name, max(1, options.variants // 8))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(json.dumps({"seconds": found, "peak": peak}))


def row(name: str, found: Row) -> str:
    """A line of the table, in minutes per thousand variants."""
    minutes = [f"{1000 * value / 60:.1f}" for value in found["seconds"]]
    alone, together = (*minutes, "-")[:2]
    title = catalogue.MODELS[name].title if name in SPLICE else f"{name.capitalize()} (random weights)"
    return f"| {title} | CPU, 1 thread | {alone} | {together} | {found['peak']:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--models", nargs="+", default=[*SPLICE, *TRACKS], choices=[*SPLICE, *TRACKS])
    parser.add_argument(
        "--variants", type=int, default=40, help="variants of each kind; networks of tracks read an eighth"
    )
    parser.add_argument("--resources", type=Path, default=Path("resources"), help="folder of the weights")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options)
        return
    print("| model | device | isolated: minutes per 1000 variants | neighbours: minutes per 1000 | peak GB |")
    print("| --- | --- | --- | --- | --- |")
    for name in options.models:
        command = [sys.executable, "-m", "benchmarks.sizing", *sys.argv[1:], "--measure", name]
        said = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        print(row(name, json.loads(said.stdout.splitlines()[-1])), flush=True)


if __name__ == "__main__":
    main()
