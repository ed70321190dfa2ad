"""The checks of the input while a run of the workflow is planned."""

from __future__ import annotations

import os
import sys

from landfall.audit.preflight.run import Checked, Given, full_check, quick_check, runnable
from landfall.io.errors import InputProblem, stop_if

REFUSED = "LANDFALL_REFUSED"
"""Environment variable with the samples that the run leaves out, for the processes of its jobs on a cluster."""
NO_JOBS = frozenset(
    (
        "--unlock",
        "--lint",
        "--list-rules",
        "--list-target-rules",
        "--cleanup-metadata",
        "--drop-metadata",
        "--version",
    )
)
"""Options of Snakemake with which no job is planned."""


def checked(given: Given, *, main: bool, as_module: bool, every: bool) -> Checked:
    """The input with the faults found: by all checks in the main process of a run, elsewhere by none.

    as_module: whether another workflow uses the rules; the quick checks are made then, the others by its jobs.
    every: whether a fault of one sample stops the run, as in a dry run. Raises InputError.
    """
    if not main:
        return _of_job(given)
    if NO_JOBS.intersection(sys.argv):
        stop_if(given.faults)
        return Checked(given.settings, given.samples, [], given.of_sample)
    if as_module:
        return _of_module(given)
    found = runnable(given, every=every)
    os.environ[REFUSED] = ",".join(found.of_sample)
    return found


def _of_module(given: Given) -> Checked:
    found = quick_check(given)
    if found.every:
        stop_if(full_check(given).every)
    return found


def _of_job(given: Given) -> Checked:
    """The input of a job: the main process has checked it and named the samples that are left out."""
    stop_if(given.faults)
    refused: dict[str, list[InputProblem]] = {
        name: [] for name in os.environ.get(REFUSED, "").split(",") if name
    }
    return Checked(given.settings, given.samples, [], {**refused, **given.of_sample})
