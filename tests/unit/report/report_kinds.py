"""Reports of patients of four kinds on made-up tables: a splice finding, a pair, a coding change, nothing found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from landfall.ranking.tables import PRIORITISED
from landfall.report.build import build
from landfall.splicing.tables import OUTCOMES
from tests.unit.report import report_example as example
from tests.unit.report import report_further as further
from tests.unit.report.test_case_classes import normal
from tests.unit.report.test_first_screen import ALONE, DEEP, DMD, FRAMESHIFT, QUIET, calls, decided


def splice() -> str:
    """Findings by splicing, with everything that is computed for leading candidates."""
    return build(example.full().with_tables(further.full()))


def pair() -> str:
    """A frameshift in trans to a deep intronic variant."""
    family = calls(FRAMESHIFT, DEEP, dad="0/0,0/1", mum="0/1,0/0")
    shifted = normal(FRAMESHIFT, frameshift=True, ptc=True, ptc_codon=50, nmd=True)
    return _report([FRAMESHIFT, DEEP], [shifted, normal(DEEP)], family)


def coding() -> str:
    """A hemizygous nonsense variant."""
    row = DMD | {"coding_codon": "768 CGA>TGA"}
    return _report(
        [row],
        [normal(row, frameshift=False, ptc=True, ptc_codon=768, nmd=True)],
        calls(DMD, sex="m", mum="0/1"),
    )


def nothing() -> str:
    """No finding, and no candidate."""
    return _report([example.row(**QUIET)], [], ALONE)


KINDS = {"splice": splice, "pair": pair, "coding": coding, "nothing": nothing}


def _report(rows: list[dict[str, Any]], outcomes: list[dict[str, Any]], family: Any) -> str:
    tables = example.tables((PRIORITISED, decided(rows, family)), (OUTCOMES, outcomes))
    return build(replace(example.full(), sample="P").with_tables(tables))
