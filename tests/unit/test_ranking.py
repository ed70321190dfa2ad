"""The order of the prioritised table: the largest masked score first, ties by rarity and place, not scored last."""

from __future__ import annotations

import random
from collections.abc import Mapping

import builders
import pytest
from families import RULES, pedigree
from genes_toy import gene

from landfall import tables
from landfall.family import Family
from landfall.models.splice import EVENTS
from landfall.panels import Entry
from landfall.ranking import WITHOUT_FIT, Patient, largest_masked, pair_rows, pivot, prioritise

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
        "frequency": frequency,
        "frequency_source": "absent",
        "genes": "TOY",
        **change,
    }
    return {name: row.get(name) for name in tables.VARIANTS.names}


def keys(v: Mapping[str, object], gene_name: str = "TOY", transcript: str = "T1") -> dict[str, object]:
    return {name: v[name] for name in tables.ALLELE} | {
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
) -> list[dict[str, object]]:
    """The prioritised rows, held against their contract."""
    found = prioritise(variants, rows, outcomes or [], {("chr1", "TOY", "T1"): TOY}, GENOME, PATIENT)
    return tables.from_rows(tables.PRIORITISED, found).to_pylist()


def order(variants: list[dict[str, object]], rows: list[dict[str, object]]) -> list[tuple[int, str]]:
    found = ranked(variants, rows)
    assert [row["rank"] for row in found] == list(range(1, len(found) + 1))
    return [(row["pos"], row["alt"]) for row in found]


def test_the_largest_masked_score_comes_first():
    vs = [variant(pos) for pos in (53, 54, 55)]
    rows = [row for v, s in zip(vs, (0.1, 0.9, 0.5), strict=True) for row in scores(v, s, raw=1 - s)]
    assert [pos for pos, _ in order(vs, rows)] == [54, 55, 53]


def test_ties_go_to_the_rarer_then_to_the_place():
    common, rare, left = variant(53, frequency=0.001), variant(54, frequency=1e-5), variant(56)
    reference = GENOME.fetch("chr1", 56, 57)
    others = sorted(set("ACGT") - {reference})
    vs = [common, rare, *(variant(57, alt) for alt in others), left]
    rows = [row for v in vs for row in scores(v, 0.5)]
    expected = [(56, left["alt"]), *((57, alt) for alt in others), (54, rare["alt"]), (53, common["alt"])]
    assert order(vs, rows) == expected


def test_the_order_does_not_depend_on_that_of_the_rows():
    vs = [variant(pos, frequency=f) for pos in range(51, 70) for f in (0.0001,)]
    rows = [row for v in vs for row in scores(v, 0.1 * (v["pos"] % 3))]
    expected = order(vs, rows)
    for seed in range(3):
        turned = random.Random(seed).sample(rows, len(rows))
        assert order(random.Random(seed).sample(vs, len(vs)), turned) == expected


def test_a_variant_that_was_not_scored_stands_last_with_its_reason():
    vs = [variant(53), variant(54), variant(55)]
    found = ranked(vs, [refused(vs[0]), *scores(vs[1], 0.0), *scores(vs[2], 0.3)])
    assert [(row["pos"], row["status"], row["reason"]) for row in found] == [
        (55, "scored", ""),
        (54, "scored", ""),
        (53, "not_scored", "unknown_sequence"),
    ]
    assert (found[2]["priority"], found[2]["flagged"], found[2]["spliceai_ds_max"]) == (0.0, False, None)


def test_a_variant_outside_all_transcripts_has_a_row():
    v = variant(5)
    (row,) = ranked([v], [refused(v, "outside_transcripts")])
    assert (row["gene"], row["hgvs_c"], row["consequence"]) == ("", "", "intergenic_variant")


def test_a_genotype_without_a_mode_of_inheritance_weighs_less():
    family = Family("P", "male", "GRCh38", pedigree("P m + dad mum", "dad m -", "mum f -"))
    vs = [variant(53), variant(54, zygosity="homozygous", genotype="1/1")]
    rows = [*scores(vs[0], 0.15), *scores(vs[1], 0.1)]
    found = prioritise(vs, rows, [], {("chr1", "TOY", "T1"): TOY}, GENOME, Patient(family, RULES, 0.2))
    assert [(r["pos"], r["inheritance_status"]) for r in found] == [(53, "open"), (54, "fits")]
    assert [r["priority"] for r in found] == pytest.approx([0.15 * WITHOUT_FIT, 0.1])


def test_a_row_names_its_partner_and_the_pair_is_a_row():
    one, other, lone = (
        variant(INTRON, genotype="0|1"),
        variant(57, genotype="1|0"),
        variant(59, genotype="0|1"),
    )
    vs = [one, {**other, "record": 2}, {**lone, "record": 3}]
    rows = [*scores(one, 0.5), *scores(other, 0.1), *scores(lone, 0.09)]
    found = {row["pos"]: row for row in ranked(vs, rows)}
    name = f"chr1-57-{other['ref']}-{other['alt']}"
    assert (found[INTRON]["partner"], found[INTRON]["partner_kind"]) == (name, "asymmetric")
    assert (found[INTRON]["partner_phase"], found[INTRON]["partner_trans_probability"]) == ("trans", 0.99)
    assert "autosomal_recessive_compound" in found[57]["inheritance_modes"].split(";")
    assert found[59]["partner"] is None
    (pair,) = tables.from_rows(tables.PAIRS, pair_rows(list(found.values()), vs, PATIENT)).to_pylist()
    assert (pair["pos"], pair["partner"], pair["kind"], pair["status"]) == (
        INTRON,
        name,
        "asymmetric",
        "fits",
    )


def test_the_limit_of_frequency_of_a_mode_reaches_the_judgement():
    v = variant(INTRON)
    assert ranked([v], scores(v, 0.5))[0]["inheritance_modes"] == "autosomal_dominant"
    found = prioritise(
        [{**v, "modes": "autosomal_recessive_compound"}],
        scores(v, 0.5),
        [],
        {("chr1", "TOY", "T1"): TOY},
        GENOME,
        PATIENT,
    )
    assert found[0]["inheritance_modes"] == ""


def test_relevance_and_panel_have_columns():
    v = variant(INTRON)
    patient = Patient(ALONE, RULES, 0.2, panel={"TOY": Entry(2, 2, "BIALLELIC")})
    (row,) = prioritise([v], scores(v, 0.5), [], {("chr1", "TOY", "T1"): TOY}, GENOME, patient)
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
