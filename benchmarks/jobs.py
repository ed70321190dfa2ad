"""Time and memory of a scoring job of each model, for landfall/models/runtime/cost.py: ``python -m benchmarks.jobs``.

Two shards of the demonstration's genome are scored by each model as a job does it, each in a process of its own: one
with a single variant, and one whose variants share the longest window there is. The processor seconds of the two give
what a job takes before it computes and for each million bases; the second gives the memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from landfall.audit import qualify
from landfall.audit.preflight import run
from landfall.config.sections import ModelSettings
from landfall.genome.reference import Reference
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.registry import splice_model, splice_models
from landfall.models.spec import Cost
from landfall.splicing import score_rows, windows
from landfall.splicing.tables import PLACEMENTS, WINDOWS
from landfall.splicing.windows import Reach
from landfall.stages.inputs import genes
from landfall.stages.splicing import score

ROOT = Path(__file__).resolve().parents[1]
OTHER = dict(zip("ACGT", "CGTA", strict=True))
DISTANCE = 500


@dataclass(frozen=True)
class Took:
    """One job: bases to compute, processor seconds, megabytes at most."""

    work: int
    seconds: float
    megabytes: float


def variants(reference: Reference, transcript: Transcript, reach: Reach, count: int) -> list[Variant]:
    """Substitutions, evenly over as much of a transcript's middle as the longest window holds beside what they need."""
    width = windows.LONGEST_WINDOW - 2 * (reach.context + reach.distance) - 1
    first = (transcript.start + transcript.end - width) // 2
    places = [first + n * width // count for n in range(count)]
    bases = [reference.genome.fetch(transcript.chrom, at, at + 1) for at in places]
    return [Variant(transcript.chrom, at + 1, b, OTHER[b]) for at, b in zip(places, bases, strict=True)]


def job(model: ModelSettings, reference: Reference, count: int, folder: Path) -> Took:
    """What it takes to score so many variants of the longest transcript, as a job of the workflow does."""
    transcript = max(reference.transcripts, key=lambda t: t.end - t.start)
    reach = Reach(splice_model(model.name).context, model.distance, model.max_unknown_fraction)
    chosen = variants(reference, transcript, reach, count)
    made, placed = windows.place([(variant, transcript) for variant in chosen], reference.genome, reach)
    made = windows.assign_shards(made, placed, reach, 1)
    parquet.write(WINDOWS, score_rows.windows_table(made), folder / "windows.parquet")
    parquet.write(PLACEMENTS, score_rows.placements_table(placed, made), folder / "placements.parquet")
    command = [sys.executable, "-m", "benchmarks.jobs", "--job", model.name, "--folder", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the job of {model.name} failed")
    seconds = usage.ru_utime + usage.ru_stime
    return Took(sum(window.work for window in made), seconds, usage.ru_maxrss / 1024)


def settings_of(name: str) -> ModelSettings:
    return qualify.model_settings(name).changed(distance=DISTANCE, device="cpu")


def run_one(name: str, folder: Path) -> None:
    """The job itself."""
    parsed = run.parse(ROOT / "config" / "config.yaml")
    reference = Reference(ROOT / parsed.genome.fasta, folder / "transcripts.parquet")
    outputs = folder / "scores.parquet", folder / "probabilities.parquet"
    placed = folder / "windows.parquet", folder / "placements.parquet"
    weights = ROOT / "resources" / "weights" / name
    score.score_shard(settings_of(name), reference, *placed, weights, 1, 1, None, *outputs)


def cost(name: str, reference: Reference, folder: Path, count: int) -> Cost:
    """The cost of a model from a small job and a large one."""
    small, large = (job(settings_of(name), reference, n, folder) for n in (1, count))
    rate = (large.seconds - small.seconds) / (large.work - small.work)
    return Cost(
        start=round(small.seconds - rate * small.work, 1),
        per_million=round(rate * 1e6, 1),
        peak=round(max(small.megabytes, large.megabytes)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path("work/jobs"))
    parser.add_argument("--count", type=int, default=60, help="variants of the large job")
    parser.add_argument("--job", help="score what lies in the folder; used by the command itself")
    given = parser.parse_args()
    folder = given.folder.resolve()
    if given.job:
        run_one(given.job, folder)
        return
    parsed = run.parse(ROOT / "config" / "config.yaml")
    transcripts = folder / "transcripts.parquet"
    genes.convert_annotation(ROOT / parsed.genome.annotation, ROOT / parsed.genome.fasta, transcripts)
    reference = Reference(ROOT / parsed.genome.fasta, transcripts)
    for name in splice_models():
        found = cost(name, reference, folder, given.count)
        print(f'"{name}": Cost({", ".join(f"{k}={v}" for k, v in asdict(found).items())}),', flush=True)


if __name__ == "__main__":
    main()
