"""The modes of inheritance hold with what the configuration limits and what calls can be."""

from __future__ import annotations

import pytest

from landfall.config.filters import ModeLimits
from landfall.genome.chromosomes import AUTOSOME, MITOCHONDRION, X, Y
from landfall.patient.inheritance import modes
from landfall.variants.normalise import ZYGOSITIES

CALLED = [zygosity for zygosity in ZYGOSITIES if zygosity not in ("absent", "uncalled")]


def test_every_mode_with_a_limit_has_its_key_in_the_configuration() -> None:
    assert set(ModeLimits.model_fields) == set(modes.LIMITED_MODES)


@pytest.mark.parametrize("chromosome", [AUTOSOME, X, Y, MITOCHONDRION])
@pytest.mark.parametrize("zygosity", CALLED)
def test_every_call_can_fit_a_mode(chromosome: str, zygosity: str) -> None:
    assert modes.fitting(chromosome, zygosity)


def test_modes_that_need_a_partner_are_recessive() -> None:
    assert modes.COMPOUND_MODES < modes.RECESSIVE_MODES < set(modes.LABELS)
