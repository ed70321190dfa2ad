"""The words on inheritance of a ranked row: modes of the gene's diseases before others."""

from __future__ import annotations

import pytest

from landfall.patient.inheritance.compound_het import InheritanceResult
from landfall.patient.inheritance.fit import ModeFit
from landfall.ranking.inheritance_columns import in_words

DOMINANT = ModeFit("autosomal_dominant", "fits", 1.0, "heterozygous")
NEW = ModeFit("de_novo", "fits", 1.0, "not in the father and the mother")
RECESSIVE = ModeFit("autosomal_recessive", "open", 0.0, "one heterozygous variant, a second is needed")
FITS = InheritanceResult((DOMINANT, NEW, RECESSIVE), (DOMINANT, NEW, RECESSIVE))
OPEN = InheritanceResult((RECESSIVE,), (RECESSIVE,))


@pytest.mark.parametrize(
    ("judged", "modes", "said"),
    [
        (
            FITS,
            (),
            "fits autosomal dominant (heterozygous); fits a de novo change (not in the father and the mother)",
        ),
        (FITS, ("de_novo",), "fits a de novo change (not in the father and the mother)"),
        (
            FITS,
            ("autosomal_recessive",),
            "no mode of the gene's diseases fits; fits autosomal dominant (heterozygous); fits a de novo change (not "
            "in the father and the mother)",
        ),
        (
            OPEN,
            ("autosomal_dominant",),
            "autosomal recessive is open (one heterozygous variant, a second is needed)",
        ),
    ],
)
def test_modes_of_the_gene_alone_are_named_where_one_fits(
    judged: InheritanceResult, modes: tuple[str, ...], said: str
) -> None:
    assert in_words(judged, modes) == said
