"""The phase of two alleles in a family, and how sure it is."""

from __future__ import annotations

from typing import Any

import pytest

from landfall.genome.variant import Variant
from landfall.patient.inheritance.pedigree import Pedigree
from landfall.patient.inheritance.phasing import ERROR, Phase, in_family, origin
from landfall.testing.families import known, trio

A, B = Variant("chr2", 1000, "C", "T"), Variant("chr2", 9000, "G", "A")


def found(
    people: Pedigree, a: dict[str, Any], b: dict[str, Any], one: Variant = A, other: Variant = B
) -> Phase:
    family = known(people, {one: a, other: b})
    return in_family(family.rows[one], family.rows[other], family)


ORIGINS = {
    "mother": ({"dad": "0/0", "mum": "0/1"}, "mother"),
    "father": ({"dad": "0/1", "mum": "0/0"}, "father"),
    "new": ({"dad": "0/0", "mum": "0/0"}, "new"),
    "either": ({"dad": "0/1", "mum": "0/1"}, "either"),
    "a homozygous father hands it down": ({"dad": "1/1", "mum": "0/1"}, "father"),
    "two homozygous parents": ({"dad": "1/1", "mum": "1/1"}, "either"),
    "mother alone, carrier": ({"mum": "0/1"}, "mother"),
    "mother alone, without it": ({"mum": "0/0"}, "father"),
    "father alone, without it": ({"dad": "0/0"}, "mother"),
    "father not called": ({"dad": "./.", "mum": "0/0"}, "father"),
    "no one": ({}, "unknown"),
}


@pytest.mark.parametrize(("parents", "expected"), ORIGINS.values(), ids=ORIGINS)
def test_where_an_allele_comes_from(parents: dict[str, str], expected: str) -> None:
    assert origin(A, known(trio(), {A: {"kid": "0/1", **parents}})) == expected


def test_without_evidence_the_odds_are_even() -> None:
    assert found(trio(), {"kid": "0/1"}, {"kid": "0/1"}) == Phase(
        "unknown", 0.5, "no evidence on their phase"
    )


def test_a_new_change_beside_an_inherited_one_stays_unknown() -> None:
    phase = found(
        trio(), {"kid": "0/1", "dad": "0/0", "mum": "0/0"}, {"kid": "0/1", "dad": "0/1", "mum": "0/0"}
    )
    assert (phase.phase, phase.probability) == ("unknown", 0.5)


def test_alleles_that_no_copy_can_hold_together_are_in_trans() -> None:
    same = Variant("chr2", 1000, "C", "G")
    assert found(trio(), {"kid": "0/1"}, {"kid": "0/1"}, A, same).probability == 1.0
    beside = Variant("chr2", 1001, "C", "G")
    assert found(trio(), {"kid": "0/1"}, {"kid": "0/1"}, A, beside).phase == "unknown"


@pytest.mark.parametrize(
    ("one", "other", "chance"),
    [
        (
            Variant("chr2", 1000, "CA", "C"),
            Variant("chr2", 1002, "GTTA", "G"),
            1 / 8,
        ),  # FANCD2's, of a real exome
        (A, Variant("chr2", 1011, "C", "G"), 1 / 8),
        (A, Variant("chr2", 1012, "C", "G"), 0.5),
    ],
)
def test_near_calls_are_usually_one_event(one: Variant, other: Variant, chance: float) -> None:
    for pair in ((one, other), (other, one)):
        phase = found(trio(), {"kid": "0/1"}, {"kid": "0/1"}, *pair)
        assert (phase.phase, phase.probability) == ("unknown", pytest.approx(chance))
        assert ("one event on one copy" in phase.why) is (chance < 0.5)


def test_parents_say_more_than_nearness() -> None:
    a, b = {"kid": "0/1", "dad": "0/1", "mum": "0/0"}, {"kid": "0/1", "dad": "0/0", "mum": "0/1"}
    assert found(trio(), a, b, A, Variant("chr2", 1003, "C", "G")).phase == "trans"


def test_alternatives_of_one_record_are_in_trans() -> None:
    deletion, insertion = Variant("chr2", 1000, "CTT", "C"), Variant("chr2", 1000, "C", "CA")
    family = known(None, {deletion: {"kid": "0/1"}, insertion: {"kid": "0/1"}})
    one, other = family.rows[deletion], dict(family.rows[insertion])
    assert in_family(one, other, family).phase == "unknown"
    assert in_family(one, {**other, "record": one["record"]}, family).phase == "trans"


def test_a_sibling_with_exactly_one_speaks_for_trans() -> None:
    people = trio("f", "-", "-", "sis f - dad mum")
    phase = found(people, {"kid": "0/1", "sis": "0/1"}, {"kid": "0/1", "sis": "0/0"})
    assert phase.probability == pytest.approx(0.5 / (0.5 + ERROR))
    assert (phase.phase, phase.why) == ("trans", "sister sis has one of them")


def test_siblings_with_both_or_neither_speak_a_little_for_cis_each() -> None:
    people = trio("f", "-", "-", "sis f ? dad mum", "bro m ? dad mum")
    one = found(people, {"kid": "0/1", "sis": "0/1"}, {"kid": "0/1", "sis": "0/1"})
    two = found(
        people, {"kid": "0/1", "sis": "0/1", "bro": "0/0"}, {"kid": "0/1", "sis": "0/1", "bro": "0/0"}
    )
    assert 0.5 > one.probability > two.probability > 0.1
    assert one.phase == two.phase == "unknown"


def test_a_half_sibling_says_nothing() -> None:
    people = trio("f", "-", "-", "half f - dad other", "other f ?")
    assert found(people, {"kid": "0/1", "half": "0/1"}, {"kid": "0/1", "half": "0/0"}).probability == 0.5


@pytest.mark.parametrize(
    ("calls", "phase"), [(("0/1", "0/0"), "trans"), (("0/1", "0/1"), "cis"), (("0/0", "0/0"), "cis")]
)
def test_the_patient_s_child_tells(calls: tuple[str, str], phase: str) -> None:
    people = trio("f", "?", "?", "baby m ? man kid", "man m ?")
    assert found(people, {"kid": "0/1", "baby": calls[0]}, {"kid": "0/1", "baby": calls[1]}).phase == phase


def test_parents_and_a_written_phase_that_disagree_leave_it_unknown() -> None:
    a = {"kid": "0|1", "dad": "0/1", "mum": "0/0"}
    b = {"kid": "0|1", "dad": "0/0", "mum": "0/1"}
    phase = found(trio(), a, b)
    assert (phase.phase, phase.probability) == ("unknown", pytest.approx(0.5))
    assert "phased as 0|1 and 0|1" in phase.why
    assert "chr2-1000-C-T from the father" in phase.why
