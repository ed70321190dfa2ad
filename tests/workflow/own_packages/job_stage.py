"""Which stage a job of Snakemake runs, from the script that Snakemake writes for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def stage_of(script: str, stages: Iterable[str]) -> str | None:
    """The one of some stages (``splicing.score``) that a script runs; None if it is no script of any of them.

    Snakemake writes the parameters of the job into the script as a pickle: a short text behind its length.
    """
    if not re.search(r"\.snakemake/scripts/tmp\w+\.stage\.py$", script):
        return None
    text = Path(script).read_text()
    short = r"\\x8c(?:\\x[0-9a-f]{2}|\\[tnr])"
    return next((stage for stage in stages if re.search(rf"{short}{re.escape(stage)}\\x94", text)), None)
