"""What a case page states of one mRNA agrees: events, stops, decay, hypotheses; and changes have their own words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landfall.ranking.tables import PRIORITISED
from landfall.report.build import build
from landfall.report.case import narrative, protein
from landfall.report.case.narrative import BY_CODING
from landfall.splicing.tables import OUTCOMES
from tests.unit.report import report_example as example
from tests.unit.report.test_first_screen import words

STOPS = {
    "frameshift": True,
    "ptc": True,
    "ptc_codon": 51,
    "nmd": True,
    "nmd_reason": "the stop lies 412 bases upstream",
}
ESCAPES = {**STOPS, "nmd": False}
FRAME_KEPT = {"frameshift": False, "ptc": False, "nmd": None}
FRAME_LOST = {"frameshift": True, "ptc": False, "nmd": None}
UNKNOWN = {"frameshift": None, "ptc": None, "nmd": None}
CODING = {
    "stop_gained": {"consequence": "stop_gained", "hgvs_p": "p.(Arg51Ter)", "effect_coding": 1.0},
    "frameshift": {"consequence": "frameshift_variant", "hgvs_p": "p.(Asp48LysfsTer4)", "effect_coding": 1.0},
    "none": {"consequence": "intron_variant", "hgvs_p": None, "effect_coding": 0.0},
}


def page(event: str, effect: dict[str, Any], coding: str, flagged: bool, kind: str) -> str:
    """The words of a case page of one outcome."""
    row = example.row(
        **{
            **CODING[coding],
            "flagged": flagged,
            "finding_level": "finding" if flagged else "candidate",
            "finding_kinds": kind,
            "finding_reason": "The reason.",
            "event": event,
            "event_frameshift": effect["frameshift"],
            "event_ptc": effect["ptc"],
            "event_nmd": effect["nmd"],
            **example.spliceai((0.62, 0.0, 0.91, 0.0), (-47, 12, -1, 215)),
        }
    )
    size = (
        {} if event == "none" else {"size_nt": 47, "start": 124_868, "end": 124_915, "location": "intron 7"}
    )
    outcome = example.outcome(row, event=event, transcript_proportion=0.9, **effect, **size)
    html = build(example.full().with_tables(example.tables((PRIORITISED, [row]), (OUTCOMES, [outcome]))))
    return words(html.split('id="summary"')[1].split("Glossary")[0])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    event=st.sampled_from(["none", "pseudoexon", "exon_skipping", "cryptic_donor", "intron_retention"]),
    effect=st.sampled_from([STOPS, ESCAPES, FRAME_KEPT, FRAME_LOST, UNKNOWN]),
    coding=st.sampled_from(list(CODING)),
    flagged=st.booleans(),
    kind=st.sampled_from(["splicing", "loss_of_function", "known_pathogenic"]),
)
def test_a_premature_stop_has_its_cause_and_its_hypothesis(
    event: str, effect: dict[str, Any], coding: str, flagged: bool, kind: str
) -> None:
    text = page(event, effect, coding, flagged, kind)
    if effect["ptc"]:
        assert "no change of splicing called" not in text
        assert "No change of the mRNA is called" not in text
        assert "No hypothesis is drawn" not in text
        assert "nonsense-mediated decay" in text.lower() if effect["nmd"] else "a truncated protein" in text
        assert event == "none" or BY_CODING not in text
    else:
        assert BY_CODING not in text
        assert "loss of the protein" not in text


REFERENCE = "MKTAYIAKQRQISFVKSHFSRQ"


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        (REFERENCE[:9] + "L" * 24 + REFERENCE[9:], "in-frame insertion of 24 amino acids"),
        (REFERENCE[:9] + REFERENCE[9 + 5 :], "in-frame deletion of 5 amino acids"),
        (REFERENCE[:9] + "W" + REFERENCE[9:], "in-frame insertion of 1 amino acid"),
        (REFERENCE[:9] + "WWW" + REFERENCE[10:], "in-frame replacement of 1 amino acid by 3"),
        (REFERENCE[:9] + REFERENCE[8:], "in-frame insertion of 1 amino acid"),
    ],
)
def test_a_change_in_frame_has_the_residues_that_it_adds_and_removes(alt: str, said: str) -> None:
    outcome: Any = {"protein_ref": REFERENCE, "protein_alt": alt, **FRAME_KEPT}
    assert protein.in_frame(outcome) == said
    assert protein.in_frame({**outcome, **STOPS}) == ""
    assert protein.in_frame({**outcome, "protein_ref": None}) == ""


def test_the_report_has_no_vague_words_on_proteins_and_criteria() -> None:
    text = words(build(example.full()))
    for vague in ("within its frame", "in-frame change", "Given up", "the tree has no branch"):
        assert vague not in text
    assert re.search(r"in-frame (insertion|deletion) of \d+ amino acids", text)


def test_an_event_is_named_with_its_cause() -> None:
    assert narrative.name_of("none", True) == BY_CODING
    assert (
        narrative.name_of("none", False) == narrative.name_of("none", None) == "no change of splicing called"
    )
    assert narrative.name_of("pseudoexon", True) == "pseudoexon"
