"""The patient's family as the stages of the ranking read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from landfall.audit.preflight.resolve import pedigree_of
from landfall.config.sample_sheet import Sample
from landfall.patient.inheritance.family import Family, from_rows


def read_family(
    sample: Sample, build: str, summary: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]
) -> Family:
    """The family from the pedigree of the sample; summary: of the stage variants.family, calls: tables.FAMILY_CALLS."""
    known = pedigree_of(sample)
    return from_rows(calls, summary["proband"], summary["sex"], build, known, summary["x_copies"])
