"""Some simulated patients through the real ``snakemake`` command, beside the stages called one by one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import yaml

from benchmarks.patient_cases import Patient
from benchmarks.patient_runs import ASKED, ROOT, Asked, Bench, config, sample_of

NAMED = ["chrom", "pos", "ref", "alt", "gene", "transcript"]
TOLERANCE = 1e-3
"""Most that a score may differ: the same allele in another batch (docs/science.md)."""
Case = tuple[Patient, Asked]


def chosen(patients: Sequence[Patient], number: int) -> list[Case]:
    """The first patient of each kind in turn, told in different ways."""
    kinds: dict[str, list[Patient]] = {}
    for patient in patients:
        kinds.setdefault(patient.kind.name, []).append(patient)
    longest = max(map(len, kinds.values()))
    turns = [mine[turn] for turn in range(longest) for mine in kinds.values() if turn < len(mine)]
    return [(patient, ASKED[n % len(ASKED)]) for n, patient in enumerate(turns[:number])]


def run_workflow(cases: Sequence[Case], bench: Bench, data: Path, resources: Path) -> Path:
    """The folder in which snakemake ran, without a score cache. Raises CalledProcessError if it fails."""
    folder = bench.folder / "workflow"
    folder.mkdir(exist_ok=True)
    settings = config(bench.folder, data, resources) | {
        "samples": str(folder / "samples.tsv"),
        "score_cache": None,
    }
    (folder / "my.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    samples = [sample_of(patient, asked, bench.folder) for patient, asked in cases]
    lines = [("sample", "vcf", "vcf_sample", "ped", "hpo")]
    lines += [(s.name, str(s.vcf), str(s.vcf_sample), str(s.ped or ""), ";".join(s.hpo)) for s in samples]
    (folder / "samples.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "2"]
    command += ["--directory", str(folder), "--configfile", str(folder / "my.yaml"), "--quiet", "all", "--"]
    subprocess.run([*command, *(f"results/{s.name}/prioritised.parquet" for s in samples)], check=True)
    return folder


def compare(cases: Sequence[Case], bench: Bench, folder: Path) -> Iterator[str]:
    """A line for each case: whether both ways give the same alleles, and how far ranks and scores differ."""
    for patient, asked in cases:
        name = sample_of(patient, asked, bench.folder).name
        theirs = pd.read_parquet(folder / "results" / name / "prioritised.parquet").set_index(NAMED)
        mine = pd.DataFrame(bench.rank(patient, asked)).set_index(NAMED)
        same = set(theirs.index) == set(mine.index)
        both = theirs.join(mine, rsuffix="_mine", how="inner")
        apart = (both["spliceai_ds_max"] - both["spliceai_ds_max_mine"]).abs().max()
        moved = int((both["rank"] != both["rank_mine"]).sum())
        agree = "agree" if same and apart <= TOLERANCE else "DIFFER"
        yield (
            f"{name}: {len(theirs)} and {len(mine)} rows {agree}, {moved} ranks differ, largest difference {apart:.1e}"
        )
