"""The examples in the docstrings of genome/ hold."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import landfall.genome

PACKAGE = Path(landfall.genome.__file__).parent
MODULES = sorted(
    ".".join(("landfall.genome", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text()
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > results.failed == 0


def test_sequences_alleles_and_names_have_examples() -> None:
    assert {"landfall.genome.sequence", "landfall.genome.variant", "landfall.genome.hgvs.dna"} <= set(MODULES)
