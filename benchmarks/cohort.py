"""A cohort that shares alleles: its jobs, and the alleles that the network reads: ``python -m benchmarks.cohort``.

The samples are made from the demonstration's patient: each has a random part of the records in one gene, so that every
allele is in many. Jobs are those of ``snakemake -n``; the alleles are counted where the network is called, while the
workflow's stages run for one sample after another in this process: without a score cache, then twice with one, the
second time in a folder of its own. Distinct alleles are counted from the filtered tables of the samples, independently
of the code that assigns them to jobs.
Ends with status 1 if, with the score cache, an allele is read twice, or one that it has is read again.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import yaml

from landfall.audit.preflight import run
from landfall.audit.rescore import TOLERANCE
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.io.text import read_json
from landfall.models.registry import splice_model
from landfall.splicing.tables import SCORES
from landfall.stages.inputs import genes, resolve
from landfall.stages.splicing import merge, score, windows
from landfall.stages.variants import filter as variants_filter
from landfall.stages.variants import normalise
from landfall.variants.tables import VARIANTS

ROOT = Path(__file__).resolve().parents[1]
GENE = "DYSF"
MODEL = "spliceai"
SHARE = 0.4
"""Of the gene's records that a sample has."""


def records_of_gene() -> tuple[list[str], list[str]]:
    """Header lines and the records in the gene, of the demonstration's patient."""
    with gzip.open(ROOT / "demo" / "data" / "genes.gtf.gz", "rt") as handle:
        row = next(line.split("\t") for line in handle if f'"{GENE}"' in line and "\tgene\t" in line)
    chrom, start, end = row[0], int(row[3]), int(row[4])
    with gzip.open(ROOT / "demo" / "data" / "proband.vcf.gz", "rt") as handle:
        lines = list(handle)
    records = [line.split("\t") for line in lines if not line.startswith("#")]
    inside = ["\t".join(r) for r in records if r[0] == chrom and start <= int(r[1]) <= end]
    return [line for line in lines if line.startswith("#")], inside


def make(folder: Path, count: int, seed: int = 1) -> Path:
    """VCFs, sample sheet and configuration of a cohort; the path of the configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    header, records = records_of_gene()
    rng = random.Random(seed)
    with (folder / "samples.tsv").open("w", newline="") as handle:
        sheet = csv.writer(handle, delimiter="\t", lineterminator="\n")
        sheet.writerow(["sample", "vcf", "vcf_sample", "ped", "hpo", "genes", "regions", "previous"])
        for number in range(1, count + 1):
            path = folder / f"s{number}.vcf"
            path.write_text("".join([*header, *(r for r in records if rng.random() < SHARE)]))
            sheet.writerow([f"s{number}", path, "PROBAND", "", "", GENE, "", ""])
    plain: dict[str, Any] = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    plain |= {"samples": str(folder / "samples.tsv"), "resources": str(ROOT / "resources")}
    plain |= {"results": str(folder / "results"), "work": str(folder / "work")}
    plain["genome"] |= {name: str(ROOT / plain["genome"][name]) for name in ("fasta", "annotation")}
    frequency = plain["filter"]["frequency"]
    frequency["population_vcf"] = str(ROOT / frequency["population_vcf"])
    (folder / "my.yaml").write_text(yaml.safe_dump(plain, sort_keys=False))
    return folder / "my.yaml"


@dataclass(frozen=True)
class Dag:
    """What planning a run takes: jobs of all kinds and of scoring, processor seconds, megabytes."""

    jobs: int
    scoring: int
    seconds: float
    megabytes: float


def plan(config: Path) -> Dag:
    """``snakemake -n`` of the whole workflow."""
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(ROOT / "Snakefile"),
        "--cores",
        "2",
        "-n",
    ]
    command += ["--quiet", "rules", "--directory", str(config.parent), "--configfile", str(config)]
    said = config.parent / "plan.txt"
    with said.open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    counts = dict(re.findall(r"^(\w+) +(\d+)$", said.read_text(), re.MULTILINE))
    if process.returncode or "total" not in counts:
        raise SystemExit(said.read_text())
    seconds = usage.ru_utime + usage.ru_stime
    return Dag(int(counts["total"]), int(counts["score"]), seconds, usage.ru_maxrss / 1024)


@contextmanager
def counted() -> Iterator[list[int]]:
    """Alleles that each network is given while the block runs, one number a call."""
    from landfall.models.inference import (
        incremental,  # here: what this process holds counts as its child's memory
    )

    asked: list[int] = []
    read = incremental.read

    def counting(stacks: Sequence[Any], sequence: str, edits: Sequence[Any], *rest: Any) -> Any:
        asked.append(len(stacks) * len(edits))
        return read(stacks, sequence, edits, *rest)

    with mock.patch.object(incremental, "read", counting):
        yield asked


def filtered(parsed: Settings, samples: Sequence[Sample], folder: Path) -> tuple[Reference, list[Path]]:
    """The reference, and tables.VARIANTS of each sample, by the stages up to the filter."""
    transcripts = folder / "transcripts.parquet"
    genes.convert_annotation(parsed.genome.annotation, parsed.genome.fasta, transcripts)
    reference, made = Reference(parsed.genome.fasta, transcripts), []
    for sample in samples:
        mine = folder / sample.name
        resolve.resolve_sample(parsed, sample, mine / "resolved.json")
        resolved = read_json(mine / "resolved.json")
        alleles, ledger, repeats = (mine / f"{name}.parquet" for name in ("normalised", "ledger", "repeats"))
        normalise.normalise_alleles(parsed, sample, resolved, alleles, ledger, repeats, threads=1)
        made.append(mine / "variants.parquet")
        decisions = mine / "decisions.parquet"
        variants_filter.filter_alleles(parsed, sample, resolved, reference, alleles, made[-1], decisions, 1)
    return reference, made


def scored(parsed: Settings, reference: Reference, variants: Path, folder: Path) -> pd.DataFrame:
    """The merged table of a sample, by the stages from the windows on."""
    model, weights = parsed.model(MODEL), parsed.weights(MODEL)
    placed = folder / "windows.parquet", folder / "placements.parquet"
    windows.place_windows(model, reference, [variants], *placed)
    shards = []
    for number in range(1, model.shards + 1):
        shards.append((folder / f"scores.{number}.parquet", folder / f"probabilities.{number}.parquet"))
        score.score_shard(model, reference, *placed, weights, number, 1, parsed.score_cache, *shards[-1])
    merged = folder / "scores.parquet", folder / "probabilities.parquet"
    merge.merge_shards(MODEL, reference, variants, placed[1], shards, *merged)
    return parquet.read(SCORES, merged[0]).to_pandas()


def distinct(variants: Sequence[Path]) -> tuple[int, int]:
    """Alleles of all samples together, and the distinct ones among them."""
    rows = [
        tuple(row.values())
        for path in variants
        for row in parquet.read(VARIANTS, path, [*ALLELE]).to_pylist()
    ]
    return len(rows), len(set(rows))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path("work/cohort"))
    parser.add_argument("--samples", type=int, default=200)
    given = parser.parse_args()
    folder = given.folder.resolve()
    print("| samples | jobs | scoring jobs | processor s to plan | MB |\n| --- | --- | --- | --- | --- |")
    for count in sorted({1, max(given.samples // 4, 1), given.samples}):
        dag = plan(make(folder / str(count), count))
        print(
            f"| {count} | {dag.jobs} | {dag.scoring} | {dag.seconds:.1f} | {dag.megabytes:.0f} |", flush=True
        )
    return 0 if inferences(folder, given.samples) else 1


def inferences(folder: Path, samples: int) -> bool:
    """Print how many alleles the network read in each run; whether with the score cache each once, and none again."""
    parsed, sheet = run.read(folder / str(samples) / "my.yaml")
    networks = len(splice_model(MODEL).load(parsed.weights(MODEL)).stacks)
    reference, variants = filtered(parsed, sheet, folder / "filtered")
    carried, once = distinct(variants)
    print(f"\n{samples} samples carry {carried} alleles, {once} distinct ones")
    found = []
    cache = folder / "score_cache" / str(time.time_ns())
    for name, kept in (
        ("no score cache", None),
        ("a new score cache", cache),
        ("the same score cache again", cache),
    ):
        with counted() as asked:
            settings, where = parsed.changed(score_cache=kept), folder / name.replace(" ", "_")
            made = [scored(settings, reference, path, where / path.parent.name) for path in variants]
        found.append((sum(asked) / networks, made))
        print(f"{name}: {sum(asked) / networks:g} alleles read by each of {networks} networks", flush=True)
    apart = max(_apart(one, other) for _, made in found for one, other in zip(found[0][1], made, strict=True))
    print(f"scores differ by {apart:.1e} at most from those without a score cache")
    return apart < TOLERANCE and [read for read, _ in found] == [carried, once, 0]


def _apart(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """The largest difference of a value of two tables with the same rows."""
    key = [name for name in one.columns if name != "value"]
    pd.testing.assert_frame_equal(one[key], other[key])
    return float((one["value"] - other["value"]).abs().max())


if __name__ == "__main__":
    raise SystemExit(main())
