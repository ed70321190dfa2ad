"""The part of a wide window that the figure of splice site probabilities shows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from landfall.report.case.case import CandidateCase, Track
from landfall.report.figures.site_probabilities import AROUND, MARGIN, in_view

START, LENGTH, POS = 10_000, 6_001, 13_001


def track(**alt: float) -> Track:
    """Zeros but for P(donor) with the alternate allele at some 1-based positions, ``at_12345=0.5``."""
    values = {allele: {kind: [0.0] * LENGTH for kind in ("acceptor", "donor")} for allele in ("ref", "alt")}
    for name, p in alt.items():
        values["alt"]["donor"][int(name.removeprefix("at_")) - 1 - START] = p
    return Track("spliceai", START, values)


def case(acceptor: int | None = None) -> CandidateCase:
    return SimpleNamespace(row={"pos": POS}, outcome={"acceptor": acceptor, "donor": None})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("acceptor", "changes", "first", "last"),
    [
        (None, {}, POS - AROUND, POS + AROUND),
        (POS - 100, {f"at_{POS + 200}": 0.9}, POS - AROUND, POS + AROUND),
        (POS - 2_000, {}, POS - 2_000 - MARGIN, POS + AROUND),
        (None, {f"at_{POS + 1_500}": 0.2}, POS - AROUND, POS + 1_500 + MARGIN),
        (None, {f"at_{POS + 1_500}": 0.02}, POS - AROUND, POS + AROUND),
        (START + 1, {}, START + 1, POS + AROUND),
    ],
)
def test_the_variant_the_outcome_and_every_changed_site_are_in_view(
    acceptor: int | None, changes: dict[str, float], first: int, last: int
) -> None:
    """first, last: 1-based positions."""
    whole = track(**changes)
    shown = in_view(case(acceptor), whole)
    assert (shown.start + 1, shown.start + len(shown.values["ref"]["donor"])) == (first, last)
    for pos in (first, POS, last):
        assert shown.at("donor", pos) == whole.at("donor", pos)
