"""Snakemake with the stages of all jobs in its own process, one after another: hundreds of small jobs start no Python.

Run as a script, with the arguments of snakemake. The rules, their files and their parameters are those of the workflow.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from snakemake import cli, workflow
from snakemake.benchmark import benchmarked


def script(
    path: Any,
    basedir: Any,
    input: Any,
    output: Any,
    params: Any,
    wildcards: Any,
    threads: int,
    resources: Any,
    log: Any,
    config: Any,
    rulename: str,
    conda_env: Any,
    conda_base_path: Any,
    container_img: Any,
    singularity_args: Any,
    env_modules: Any,
    bench_record: Any,
    *others: Any,
) -> None:
    """In place of snakemake.script.script: what workflow/scripts/stage.py does."""
    from landfall.stages import binding, job  # the workflow puts the package on the path

    files = dict(input.items()), dict(output.items())
    try:
        with job.logged(log[0]), benchmarked(os.getpid(), bench_record):
            binding.call(params.stage, config, *files, dict(wildcards.items()), threads)
    except SystemExit as end:  # of a job; in a thread of Snakemake it would wait for ever
        raise RuntimeError(f"{params.stage} failed: {log[0]}") from end


if __name__ == "__main__":
    workflow.script = script
    cli.main(sys.argv[1:])
