"""Probability of damage of a missense change from its amino acids."""

from __future__ import annotations

import pytest

from landfall.ranking.missense import substitution
from landfall.ranking.missense.substitution import AVERAGE, ORDER, blosum62, damaging

ENTRIES = {
    "p.(Arg12Cys)": -3,
    "p.(Cys12Arg)": -3,
    "p.Gly85Arg": -2,
    "p.(Ile7Val)": 3,
    "p.(Trp3Tyr)": 2,
    "p.(Phe508Leu)": 0,
    "p.(Leu54=)": None,
    "p.(Lys23GlufsTer17)": None,
    "p.(Arg12Ter)": None,
    "p.[(Lys2Asn;Glu4Val)]": None,
    "p.(Sec8Cys)": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("name", "entry"), ENTRIES.items(), ids=map(str, ENTRIES))
def test_entries_of_the_published_matrix(name: str | None, entry: int | None) -> None:
    assert blosum62(name) == entry


def test_every_pair_of_amino_acids_has_an_entry_and_the_published_sum() -> None:
    """Sums of the whole matrix and of its diagonal, by the published table."""
    whole = [substitution.BLOSUM62[frozenset((one, other))] for one in ORDER for other in ORDER]
    assert len(whole) == 400
    assert sum(substitution.BLOSUM62[frozenset(one)] for one in ORDER) == 116
    assert sum(whole) == -426


def test_rare_exchanges_are_likelier_to_damage_than_common_ones() -> None:
    rare, common = damaging("p.(Arg12Cys)"), damaging("p.(Ile7Val)")
    assert rare > AVERAGE > common
    assert damaging("p.(Lys2_Glu4delinsAsn)") == AVERAGE


def test_odds_are_the_average_s_times_the_ratio() -> None:
    """Entry -2 has the ratio exp(0.56 x 1.18) = 1.94."""
    p = damaging("p.(Gly85Arg)")
    assert p / (1 - p) == pytest.approx(1.5 * 1.936, rel=1e-3)
