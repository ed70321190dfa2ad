"""The acceptor or the donor that an outcome uses, and its segment, from a row of tables.OUTCOMES."""

from __future__ import annotations

from typing import NamedTuple

from landfall.splicing.rows import OutcomeRow


class UsedSite(NamedTuple):
    """1-based position and P of the site with either allele."""

    pos: int
    ref: float | None
    alt: float | None


def used_site(outcome: OutcomeRow, kind: str) -> UsedSite | None:
    """kind: acceptor or donor; None where the outcome uses none."""
    pos = position(outcome, kind)
    if pos is None:
        return None
    if kind == "acceptor":
        return UsedSite(pos, outcome["acceptor_ref"], outcome["acceptor_alt"])
    return UsedSite(pos, outcome["donor_ref"], outcome["donor_alt"])


def position(outcome: OutcomeRow, kind: str) -> int | None:
    """1-based position of the acceptor or the donor (kind); None where the outcome uses none."""
    return outcome["acceptor"] if kind == "acceptor" else outcome["donor"]


def segment(outcome: OutcomeRow) -> tuple[int, int] | None:
    """The changed segment of the contig, 0-based half-open; None where nothing changes."""
    start, end = outcome["start"], outcome["end"]
    return None if start is None or end is None else (start, end)
