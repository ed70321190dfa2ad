"""A patient run again with one thing changed: the report says what changed and why. Marked slow, every cause by
the whole workflow (some minutes); tests/unit/audit/test_reanalysis.py tries each on the records of two runs.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pysam
import pytest

from tests.workflow.accounts import rows
from tests.workflow.runner import (
    DYSF_ALONE,
    PROBAND,
    Run,
    finished,
    merged,
    model,
    prepare,
    quick_config,
    snakemake,
)

FINDING = 23_883
"""Position of the demonstration's finding on its chr2."""

Change = Callable[[Path], tuple[Mapping[str, Any], Mapping[str, str]]]
"""Makes what a change needs in a folder; gives what it changes of the settings and of the sheet."""


def run(folder: Path, settings: Mapping[str, Any], row: Mapping[str, str]) -> Run:
    base = {"models": model(shards=1), "interpretation": {"top": 1}}
    return finished(prepare(folder, merged(merged(quick_config(), base), settings), {**DYSF_ALONE, **row}))


@pytest.fixture
def earlier(dysf: Run) -> Path:
    """The results of an earlier run, its score cache beside them."""
    return dysf.folder / "results" / "demo"


def again(earlier: Path, folder: Path, change: Change) -> tuple[Run, list[dict[str, Any]]]:
    """The run with one thing changed, beside the earlier one; what does not change is taken from the score cache."""
    settings, row = change(folder)
    settings = merged({"score_cache": str(earlier.parents[1] / "score_cache")}, settings)
    done = run(folder / "run", settings, {"previous": str(earlier), **row})
    return done, rows(done.result("changes.parquet"))


def test_nothing_changed_is_no_change(earlier: Path, tmp_path: Path) -> None:
    done, found = again(earlier, tmp_path, lambda folder: ({}, {}))
    assert found == []
    page = done.result("report.html").read_text()
    assert "No change: every candidate has the same score as before." in page
    log = (done.folder / "work" / "logs" / "demo" / "scoring" / "spliceai.1.log").read_text()
    assert re.search(r"\b0 alleles to score, \d+ in the score cache", log), (
        "the scores are those of the score cache"
    )


def commoner(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The finding is common in the newer frequency data."""
    source = quick_config()["filter"]["frequency"]["population_vcf"]
    with gzip.open(source, "rt") as handle:
        lines = [line for line in handle if line.startswith("#")]
    path = folder / "newer.vcf"
    path.write_text("".join([*lines, f"chr2\t{FINDING}\t.\tC\tT\t.\t.\tAF_grpmax=0.02;AF=0.02\n"]))
    pysam.tabix_index(str(path), preset="vcf")
    return {"filter": {"frequency": {"population_vcf": f"{path}.gz"}}}, {}


def threshold(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    return {"filter": {"min_depth": 10_000}}, {}


def fewer_genes(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    return {}, {"genes": "SGCA"}


def uncalled(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The patient's VCF without the finding."""
    path = folder / "patient.vcf"
    with gzip.open(PROBAND, "rt") as handle:
        path.write_text("".join(line for line in handle if f"chr2\t{FINDING}\t" not in line))
    return {}, {"vcf": str(path)}


def shorter_gene(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """An annotation in which the gene ends with the exon before the finding."""
    path = folder / "genes.gtf"
    with gzip.open(quick_config()["genome"]["annotation"], "rt") as handle:
        path.write_text("".join(filter(None, map(shortened, handle))))
    return {"genome": {"annotation": str(path)}}, {}


LAST_EXON = 23_099
"""End of the exon before the finding."""


def shortened(line: str) -> str | None:
    """A line of the annotation; None for what lies behind the last exon that is left."""
    fields = line.split("\t")
    if '"DYSF"' not in line or int(fields[4]) <= LAST_EXON:
        return line
    fields[4] = str(LAST_EXON)
    return "\t".join(fields) if fields[2] in ("gene", "transcript") else None


def nearer(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    (spliceai,) = model(shards=1)
    return {"models": [spliceai | {"distance": 10}]}, {}


def second_model(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Another model is asked too; the probability is that of both."""
    return {"models": [*model(shards=1), *model(shards=1, name="cispliceai")]}, {}


@pytest.mark.parametrize(
    ("change", "kind", "causes"),
    [
        pytest.param(commoner, "gone", "frequencies", marks=pytest.mark.slow),
        pytest.param(threshold, "gone", "settings", marks=pytest.mark.slow),
        pytest.param(fewer_genes, "gone", "phenotype", marks=pytest.mark.slow),
        pytest.param(uncalled, "gone", "vcf", marks=pytest.mark.slow),
        pytest.param(shorter_gene, "gone", "annotation", marks=pytest.mark.slow),
        pytest.param(nearer, "demoted", "settings", marks=pytest.mark.slow),
        pytest.param(second_model, "promoted", "models", marks=pytest.mark.slow),
    ],
)
def test_the_one_cause_is_named(
    earlier: Path, tmp_path: Path, change: Change, kind: str, causes: str
) -> None:
    done, found = again(earlier, tmp_path, change)
    (finding,) = [row for row in found if row["pos"] == FINDING and row["gene"] == "DYSF"]
    assert (finding["change"], finding["causes"]) == (kind, causes)
    page = done.result("report.html").read_text()
    assert "What changed since" in page
    assert page.index("What changed since") < page.index("Clinical summary")


def test_an_earlier_result_that_is_none_or_this_ones_own_is_refused(tmp_path: Path) -> None:
    folder = prepare(tmp_path, quick_config(), {**DYSF_ALONE, "previous": "results/demo"})
    own = snakemake(folder, "--dry-run")
    assert own.status != 0
    assert "is the output folder of this run" in own.output
    prepare(tmp_path, quick_config(), {**DYSF_ALONE, "previous": "nowhere"})
    none = snakemake(folder, "--dry-run")
    assert none.status != 0
    assert none.output.count("give the folder results/<sample> of a finished run") == 3


def test_the_record_of_a_run_holds_what_a_later_one_is_compared_by(earlier: Path) -> None:
    record = json.loads((earlier / "provenance.json").read_text())
    assert {"inputs", "models", "settings", "software", "code", "genes", "phenotype"} <= record.keys()
