"""Snakemake with the stages of all jobs in its own process, one after another: hundreds of small jobs start no Python.

Run as a script, with the arguments of snakemake. The rules, their files and their parameters are those of the workflow.
"""

from __future__ import annotations

import sys
from typing import Any

from snakemake import cli, workflow


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
    *others: Any,
) -> None:
    """In place of snakemake.script.script: what workflow/scripts/stage.py does."""
    from landfall.stages import binding, job  # the workflow puts the package on the path

    with job.logged(log[0]):
        files = dict(input.items()), dict(output.items())
        binding.call(params.stage, config, *files, dict(wildcards.items()), threads)


if __name__ == "__main__":
    workflow.script = script
    cli.main(sys.argv[1:])
