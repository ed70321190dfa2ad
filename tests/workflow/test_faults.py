"""Faults of one machine, each brought about in a whole run: the rows of docs/faults.md that name this file.

They take minutes, so they run nightly (``make faults-test``, ``make test-nightly``); what each of them rests on is
tested stage by stage in tests/unit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflow.own_packages.job_stage import stage_of
from tests.workflow.runner import (
    DYSF_ALONE,
    Run,
    assert_same_results,
    finished,
    merged,
    model,
    prepare,
    quick_config,
    running,
    snakemake,
    wait_for,
)

pytestmark = pytest.mark.slow

CONFIG = merged(quick_config(), {"models": model(shards=4)})


def scoring_jobs(folder: Path) -> list[int]:
    """The processes that score shards of the run in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
            mine = [word for word in words[:3] if word.startswith(str(folder))]
            scores = any(stage_of(word, ["splicing.score"]) for word in mine)
        except OSError:  # it has ended
            continue
        if scores:
            found.append(int(process.name))
    return found


def partial_files(folder: Path) -> list[Path]:
    return list(folder.rglob(".*.partial"))


def test_a_second_run_in_the_folder_is_refused_and_a_killed_job_is_made_by_the_next(
    dysf: Run, tmp_path: Path
) -> None:
    folder = prepare(tmp_path, CONFIG, DYSF_ALONE)
    log = folder / "first.log"
    with running(folder) as run:
        (job, *_) = wait_for(lambda: scoring_jobs(folder), run, log)
        os.kill(job, signal.SIGSTOP)  # so that it is still there after the second run
        second = snakemake(folder)
        assert second.status != 0
        assert "Directory cannot be locked" in second.output
        os.kill(job, signal.SIGKILL)
        assert run.wait(timeout=900) != 0
    said = log.read_text()
    assert "splice scores, spliceai failed: " in said
    assert "work/logs/demo/scoring/spliceai." in said
    assert not (folder / "results" / "demo" / "prioritised.parquet").exists()
    again = finished(folder)
    assert "genes" not in again.all_jobs()  # what was done is not done again
    assert_same_results(again, dysf)


def test_jobs_that_outlive_their_run_do_no_harm_to_the_next(dysf: Run, tmp_path: Path) -> None:
    """SIGKILL of snakemake alone; the next run makes the same files while the orphans still do."""
    folder = prepare(tmp_path, CONFIG, DYSF_ALONE)
    log = folder / "first.log"
    with running(folder) as run:
        orphans = wait_for(lambda: scoring_jobs(folder), run, log)
        for job in orphans:
            os.kill(job, signal.SIGSTOP)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        assert "--unlock" in snakemake(folder).output
        finished(folder, "--unlock")
        with running(folder) as again:
            wait_for(lambda: set(scoring_jobs(folder)) - set(orphans), again, log)
            for job in orphans:
                os.kill(job, signal.SIGCONT)
            assert again.wait(timeout=900) == 0, log.read_text()[-6000:]
        wait_for(lambda: not set(scoring_jobs(folder)) & set(orphans))
    assert_same_results(Run(folder, 0, log.read_text()), dysf)


@pytest.mark.parametrize("small_disk", ["700k"], indirect=True)
def test_a_run_on_a_full_disk_goes_on_when_there_is_room(dysf: Run, small_disk: Path) -> None:
    folder = prepare(small_disk, CONFIG, DYSF_ALONE)
    full = snakemake(folder)
    assert full.status != 0
    assert "No space left on device" in full.output
    assert not partial_files(folder)
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    if snakemake(folder).status != 0:  # a run that could not even take its lock away
        finished(folder, "--unlock")
    assert_same_results(finished(folder), dysf)


@pytest.fixture
def copied(dysf: Run, tmp_path: Path) -> Run:
    """A finished run to be spoilt."""
    shutil.copytree(dysf.folder, tmp_path / "copy", symlinks=True)
    return replace(dysf, folder=tmp_path / "copy")


@pytest.mark.parametrize(
    "name",
    ["work/demo/spliceai/scores.2.parquet", "work/demo/variants.parquet", "work/demo/resolved.json"],
)
def test_a_file_that_is_cut_short_is_named_and_made_anew_once_deleted(
    dysf: Run, copied: Run, name: str
) -> None:
    path = copied.folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    stopped = snakemake(copied.folder)
    assert stopped.status != 0
    assert f"{name} is damaged" in stopped.output
    assert "delete it and repeat the command" in stopped.output
    path.unlink()
    assert_same_results(finished(copied.folder), dysf)


@pytest.mark.parametrize(("shards", "cores"), [(1, 1), (3, 2), (50, 2)])
def test_shards_and_cores_change_no_byte(dysf: Run, tmp_path: Path, shards: int, cores: int) -> None:
    folder = prepare(tmp_path, merged(CONFIG, {"models": model(shards=shards)}), DYSF_ALONE)
    assert_same_results(finished(folder, "--cores", str(cores)), dysf)
