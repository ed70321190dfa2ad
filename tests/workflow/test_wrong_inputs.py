"""A user's mistake ends the run with plain words, and leaves nothing under a final name."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.runner import (
    DYSF_ALONE,
    PROBAND,
    REPO,
    Run,
    demo_config,
    merged,
    model,
    prepare,
    snakemake,
)

DATA = REPO / "demo" / "data"


@dataclass
class Wrong:
    """A sound case to be spoilt: configuration, rows of the sheet, and the folder for spoilt files."""

    folder: Path
    config: dict[str, Any] = field(default_factory=demo_config)
    rows: list[dict[str, str]] = field(default_factory=lambda: [dict(DYSF_ALONE)])

    def change(self, **changes: Any) -> None:
        self.config = merged(self.config, changes)

    def write(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def use_vcf(self, text: str) -> None:
        self.rows[0]["vcf"] = self.write("patient.vcf", text.encode())

    def run(self) -> Run:
        return snakemake(prepare(self.folder, self.config, *self.rows))


def demo_lines() -> list[str]:
    with gzip.open(PROBAND, "rt") as handle:
        return handle.read().splitlines()


def missing_fasta(case: Wrong) -> None:
    case.change(genome={"fasta": "nowhere/genome.fa.gz"})


def foreign_contigs(case: Wrong) -> None:
    lines = demo_lines()
    named = [line.replace("##contig=<ID=chr", "##contig=<ID=scaffold_") for line in lines]
    case.use_vcf("\n".join(f"scaffold_{s[3:]}" if s.startswith("chr") else s for s in named) + "\n")


def another_build(case: Wrong) -> None:
    """Every record of one contig moved by five bases, as another build would."""
    moved = []
    for line in demo_lines():
        if line.startswith("#"):
            moved.append(line)
        elif line.startswith("chr2\t"):
            chrom, pos, rest = line.split("\t", 2)
            moved.append(f"{chrom}\t{int(pos) + 5}\t{rest}")
    case.use_vcf("\n".join(moved) + "\n")


def cut_bgzip(case: Wrong) -> None:
    case.rows[0]["vcf"] = case.write("patient.vcf.gz", PROBAND.read_bytes()[:-5000])


def cut_gzip(case: Wrong) -> None:
    whole = gzip.compress(("\n".join(demo_lines()) + "\n").encode())
    case.rows[0]["vcf"] = case.write("patient.vcf.gz", whole[: len(whole) // 2])


def empty_vcf(case: Wrong) -> None:
    case.use_vcf("")


def vcf_without_records(case: Wrong) -> None:
    case.use_vcf("\n".join(line for line in demo_lines() if line.startswith("#")) + "\n")


def no_vcf_at_all(case: Wrong) -> None:
    case.use_vcf("a letter\nto the doctor\n")


def sample_not_in_vcf(case: Wrong) -> None:
    case.rows[0]["vcf_sample"] = "PROBANT"


def unknown_gene(case: Wrong) -> None:
    case.rows[0]["genes"] = "DYSFF"


def unknown_term(case: Wrong) -> None:
    case.rows[0] |= {"genes": "", "hpo": "HP:9999999"}


def obsolete_term(case: Wrong) -> None:
    case.rows[0] |= {"genes": "", "hpo": "HP:0001122"}


def misspelt_key(case: Wrong) -> None:
    case.config["modles"] = model()


def corrupt_weights(case: Wrong) -> None:
    weights = case.folder / "resources" / "weights" / "spliceai"
    shutil.copytree(REPO / "resources" / "weights" / "spliceai", weights)
    content = bytearray((weights / "spliceai3.h5").read_bytes())
    content[1_000_000] ^= 0xFF
    (weights / "spliceai3.h5").write_bytes(content)
    case.change(resources="resources")


def gtf_without_cds(case: Wrong) -> None:
    with gzip.open(DATA / "genes.gtf.gz", "rt") as handle:
        lines = [line for line in handle if line.split("\t")[2:3] != ["CDS"]]
    case.change(genome={"annotation": case.write("genes.gtf", "".join(lines).encode())})


def licence_not_accepted(case: Wrong) -> None:
    case.change(licences={"accepted": []})


def sample_twice(case: Wrong) -> None:
    case.rows.append(dict(case.rows[0]))


def two_at_once(case: Wrong) -> None:
    missing_fasta(case)
    case.rows[0]["vcf"] = "nowhere/patient.vcf.gz"


def two_deep_at_once(case: Wrong) -> None:
    sample_not_in_vcf(case)
    unknown_gene(case)


CASES: Mapping[Callable[[Wrong], None], tuple[str, ...]] = {
    missing_fasta: ("my.yaml: line", "genome.fasta: nowhere/genome.fa.gz: no such file"),
    foreign_contigs: ("no contig is in the reference: the file has scaffold_1", "the reference has chr1"),
    another_build: (
        "samples.tsv: line 2: sample demo: vcf:",
        "disagree with the reference sequence (first: chr2:",
        "another genome build",
    ),
    cut_bgzip: ("samples.tsv: line 2: sample demo: vcf:", "patient.vcf.gz: is cut short"),
    cut_gzip: ("samples.tsv: line 2: sample demo: vcf:", "patient.vcf.gz: cannot be read to its end"),
    empty_vcf: ("samples.tsv: line 2: sample demo: vcf:", "patient.vcf: is empty"),
    vcf_without_records: ("patient.vcf: holds no variant",),
    no_vcf_at_all: ("patient.vcf: has no '#CHROM' line", "so it is not a VCF"),
    sample_not_in_vcf: ("has no sample named PROBANT; it has PROBAND",),
    unknown_gene: ("samples.tsv: line 2", "the annotation has no gene DYSFF; did you mean DYSF?"),
    unknown_term: ("samples.tsv: line 2", "HP:9999999 is not in HPO release"),
    obsolete_term: ("HP:0001122", "is obsolete in HPO release", "choose a current term"),
    misspelt_key: ("my.yaml: line", "modles", "did you mean models?"),
    corrupt_weights: ("spliceai3.h5: SHA-256", "Delete the folder and run again"),
    gtf_without_cds: ("genes.gtf:", "CDS"),
    licence_not_accepted: ("the licence of spliceai is not accepted", "CC BY-NC 4.0", "licences.accepted"),
    sample_twice: ("samples.tsv: line 3: sample demo is repeated, first in line 2",),
    two_at_once: (
        "The input has 2 faults",
        "nowhere/genome.fa.gz: no such file",
        "nowhere/patient.vcf.gz: no such",
    ),
    two_deep_at_once: ("The input has 2 faults", "no sample named PROBANT", "no gene DYSFF"),
}


def assert_refused(run: Run, *words: str, made: tuple[str, ...] = ()) -> None:
    """made: results that rest on nothing that is at fault, where it is only found in a job."""
    assert run.status != 0
    assert "Traceback" not in run.output
    assert "please report it" not in run.output
    for said in words:
        assert said in run.output, run.output[-3000:]
    assert {path.name for path in run.under_final_names()} <= set(made)


EVERY_TIME = {missing_fasta, another_build, corrupt_weights, two_at_once, two_deep_at_once}
"""One found at each point of a run; the words of all faults are held by tests/unit/audit/preflight too."""


@pytest.mark.parametrize(
    "spoil",
    [pytest.param(case, marks=() if case in EVERY_TIME else pytest.mark.slow) for case in CASES],
    ids=lambda spoil: spoil.__name__,
)
def test_refused_in_plain_words_with_nothing_left(
    spoil: Callable[[Wrong], None], tmp_path: Path, spliceai_weights: Path
) -> None:
    case = Wrong(tmp_path)
    spoil(case)
    run = case.run()
    assert_refused(run, *CASES[spoil])
    assert "Select jobs to execute" not in run.output
    assert not (tmp_path / "work" / "transcripts.parquet").exists()


def has_gpu() -> bool:
    return (
        shutil.which("nvidia-smi") is not None and subprocess.run(["nvidia-smi"], check=False).returncode == 0
    )


@pytest.mark.skipif(has_gpu(), reason="a GPU is here, so asking for one is no mistake")
def test_a_gpu_is_asked_for_where_there_is_none(tmp_path: Path, spliceai_weights: Path) -> None:
    case = Wrong(tmp_path)
    case.change(models=model(device="cuda", shards=1))
    run = snakemake(prepare(tmp_path, case.config, *case.rows), env={"CUDA_VISIBLE_DEVICES": ""})
    assert_refused(run, "cuda", "device", made=("callset.parquet",))


def test_a_folder_of_results_that_cannot_be_written(tmp_path: Path, spliceai_weights: Path) -> None:
    """A file stands where the folder should be; holds for root, who may write anywhere."""
    case = Wrong(tmp_path)
    (tmp_path / "blocked").write_text("")
    case.change(results="blocked/results")
    run = case.run()
    assert run.status != 0
    assert "blocked" in run.output
    assert (tmp_path / "blocked").read_text() == ""
