"""The glossary: one list of terms for the report and the documentation."""

from __future__ import annotations

from collections import Counter

from landfall.report.build import build
from landfall.report.sections import glossary
from tests.unit.report import report_example as example


def test_every_term_is_explained_once_and_fits_a_cell() -> None:
    terms = [pair for _, group in glossary.GROUPS for pair in group]
    assert set(Counter(term for term, _ in terms).values()) == {1}
    assert all(term and meaning and "|" not in term + meaning for term, meaning in terms)


def test_the_report_has_every_term_in_a_closed_section() -> None:
    section = build(example.nothing()).split('id="glossary"')[1].split("</section>")[0]
    assert section.count('<th scope="row">') == sum(len(group) for _, group in glossary.GROUPS)
    assert "<details>" in section
