"""A finished patient stays finished: each patient of a sheet runs by its own files alone."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.workflow.runner import DYSF_ALONE, PROBAND, Run, merged, model, prepare, quick_config, snakemake


def row(folder: Path, name: str) -> dict[str, str]:
    return {**DYSF_ALONE, "sample": name, "vcf": str(folder / f"{name}.vcf"), "genes": "SGCA"}


def write_vcf(folder: Path, name: str, *, whole: bool = True) -> None:
    """The patient's VCF; with a record of two columns at its end where it is not whole."""
    with gzip.open(PROBAND, "rt") as handle:
        text = handle.read()
    (folder / f"{name}.vcf").write_text(text if whole else f"{text}chr2\t100\n")


def run_of(folder: Path, names: Iterable[str], *arguments: str) -> Run:
    light = {"models": model(shards=1), "interpretation": {"top": 0, "max_candidates": 0}}
    config = merged(quick_config(), light)
    return snakemake(prepare(folder, config, *(row(folder, name) for name in names)), *arguments)


def finished_files(folder: Path, *names: str) -> dict[Path, tuple[int, bytes]]:
    """Date and bytes of every result of some patients."""
    found = [path for name in names for path in (folder / "results" / name).iterdir()]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found if path.is_file()}


@pytest.mark.slow
def test_three_patients_one_broken_then_mended_then_a_fourth(tmp_path: Path, spliceai_weights: Path) -> None:
    names = ["one", "two", "three"]
    for name in names:
        write_vcf(tmp_path, name, whole=name != "two")
    lines = len((tmp_path / "two.vcf").read_text().splitlines())

    dry = run_of(tmp_path, names, "--dry-run")
    assert dry.status != 0
    assert f"two.vcf: line {lines}: the record has 2 columns" in dry.output

    broken = run_of(tmp_path, names)
    assert broken.status != 0
    assert "sample two is not run" in broken.output
    assert f"two.vcf: line {lines}: the record has 2 columns" in broken.output
    of_one = broken.jobs("one")
    assert {"score", "report"} < of_one.keys()
    assert broken.jobs("three") == of_one
    assert broken.jobs("two") == {"refused": 1}
    assert broken.result("report.html", "one").exists()
    assert not (tmp_path / "results" / "two").exists()
    assert (tmp_path / "results" / "cohort.html").exists()
    for name in ("one", "three"):
        assert re.search(rf"^{name}: .+\n  results/{name}/report.html$", broken.output, re.MULTILINE)
    assert broken.output.count("two: input failed: the input of the sample has faults:") == 2
    assert "Shell command" not in broken.output
    before = finished_files(tmp_path, "one", "three")

    again = run_of(tmp_path, names)
    assert again.status != 0
    assert again.all_jobs() == {"refused": 1}

    write_vcf(tmp_path, "two")
    mended = run_of(tmp_path, names)
    assert mended.status == 0, mended.output[-3000:]
    assert mended.jobs("two") == of_one
    assert mended.all_jobs() - mended.jobs("two") == {"cohort": 1, "all": 1}
    assert finished_files(tmp_path, "one", "three") == before

    write_vcf(tmp_path, "four")
    names.append("four")
    before = finished_files(tmp_path, "one", "two", "three")
    fourth = run_of(tmp_path, names)
    assert fourth.status == 0, fourth.output[-3000:]
    assert fourth.jobs("four") == of_one
    assert fourth.all_jobs() - fourth.jobs("four") == {"cohort": 1, "all": 1}
    assert finished_files(tmp_path, "one", "two", "three") == before
    log = (tmp_path / "work" / "logs" / "four" / "scoring" / "spliceai.1.log").read_text()
    assert re.search(
        r"\b0 alleles to score, [1-9]\d* in the score cache", log
    )  # its alleles are those of the others, whose scores are in the score cache
    assert "four" in (tmp_path / "results" / "cohort.html").read_text()
