"""Draft criteria: each rule at its limits, what may not be combined, and what could not be judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pysam
import pytest

from landfall.audit.preflight import run
from landfall.config.interpretation import Evidence, PanelLimits
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.tables import ALLELE, TRANSCRIPTS
from landfall.io import parquet
from landfall.ranking.acmg.assess import AcmgCase as Judged
from landfall.ranking.acmg.assess import assess, draft_class, leading, other_candidates, table_rows, total
from landfall.ranking.acmg.criteria import Criterion
from landfall.ranking.acmg.ps1_splicing import Classified, read_classified
from landfall.ranking.acmg.pvs1 import branch
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from landfall.splicing.tables import OUTCOMES
from landfall.stages.ranking import acmg
from landfall.testing import builders
from landfall.testing.families import known as known_family
from landfall.testing.families import trio
from landfall.testing.outcome_locus import CODING, Case
from landfall.testing.rows import READ, candidate

SETTINGS = Evidence()
ORDER = [
    "PVS1",
    "PS1",
    "PS2",
    "PM2",
    "PM3",
    "PM6",
    "PP1",
    "PP3",
    "PP4",
    "BA1",
    "BS1",
    "BS4",
    "BP4",
    "BP7",
    "sum",
]


@pytest.fixture(params=["+", "-"])
def locus(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(tmp_path, str(request.param))


def judged(locus: Case, outcomes: Any = (), **changes: Any) -> dict[str, Criterion]:
    """Criteria by name; changes of the case by name, others of the candidate's row."""
    own = {
        name: changes.pop(name)
        for name in ("settings", "frequencies", "classified", "others", "relatives")
        if name in changes
    }
    case = Judged(candidate(**changes), outcomes, locus.transcript, locus.genome, SETTINGS, True, None)
    found = assess(replace(case, **own))
    assert [c.criterion for c in found] == ORDER
    return {c.criterion: c for c in found}


def at(locus: Case, base: int, alt: str = "") -> dict[str, Any]:
    """A substitution at a base along the transcript, as columns of a row."""
    ref = locus.sequence[base]
    variant = locus.variant(base, ref, alt or ("A" if ref != "A" else "G"))
    return {name: getattr(variant, name) for name in ALLELE}


def outcome(**changes: Any) -> dict[str, Any]:
    plain = dict.fromkeys(OUTCOMES.names)
    plain |= {
        "event": "exon_skipping",
        "called": True,
        "is_gain": False,
        "transcript_proportion": 0.9,
        "size_nt": 90,
    }
    plain |= {"hgvs_p": "p.(Glu17_Gln46del)", "frameshift": False, "ptc": False}
    return {**plain, **changes}


NMD = {
    "frameshift": True,
    "ptc": True,
    "nmd": True,
    "nmd_reason": "far",
    "hgvs_p": "p.(Glu17ArgfsTer4)",
    "ptc_codon": 20,
}
ESCAPE = {**NMD, "nmd": False, "nmd_reason": "in the last exon"}


NEAR_EXON, DEEP = 820, 1000
"""Bases of an intron: 31 and 211 behind its donor."""


@pytest.mark.parametrize(
    ("base", "raw", "masked", "pp3", "bp4"),
    [
        (NEAR_EXON, 0.9, 0.2, "met", "not_met"),
        (NEAR_EXON, 0.9, 0.19, "not_met", "not_met"),
        (NEAR_EXON, 0.11, 0.11, "not_met", "not_met"),
        (NEAR_EXON, 0.1, 0.1, "not_met", "met"),
        (DEEP, 0.1, 0.1, "met", "not_met"),
        (DEEP, 0.1, 0.09, "not_met", "not_met"),
        (DEEP, 0.03, 0.03, "not_met", "not_met"),
        (DEEP, 0.02, 0.02, "not_met", "met"),
    ],
)
def test_prediction_counts_for_and_against_at_the_limits_of_its_region(
    locus: Case, base: int, raw: float, masked: float, pp3: str, bp4: str
) -> None:
    found = judged(locus, spliceai_ds_max=raw, spliceai_masked_ds_max=masked, **at(locus, base))
    assert all(("deep in an intron" in found[name].reason) == (base == DEEP) for name in ("PP3", "BP4"))
    assert (found["PP3"].status, found["BP4"].status) == (pp3, bp4)
    assert found["PP3"].points == (pp3 == "met")
    assert found["BP4"].points == -(bp4 == "met")


def test_an_allele_without_scores_is_not_judged_and_says_why(locus: Case) -> None:
    nothing = {"spliceai_ds_max": None, "spliceai_masked_ds_max": None}
    found = judged(locus, status="not_scored", reason="unknown_sequence", **nothing)
    for name in ("PP3", "BP4"):
        assert found[name].status == "not_assessed"
        assert "unknown_sequence" in found[name].reason


def test_a_low_score_does_not_speak_for_a_changed_protein(locus: Case) -> None:
    low = {"spliceai_ds_max": 0.0, "spliceai_masked_ds_max": 0.0}
    missense = judged(locus, consequence="missense_variant", hgvs_p="p.(Glu3Lys)", **low)
    assert missense["BP4"].status == "not_assessed"
    edge = judged(locus, consequence="splice_region_variant", hgvs_p="p.(Glu3Lys)", **low)
    assert edge["BP4"].status == "not_assessed"
    assert (
        judged(locus, consequence="splice_region_variant", hgvs_p="p.(Glu3=)", **low)["BP4"].status == "met"
    )
    canonical = judged(locus, consequence="splice_donor_variant", **low)
    assert canonical["BP4"].status == "not_met"


def test_what_networks_of_tracks_say_stands_beside_the_prediction_and_counts_for_nothing(locus: Case) -> None:
    words = "Enformer predicts the largest change for H3K27ac in muscle, beyond that of 99.3% of 150 random"
    found = judged(locus, **READ, **at(locus, 1000))
    assert words in found["PP3"].reason
    assert "used by no criterion" in found["PP3"].reason
    assert found["PP3"].points == judged(locus, **at(locus, 1000))["PP3"].points
    unread = judged(locus, **READ, spliceai_ds_max=None, status="not_scored", reason="outside_transcripts")
    assert words in unread["PP3"].reason


@pytest.mark.parametrize(
    ("percentile", "background", "status"),
    [(0.96, 150, "not_assessed"), (0.94, 150, "met"), (1.0, 20, "met")],
)
def test_a_low_delta_does_not_speak_against_an_allele_whose_change_of_regulation_is_unusual(
    locus: Case, percentile: float, background: int, status: str
) -> None:
    low = {"spliceai_ds_max": 0.0, "spliceai_masked_ds_max": 0.0, **at(locus, 1000)}
    read = {**READ, "regulation_percentile": percentile, "regulation_background": background}
    found = judged(locus, **low, **read)
    assert found["BP4"].status == status
    assert found["BP7"].status == ("met" if status == "met" else "not_met")


@pytest.mark.parametrize(
    ("base", "met"),
    [(205, False), (206, True), (679, True), (680, False), (1000, True)],
)
def test_intronic_bases_at_or_beyond_7_and_21_are_far(locus: Case, base: int, met: bool) -> None:
    """Exon 1 ends before base 200, exon 2 begins at 700: +7 is 206, -21 is 679."""
    low = {"spliceai_ds_max": 0.0, "spliceai_masked_ds_max": 0.0}
    found = judged(locus, **at(locus, base), **low)
    assert (found["BP7"].status == "met") is met
    assert found["sum"].summed == (-1 if met else 0)  # BP4, BP7 and, as the allele is absent, PM2


@pytest.mark.parametrize(
    ("base", "met"), [(700, False), (701, True), (786, True), (787, False), (789, False)]
)
def test_silent_changes_at_the_edges_of_an_exon_are_not_far(locus: Case, base: int, met: bool) -> None:
    low = {"spliceai_ds_max": 0.0, "spliceai_masked_ds_max": 0.0}
    silent = {"consequence": "synonymous_variant", "hgvs_p": "p.(Glu20=)"}
    assert (judged(locus, **at(locus, base), **silent, **low)["BP7"].status == "met") is met


def test_far_and_silent_counts_only_where_no_effect_is_predicted(locus: Case) -> None:
    assert judged(locus, **at(locus, 1000))["BP7"].status == "not_met"


@pytest.mark.parametrize(
    ("frequency", "statuses", "points"),
    [
        (None, ("met", "not_met", "not_met"), 1),
        (0.00009, ("met", "not_met", "not_met"), 1),
        (0.0001, ("not_met", "not_met", "not_met"), 0),
        (0.015, ("not_met", "met", "not_met"), -4),
        (0.05, ("not_met", "not_combined", "met"), 0),
    ],
)
def test_frequencies_at_their_limits(
    locus: Case, frequency: float | None, statuses: tuple[str, ...], points: int
) -> None:
    found = judged(locus, popmax_af=frequency, frequency_source="sites/AF")
    assert tuple(found[name].status for name in ("PM2", "BS1", "BA1")) == statuses
    assert sum(found[name].points for name in ("PM2", "BS1", "BA1")) == points


def test_an_allele_that_is_common_is_benign_whatever_else_holds(locus: Case) -> None:
    found = judged(locus, [outcome(**NMD)], consequence="splice_donor_variant", popmax_af=0.2)
    assert found["PVS1"].points == 8
    assert found["sum"].draft_class == "benign"
    assert "BA1 stands alone" in found["sum"].reason


def test_limits_of_an_expert_panel_hold_for_its_gene(locus: Case) -> None:
    panel = PanelLimits(gene="GENE", bs1_min_frequency=0.00005, source="the panel")
    strict = SETTINGS.changed(genes=(panel,))
    found = judged(locus, settings=strict, popmax_af=0.00006)
    assert (found["BS1"].status, found["PM2"].status) == ("met", "not_combined")
    assert "the panel" in found["BS1"].reason
    assert "not counted beside BS1" in found["PM2"].reason
    assert judged(locus, settings=strict, gene="OTHER", popmax_af=0.00006)["BS1"].status == "not_met"


def test_without_a_source_of_frequencies_nothing_is_said_of_rarity(locus: Case) -> None:
    found = judged(locus, frequencies=False)
    assert {found[name].status for name in ("PM2", "BS1", "BA1")} == {"not_assessed"}


def test_where_the_source_of_frequencies_does_not_reach_rarity_is_not_judged(locus: Case) -> None:
    found = judged(locus, popmax_af=None, frequency_source="not covered")
    assert (found["PM2"].status, found["PM2"].points) == ("not_assessed", 0)
    assert judged(locus, popmax_af=None, frequency_source="absent")["PM2"].status == "met"


@pytest.mark.parametrize(
    ("change", "strength", "words"),
    [
        (NMD, "very_strong", "nonsense-mediated decay expected"),
        (ESCAPE, "strong", "83.8% of the protein removed"),  # codons 17 to 99 of 99
        ({**ESCAPE, "hgvs_p": "p.(Glu91ArgfsTer2)"}, "moderate", "9.1% of the protein removed"),
        ({}, "strong", "30.3% of the protein removed"),  # 30 residues of 99
        ({"size_nt": 27}, "moderate", "9.1% of the protein removed"),
        ({"is_gain": True}, None, "not covered by the decision tree"),
        ({"frameshift": True}, None, "not covered by the decision tree"),
        ({"frameshift": None, "ptc": None}, None, "could not be assessed"),
    ],
)
def test_branches_of_the_tree(locus: Case, change: dict[str, Any], strength: str | None, words: str) -> None:
    found, reason = branch(outcome(**change), locus.transcript)
    assert found == strength
    assert words in reason


def test_a_canonical_site_takes_the_weakest_of_its_notable_outcomes(locus: Case) -> None:
    changes = {"consequence": "splice_donor_variant"}
    both = [outcome(**NMD, transcript_proportion=0.6), outcome(size_nt=27, transcript_proportion=0.3)]
    found = judged(locus, both, **changes)
    assert (found["PVS1"].status, found["PVS1"].strength) == ("provisional", "moderate")
    assert found["PP3"].status == "not_combined"
    assert found["sum"].summed == 3  # PVS1 2, PM2 1
    rare = [outcome(**NMD, transcript_proportion=0.9), outcome(size_nt=27, transcript_proportion=0.09)]
    assert judged(locus, rare, **changes)["PVS1"].strength == "very_strong"
    assert judged(locus, [outcome(event="none")], **changes)["PVS1"].status == "not_assessed"
    assert (
        judged(locus, [*rare, outcome(is_gain=True, transcript_proportion=0.2)], **changes)["PVS1"].status
        == "not_assessed"
    )


def test_nonsense_is_judged_on_the_predicted_mrna(locus: Case) -> None:
    """GAA of codon 3 becomes TAA: 6 nt behind the start, so it escapes, and takes 97 of 99 residues away."""
    predicted = [o.row() for o in locus.predict((156, "G", "T"), {})]
    found = judged(locus, predicted, consequence="stop_gained", hgvs_p="p.(Glu3Ter)")["PVS1"]
    assert (found.status, found.strength) == ("provisional", "strong")
    assert "98.0% of the protein removed" in found.reason
    assert "loss of function of GENE" in found.reason
    assert (
        judged(locus, [], consequence="stop_gained", reason="unknown_sequence")["PVS1"].status
        == "not_assessed"
    )


def test_a_deep_intronic_null_waits_for_its_assay(locus: Case) -> None:
    sites = {("acceptor", 1000): (0.0, 0.8), ("donor", 1046): (0.0, 0.8)}
    predicted = [o.row() for o in locus.predict((1048, "C", "T"), sites)]
    found = judged(locus, predicted)
    assert (found["PVS1"].status, found["PVS1"].strength, found["PVS1"].points) == (
        "needs_assay",
        "very_strong",
        0,
    )
    assert found["PP3"].status == "met"
    assert (found["sum"].summed, found["sum"].draft_class) == (2, "uncertain significance")


def test_a_lost_start_is_supporting_and_names_the_next_met(locus: Case) -> None:
    found = judged(locus, consequence="start_lost", hgvs_p="p.(Met1?)")["PVS1"]
    assert (found.status, found.strength) == ("provisional", "supporting")
    assert "no other Met" in found.reason
    assert CODING.count("ATG") == 1


def test_outside_coding_transcripts_there_is_no_loss_of_function(tmp_path: Path) -> None:
    locus = Case(tmp_path, "+", cds=None)
    assert judged(locus, consequence="splice_donor_variant")["PVS1"].status == "not_met"
    case = Judged(candidate(), [], None, locus.genome, SETTINGS, True, [])
    found = {c.criterion: c.status for c in assess(case)}
    assert (found["PVS1"], found["PS1"]) == ("not_met", "not_met")


# --- PS1: Walker et al. 2023, table 2. The donor of exon 2 is base 789: motif 787 to 795, dinucleotide 790 and 791.

P, LP = "pathogenic", "likely pathogenic"


def known(locus: Case, base: int, significance: str, alt: str = "G") -> Classified:
    return Classified(identifier="7", **at(locus, base, alt), significance=significance, review="")


@pytest.mark.parametrize(
    ("base", "other", "significance", "strength"),
    [
        (794, 794, P, "strong"),
        (794, 794, LP, "moderate"),
        (794, 795, P, "moderate"),
        (794, 790, LP, "supporting"),
        (794, 796, P, None),  # the seventh base of the intron is outside the motif
        (1000, 1000, LP, "moderate"),
        (690, 680, P, "moderate"),  # acceptor of exon 2: 20 bases before it
        (690, 679, P, None),
    ],
)
def test_ps1_outside_the_two_bases(
    locus: Case, base: int, other: int, significance: str, strength: str | None
) -> None:
    found = judged(locus, classified=[known(locus, other, significance)], **at(locus, base, "T"))["PS1"]
    assert found.strength == strength
    assert found.status == ("provisional" if strength else "not_met")


@pytest.mark.parametrize(
    ("outcomes", "other", "significance", "strength"),
    [
        ([NMD], 791, P, "supporting"),
        ([NMD], 791, LP, None),
        ([NMD], 794, LP, "supporting"),
        ([{}], 791, P, "strong"),
        ([{}], 791, LP, None),
        ([{}], 794, P, "moderate"),
        ([{}], 794, LP, "supporting"),
    ],
)
def test_ps1_at_the_two_bases(
    locus: Case, outcomes: list[dict[str, Any]], other: int, significance: str, strength: str | None
) -> None:
    predicted = [outcome(**change) for change in outcomes]
    found = judged(
        locus,
        predicted,
        consequence="splice_donor_variant",
        classified=[known(locus, other, significance)],
        **at(locus, 790, "T"),
    )
    assert found["PS1"].strength == strength


def test_ps1_takes_the_allele_that_gives_most_and_not_the_allele_itself(locus: Case) -> None:
    itself = known(locus, 794, P, "T")
    several = [itself, known(locus, 795, LP), known(locus, 794, LP), known(locus, 792, P)]
    found = judged(locus, classified=several, **at(locus, 794, "T"))["PS1"]
    assert found.strength == "moderate"
    assert "the allele itself is classified" in found.reason
    assert judged(locus, classified=[itself], **at(locus, 794, "T"))["PS1"].status == "not_met"


def test_ps1_looks_at_the_motif_of_the_new_site_too(locus: Case) -> None:
    """The pseudoexon's donor is base 1046: 1048 and 1052 are in one motif."""
    sites = {("acceptor", 1000): (0.0, 0.8), ("donor", 1046): (0.0, 0.8)}
    predicted = [o.row() for o in locus.predict((1048, "C", "T"), sites)]
    near = {"classified": [known(locus, 1052, P)]}
    assert judged(locus, predicted, **near, **at(locus, 1048, "T"))["PS1"].strength == "moderate"
    assert judged(locus, [], **near, **at(locus, 1048, "T"))["PS1"].strength is None


def test_ps1_needs_its_prerequisite_and_a_change_that_is_no_protein_change(locus: Case) -> None:
    low = {"spliceai_ds_max": 0.0, "spliceai_masked_ds_max": 0.0}
    beside = [known(locus, 795, P)]
    assert judged(locus, classified=beside, **low, **at(locus, 794, "T"))["PS1"].status == "not_met"
    assert judged(locus, classified=None)["PS1"].status == "not_assessed"
    stop = Classified("8", **{**at(locus, 789), "significance": P, "review": ""})
    changed = locus.sequence[789]
    assert changed == CODING[139]
    assert judged(locus, classified=[stop], **at(locus, 794, "T"))["PS1"].status == "not_met"


def test_classified_alleles_are_read_by_any_name_of_the_contig_and_in_one_spelling(tmp_path: Path) -> None:
    sequence = builders.bases(300, seed=4)
    sequence = sequence[:100] + "GCACACAT" + sequence[108:]
    genome = builders.genome(tmp_path, {"chr2": sequence})
    records = ["2 103 11 ACA A . . CLNSIG=Pathogenic;CLNREVSTAT=criteria_provided,_single_submitter"]
    records.append(f"2 120 12 {sequence[119]} <DEL> . . CLNSIG=Pathogenic")
    others = ["Pathogenic/Likely_pathogenic|other", "Conflicting_classifications", "Benign", "."]
    for pos, significance in enumerate(others, start=121):
        ref = sequence[pos - 1]
        records.append(f"2 {pos} {pos} {ref} {'A' if ref != 'A' else 'C'} . . CLNSIG={significance}")
    path = tmp_path / "clinvar.vcf"
    path.write_text(builders.vcf_text(records, {"2": 300}))
    alleles = pd.DataFrame({"chrom": ["chr2"], "pos": [110], "ref": ["A"]})
    found = read_classified(path, genome, alleles)
    assert [(c.identifier, c.chrom, c.pos, c.ref, c.alt) for c in found[:1]] == [
        ("11", "chr2", 101, "GCA", "G")
    ]
    assert [(c.identifier, c.significance) for c in found] == [("11", P), ("121", LP)]
    assert found[0].review == "criteria provided, single submitter"


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (10, "pathogenic"),
        (9, "likely pathogenic"),
        (6, "likely pathogenic"),
        (5, "uncertain significance"),
        (0, "uncertain significance"),
        (-1, "likely benign"),
        (-6, "likely benign"),
        (-7, "benign"),
    ],
)
def test_classes_of_points(points: int, name: str) -> None:
    assert draft_class(points) == name


def test_the_sum_is_a_draft_and_names_its_conditions(locus: Case) -> None:
    found = judged(locus, [outcome(**NMD)], consequence="splice_donor_variant")
    assert (found["sum"].status, found["sum"].summed) == ("draft", 9)
    assert found["sum"].draft_class == "likely pathogenic"
    assert "draft for manual review: PVS1 +8 PM2 +1" in found["sum"].reason
    assert "PVS1 on the stated condition" in found["sum"].reason
    assert total([]).reason.startswith("draft for manual review: no criterion counts")


def test_the_sum_names_no_criterion_that_was_considered(locus: Case) -> None:
    found = judged(locus)
    left_out = found["sum"].reason.split("; ")[-1]
    assert left_out.endswith("were not considered")
    assert not [name for name in ORDER if name in left_out]


def test_leading_candidates_are_those_flagged_and_the_first() -> None:
    rows = [
        candidate(rank=n, flagged=n == 5, finding_kinds="", hgvs_g=f"g{n}", hgvs_c=f"c{n}")
        for n in range(1, 7)
    ]
    assert [row["rank"] for row in leading(rows, 2)] == [1, 2, 5]
    assert other_candidates(rows[1], leading(rows, 2)) == ["c1", "c5"]
    assert other_candidates(candidate(gene=""), rows) == []


def test_rows_keep_the_contract(locus: Case) -> None:
    case = Judged(candidate(), [], locus.transcript, locus.genome, SETTINGS, True, None)
    table = parquet.from_rows(EVIDENCE, table_rows(candidate(), assess(case)))
    assert table["criterion"].to_pylist() == ORDER
    points = table["points"].to_pylist()
    assert sum(points[:-1]) == points[-1] == 2


def test_the_stage_judges_each_leading_candidate_with_the_classified_alleles(tmp_path: Path) -> None:
    locus = Case(tmp_path, "+")
    pysam.faidx(str(locus.genome.path))
    parquet.write(TRANSCRIPTS, reader.to_table([locus.transcript]), tmp_path / "transcripts.parquet")
    sites = {("acceptor", 1000): (0.0, 0.8), ("donor", 1046): (0.0, 0.8)}
    predicted = [o.row() for o in locus.predict((1048, "C", "T"), sites)]
    parquet.write(OUTCOMES, parquet.from_rows(OUTCOMES, predicted), tmp_path / "outcomes.parquet")
    rows = [
        candidate(),
        candidate(rank=12, pos=1100, flagged=False, finding_kinds=""),
        candidate(rank=13, **at(locus, 1060)),
    ]
    whole = parquet.from_rows(PRIORITISED, rows)
    parquet.write(PRIORITISED, whole, tmp_path / "prioritised.parquet")
    (tmp_path / "clinvar.vcf").write_text(
        builders.vcf_text(["chrT 1049 77 C G . . CLNSIG=Pathogenic"], {"chrT": 2100})
    )
    genome = f"genome:\n  build: synthetic\n  fasta: {locus.genome.path}\n  annotation: genes.gtf\n"
    (tmp_path / "config.yaml").write_text(
        f"samples: s.tsv\n{genome}evidence:\n  clinvar: {tmp_path / 'clinvar.vcf'}\n"
        "licences:\n  accepted: [spliceai]\n"
    )
    tables_in = [tmp_path / f"{name}.parquet" for name in ("prioritised", "outcomes")]
    reference = Reference(locus.genome.path, tmp_path / "transcripts.parquet")
    family = known_family(trio(), {})
    acmg.draft_criteria(
        run.parse(tmp_path / "config.yaml"),
        reference,
        family,
        None,
        *tables_in,
        tmp_path / "evidence.parquet",
    )
    found = parquet.read(EVIDENCE, tmp_path / "evidence.parquet").to_pylist()
    assert [row["rank"] for row in found] == [1] * len(ORDER) + [13] * len(ORDER)
    first = {row["criterion"]: row for row in found[: len(ORDER)]}
    assert first["PVS1"]["status"] == "needs_assay"
    assert (first["PS1"]["status"], first["PS1"]["strength"]) == ("provisional", "strong")
    assert "77 (1049 C>G, pathogenic" in first["PS1"]["reason"]
    assert first["PM2"]["status"] == "not_assessed"
    assert (first["sum"]["points"], first["sum"]["draft_class"]) == (5, "uncertain significance")
