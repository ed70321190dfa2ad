"""What every job of the workflow shares: a log, plain words for a user's mistake, settings and sample."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from landfall.audit.preflight import run
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.errors import NO_ROOM, UserError

log = logging.getLogger("landfall")


@contextmanager
def logged(path: str | Path) -> Iterator[None]:
    """Log to a file and to standard error; a user's mistake ends the job with its message alone."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [logging.FileHandler(path, mode="w"), logging.StreamHandler()]
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=handlers,
        force=True,
    )
    tell_of_the_scheduler(os.environ)
    try:
        yield
    except UserError as error:
        log.error("%s", error)
        raise SystemExit(1) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            log.error("%s: make room and give the same command again; what was written whole is kept", error)
            raise SystemExit(1) from None
        log.exception("an error that is not the input's fault; please report it with this log")
        raise SystemExit(1) from None


def tell_of_the_scheduler(environment: Mapping[str, str]) -> None:
    """Log which job of SLURM this is, on which node, with which GPUs: what its administrators ask first."""
    if number := environment.get("SLURM_JOB_ID"):
        gpus = environment.get("CUDA_VISIBLE_DEVICES", "none")
        log.info("SLURM job %s on %s, GPUs: %s", number, platform.node(), gpus)


def settings_of(config: Mapping[str, Any]) -> Settings:
    """The settings of the run, for jobs that are of no one sample."""
    return run.parse(config)


def case(config: Mapping[str, Any], name: str) -> tuple[Settings, Sample]:
    """The settings of the run and one sample of its sheet."""
    parsed, samples = run.read(config)
    return parsed, {sample.name: sample for sample in samples}[name]
