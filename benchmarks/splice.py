"""The splice engine against the original command, interleaved in one run: ``python -m benchmarks.splice --help``.

The sequence is the demonstration's synthetic genome, so that anyone can run it. Prints ratios; absolute seconds are of
the machine at hand.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch

from benchmarks import cost
from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.base import SpliceModel
from landfall.models.inference.edits import Edit, Outputs, read_whole
from landfall.models.registry import splice_model
from landfall.models.runtime import device
from landfall.models.runtime.progress import Progress
from landfall.models.splice.spliceai.model import Ensemble
from landfall.models.weights import fetching
from landfall.splicing.vcf import scoring, spliceai_compat
from landfall.splicing.vcf.files import Record
from landfall.splicing.vcf.rules import Options
from landfall.testing import published_networks

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo" / "data"
WORKER = Path(__file__).with_name("original_worker.py")
BATCH = 8


class Plain:
    """The same network without any of the engine: every window of every variant by a plain pass."""

    def __init__(self, model: Ensemble) -> None:
        self.info, self.context, self._predict = model.info, model.context, model.predict

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        return read_whole(self._predict, self.context, sequence, edits, batch)


class Original:
    """The original scorer in its own process."""

    def __init__(self, python: str, fasta: Path, table: Path, threads: int) -> None:
        env = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": str(threads)}
        env |= {"TF_NUM_INTRAOP_THREADS": str(threads), "TF_NUM_INTEROP_THREADS": "1"}
        command = [python, str(WORKER), str(fasta), str(table)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=env
        )
        assert self._answer() == "ready"

    def score(self, variant: Variant, distance: int) -> tuple[float, list[str]]:
        """Seconds and strings of one variant."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{variant.chrom} {variant.pos} {variant.ref} {variant.alt} {distance} 0\n")
        self.process.stdin.flush()
        seconds, strings = self._answer()
        return seconds, strings

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(("[", '"')):
                return json.loads(line)
        raise SystemExit(
            "the original's environment gave no answer: spliceai 1.3.1 and TensorFlow must be in it"
        )


@contextmanager
def workplace() -> Iterator[tuple[Path, Path, Genome, list[Transcript]]]:
    """Plain FASTA and gene table of the demonstration, for both sides."""
    with tempfile.TemporaryDirectory() as folder:
        packed = Genome(DEMO / "genome.fa.gz")
        genes = [
            t for t in reader.read_gtf(DEMO / "genes.gtf.gz", packed.aliases, packed) if t.representative
        ]
        fasta, table = Path(folder) / "genome.fa", Path(folder) / "genes.txt"
        fasta.write_text("".join(f">{n}\n{packed.fetch(n, 0, size)}\n" for n, size in packed.lengths.items()))
        rows = ["\t".join(spliceai_compat.COLUMNS), *(_row(gene) for gene in genes)]
        table.write_text("".join(f"{row}\n" for row in rows))
        import pysam

        pysam.faidx(str(fasta))
        genome = Genome(fasta)
        yield fasta, table, genome, spliceai_compat.read_gene_table(table, genome.aliases)


def _row(gene: Transcript) -> str:
    starts, ends = ("".join(f"{edge}," for edge in edges) for edges in zip(*gene.exons, strict=True))
    return "\t".join([gene.gene, gene.chrom, gene.strand, str(gene.start), str(gene.end), starts, ends])


def substitutions(
    genome: Genome, gene: Transcript, positions: Sequence[int], rng: random.Random
) -> list[Variant]:
    """A random substitution at each 1-based position."""
    found = []
    for pos in positions:
        ref = genome.fetch(gene.chrom, pos - 1, pos)
        found.append(Variant(gene.chrom, pos, ref, rng.choice([base for base in "ACGT" if base != ref])))
    return found


def timed(
    model: SpliceModel,
    variants: Sequence[Variant],
    genes: Sequence[Transcript],
    genome: Genome,
    distance: int,
) -> tuple[float, dict[Variant, str]]:
    """Seconds and strings of landfall for variants given together."""
    begun = time.perf_counter()
    strings = {
        v: s for v, _, s in spliceai_compat.annotate(model, variants, genes, genome, distance, False, BATCH)
    }
    return time.perf_counter() - begun, strings


def pairwise(options: argparse.Namespace, threads: int, distance: int, together: int, rounds: int) -> None:
    """One round: ``together`` variants by landfall, one by the plain port and by the original, in turn."""
    with workplace() as (fasta, table, genome, genes):
        gene = max(genes, key=lambda g: g.end - g.start)
        torch.set_num_threads(threads)
        model = Ensemble(options.weights)
        original = Original(options.original, fasta, table, threads) if options.original else None
        rng, times, same = random.Random(1), [], []
        for number in range(rounds + 1):
            first = rng.randrange(gene.start + 6000, gene.end - 6000 - together)
            variants = substitutions(genome, gene, range(first, first + together), rng)
            ours, strings = timed(model, variants, [gene], genome, distance)
            plain, _ = timed(Plain(model), variants[:1], [gene], genome, distance)
            theirs, texts = original.score(variants[0], distance) if original else (float("nan"), [])
            if number:  # the first round warms both sides up
                times.append((theirs, plain, ours / together))
                same.append(strings[variants[0]] in texts)
        if original:
            original.process.kill()
        label = "isolated" if together == 1 else f"saturation, {together} neighbours"
        seconds = statistics.median(ours for _, _, ours in times)
        share = operations(distance, shared=together > 1) / seconds / convolution_peak(threads)
        print_row(
            label,
            distance,
            threads,
            f"{statistics.median(theirs / ours for theirs, _, ours in times):.1f}" if original else "not run",
            f"{statistics.median(plain / ours for _, plain, ours in times):.1f}",
            f"{seconds * 1000:.0f}",
            f"{share:.0%}",
            "-",
            f"{sum(same)}/{len(same)}" if original else "-",
        )


def beside_torch(
    options: argparse.Namespace, name: str, threads: int, distance: int, together: int, rounds: int
) -> None:
    """One round of another model: ``together`` variants by landfall, one by its networks in plain torch, in turn."""
    with workplace() as (fasta, table, genome, genes):
        gene = max(genes, key=lambda g: g.end - g.start)
        torch.set_num_threads(threads)
        weights = options.weights.parent / name
        ours, plain = splice_model(name).load(weights, "cpu"), published_networks.OneByOne(name, weights)
        settings = Options("", "", fasta, str(table), distance, threads=threads, batch=BATCH, model=name)
        rng, times, same = random.Random(1), [], []
        for number in range(rounds + 1):
            first = rng.randrange(gene.start + 6000, gene.end - 6000 - together)
            variants = substitutions(genome, gene, range(first, first + together), rng)
            took, strings = printed(ours, variants, [gene], genome, settings)
            slow, texts = printed(plain, variants[:1], [gene], genome, settings)
            if number:  # the first round warms both sides up
                times.append((slow, took / together))
                same.append(strings[:1] == texts)
        label = "isolated" if together == 1 else f"{together} neighbours"
        faster = statistics.median(slow / each for slow, each in times)
        each = statistics.median(each for _, each in times)
        shown = f"{faster:.1f}", "-", f"{each * 1000:.0f}", "-", "-", f"{sum(same)}/{len(same)}"
        print_row(f"{name}: {label}", distance, threads, *shown)


def printed(
    model: SpliceModel,
    variants: Sequence[Variant],
    genes: Sequence[Transcript],
    genome: Genome,
    settings: Options,
) -> tuple[float, list[str]]:
    """Seconds and strings of variants given together, by the rules of the model's own command."""
    rules = scoring.rules_of(settings)(genome, genes, model, settings)
    begun = time.perf_counter()
    chunk = [(Record([], 0), rules.plan(v.chrom, v.pos, v.ref, v.alt)) for v in variants]
    strings = [text for texts, _ in scoring.annotate(chunk, rules, Progress(None)) for text in texts]
    return time.perf_counter() - begun, strings


def operations(distance: int, shared: bool) -> float:
    """Operations per variant of a substitution by plain sums, its share of a reference that is not shared included."""
    counted = cost.costs(distance)
    return (counted["difference"] + (0 if shared else counted["cone"])) * 1e9


@cache
def convolution_peak(threads: int) -> float:
    """Operations per second of torch's convolution in the layer that suits it best, the best of ten runs."""
    torch.set_num_threads(threads)
    positions, width, channels = 20_000, 41, 32
    x = torch.randn(1, channels, 1, positions + width - 1).contiguous(memory_format=torch.channels_last)
    weight = torch.randn(channels, channels, 1, width).contiguous(memory_format=torch.channels_last)
    seconds = []
    with torch.inference_mode():
        for _ in range(10):
            begun = time.perf_counter()
            torch.nn.functional.conv2d(x, weight)
            seconds.append(time.perf_counter() - begun)
    return 2 * positions * width * channels**2 / min(seconds)


def whole(command: Sequence[str], env: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak MiB of a command."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def commands(options: argparse.Namespace, threads: int, distance: int, count: int) -> None:
    """Both commands as a user starts them, on one VCF of clustered variants."""
    with workplace() as (fasta, table, genome, genes):
        gene = max(genes, key=lambda g: g.end - g.start)
        rng = random.Random(2)
        first = rng.randrange(gene.start + 6000, gene.end - 26_000)
        positions = sorted(rng.sample(range(first, first + 20_000), count))
        vcf = fasta.with_name("in.vcf")
        header = "##fileformat=VCFv4.2\n" + "".join(
            f"##contig=<ID={n},length={s}>\n" for n, s in genome.lengths.items()
        )
        lines = [
            f"{v.chrom}\t{v.pos}\t.\t{v.ref}\t{v.alt}\t.\t.\t.\n"
            for v in substitutions(genome, gene, positions, rng)
        ]
        vcf.write_text(header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(lines))
        flags = ["-I", str(vcf), "-R", str(fasta), "-A", str(table), "-D", str(distance)]
        env = os.environ | {"OMP_NUM_THREADS": str(threads), "TF_NUM_INTRAOP_THREADS": str(threads)}
        env |= {"TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        ours, theirs = fasta.with_name("ours.vcf"), fasta.with_name("theirs.vcf")
        mine = [
            sys.executable,
            "-m",
            "landfall",
            "splice",
            *flags,
            "-O",
            str(ours),
            "--threads",
            str(threads),
        ]
        took, memory = whole([*mine, "--resources", str(options.weights.parents[1])], env)
        script = "from spliceai.__main__ import main; main()"
        slow, much = whole([options.original, "-c", script, *flags, "-O", str(theirs)], env)
        same = sum(a == b for a, b in zip(_strings(ours), _strings(theirs), strict=True))
        print_row(
            f"{count} clustered, whole command",
            distance,
            threads,
            f"{slow / took:.1f}",
            "-",
            f"{took / count * 1000:.0f}",
            "-",
            f"{memory:.0f} against {much:.0f}",
            f"{same}/{count}",
        )


COLUMNS = (
    "variants",
    "D",
    "threads",
    "faster than the original",
    "than the plain port",
    "ms per variant",
    "plain sums done, of the convolution peak",
    "peak MiB",
    "same strings",
)


def print_row(*cells: object) -> None:
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


def _strings(path: Path) -> list[str]:
    found = []
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            fields = dict(part.partition("=")[::2] for part in line.split("\t")[7].split(";"))
            found.append(fields.get("SpliceAI", "."))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--original", help="python of an environment with spliceai 1.3.1 and TensorFlow")
    parser.add_argument("--threads", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--distances", type=int, nargs="+", default=[50, 500, 4999])
    parser.add_argument("--clustered", type=int, default=100, help="variants of the whole commands; 0: none")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights" / "spliceai")
    parser.add_argument(
        "--models",
        nargs="+",
        default=["spliceai", *published_networks.LAYOUTS],
        choices=["spliceai", *published_networks.LAYOUTS],
        help="the others' original is their networks in plain torch, a window, an allele and a network at a time; "
        "their weights lie beside those of spliceai",
    )
    options = parser.parse_args()
    for name in options.models:
        fetching.fetch(splice_model(name).info, options.weights.parent / name)
    device.keep_freed_memory()
    peaks = ", ".join(f"{convolution_peak(n) / 1e9:.0f} GFLOP/s with {n} threads" for n in options.threads)
    print(f"{time.strftime('%Y-%m-%d')}, {platform.platform()}, {os.cpu_count()} cores, {instructions()}")
    print(f"torch {torch.__version__}; torch's convolution at its best: {peaks}")
    print(f"landfall: {device.describe_device('cpu')}\n")
    print_row(*COLUMNS)
    print_row(*("---" for _ in COLUMNS))
    for threads in options.threads:
        for distance in options.distances:
            for together, rounds in ((1, options.rounds), (100, max(2, options.rounds // 2))):
                for name in options.models:
                    if name == "spliceai":
                        pairwise(options, threads, distance, together, rounds)
                    else:
                        beside_torch(options, name, threads, distance, together, rounds)
            whole_commands = options.original and "spliceai" in options.models and options.clustered
            if whole_commands and distance == options.distances[0]:
                commands(options, threads, distance, options.clustered)


def instructions() -> str:
    """The widest vector instructions of the CPU, as Linux tells."""
    known = Path("/proc/cpuinfo")
    flags = set(known.read_text().split()) if known.exists() else set()
    return next((name for name in ("avx512f", "avx2") if name in flags), "neither AVX2 nor AVX-512")


if __name__ == "__main__":
    main()
