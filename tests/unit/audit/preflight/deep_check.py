"""All checks of settings and samples that are given as such."""

from __future__ import annotations

from collections.abc import Sequence

from landfall.audit.preflight.resolve import Resolved
from landfall.audit.preflight.run import Given, full_check
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.errors import stop_if


def deep_check(parsed: Settings, samples: Sequence[Sample]) -> list[Resolved]:
    """The values resolved from the files of each sample, after all checks. Raises InputError."""
    found = full_check(Given(parsed, list(samples), []))
    stop_if(found.every)
    return found.resolved
