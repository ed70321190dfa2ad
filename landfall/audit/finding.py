"""One check of ``landfall verify``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was checked, whether it agrees with the record, and the result in words."""

    what: str
    holds: bool
    words: str
