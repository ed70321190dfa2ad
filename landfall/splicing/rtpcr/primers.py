"""RT-PCR primers for one predicted outcome, by primer3 (Untergasser et al. 2012) through primer3-py.

Two pairs are designed. The *flanking* pair lies in sequence that both mRNAs share, on either side of the change, and
yields a band from each; the *junction* pair has a primer across a new exon junction and yields a band from the mutant
mRNA alone. Every pair is checked against both mRNAs (:func:`products`). The design is deterministic. Offsets are
0-based indices in an mRNA; melting temperatures by SantaLucia (1998) at the salt concentrations of CONDITIONS.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import primer3

from landfall.config.interpretation import Assay
from landfall.genome.sequence import reverse_complement
from landfall.splicing.rtpcr.amplicons import Part, Templates, joined

CONDITIONS: Mapping[str, Any] = {
    "PRIMER_SALT_MONOVALENT": 50.0,
    "PRIMER_SALT_DIVALENT": 1.5,
    "PRIMER_DNTP_CONC": 0.6,
    "PRIMER_DNA_CONC": 50.0,
    "PRIMER_TM_FORMULA": 1,
    "PRIMER_SALT_CORRECTIONS": 1,
    "PRIMER_PAIR_MAX_DIFF_TM": 3.0,
    "PRIMER_MAX_POLY_X": 4,
    "PRIMER_MAX_NS_ACCEPTED": 0,
    "PRIMER_MIN_3_PRIME_OVERLAP_OF_JUNCTION": 4,
    "PRIMER_MIN_5_PRIME_OVERLAP_OF_JUNCTION": 7,
    "PRIMER_NUM_RETURN": 20,
}
"""Millimolar salt and dNTP, nanomolar primer; a junction primer has at least 7 bases 5' and 4 3' of the junction."""
LENGTHS = (18, 20, 25)
"""Minimum, optimum and maximum primer length in bases."""
RELAXED_LENGTH, RELAXED_DEGREES, RELAXED_PERCENT = 30, 3.0, 10.0
MAX_MISMATCHES, MATCHED_END = 3, 3
"""Most mismatches of a primer that binds, and bases at its 3' end without any. Chosen here, not published."""


@dataclass(frozen=True)
class Primer:
    """Sequence 5' to 3', melting temperature in degrees Celsius, GC in percent, and its interval in the mRNA."""

    sequence: str
    tm: float
    gc: float
    start: int
    end: int


@dataclass(frozen=True)
class Pair:
    """A forward and a reverse primer on the mRNA ``parts``, the relaxed constraints, and the product on each mRNA."""

    left: Primer
    right: Primer
    parts: tuple[Part, ...]
    relaxed: tuple[str, ...]
    wild_type: int | None
    mutant: int | None


@dataclass(frozen=True)
class Step:
    """One attempt: exons beyond the adjacent ones, whether limits are relaxed, whether primers may lie on variants."""

    further: int
    relaxed: bool = False
    over_variants: bool = False

    def words(self, settings: Assay) -> tuple[str, ...]:
        """The constraints that this attempt relaxes."""
        found = []
        if self.further:
            found.append(f"primers up to {self.further} exon{'s' * (self.further > 1)} further away")
        if self.relaxed:
            (cold, hot), (low, high) = relaxed_limits(settings)
            found.append(f"Tm {cold:g} to {hot:g}, GC {low:g} to {high:g} %, up to {RELAXED_LENGTH} nt")
        if self.over_variants:
            found.append("a primer may lie on a known variant")
        return tuple(found)


STEPS = (Step(0), Step(1), Step(2), Step(2, relaxed=True), Step(2, relaxed=True, over_variants=True))


@dataclass(frozen=True)
class Failure:
    """The reason why no pair was found."""

    reason: str


def relaxed_limits(settings: Assay) -> tuple[tuple[float, float], tuple[float, float]]:
    """Melting temperature and GC content of the relaxed attempts."""
    (cold, hot), (low, high) = settings.melting_temperature, settings.gc_percent
    return (
        (cold - RELAXED_DEGREES, hot + RELAXED_DEGREES),
        (max(0.0, low - RELAXED_PERCENT), min(100.0, high + RELAXED_PERCENT)),
    )


def flanking_pair(templates: Templates, settings: Assay, known: Collection[int] = ()) -> Pair | Failure:
    """A pair in the exons on either side of the change. ``known``: 1-based positions that primers avoid.

    Both products are within the size range, or the shorter one where they differ too much. For a retained intron the
    pair spans a further intron if there is one, as genomic DNA would otherwise yield the retained band.
    """
    shortest, longest = settings.product_size
    gap = abs(len(templates.changed) - len(templates.wild_type))
    both = shortest + gap <= longest
    mutant_is_longer = len(templates.changed) > len(templates.wild_type)
    parts = templates.mutant if mutant_is_longer == both else templates.reference
    sizes = (shortest + gap if both else shortest, longest)
    shift = len(joined(parts)) - len(templates.wild_type)
    avoid = _offsets(templates, shift, known)
    seen = "no exon on both sides of the change is long enough"
    for step in STEPS:
        regions = _region_pairs(templates, step.further, shift)
        if not regions:
            continue
        found, seen = _design(joined(parts), regions, sizes, settings, step, avoid)
        for left, right in found:
            on_both = products(templates.wild_type, left, right), products(templates.changed, left, right)
            expected = right.end - left.start
            sizes_on = (
                expected - shift,
                expected - shift + len(templates.changed) - len(templates.wild_type),
            )
            if on_both == ([sizes_on[0]], [sizes_on[1]]):
                return Pair(left, right, parts, step.words(settings), *sizes_on)
        seen = f"{len(found)} pairs yield further products" if found else seen
    return Failure(seen)


def junction_pair(templates: Templates, settings: Assay, known: Collection[int] = ()) -> Pair | Failure:
    """A pair with a primer across a new boundary of the mutant mRNA, without a product on the transcript's own."""
    sequence = templates.changed
    shift = len(sequence) - len(templates.wild_type)
    avoid = _offsets(templates, shift, known)
    boundaries = templates.joins or templates.edges
    seen = "the mutant mRNA has no boundary of its own"
    for step in STEPS if boundaries else ():
        (start, _), (_, end) = _region_pair(templates, step.further, shift)
        region = [(start, end - start, start, end - start)]
        found, seen = _design(sequence, region, settings.product_size, settings, step, avoid, boundaries)
        for left, right in found:
            expected = right.end - left.start
            if products(templates.wild_type, left, right) == [] and products(sequence, left, right) == [
                expected
            ]:
                return Pair(left, right, templates.mutant, step.words(settings), None, expected)
        seen = f"{len(found)} pairs are not specific" if found else seen
    return Failure(seen)


def _offsets(templates: Templates, shift: int, known: Collection[int]) -> list[int]:
    """Known positions as offsets in the designed mRNA, where both mRNAs are the same."""
    size = templates.transcript.length
    found = []
    for pos in known:
        offset = templates.transcript.offset(pos)
        if offset is not None and offset < templates.before:
            found.append(offset)
        elif offset is not None and offset >= size - templates.after:
            found.append(offset + shift)
    return sorted(found)


def _ends(templates: Templates) -> list[int]:
    """Offsets in the transcript's own mRNA at which its exons end."""
    return list(accumulate(len(part.sequence) for part in templates.reference))


def _region_pair(templates: Templates, further: int, shift: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Start and end of the regions for the left and the right primer in the mutant mRNA."""
    ends = _ends(templates)
    size = ends[-1]
    first = next(i for i, end in enumerate(ends) if templates.before <= end)
    last = next((i for i, end in enumerate(ends) if size - templates.after < end), len(ends) - 1)
    left, right = max(0, first - further), min(len(ends) - 1, last + further)
    start = ends[left - 1] if left else 0
    return (start, templates.before), (size - templates.after + shift, ends[right] + shift)


def _region_pairs(templates: Templates, further: int, shift: int) -> list[tuple[int, int, int, int]]:
    """Start and length of both regions, as primer3 takes them; only those long enough for a primer."""
    (start, before), (after, end) = _region_pair(templates, further, shift)
    pairs = [((start, before), (after, end))]
    if not templates.joins:  # the boundaries of a retained intron are those of genomic DNA
        ends = _ends(templates)
        inner = [e for e in ends if start < e < before]
        outer = [e + shift for e in ends if after < e + shift < end]
        pairs = [((start, inner[-1]), (after, end))] if inner else []
        pairs += [((start, before), (outer[0], end))] if outer else []
        if not pairs and further == STEPS[-1].further:
            pairs = [((start, before), (after, end))]
    return [(a, b - a, c, d - c) for (a, b), (c, d) in pairs if b - a >= LENGTHS[0] and d - c >= LENGTHS[0]]


def _design(
    sequence: str,
    regions: Sequence[tuple[int, int, int, int]],
    sizes: tuple[int, int],
    settings: Assay,
    step: Step,
    avoid: Sequence[int],
    boundaries: Sequence[int] = (),
) -> tuple[list[tuple[Primer, Primer]], str]:
    """Pairs by primer3, best first, and its account of rejected ones. ``boundaries``: one must be overlapped."""
    low, high = min(r[0] for r in regions), max(r[2] + r[3] for r in regions)
    if high - low < sizes[0]:  # an error in primer3
        return [], f"the exons there span {high - low} bases, and the shortest product has {sizes[0]}"
    template: dict[str, Any] = {
        "SEQUENCE_ID": "assay",
        "SEQUENCE_TEMPLATE": _masked(sequence, () if step.over_variants else avoid)[low:high],
        "SEQUENCE_PRIMER_PAIR_OK_REGION_LIST": [[a - low, b, c - low, d] for a, b, c, d in regions],
    }
    if boundaries:
        template["SEQUENCE_OVERLAP_JUNCTION_LIST"] = [o - low - 1 for o in boundaries]
    result = primer3.design_primers(template, _limits(sizes, settings, step))
    count = result["PRIMER_PAIR_NUM_RETURNED"]
    pairs = [(_primer(result, "LEFT", n, low), _primer(result, "RIGHT", n, low)) for n in range(count)]
    explained = (result[f"PRIMER_{side}_EXPLAIN"] for side in ("LEFT", "RIGHT", "PAIR"))
    return pairs, "; ".join(f"{side}: {words}" for side, words in zip(SIDES, explained, strict=True))


def _masked(sequence: str, offsets: Sequence[int]) -> str:
    """The sequence with N at excluded positions (primer3 takes at most 200 excluded regions)."""
    bases = bytearray(sequence, "ascii")
    for offset in offsets:
        bases[offset] = ord("N")
    return bases.decode("ascii")


SIDES = ("forward primers", "reverse primers", "pairs")


def _limits(sizes: tuple[int, int], settings: Assay, step: Step) -> dict[str, Any]:
    (cold, hot), (low, high) = (
        relaxed_limits(settings) if step.relaxed else (settings.melting_temperature, settings.gc_percent)
    )
    shortest, best, longest = LENGTHS
    return {
        **CONDITIONS,
        "PRIMER_PRODUCT_SIZE_RANGE": [list(sizes)],
        "PRIMER_MIN_SIZE": shortest,
        "PRIMER_OPT_SIZE": best,
        "PRIMER_MAX_SIZE": RELAXED_LENGTH if step.relaxed else longest,
        "PRIMER_MIN_TM": cold,
        "PRIMER_OPT_TM": (cold + hot) / 2,
        "PRIMER_MAX_TM": hot,
        "PRIMER_MIN_GC": low,
        "PRIMER_MAX_GC": high,
        "PRIMER_EXPLAIN_FLAG": 1,
    }


def _primer(result: Mapping[str, Any], side: str, number: int, low: int) -> Primer:
    """primer3 gives a right primer by its 5' base, the last one on the mRNA."""
    name = f"PRIMER_{side}_{number}"
    at, size = result[name]
    start = low + at if side == "LEFT" else low + at - size + 1
    tm, gc = round(result[f"{name}_TM"], 1), round(result[f"{name}_GC_PERCENT"], 1)
    return Primer(result[f"{name}_SEQUENCE"], tm, gc, start, start + size)


def products(template: str, left: Primer, right: Primer) -> list[int]:
    """Sizes of all products of the two primers on an mRNA, ascending: either may prime in either direction."""
    primers = (left.sequence, right.sequence)
    forward = [start for p in primers for start in binding_sites(template, p)]
    reverse = [
        len(template) - start for p in primers for start in binding_sites(reverse_complement(template), p)
    ]
    return sorted(end - start for start in forward for end in reverse if end > start)


def binding_sites(template: str, primer: str) -> Iterator[int]:
    """Offsets on a strand that matches the primer, with at most MAX_MISMATCHES and its 3' end matched."""
    size = len(primer)
    if len(template) < size:
        return
    bases = np.frombuffer(template.encode("ascii"), dtype=np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(bases, size)
    differ = windows != np.frombuffer(primer.encode("ascii"), dtype=np.uint8)
    bound = (differ.sum(axis=1) <= MAX_MISMATCHES) & ~differ[:, size - MATCHED_END :].any(axis=1)
    yield from (int(offset) for offset in np.flatnonzero(bound))
