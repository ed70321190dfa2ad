"""Format of numbers: the same everywhere in the report."""

from __future__ import annotations

DASH = "–"
MINUS = "−"
NBSP = "\u00a0"


def count(number: int) -> str:
    """24310 as '24,310'."""
    return f"{number:,}"


def plural(number: int, noun: str, many: str | None = None) -> str:
    """(1, 'base') as '1 base', (47, 'base') as '47 bases'."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def ordinal(number: int) -> str:
    """14 as '14th'."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def locus(chrom: str, pos: int) -> str:
    """A 1-based position: 'chr2:71,514,704'."""
    return f"{chrom}:{pos:,}"


def span(chrom: str, start: int, end: int) -> str:
    """A 0-based half-open span, printed 1-based, both ends in: 'chr2:71,514,658-71,514,704'."""
    return f"{chrom}:{start + 1:,}-{end:,}"


def score(value: float | None) -> str:
    """A delta score or priority with two decimals, a dash for null."""
    return DASH if value is None else f"{value:.2f}"


def probability(value: float | None) -> str:
    """A probability with two decimals; one that would round to zero but is not zero is '<0.01'."""
    if value is None:
        return DASH
    return "<0.01" if 0 < value < 0.005 else f"{value:.2f}"


def signed(value: float) -> str:
    """A change with two decimals and its sign; one that rounds to zero has none."""
    size = f"{abs(value):.2f}"
    return size if size == "0.00" else f"{'+' if value > 0 else MINUS}{size}"


def change(before: float | None, after: float | None) -> str:
    """Two probabilities: '0.02 → 0.93'."""
    return f"{probability(before)}{NBSP}→{NBSP}{probability(after)}"


def percent(value: float | None) -> str:
    """A share of 0 to 1 as '64%', a dash for null."""
    return DASH if value is None else f"{100 * value:.0f}%"


def frequency(value: float | None) -> str:
    """A population frequency: '0.000012 (1 in 83,000)'; null is 'not found', which is not zero."""
    if value is None:
        return "not found"
    if value <= 0:
        return "0"
    return f"{short_frequency(value)} (1 in {float(f'{1 / value:.2g}'):,.0f})"


def short_frequency(value: float | None) -> str:
    """A population frequency with two significant digits and no exponent."""
    if value is None:
        return "not found"
    return "0" if value <= 0 else f"{value:.12f}"[: _digits(value)].rstrip(".")


def _digits(value: float) -> int:
    """Characters that '0.0000…' needs up to the second significant digit."""
    exponent = int(f"{value:.1e}".split("e")[1])
    return 2 + max(2, 1 - exponent)


def offset(bases: int, strand: str) -> str:
    """A signed distance on the contig, given along the transcript: '46 bases upstream'."""
    if bases == 0:
        return "at the variant"
    downstream = (bases > 0) == (strand != "-")
    return f"{plural(abs(bases), 'base')} {'downstream' if downstream else 'upstream'}"
