"""Asks and disturbs the SLURM that tests/slurm/cluster.sh made of this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.workflow.runner import REPO, wait_for

CLUSTER = REPO / "tests" / "slurm" / "cluster.sh"
PROFILE = str(REPO / "workflow" / "profiles" / "slurm")
THROUGH_SLURM = ("--workflow-profile", PROFILE, "--slurm-init-seconds-before-status-checks", "5")


def ask(*words: str) -> str:
    """What a command of SLURM answers."""
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def told(job: str, field: str) -> str:
    """A field of what scontrol tells of a job, finished ones too."""
    found = re.search(rf"\b{field}=(\S+)", ask("scontrol", "show", "job", job))
    assert found is not None, (job, field)
    return found[1]


def running_jobs(name: str = "landfall") -> list[str]:
    """Numbers of the jobs that run; names of the workflow's jobs begin with landfall."""
    lines = ask("squeue", "--noheader", "--states=RUNNING", "--format=%i %j").splitlines()
    return [number for number, called in map(str.split, lines) if called.startswith(name)]


def job_of(log: Path) -> str:
    """The number of the SLURM job that writes a log of the workflow, empty if none does yet."""
    found = re.search(r"SLURM job (\d+) on", log.read_text()) if log.exists() else None
    return found[1] if found else ""


def processes(job: str) -> list[int]:
    """Every process of a job, by the environment that SLURM gave it."""
    found, mark = [], f"SLURM_JOB_ID={job}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is the kernel's
            continue
        if mark in environment:
            found.append(int(folder.name))
    return found


def freeze(job: str) -> None:
    """Let a job hang: it keeps its place and never ends."""
    signal_all(processes(job), signal.SIGSTOP)


def lose_node(job: str) -> None:
    """The node is gone with what ran there: daemon killed, node set down, a job's processes killed."""
    daemon = int(Path(os.environ.get("LANDFALL_SLURM_DIR", "/tmp/landfall-slurm"), "slurmd.pid").read_text())
    os.kill(daemon, signal.SIGKILL)
    wait_for(lambda: not Path(f"/proc/{daemon}").exists())
    # Before its processes end: a job whose processes a node reports as ended has failed, and was not lost.
    ask("scontrol", "update", f"NodeName={ask('hostname', '-s').strip()}", "State=DOWN", "Reason=lost")
    signal_all(processes(job), signal.SIGKILL)


def find_node() -> None:
    """The node is there again."""
    subprocess.run([CLUSTER, "up"], check=True)


def signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)
