"""What tests of hostile inputs share."""

from __future__ import annotations

from pathlib import Path

import pysam

from landfall.audit.preflight import run
from tests.unit.audit.preflight.deep_check import deep_check


def whole_check() -> None:
    """All checks that a run begins with. Raises InputError."""
    deep_check(*run.load("config.yaml"))


def bgzip_bytes(path: Path, raw: bytes) -> None:
    with pysam.BGZFile(str(path), "wb", None) as handle:
        handle.write(raw)
