"""Probabilities of shared alleles against those of known relationships."""

from __future__ import annotations

import pytest

from landfall.patient.inheritance.cosegregation import MOST_DESCENDANTS, shared_by_chance
from landfall.testing.families import pedigree

THREE = pedigree(
    "granny f ?", "grandpa m ?", "mum f ? grandpa granny", "aunt f ? grandpa granny", "uncle m ? grandpa granny",
    "dad m ?", "kid m + dad mum", "bro m ? dad mum", "sis f ? dad mum", "other m ?", "cousin m ? other aunt",
)  # fmt: skip


@pytest.mark.parametrize(
    ("others", "autosome", "on_x"),
    [
        (["mum"], 1 / 2, 1.0),
        (["dad"], 1 / 2, 0.0),
        (["bro"], 1 / 2, 1 / 2),
        (["bro", "sis"], 1 / 4, 1 / 4),
        (["mum", "bro"], 1 / 4, 1 / 2),
        (["granny"], 1 / 4, 1 / 2),
        (["aunt"], 1 / 4, 3 / 4),
        (["uncle"], 1 / 4, 1 / 4),
        (["cousin"], 1 / 8, 3 / 8),
        (["mum", "granny", "uncle"], 1 / 8, 1 / 4),
    ],
)
def test_a_rare_allele_is_shared_by_descent(others: list[str], autosome: float, on_x: float) -> None:
    people = THREE.individuals
    assert shared_by_chance(people, "kid", others, False) == pytest.approx(autosome)
    assert shared_by_chance(people, "kid", others, True) == pytest.approx(on_x)


def test_a_large_family_is_not_enumerated() -> None:
    many = [f"s{n} f + dad mum" for n in range(MOST_DESCENDANTS)]
    people = pedigree("dad m ?", "mum f ?", "kid f + dad mum", *many).individuals
    assert shared_by_chance(people, "kid", [name for name in people if name.startswith("s")], False) is None
