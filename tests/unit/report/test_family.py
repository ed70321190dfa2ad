"""The pedigree of a case page: places of the members, symbols, genotypes and reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landfall.genome.variant import allele_of
from landfall.patient.inheritance import members
from landfall.patient.inheritance.pedigree import Pedigree
from landfall.patient.tables import RELATIVES
from landfall.ranking.tables import PRIORITISED
from landfall.report.build import build
from landfall.report.figures.pedigree_layout import Person, connected, places, related
from landfall.testing.families import known, pedigree, row, trio
from tests.unit.report import report_example as example
from tests.unit.report.test_first_screen import CFTR, DEEP, DMD, FRAMESHIFT, decided, words

GENERATIONS = (
    "gpa m -", "gma f -", "mum f - gpa gma", "aunt f ? gpa gma", "kid m + dad mum", "dad m -", "sis f - dad mum",
    "half u - other mum", "other m ?", "son m - kid wife", "wife f -",
)  # fmt: skip


def persons(people: Pedigree) -> list[Person]:
    return [Person(p.name, p.father, p.mother) for p in people.individuals.values()]


def test_generations_are_rows_and_couples_stand_side_by_side() -> None:
    found = places(persons(pedigree(*GENERATIONS)), "kid")
    rows = {name: place.row for name, place in found.items()}
    assert {rows[name] for name in ("gpa", "gma")} == {0}
    assert {rows[name] for name in ("mum", "dad", "aunt", "other")} == {1}
    assert {rows[name] for name in ("kid", "sis", "half", "wife")} == {2}
    assert rows["son"] == 3
    assert 1 <= found["mum"].x - found["dad"].x < 2
    assert abs(found["wife"].x - found["kid"].x) == pytest.approx(1)
    assert found["gpa"].x < found["gma"].x


@given(st.data())
def test_members_of_a_row_do_not_overlap_and_children_are_below_their_parents(data: st.DataObject) -> None:
    people = [Person("0", None, None), Person("1", None, None)]
    for number in range(2, data.draw(st.integers(3, 12))):
        pair = data.draw(
            st.lists(st.sampled_from([p.name for p in people]), min_size=2, max_size=2, unique=True)
        )
        first = data.draw(st.booleans())
        people.append(Person(str(number), *(pair if first else (None, None))))
    patient = data.draw(st.sampled_from(people)).name
    here = connected(people, patient)
    found = places(here, patient)
    assert set(found) == {person.name for person in here}
    spots = sorted((place.row, place.x) for place in found.values())
    assert min(x for _, x in spots) == pytest.approx(0)
    for (row_of, x), (other, next_x) in pairwise(spots):
        assert row_of != other or next_x - x >= 1 - 1e-9


def test_those_without_a_link_to_the_patient_are_not_drawn() -> None:
    people = [Person("kid", "dad", "mum"), Person("dad", None, None), Person("stranger", None, None)]
    assert [person.name for person in connected(people, "kid")] == ["kid", "dad"]
    assert connected(people, "kid")[0].parents == ("dad",)


def test_related_parents_share_an_ancestor() -> None:
    cousins = pedigree(
        "g m ?", "a m ? g h", "h f ?", "b f ? g h", "dad m ? a x", "mum f ? y b", "x f ?", "y m ?"
    )
    assert related(("dad", "mum"), persons(cousins))
    assert not related(("a", "x"), persons(cousins))


def family_part(rows: Sequence[Mapping[str, Any]], people: Pedigree, **of: str) -> str:
    """The part of the first case page; of: genotypes of relatives at each row, '0/0,0/1' for two rows."""
    given_calls: dict[Any, dict[str, str]] = {}
    calls = []
    for number, one in enumerate(rows):
        own = {"kid": one["genotype"], **{name: texts.split(",")[number] for name, texts in of.items()}}
        given_calls[allele_of(one)] = own
        calls += [row(allele_of(one), name, text, number + 1) for name, text in own.items()]
    family = known(people, cast("Any", given_calls))
    table = members.rows(map(allele_of, rows), calls, family)
    ranked = decided([dict(one) for one in rows], family)
    html = build(
        replace(example.full()).with_tables(example.tables((PRIORITISED, ranked), (RELATIVES, table)))
    )
    found = re.search(r'<h3 class="part">Family</h3>.*?</table>', html, re.S)
    return found[0] if found else ""


def test_a_pair_shows_each_allele_by_number_and_its_carriers() -> None:
    html = family_part([FRAMESHIFT, DEEP], trio("f", "-", "-"), dad="0/0,0/1", mum="0/1,0/0")
    text = words(html)
    assert "1: c.141_142del; 2: c.647+2084G>T" in text
    assert "father unaffected absent 0/0, 0 of 30 reads (0%) carrier 0/1, 15 of 30 reads (50%)" in text
    assert html.count("kin-dot") == 2
    assert html.count("<circle cx") - html.count("kin-dot") == 2
    assert "carrier who is not expected to be affected" in text
    assert (
        "Pedigree with FKTN c.141_142del and c.647+2084G&gt;T: patient affected, 1: 0/1, 15/30 reads" in html
    )


def test_an_affected_boy_with_a_carrier_mother() -> None:
    html = family_part([{**DMD, "genotype": "1"}], trio("m", "-", "-"), dad="0", mum="0/1")
    assert "patient affected hemizygous, 30 of 30 reads (100%)" in words(html)
    assert "mother unaffected carrier 0/1, 15 of 30 reads (50%)" in words(html)
    assert (html.count("kin-person affected"), html.count("kin-dot")) == (1, 1)


def test_an_unaffected_carrier_of_a_dominant_allele_has_a_line_and_others_their_words() -> None:
    dominant = {
        **CFTR,
        "genotype": "0/1",
        "zygosity": "heterozygous",
        "best_inheritance_mode": "autosomal_dominant",
    }
    html = family_part([dominant], trio("f", "-", "?", "sib u - dad mum"), dad="0/1")
    text = words(html)
    assert "vertical line: unaffected with a genotype that may cause disease" in text
    assert "kin-dot" not in html
    assert "mother unknown not genotyped" in text
    assert "<polygon" in html
    assert "kin-unknown" in html


def test_without_a_pedigree_there_is_no_family() -> None:
    assert "Family</h3>" not in build(example.full())
