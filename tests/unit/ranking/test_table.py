"""The order of the prioritised table: what moves it, pairs stand together, ties go by rarity and place."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log10

import pytest

from landfall.genome.tables import ALLELE
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.models.splice.delta_scores import EVENTS
from landfall.patient.inheritance.family import Family
from landfall.patient.phenotype.hpo import profile
from landfall.patient.phenotype.panels import Entry
from landfall.patient.tables import PAIRS
from landfall.ranking.inheritance_columns import largest_masked
from landfall.ranking.score import PARTS, SPLICING_UNJUDGED, posterior
from landfall.ranking.table import Patient, Ranked, prioritise
from landfall.ranking.tables import PRIORITISED
from landfall.regulation.probability import regulation
from landfall.splicing.score_rows import pivot
from landfall.testing import builders
from landfall.testing.families import RULES, known, pedigree
from landfall.testing.toy_gene import gene
from landfall.variants.tables import VARIANTS

TOY, GENOME = gene()
ALONE = Family("P", "unknown", "GRCh38")
PATIENT = Patient(ALONE, RULES, 0.2, {"TOY": ["HP:0001", "HP:0002"]})
INTRON = 55
"""A position in the first intron of the toy gene."""


def variant(pos: int, alt: str = "", frequency: float | None = None, **change: object) -> dict[str, object]:
    ref = GENOME.fetch("chr1", pos - 1, pos)
    allele = {"chrom": "chr1", "pos": pos, "ref": ref, "alt": alt or {"A": "C"}.get(ref, "A")}
    row = {
        **builders.PLAIN_ALLELE,
        **allele,
        "popmax_af": frequency,
        "frequency_source": "absent",
        "genes": "TOY",
        **change,
    }
    return {name: row.get(name) for name in VARIANTS.names}


def keys(v: Mapping[str, object], gene_name: str = "TOY", transcript: str = "T1") -> dict[str, object]:
    return {name: v[name] for name in ALLELE} | {
        "gene": gene_name,
        "transcript": transcript,
        "model": "spliceai",
    }


def scores(v: Mapping[str, object], masked: float, raw: float | None = None) -> list[dict[str, object]]:
    """All sixteen rows of a scored variant; the largest score is that of a donor gain."""
    rows = []
    for prefix, largest in (("", masked if raw is None else raw), ("masked_", masked)):
        for suffix, _, _ in EVENTS:
            rows.append((f"{prefix}ds_{suffix}", largest if suffix == "dg" else largest / 4))
            rows.append((f"{prefix}dp_{suffix}", -7.0))
    fixed = {"status": "scored", "reason": "", "detail": ""}
    return [{**keys(v), "track": track, "value": value, **fixed} for track, value in rows]


def refused(v: Mapping[str, object], reason: str = "unknown_sequence") -> dict[str, object]:
    """The row of a variant that was not scored."""
    named = keys(v, "", "") if reason == "outside_transcripts" else keys(v)
    return {**named, "track": "all", "value": None, "status": "not_scored", "reason": reason, "detail": "why"}


def ranked(
    variants: list[dict[str, object]],
    rows: list[dict[str, object]],
    outcomes: list[dict[str, object]] | None = None,
    patient: Patient = PATIENT,
) -> list[dict[str, object]]:
    """The prioritised rows, held against their contract."""
    found = both(variants, rows, outcomes, patient).rows
    return parquet.from_rows(PRIORITISED, found).to_pylist()


def both(
    variants: list[dict[str, object]],
    rows: list[dict[str, object]],
    outcomes: list[dict[str, object]] | None = None,
    patient: Patient = PATIENT,
) -> Ranked:
    """Rows and pairs."""
    return prioritise(variants, rows, outcomes or [], {("chr1", "TOY", "T1"): TOY}, GENOME, patient)


def order(variants: list[dict[str, object]], rows: list[dict[str, object]]) -> list[tuple[int, str]]:
    found = ranked(variants, rows)
    assert [row["rank"] for row in found] == list(range(1, len(found) + 1))
    return [(row["pos"], row["alt"]) for row in found]


def test_the_largest_masked_score_comes_first():
    vs = [variant(pos) for pos in (53, 54, 55)]
    rows = [row for v, s in zip(vs, (0.1, 0.9, 0.5), strict=True) for row in scores(v, s, raw=1 - s)]
    assert [pos for pos, _ in order(vs, rows)] == [54, 55, 53]


def test_the_probability_of_an_effect_is_taken_at_the_prior_of_the_candidates():
    v = variant(INTRON)
    fixed = {"status": "scored", "reason": "", "detail": ""}
    terms = {"delta": 2.0, "lost": 3.0, "changed": 3.0, "pair": -4.0}
    rows = [
        {**keys(v), "track": f"evidence_{name}", "value": value, **fixed} for name, value in terms.items()
    ]
    rows += scores(v, 0.8)
    (even,), (rare,) = (ranked([v], rows, patient=replace(PATIENT, splice_prior=p)) for p in (0.5, 0.1))
    assert even["splice_probability"] == rare["splice_probability"] == pytest.approx(even["effect_splicing"])
    odds = [p / (1 - p) for p in (even["effect_splicing"], rare["effect_splicing"])]
    assert odds[0] == pytest.approx(9 * odds[1])
    assert even["splice_probability"] > 0.5


def test_ties_go_to_the_rarer_then_to_the_place():
    common, rare, left = variant(53, frequency=0.001), variant(54, frequency=1e-5), variant(56)
    reference = GENOME.fetch("chr1", 56, 57)
    others = sorted(set("ACGT") - {reference})
    vs = [common, rare, *(variant(57, alt) for alt in others), left]
    rows = [row for v in vs for row in scores(v, 0.05)]
    expected = [(56, left["alt"]), *((57, alt) for alt in others), (54, rare["alt"]), (53, common["alt"])]
    assert order(vs, rows) == expected


def test_the_order_of_the_input_changes_nothing():
    """Coding and intronic alleles of one gene, so that there are ties and pairs."""
    vs = [{**variant(pos, frequency=1e-4), "record": pos} for pos in (31, *range(51, 70))]
    rows = [row for v in vs for row in scores(v, 0.1 * (v["pos"] % 3))]
    expected = both(vs, rows)
    assert expected.pairs
    for seed in range(3):
        turned = random.Random(seed).sample(rows, len(rows))
        assert both(random.Random(seed).sample(vs, len(vs)), turned) == expected


def test_a_variant_that_was_not_scored_counts_as_any_allele_s_chance_and_keeps_its_reason():
    vs = [variant(53), variant(54), variant(55)]
    chance = SPLICING_UNJUDGED
    found = ranked(vs, [refused(vs[0]), *scores(vs[1], chance / 2), *scores(vs[2], 2 * chance)])
    assert [(row["pos"], row["status"], row["reason"]) for row in found] == [
        (55, "scored", ""),
        (53, "not_scored", "unknown_sequence"),
        (54, "scored", ""),
    ]
    assert (found[1]["effect_splicing"], found[1]["flagged"], found[1]["spliceai_ds_max"]) == (
        None,
        False,
        None,
    )


def test_a_variant_outside_all_transcripts_has_a_row():
    v = variant(5)
    (row,) = ranked([v], [refused(v, "outside_transcripts")])
    assert (row["gene"], row["hgvs_c"], row["consequence"]) == ("", "", "intergenic_variant")


def test_a_variant_in_a_gene_that_is_not_looked_at_is_not_called_intergenic():
    v, other = (
        variant(5),
        replace(TOY, gene="OTHER", transcript="T2", exons=((0, 8),), cds_start=None, cds_end=None),
    )
    transcripts = {("chr1", t.gene, t.transcript): t for t in (TOY, other)}
    (row,) = prioritise([v], [refused(v, "outside_transcripts")], [], transcripts, GENOME, PATIENT).rows
    assert (row["gene"], row["consequence"]) == ("", "sequence_variant")
    assert row["location"] == "in OTHER, not a candidate gene"


def test_nor_is_one_that_networks_read_for_a_gene_far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landfall.ranking.isoforms.consequence", lambda *_: ("intergenic_variant", None))
    v, other = (
        variant(5),
        replace(TOY, gene="OTHER", transcript="T2", exons=((0, 8),), cds_start=None, cds_end=None),
    )
    transcripts = {("chr1", t.gene, t.transcript): t for t in (TOY, other)}
    rows = [refused(v, "outside_transcripts")]
    (row,) = prioritise([v], rows, [], transcripts, GENOME, PATIENT, [read_by_networks(v)]).rows
    assert (row["gene"], row["consequence"]) == ("TOY", "sequence_variant")
    assert row["location"] == "16 bases upstream of the transcript, in OTHER, not a candidate gene"


def test_a_genotype_without_a_mode_of_inheritance_weighs_less():
    family = Family("P", "male", "GRCh38", pedigree("P m + dad mum", "dad m -", "mum f -"))
    vs = [variant(53), variant(54, zygosity="homozygous", genotype="1/1")]
    rows = [*scores(vs[0], 0.15), *scores(vs[1], 0.1)]
    found = ranked(vs, rows, patient=Patient(family, RULES, 0.2))
    assert [(r["pos"], r["inheritance_status"]) for r in found] == [(54, "fits"), (53, "open")]


def test_a_row_names_its_partner_and_the_pair_is_a_row():
    one, other, lone = (
        variant(INTRON, genotype="0|1"),
        variant(57, genotype="1|0"),
        variant(59, genotype="0|1"),
    )
    vs = [one, {**other, "record": 2}, {**lone, "record": 3}]
    rows = [*scores(one, 0.5), *scores(other, 0.1), *scores(lone, 0.09)]
    result = both(vs, rows)
    found = {row["pos"]: row for row in result.rows}
    name = f"chr1-57-{other['ref']}-{other['alt']}"
    assert (found[INTRON]["partner"], found[INTRON]["partner_kind"]) == (name, "asymmetric")
    assert (found[INTRON]["partner_phase"], found[INTRON]["partner_trans_probability"]) == ("trans", 0.99)
    assert "autosomal_recessive_comp_het" in found[57]["inheritance_modes"].split(";")
    assert found[59]["partner"] is None
    (pair,) = parquet.from_rows(PAIRS, result.pairs).to_pylist()
    assert (pair["pos"], pair["partner"], pair["kind"], pair["status"]) == (
        INTRON,
        name,
        "asymmetric",
        "fits",
    )


def test_the_limit_of_frequency_of_a_mode_reaches_the_judgement():
    v = variant(INTRON)
    assert ranked([v], scores(v, 0.5))[0]["inheritance_modes"] == "autosomal_dominant"
    found = ranked([{**v, "modes": "autosomal_recessive_comp_het"}], scores(v, 0.5))
    assert found[0]["inheritance_modes"] == ""


def test_relevance_and_panel_have_columns():
    v = variant(INTRON)
    patient = Patient(ALONE, RULES, 0.2, panel={"TOY": Entry(2, 2, "BIALLELIC")})
    (row,) = ranked([v], scores(v, 0.5), patient=patient)
    assert (row["panel_confidence"], row["panel_inheritance"]) == (2, "BIALLELIC")
    assert (row["phenotype_relevance"], row["phenotype_disease"]) == (None, None)


@pytest.mark.parametrize(("score", "flagged"), [(0.19, False), (0.2, True), (1.0, True)])
def test_a_finding_is_flagged_at_the_setting(score, flagged):
    v = variant(INTRON)
    assert ranked([v], scores(v, score))[0]["flagged"] is flagged


def test_a_row_carries_scores_names_call_and_phenotype():
    v = variant(INTRON, frequency=1e-4, rsid="rs1")
    (row,) = ranked([v], scores(v, 0.5, raw=0.8))
    assert (row["spliceai_ds_max"], row["spliceai_masked_ds_max"]) == (0.8, 0.5)
    assert (row["spliceai_ds_ag"], row["spliceai_dp_dl"]) == (0.2, -7)
    assert (row["rsid"], row["genotype"], row["depth"]) == ("rs1", "0/1", 30)
    assert row["hpo_matches"] == "HP:0001,HP:0002"
    assert row["hgvs_c"] == f"c.20+5{v['ref']}>{v['alt']}"
    assert row["location"] == "5 bases into intron 1"


def test_the_likeliest_outcome_that_is_called_is_named():
    v = variant(INTRON)
    base = {**keys(v), "frameshift": False, "ptc": None, "nmd": None}
    found = [(1, "pseudoexon", False), (2, "cryptic_donor", True), (3, "none", True)]
    outcomes = [{**base, "outcome": n, "event": e, "called": c, "size_nt": n} for n, e, c in found]
    (row,) = ranked([v], scores(v, 0.5), outcomes)
    assert (row["event"], row["event_size_nt"]) == ("cryptic_donor", 2)


def test_a_scored_track_wins_over_a_refusal_of_another_model():
    v = variant(INTRON)
    for rows in ([refused(v), *scores(v, 0.5)], [*scores(v, 0.5), refused(v)]):
        ((row),) = pivot(rows).values()
        assert (row["status"], row["reason"], row["spliceai_masked_ds_max"]) == ("scored", "", 0.5)


def test_without_scores_the_largest_is_zero():
    assert largest_masked({"spliceai_ds_max": 0.9}) == 0.0
    assert largest_masked({"a_masked_ds_max": 0.1, "b_masked_ds_max": 0.3}) == 0.3


def test_the_score_is_the_sum_of_its_columns_and_priority_follows_from_it():
    one, other = variant(INTRON, genotype="0|1"), variant(57, genotype="1|0", frequency=1e-3, nhomalt=1)
    vs = [one, {**other, "record": 2}, variant(59, clinvar="VCV1 Pathogenic")]
    for row in ranked(vs, [*scores(one, 0.9), *scores(other, 0.2), *scores(vs[2], 0.4)]):
        assert row["score"] == pytest.approx(sum(row[f"score_{part}"] for part in PARTS), abs=1e-9)
        assert row["priority"] == posterior(row["score"])


def in_genes(
    deltas: Mapping[str, float], patient: Patient = PATIENT, alleles: Sequence[dict[str, object]] = ()
) -> list[dict[str, object]]:
    """One allele in each gene, a score for each; ranked."""
    vs = list(alleles) or [variant(59 + number) for number in range(len(deltas))]
    rows = []
    for v, (name, delta) in zip(vs, deltas.items(), strict=True):
        rows += [{**row, "gene": name} for row in scores(v, delta)]
    transcripts = {("chr1", name, "T1"): TOY for name in deltas}
    return parquet.from_rows(
        PRIORITISED, prioritise(vs, rows, [], transcripts, GENOME, patient).rows
    ).to_pylist()


EVIDENCE = {
    "a larger chance that splicing is affected": ({"delta": 0.6}, {"delta": 0.5}),
    "rarer": ({"popmax_af": 1e-4}, {"popmax_af": 1e-3}),
    "no homozygotes in the population": ({"popmax_af": 1e-4}, {"popmax_af": 1e-4, "nhomalt": 9}),
    "no men who have no other allele": ({"popmax_af": 1e-4}, {"popmax_af": 1e-4, "hemizygotes": 40}),
    "what the population lacks at a high confidence": (
        {"popmax_af": 1e-3, "faf95": 0.0},
        {"popmax_af": 1e-3},
    ),
    "known to be pathogenic": ({"clinvar": "VCV1 Pathogenic"}, {}),
    "known, and not likely so alone": ({"clinvar": "VCV1 Pathogenic"}, {"clinvar": "VCV1 Likely pathogenic"}),
    "likely pathogenic": ({"clinvar": "VCV1 Likely pathogenic"}, {}),
    "homozygous": ({"zygosity": "homozygous", "genotype": "1/1"}, {}),
}


@pytest.mark.parametrize(("better", "worse"), EVIDENCE.values(), ids=EVIDENCE)
def test_each_kind_of_evidence_moves_the_order(better, worse):
    """The better allele stands behind the worse by its place, so that a tie would show."""
    deltas = {name: change.get("delta", 0.5) for name, change in (("WORSE", worse), ("BETTER", better))}
    plain = [{k: v for k, v in change.items() if k != "delta"} for change in (worse, better)]
    alleles = [variant(59 + number, **change) for number, change in enumerate(plain)]
    assert [row["gene"] for row in in_genes(deltas, alleles=alleles)] == ["BETTER", "WORSE"]


def test_a_lost_start_wins_over_an_equal_score_in_an_intron():
    found = in_genes({"ONE": 0.3, "TWO": 0.3}, alleles=[variant(60), variant(31, "C")])
    assert [row["consequence"] for row in found] == ["start_lost", "intron_variant"]


def test_a_pair_stands_together_at_the_score_of_its_weaker_member():
    """Two hits in trans, and between their scores a lone one; all of one gene in a family without a dominant mode."""
    people = pedigree("kid f + dad mum", "dad m -", "mum f -")
    of_dad, of_mum = variant(INTRON), variant(57)
    lone = variant(59, zygosity="homozygous", genotype="1/1")
    calls = {
        allele_of(of_dad): {"kid": "0/1", "dad": "0/1", "mum": "0/0"},
        allele_of(of_mum): {"kid": "0/1", "dad": "0/0", "mum": "0/1"},
        allele_of(lone): {"kid": "1/1", "dad": "0/1", "mum": "0/1"},
    }
    patient = Patient(known(people, calls), RULES, 0.2)
    rows = [*scores(of_dad, 0.95), *scores(of_mum, 0.15), *scores(lone, 0.6)]
    found = ranked([of_dad, of_mum, lone], rows, patient=patient)
    assert [row["pos"] for row in found] == [59, INTRON, 57]
    assert found[1]["score"] == found[2]["score"]
    assert found[1]["score_partner"] < 0 == found[2]["score_partner"]
    alone = ranked([of_mum], scores(of_mum, 0.15), patient=patient)
    assert found[2]["score"] > alone[0]["score"]


def test_members_of_equal_pairs_are_not_mixed():
    people = pedigree("kid f + dad mum", "dad m -", "mum f -")
    family, vs, rows = {}, [], []
    for number, gene_name in enumerate(("ONE", "TWO")):
        for parent, pos in (("dad", 54), ("mum", 60)):
            v = variant(pos + number)
            family[allele_of(v)] = {"kid": "0/1", "dad": "0/0", "mum": "0/0", parent: "0/1"}
            vs.append(v)
            rows += [{**row, "gene": gene_name} for row in scores(v, 0.5)]
    transcripts = {("chr1", name, "T1"): TOY for name in ("ONE", "TWO")}
    found = prioritise(vs, rows, [], transcripts, GENOME, Patient(known(people, family), RULES, 0.2)).rows
    assert len({row["score"] for row in found}) == 1
    assert [row["gene"] for row in found] == ["ONE", "ONE", "TWO", "TWO"]


FEATURES = profile(["HP:0003323", "HP:0003236", "HP:0001288"])


def test_a_gene_of_the_phenotype_wins_over_an_equal_one_elsewhere():
    without = in_genes({"BRCA1": 0.9, "NF1": 0.9, "NO_GENE": 0.9}, Patient(ALONE, RULES, 0.2))
    assert {row["score_phenotype"] for row in without} == {0.0}
    deltas = {"BRCA1": 0.9, "NO_GENE": 0.9, "NEB": 0.9}
    found = in_genes(deltas, Patient(ALONE, RULES, 0.2, profile=FEATURES))
    assert found[0]["gene"] == "NEB"
    assert found[0]["score_phenotype"] > 0


def test_a_strong_allele_in_an_unmatched_gene_is_not_buried():
    """Behind it: twenty alleles that the models say do nothing, in the gene that fits best."""
    quiet = [variant(pos) for pos in range(60, 80)]
    strong = variant(59)
    rows = [{**row, "gene": "NEB"} for v in quiet for row in scores(v, 0.02)]
    rows += [{**row, "gene": "NO_GENE"} for row in scores(strong, 0.95)]
    transcripts = {("chr1", name, "T1"): TOY for name in ("NEB", "NO_GENE")}
    patient = Patient(ALONE, RULES, 0.2, profile=FEATURES)
    found = prioritise([*quiet, strong], rows, [], transcripts, GENOME, patient).rows
    assert (found[0]["gene"], found[0]["score_phenotype"] < 0) == ("NO_GENE", True)


def test_a_green_gene_of_the_panel_wins():
    panel = {"NF1": Entry(2, 3, ""), "BRCA1": Entry(3, 2, "")}
    found = in_genes({"NO_GENE": 0.5, "BRCA1": 0.5, "NF1": 0.5}, Patient(ALONE, RULES, 0.2, panel=panel))
    assert [row["gene"] for row in found] == ["NF1", "BRCA1", "NO_GENE"]


def test_a_mode_that_the_gene_is_not_known_for_weighs_less():
    found = in_genes({"DYSF": 0.5, "NF1": 0.5}, Patient(ALONE, RULES, 0.2))
    assert [row["gene"] for row in found] == ["NF1", "DYSF"]
    assert found[1]["gene_moi"] == "autosomal_recessive;autosomal_recessive_comp_het"


def test_without_phenotype_family_and_frequencies_the_effect_decides():
    vs = [variant(53, frequency_source="absent"), variant(54, frequency_source="not covered"), variant(55)]
    rows = [row for v, delta in zip(vs, (0.2, 0.3, 0.9), strict=True) for row in scores(v, delta)]
    found = ranked(vs, rows, patient=Patient(ALONE, RULES, 0.2, frequencies=False))
    assert [row["pos"] for row in found] == [55, 54, 53]
    assert {row["score_rarity"] for row in found} == {0.0}
    assert all("no population data" in row["explanation"] for row in found)


def test_an_outcome_that_keeps_the_frame_weighs_less():
    vs = [variant(60), variant(61)]
    kept, shifted = (
        {
            **keys(v),
            "outcome": 1,
            "event": "pseudoexon",
            "called": True,
            "size_nt": 48,
            "frameshift": shift,
            "ptc": shift,
            "nmd": shift,
        }
        for v, shift in zip(vs, (False, True), strict=True)
    )
    found = ranked(vs, [row for v in vs for row in scores(v, 0.5)], [kept, shifted])
    assert [row["effect_splicing"] for row in found] == [0.5, pytest.approx(0.425)]


# --- networks of regulatory tracks -----------------------------------------------------------------------------------


def read_by_networks(
    v: Mapping[str, object], gene_name: str = "TOY", percentile: float | None = 1.0
) -> dict[str, object]:
    """A row of tables.REGULATORY; not scored without a percentile."""
    fixed = {"rank": 1, "strand": "+", "tss": 20, "explained": False}
    if percentile is None:
        said = {"networks": 0, "status": "not_scored", "reason": "unknown_sequence", "detail": "22% unknown"}
        return {**keys(v, gene_name), **fixed, **said}
    numbers = {"z": 7.0, "z_percentile": percentile, "background": 150, "networks": 1, "model": "enformer"}
    track = {"target": "ENCFF1", "assay": "H3K27ac", "tissue": "muscle", "status": "scored"}
    return {**keys(v, gene_name), **fixed, **numbers, **track, "reason": "", "detail": ""}


def with_networks(
    variants: list[dict[str, object]],
    rows: list[dict[str, object]],
    judged: list[dict[str, object]],
    patient: Patient = PATIENT,
) -> list[dict[str, object]]:
    transcripts = {("chr1", name, "T1"): TOY for name in ("TOY", "DYSF")}
    found = prioritise(variants, rows, [], transcripts, GENOME, patient, judged).rows
    return parquet.from_rows(PRIORITISED, found).to_pylist()


def test_an_unusual_change_of_regulation_moves_an_allele_up_and_each_part_is_a_column():
    vs = [variant(53), variant(54)]
    rows = [*scores(vs[0], 0.02), *scores(vs[1], 0.02)]
    usual, unusual = read_by_networks(vs[0], percentile=0.5), read_by_networks(vs[1])
    first, second = with_networks(vs, rows, [usual, unusual])
    assert (first["pos"], second["pos"]) == (54, 53)
    assert first["effect_regulation"] == regulation(1.0, 150, 1) > second["effect_regulation"] > 0
    assert first["score_effect"] > second["score_effect"] + 0.5
    named = {name: first[f"regulation_{name}"] for name in ("model", "track", "assay", "tissue", "networks")}
    assert named == {
        "model": "enformer",
        "track": "ENCFF1",
        "assay": "H3K27ac",
        "tissue": "muscle",
        "networks": 1,
    }
    assert (first["regulation_percentile"], first["regulation_background"]) == (1.0, 150)
    assert first["regulation_z"] == 7.0
    assert (
        "not calibrated: Enformer predicts the largest change for H3K27ac in muscle" in first["explanation"]
    )
    assert not first["flagged"]


def test_an_allele_outside_transcripts_stands_in_the_gene_it_was_read_for():
    v = variant(5)
    (row,) = with_networks([v], [refused(v, "outside_transcripts")], [read_by_networks(v)])
    assert (row["gene"], row["transcript"], row["status"]) == ("TOY", "T1", "not_scored")
    assert (row["reason"], row["consequence"]) == ("outside_transcripts", "upstream_gene_variant")
    assert row["location"] == "16 bases upstream of the transcript"
    assert row["effect_splicing"] is None
    odds = row["effect_regulation"] / (1 - row["effect_regulation"])
    assert row["score_effect"] == pytest.approx(log10(odds), abs=1e-3), "no chance of splicing is added"
    assert row["hpo_matches"] == "HP:0001,HP:0002"


def test_an_allele_read_for_a_second_gene_has_a_row_there_too():
    v = variant(53)
    found = with_networks([v], scores(v, 0.02), [read_by_networks(v), read_by_networks(v, "DYSF")])
    assert sorted((row["gene"], row["status"]) for row in found) == [
        ("DYSF", "not_scored"),
        ("TOY", "scored"),
    ]


def test_what_no_network_could_read_stays_as_it_is_without_networks():
    vs = [variant(5), variant(53)]
    rows = [refused(vs[0], "outside_transcripts"), *scores(vs[1], 0.1)]
    unread = [read_by_networks(v, percentile=None) for v in vs]
    assert with_networks(vs, rows, unread) == with_networks(vs, rows, [])
    assert [row["effect_regulation"] for row in with_networks(vs, rows, [])] == [None, None]


def test_a_change_of_regulation_can_be_the_second_hit_of_a_pair_and_no_hit_by_itself():
    strong, near, far = variant(INTRON), variant(5, record=2), variant(6, record=3)
    refusals = [refused(v, "outside_transcripts") for v in (near, far)]
    read = [read_by_networks(near), read_by_networks(far, percentile=0.9)]
    found = with_networks([strong, near, far], [*scores(strong, 0.9), *refusals], read)
    partners = {row["pos"]: row["partner"] for row in found}
    assert partners[INTRON] == f"chr1-5-{near['ref']}-{near['alt']}"
    assert partners[6] is None, "0.03 is below the setting, 0.1"
    alone = with_networks([near, far], refusals, [read_by_networks(near), read_by_networks(far)])
    assert [row["partner"] for row in alone] == [None, None]
