"""The case page: what is predicted, how sure, what to do next; and what it says where a table is absent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.report.build import build
from landfall.report.case import case as case_case
from landfall.report.case import robustness
from landfall.report.figures import gel, mutagenesis_heatmap
from landfall.report.inputs import ReportInputs
from landfall.report.registry import REQUIRED, TABLES
from landfall.splicing.tables import INTERPRETED_CANDIDATES, OUTCOMES
from tests.unit.report import report_example as example
from tests.unit.report import report_further as further

ABSENT = {
    "evidence": "No draft criteria: they are assessed",
    "assays": "No primers: assays are designed",
    "interpreted_candidates": "antisense scan. Not assessed: only findings and leading",
    "mutagenesis": "No in silico mutagenesis was done.",
    "antisense_scan": "No interval was masked.",
    "stability": "No other setting was tested.",
}


def whole() -> ReportInputs:
    return example.full().with_tables(further.full())


def text(html: str, page: str = "") -> str:
    """The words of the report, or of the page of one gene."""
    if page:
        html = html.split(f'id="{page}"')[1].split("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", html, flags=re.S))


def case(inputs: ReportInputs, gene: str) -> case_case.CandidateCase:
    return next(found for found in case_case.select(inputs) if found.row["gene"] == gene)


@pytest.fixture(scope="module")
def page() -> str:
    return text(build(whole()), "case-1")


def test_the_summary_begins_with_two_sentences_on_the_finding() -> None:
    summary = text(build(whole())).split("Clinical summary")[1].split("Genome analysis")[0]
    assert (
        "ALPHA1 c.752+784C&gt;T , 784 bases into intron 7, is predicted to create a cryptic donor so that 47 bases of "
        "intron 7 enter the mRNA as a pseudoexon between exon 7 and exon 8: the reading frame shifts and translation "
        "meets a premature stop at codon 264."
    ) in summary
    assert "Hypothesis: a homozygous variant of ALPHA1 that leads to loss of the protein" in summary
    assert [summary.index(said) for said in ("What is predicted", "How sure", "What to do next")] == sorted(
        summary.index(said) for said in ("What is predicted", "How sure", "What to do next")
    )
    assert "Bands 312 bp and 359 bp" in summary
    assert "2 points: uncertain significance, for manual review" in summary
    assert "4 of 5 reach the cut-off alone (0.41 to 0.97)" in summary


def test_reference_and_patient_stand_side_by_side(page: str) -> None:
    steps = page.split("Reference sequence")[1].split("Patient’s sequence")
    assert "A cryptic acceptor (chr2:124,869, probability 0.21)." in steps[0]
    assert "No cryptic donor (chr2:124,915, probability 0.02)." in steps[0]
    assert (
        "there are 3 unannotated splice sites of probability 0.1 or more, the strongest an acceptor"
        in steps[0]
    )
    assert "Annotated splicing: exon 7 to exon 8." in steps[0]
    assert "is predicted to create a cryptic donor at chr2:124,915" in steps[1]


def test_a_skipped_exon_is_annotated_on_the_reference() -> None:
    steps = text(build(whole()), "case-3").split("Patient’s sequence")[0]
    assert "The donor of exon 4 is annotated (chr9:802,196, probability 0.99)." in steps
    assert "exon 3 to exon 4 to exon 5." in steps


def test_headline_names_a_site_of_the_outcome_and_not_the_strongest_elsewhere() -> None:
    """The outcome's own acceptor changes by 0.62; the score belongs to a donor that it does not use."""
    rows = example.outcomes()
    rows[0] = {**rows[0], "event": "cryptic_acceptor", "donor": None, "donor_ref": None, "donor_alt": None}
    inputs = whole().with_tables(example.tables((OUTCOMES, rows)))
    assert "is predicted to strengthen a cryptic acceptor so that" in text(build(inputs), "summary")


def test_stability_counts_other_settings_only(page: str) -> None:
    assert "Same call in 1 of 2 other settings; 1 setting could not be assessed." in page
    assert "D 4999" in page
    assert not re.search(r"D 500 ", page)
    assert "unknown_sequence: 0.9 N" in page


def test_evidence_is_a_draft_with_its_sum(page: str) -> None:
    assert "draft sum: 2 points: uncertain significance" in page
    assert "requires an assay" in page
    assert "Criteria not assessed or for manual review: PS1, PP1." in page
    assert "sum draft" not in page


def test_assay_sheet_names_primers_bands_and_what_failed(page: str) -> None:
    assert "forward CGACGCCAAACTGGATCAGA 20 nt 60.4 °C 55% exon 7" in page
    assert "Wild type: 312 bp , Mutant: 359 bp , Genomic DNA: 2,827 bp" in page
    assert "No pair was designed: no primer fits across the boundary." in page
    assert page.count("sequence every band") == 1


def test_mutagenesis_names_the_essential_bases(page: str) -> None:
    assert "1 of the 10 bases shown is essential" in page
    assert "on chr2: A 124,916." in page
    assert "1 of 30 other single-base substitutions in this region would cause half of the aberrant" in page


def test_map_of_the_minus_strand_reads_as_transcribed() -> None:
    bases = mutagenesis_heatmap.copy(
        further.mutagenesis(example.INVERTED, 503_396, "TTACC", {503_399}), "alternate", "-"
    )
    assert "".join(base.letter for base in bases) == "GGTAA"
    assert [base.pos for base in bases] == [503_400, 503_399, 503_398, 503_397, 503_396]
    assert all(change == pytest.approx(-0.8) for change in bases[1].changes.values())
    assert set(bases[1].changes) == set("ACT")


def test_map_breaks_where_bases_are_missing_and_not_at_a_deletion() -> None:
    row = {**example.PSEUDOEXON, "pos": 105, "ref": "ACGT", "alt": "A"}
    bases = [
        mutagenesis_heatmap.Base(pos, 0, "A", {"C": -0.5}) for pos in (103, 104, 105, 109, 110, 120, 121)
    ]
    inputs = ReportInputs("one", example.tables((INTERPRETED_CANDIDATES, [further.leading(row)])))
    found = case_case.CandidateCase(row, [], [], None, inputs)
    drawing = mutagenesis_heatmap.draw(found, bases)
    assert "chr2:103 to 110" in drawing
    assert "chr2:120 to 121" in drawing


def test_antisense_is_offered_as_a_hypothesis(page: str) -> None:
    assert "8 intervals of 20 bases were masked" in page
    assert "the predicted aberrant splicing is 0.88 (0 none, 1 complete); with the best interval" in page
    assert "interval masked, 0.02 remains" in page
    assert "Hypotheses to test, not drugs" in page
    assert "The first 5 of 8" in page


def test_neighbours_that_interact_come_first(page: str) -> None:
    assert page.index("chr2-124990-A-G") < page.index("chr2-124920-A-G")
    assert "Interactions: rescue 1." in page
    assert "3 variants, unphased: 0/1 and 0/1" in page
    assert "3 other variants of the patient within range could not be scored together with this one." in page


def test_a_candidate_without_interpretation_has_the_reason() -> None:
    assert "Not interpreted: interpretation.max_candidates is 1." in text(build(whole()), "case-3")


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_a_section_without_its_table_states_the_absence(name: str) -> None:
    left = {other: table for other, table in further.full().items() if other != name}
    assert ABSENT[name] in text(build(example.full().with_tables(left)), "case-1")


@pytest.mark.parametrize("name", sorted(set(TABLES) - {table.name for table in REQUIRED}))
def test_a_further_table_that_breaks_its_contract_is_refused(name: str) -> None:
    broken = {name: TABLES[name].schema.empty_table().drop_columns(["chrom"])}
    with pytest.raises(parquet.TableError, match="chrom"):
        build(whole().with_tables(broken))


def test_probability_has_its_models_and_its_absence_is_stated() -> None:
    row = {**example.PSEUDOEXON, "splice_probability": 0.934, "splice_probability_models": "spliceai"}
    inputs = whole().with_tables(example.tables((PRIORITISED, [row])))
    said = text(build(inputs), "case-1")
    assert (
        "probability that splicing is affected is 0.93 (from SpliceAI). It is not a probability of disease."
        in said
    )
    assert "No calibrated probability" in text(build(whole()), "case-1")


def test_a_score_stands_beside_the_measured_variants_of_its_region() -> None:
    row = {**example.PSEUDOEXON, "spliceai_ds_max": 0.3}
    said = text(build(whole().with_tables(example.tables((PRIORITISED, [row])))), "case-1")
    assert "Of the variants deep in an intron whose effect on splicing is known" in said
    assert "have a SpliceAI score of 0.2 or more" in said


def test_gel_draws_short_products_below_long_ones_and_labels_apart() -> None:
    drawing = gel.draw(further.assay(example.PSEUDOEXON, patient_bands=[312, 318], control_bands=[312]))
    bands = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*class="band"', str(drawing))]
    labels = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*class="band-size"', str(drawing))]
    assert bands[0] > bands[1]
    assert labels[0] - labels[1] >= gel.APART
    assert gel.draw(further.assay(example.PSEUDOEXON, **further.REFUSED)) is None


def test_partner_in_the_gene_is_named_with_its_phase(page: str) -> None:
    assert "chr7-504100-T-C, cis, probability of different copies 0.03" in text(build(whole()), "case-2")
    assert "Second variant in the gene none found" in page


def test_no_other_variant_on_the_copy_is_stated() -> None:
    rows = [further.leading(example.PSEUDOEXON, neighbours_judged=0, neighbours_not_judged=0)]
    inputs = example.full().with_tables(example.tables((INTERPRETED_CANDIDATES, rows)))
    found: Any = robustness.haplotypes(case(inputs, "ALPHA1"))
    assert found.sentence == "The patient has no other variant within range on either copy."


def test_strengths_of_sites_are_shown_where_their_tables_are_given() -> None:
    inputs = example.full()
    rows = inputs.rows(OUTCOMES)
    assert "MaxEntScan" not in text(build(inputs), "case-1")
    rows[0] |= {"acceptor_maxent_ref": 7.24, "acceptor_maxent_alt": 7.24}
    rows[0] |= {"donor_maxent_ref": -3.46, "donor_maxent_alt": None}
    said = text(build(inputs.with_tables(example.tables((OUTCOMES, rows)))), "case-1")
    assert "chr2:124,869, probability 0.21 → 0.83; MaxEntScan 7.2 → 7.2" in said
    assert "chr2:124,915, probability 0.02 → 0.93; MaxEntScan −3.5 → –" in said


def test_models_switched_off_without_tables_are_stated() -> None:
    inputs = example.full()
    record = {**inputs.provenance, "off": {"MaxEntScan": "no tables at maxent.npz"}}
    assert "MaxEntScan was switched off: no tables at maxent.npz." in text(
        build(replace(inputs, provenance=record))
    )
    assert "switched off" not in text(build(inputs)).split("Methods")[1]


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (
            "cis",
            "With nearby variants TX1.2:c.916_917delinsTA, NM_000001.9:c.916_917delinsTA, p.(Thr306Ter) (stop gained), "
            "MANE Plus Clinical, together with chr2-124917-C-A, on the same copy: this counts",
        ),
        (
            "unknown",
            "Most severe transcript TX1.2:c.916_917delinsTA, NM_000001.9:c.916_917delinsTA, p.(Thr306Ter) (stop "
            "gained), MANE Plus Clinical; it counts",
        ),
    ],
)
def test_what_counts_beside_the_row_s_transcript_is_named_in_full(phase: str, said: str) -> None:
    found = example.full()
    rows = found.rows(PRIORITISED)
    rows[0] |= example.BESIDE | {"joint_phase": phase}
    page = text(build(found.with_tables(example.tables((PRIORITISED, rows)))), "case-1")
    page = page.replace(": c.", ":c.").replace(" ,", ",").replace("&gt;", ">")
    assert "RefSeq NM_000001.2:c.752+784C>T" in page
    assert said in page
    assert "More severe elsewhere TX1.3:c.916+1C>T (splice donor), a transcript that does not count" in page


def test_a_row_without_other_consequences_has_no_such_facts(page: str) -> None:
    assert not any(
        name in page
        for name in ("RefSeq", "Most severe transcript", "With nearby variants", "More severe elsewhere")
    )
