"""Whether two alleles of a patient lie on one copy of the chromosome (cis) or on two (trans), and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landfall.hgvs import trim
from landfall.windows import Variant

ON_EVERY_COPY = ("homozygous", "hemizygous")


def overlap(one: Variant, other: Variant) -> bool:
    """Whether two alleles change the same bases, or both put bases in at one point: no copy can hold both."""
    a, b = (trim(v.pos, v.ref, v.alt) for v in (one, other))
    return (a.start < b.end and b.start < a.end) or (a.start == a.end == b.start == b.end)


def phase(candidate: Mapping[str, Any], neighbour: Mapping[str, Any]) -> str:
    """``cis``, ``trans`` or ``unknown`` of two calls: rows of tables.NORMALISED.

    An allele on every copy is in cis with all. Two heterozygous calls are phased where both genotypes are written
    with ``|`` and have the same phase set, or none: a set is a stretch in which the sides of ``|`` correspond (VCF
    4.3, section 1.6.2).
    """
    if "unknown" in (candidate["zygosity"], neighbour["zygosity"]):
        return "unknown"
    if candidate["zygosity"] in ON_EVERY_COPY or neighbour["zygosity"] in ON_EVERY_COPY:
        return "cis"
    sides = [_sides(call) for call in (candidate, neighbour)]
    if not all(sides) or candidate["phase_set"] != neighbour["phase_set"]:
        return "unknown"
    return "cis" if sides[0] & sides[1] else "trans"


def _sides(call: Mapping[str, Any]) -> set[int]:
    """The copies, numbered from 0, that hold the allele of a phased genotype; empty if it is not phased."""
    genotype = str(call["genotype"])
    if "|" not in genotype or "/" in genotype:
        return set()
    return {side for side, name in enumerate(genotype.split("|")) if name == str(call["allele"])}
