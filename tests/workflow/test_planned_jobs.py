"""What Snakemake plans: which jobs a change runs again, and with which resources."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflow.runner import (
    DYSF_ALONE,
    REPO,
    Run,
    finished,
    merged,
    model,
    prepare,
    quick_config,
    resources_of,
    snakemake,
)

OTHER = {"resources_per_job": {"other": {"mem_mb": 3210, "runtime": 47}}}
PROFILES = {"the profile": (), "no profile": ("--workflow-profile", "none")}


def planned(folder: Path, *arguments: str) -> str:
    run = snakemake(folder, "--dry-run", "-p", *arguments)
    assert run.status == 0, run.output[-3000:]
    return run.output


def jobs(output: str) -> set[str]:
    """The rules of the planned jobs."""
    return set(re.findall(r"^(?:local)?rule (\w+):$", output, flags=re.MULTILINE))


def configured(folder: Path, changes: Mapping[str, Any]) -> None:
    """Change the configuration of a run."""
    path = folder / "my.yaml"
    path.write_text(yaml.safe_dump(merged(yaml.safe_load(path.read_text()), changes), sort_keys=False))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has placed its windows, without weights."""
    folder = tmp_path_factory.mktemp("begun")
    finished(prepare(folder, quick_config() | {"resources": "resources"}, DYSF_ALONE), "--until", "windows")
    return folder


@pytest.fixture
def copy(begun: Path, tmp_path: Path) -> Path:
    shutil.copytree(begun, tmp_path / "run")
    return tmp_path / "run"


def weights_of_an_earlier_time(folder: Path, weights: Path) -> None:
    """Weights with their licence, which is older than any script of the workflow."""
    copied = shutil.copytree(weights, folder / "resources" / "weights" / "spliceai")
    os.utime(copied / "LICENCE.txt", (0, 0))


def test_weights_that_are_missing_are_fetched_before_scoring(begun: Path) -> None:
    assert {"weights", "score", "report"} <= jobs(planned(begun))
    assert jobs(planned(begun, "--until", "weights")) == {"weights"}


def test_weights_that_are_there_belong_to_no_rule_and_hide_no_job(copy: Path, spliceai_weights: Path) -> None:
    """A rule of weights older than its script once was the whole plan: what reads its files stayed unplanned."""
    weights_of_an_earlier_time(copy, spliceai_weights)
    found = jobs(planned(copy))
    assert {"score", "merge", "prioritise", "report"} <= found
    assert not found & {"weights", "resolve", "normalise", "filter", "windows"}
    assert "weights" not in jobs(planned(copy, "--forceall"))


@pytest.mark.parametrize("profile", PROFILES)
def test_jobs_without_a_model_have_the_resources_of_the_configuration(tmp_path: Path, profile: str) -> None:
    folder = prepare(tmp_path, merged(quick_config(), OTHER), DYSF_ALONE)
    output = planned(folder, *PROFILES[profile])
    for rule in sorted(jobs(output) - {"all", "score", "interpret"}):
        found = resources_of(output, rule)
        assert (found["mem_mb"], found["runtime"]) == ("3210", "47"), rule
    assert resources_of(output, "score")["mem_mb"] != "3210"


@pytest.mark.slow  # tests/unit/stages/test_binding.py holds that no stage reads a key of speed
def test_keys_of_speed_run_no_job_again_and_the_record_names_what_was_computed_with(
    dysf: Run, tmp_path: Path
) -> None:
    folder = shutil.copytree(dysf.folder, tmp_path / "run", symlinks=True)
    changed = {"shards": 4, "batch": 3, "threads": 2, "device": "cuda"}
    configured(folder, merged(OTHER, {"models": model(**changed), "score_cache": None}))
    assert jobs(planned(folder)) == set()
    configured(folder, {"labels": {"banner": "another"}})
    assert jobs(planned(folder)) >= {"provenance", "report"}
    assert not jobs(planned(folder)) & {"score", "merge", "prioritise"}
    finished(folder, "--until", "provenance")
    record = json.loads((folder / "results" / "demo" / "provenance.json").read_text())
    (used,) = record["models"]
    assert record["settings"]["labels"] == {"banner": "another"}
    assert (used["batch"], used["threads"]) == (8, 1)
    assert "cuda" not in used["device"]
    assert not changed.keys() & record["settings"]["models"][0].keys()


@pytest.mark.parametrize("profile", ["default", pytest.param("slurm", marks=pytest.mark.slow)])
def test_a_clone_that_is_newer_than_the_results_runs_no_job_again(
    dysf: Run, tmp_path: Path, profile: str
) -> None:
    """Snakemake would compare the time of the script that runs every stage with that of every output."""
    folder = shutil.copytree(dysf.folder, tmp_path / "run", symlinks=True)
    when = (REPO / "workflow" / "scripts" / "stage.py").stat().st_mtime - 3600
    for path in (folder / "work", folder / "results"):
        for file in filter(Path.is_file, path.rglob("*")):
            os.utime(file, (when, when))
    triggers = yaml.safe_load((REPO / "workflow" / "profiles" / profile / "config.yaml").read_text())
    assert jobs(planned(folder, "--rerun-triggers", *triggers["rerun-triggers"])) == set()
    assert "score" in jobs(planned(folder, "--rerun-triggers", "code"))
