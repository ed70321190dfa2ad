"""One thing that ``landfall verify`` looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it holds, and the words for it."""

    what: str
    holds: bool
    words: str
