"""Another workflow takes landfall's rules for its own, as a Snakemake module with a section of the configuration."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.workflow.runner import DYSF_ALONE, REPO, merged, prepare, quick_config, resources_of

OTHERS = f"""
configfile: "others.yaml"


module landfall:
    snakefile:
        "{REPO}/workflow/Snakefile"
    config:
        config["landfall"]


use rule * from landfall as landfall_*


rule size:
    input:
        "found/{{sample}}/callset.parquet",
    output:
        "size/{{sample}}.txt",
    shell:
        "wc -c < {{input}} > {{output}}"


rule everything:
    default_target: True
    input:
        rules.landfall_all.input,
        "size/demo.txt",
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A workflow of somebody else's; an older landfall, which cannot even be imported, is installed there."""
    folder = prepare(tmp_path / "other", {}, DYSF_ALONE)
    section = merged(quick_config(), {"results": "found", "work": "found/work"})
    (folder / "others.yaml").write_text(yaml.safe_dump({"own": 1, "landfall": section}))
    (folder / "Snakefile").write_text(OTHERS)
    older = tmp_path / "installed" / "landfall"
    older.mkdir(parents=True)
    (older / "__init__.py").write_text("raise ImportError('an older landfall')\n")
    return folder


def snakemake(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder.parent / "installed")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_every_job_is_planned_with_the_paths_of_the_section(other: Path) -> None:
    status, said = snakemake(other, "--dry-run")
    assert status == 0, said
    planned = re.search(r"rule landfall_prioritise:\n\s+input: (.*)\n\s+output: (.*)\n", said)
    assert planned, said
    assert "found/work/demo/spliceai/scores.parquet" in planned[1].split(", ")
    assert "found/demo/prioritised.parquet" in planned[2].split(", ")
    assert "rule landfall_report:" in said
    assert "rule size:" in said


@pytest.mark.slow
def test_resources_of_the_section_are_those_of_its_jobs_alone(other: Path) -> None:
    path = other / "others.yaml"
    own = {"landfall": {"resources_per_job": {"other": {"mem_mb": 3210}}}}
    path.write_text(yaml.safe_dump(merged(yaml.safe_load(path.read_text()), own)))
    for defaults in ((), ("--default-resources", "mem_mb=77")):
        status, said = snakemake(other, "--dry-run", *defaults)
        assert status == 0, said
        assert resources_of(said, "landfall_filter")["mem_mb"] == "3210"
        assert resources_of(said, "size").get("mem_mb") == ("77" if defaults else None)


def test_its_jobs_run_and_another_rule_takes_their_output(other: Path) -> None:
    status, said = snakemake(other, "size/demo.txt")
    assert status == 0, said
    table = other / "found" / "demo" / "callset.parquet"
    assert int((other / "size" / "demo.txt").read_text()) == table.stat().st_size


def test_a_mistake_in_the_section_is_told_in_words(other: Path) -> None:
    (other / "samples.tsv").write_text("sample\tvcf\ndemo\tnowhere.vcf\n")
    status, said = snakemake(other, "--dry-run")
    assert status != 0
    assert "nowhere.vcf: no such file" in said
    assert "Traceback" not in said
