"""A user's own configuration, started from anywhere: only what it says and the documented defaults count."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pysam
import pytest

from landfall.audit.preflight import run as preflight_run
from landfall.models.registry import splice_model
from landfall.testing.parity import fetched
from tests.workflow.runner import DYSF_ALONE, REPO, prepare, quick_config, run_demo_gene, snakemake

DATA = REPO / "demo" / "data"
FINDING = 23_883
"""Position of the demonstration's finding."""


def least(folder: Path) -> dict[str, Any]:
    """The needed keys alone, and no licence list longer than asked for."""
    genome = {
        "build": "synthetic",
        "fasta": str(DATA / "genome.fa.gz"),
        "annotation": str(DATA / "genes.gtf.gz"),
    }
    return {
        "samples": "samples.tsv",
        "resources": str(REPO / "resources"),
        "genome": genome,
        "models": [{"name": "spliceai"}],
        "licences": {"accepted": ["spliceai"]},
    }


def broken_torch(folder: Path) -> dict[str, str]:
    """An environment in which importing torch fails."""
    package = folder / "no_torch" / "torch"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('torch was imported')\n")
    return {"PYTHONPATH": str(package.parent)}


def test_a_dry_run_lists_every_stage_and_never_imports_torch(tmp_path: Path) -> None:
    folder = prepare(tmp_path, quick_config(), DYSF_ALONE)
    run = snakemake(folder, "--dry-run", env=broken_torch(tmp_path))
    assert run.status == 0, run.output[-3000:]
    assert "torch was imported" not in run.output
    for rule in ("normalise", "filter", "windows", "score", "merge", "consequences", "prioritise", "report"):
        assert re.search(rf"^{rule} +\d+$", run.output, flags=re.MULTILINE), rule
    assert not (folder / "results").exists()


def test_started_elsewhere_the_profile_of_the_workflow_is_used(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = prepare(tmp_path / "case", quick_config(), DYSF_ALONE)
    run = snakemake(folder, "--dry-run", cwd=elsewhere)
    assert run.status == 0, run.output[-3000:]
    assert f"Using workflow specific profile {REPO / 'profiles' / 'default'}" in run.output
    assert list(elsewhere.iterdir()) == []


def test_nothing_of_the_demo_leaks_into_a_users_run(tmp_path: Path, spliceai_weights: Path) -> None:
    """Neither its banner nor its frequencies: with none, common alleles stay in."""
    folder = prepare(tmp_path, least(tmp_path), {**DYSF_ALONE, "genes": "SGCD"})
    run = snakemake(folder, "--until", "filter", "digests")
    assert run.status == 0, run.output[-3000:]
    used = {entry["role"] for entry in json.loads((folder / "work" / "demo" / "inputs.json").read_text())}
    assert used == {"variants", "reference", "annotation"}
    resolved = json.loads((folder / "work" / "demo" / "resolved.json").read_text())
    assert resolved["genes"] == ["SGCD"]
    parsed = preflight_run.parse(folder / "my.yaml")
    assert parsed.labels.banner is None
    assert parsed.filter.frequency.population_vcf is None


@pytest.mark.slow
@pytest.mark.shared_data
def test_a_commercial_run_rests_on_the_models_that_are_free(shared_data: Path, tmp_path: Path) -> None:
    """Without SpliceAI, on OpenSpliceAI first; its weights, put there by the user, are taken as they lie."""
    weights = tmp_path / "resources" / "weights"
    weights.mkdir(parents=True)
    for name in ("openspliceai", "pangolin"):
        published = shared_data / "models" / name / "weights"
        shutil.copytree(published, weights / name, copy_function=os.symlink)
        (weights / name).chmod(0o755)
    for name in ("cispliceai", "mmsplice"):
        (weights / name).symlink_to(fetched(splice_model(name).info))
    names = ("spliceai", "openspliceai", "cispliceai", "pangolin", "mmsplice")
    changes = {
        "resources": str(tmp_path / "resources"),
        "models": [{"name": name, "shards": 1} for name in names],
        "licences": {"use": "commercial", "accepted": []},
    }
    run = run_demo_gene(tmp_path, changes)
    provenance = json.loads(run.result("provenance.json").read_text())
    assert [one["name"] for one in provenance["models"]] == list(names[1:])
    ranked = run.table("prioritised")
    finding = ranked[ranked["pos"] == FINDING].iloc[0]
    assert finding["rank"] == 1
    assert finding["openspliceai_ds_max"] > 0.5
    assert max(finding["pangolin_gain"], -finding["pangolin_loss"]) > 0.5
    assert finding["splice_probability"] > 0.5, "of the four models that are free"
    assert not any(column.startswith("spliceai_") for column in ranked.columns)
    strings = [record.info for record in pysam.VariantFile(str(run.result("annotated.vcf.gz")))]
    assert any("OpenSpliceAI" in info for info in strings)
    assert not any("SpliceAI" in info for info in strings)
    page = run.result("report.html").read_text()
    assert "OpenSpliceAI-MANE" in page
    assert "GPL-3.0" in page
    assert "free to use, commercially too; the terms concern their distribution" in page
