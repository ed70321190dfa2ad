"""What every job of the workflow shares: settings, log, messages for errors of the user."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.io.errors import NO_ROOM, UserError

log = logging.getLogger("landfall")
PROGRESS = "landfall.models.runtime.progress"
"""The module that logs progress, which is no part of the code of stages without a model."""
QUIET = "LANDFALL_TERMINAL"
"""Environment variable by which jobs print nothing but their progress."""


@dataclass(frozen=True)
class Job:
    """Arguments of a stage other than its files.

    ``settings``, ``sample`` (the row of the sheet) and ``config`` (as Snakemake merged it) hold what the stage declares
    (:mod:`landfall.stages.sections`); access to anything else raises UndeclaredError.
    """

    settings: Settings
    sample: Sample
    config: Mapping[str, Any]
    wildcards: Mapping[str, str]
    threads: int


@dataclass(frozen=True, kw_only=True)
class OnReference:
    """Input files of a stage that works on the reference: FASTA and tables.TRANSCRIPTS."""

    fasta: Path
    transcripts: Path

    @cached_property
    def reference(self) -> Reference:
        return Reference(self.fasta, self.transcripts)


@contextmanager
def logged(path: str | Path, label: str = "") -> Iterator[None]:
    """Log to a file and to standard error; a UserError ends the job with its message alone.

    label: of the job's progress on standard error, which has nothing else where the run prints a line per stage.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [logging.FileHandler(path, mode="w"), _on_terminal(label)]
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=handlers,
        force=True,
    )
    log_scheduler(os.environ)
    try:
        yield
    except UserError as error:
        log.error("%s", error)
        raise SystemExit(1) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            log.error("%s: free disk space and repeat the command; completed files are kept", error)
            raise SystemExit(1) from None
        log.exception("internal error; please report it with this log")
        raise SystemExit(1) from None


def _on_terminal(label: str) -> logging.Handler:
    handler = logging.StreamHandler()
    if os.environ.get(QUIET):
        handler.addFilter(logging.Filter(PROGRESS))
        handler.setFormatter(logging.Formatter(f"%(asctime)s  {label}: %(message)s", "%H:%M:%S"))
    return handler


def log_scheduler(environment: Mapping[str, str]) -> None:
    """Log number, node and GPUs of the SLURM job."""
    if number := environment.get("SLURM_JOB_ID"):
        gpus = environment.get("CUDA_VISIBLE_DEVICES", "none")
        log.info("SLURM job %s on %s, GPUs: %s", number, platform.node(), gpus)
