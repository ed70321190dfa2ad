"""What counts as a finding, kind by kind: levels at the thresholds, and the sentence with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from landfall.config.sections import Finding
from landfall.ranking.finding.columns import grouped
from landfall.ranking.finding.decision import Thresholds, decide
from landfall.testing.rows import candidate

RULES = Thresholds(Finding(), 0.5)
QUIET: dict[str, Any] = {
    "spliceai_masked_ds_max": 0.01,
    "effect_splicing": 0.01,
    "coding_consequence": None,
    "clinvar": None,
    "phenotype_share": 0.9,
    "panel_confidence": None,
    "partner": None,
    "partner_phase": None,
    "partner_phase_reason": None,
    "partner_trans_probability": None,
    "zygosity": "homozygous",
}
STOP = {"consequence": "stop_gained", "effect_coding": 1.0, "phenotype_share": 0.01}
HETEROZYGOUS = {"zygosity": "heterozygous", "best_inheritance_mode": "autosomal_dominant"}
PAIRED = {
    "zygosity": "heterozygous",
    "best_inheritance_mode": "autosomal_recessive_comp_het",
    "partner": "chrT-1200-G-A",
    "partner_phase": "trans",
    "partner_phase_reason": "one from each parent",
    "partner_trans_probability": 0.99,
}
DE_NOVO = {
    "zygosity": "heterozygous",
    "best_inheritance_mode": "de_novo",
    "inheritance_modes": "de_novo",
    "gene_moi": "autosomal_dominant;de_novo",
    "consequence": "missense_variant",
    "effect_coding": 0.6,
}


def row(**changes: Any) -> Any:
    return candidate(**{**QUIET, **changes})


@pytest.mark.parametrize(
    ("changes", "level", "kinds"),
    [
        ({}, "none", ()),
        ({"spliceai_masked_ds_max": 0.49}, "none", ()),
        ({"spliceai_masked_ds_max": 0.5}, "finding", ("splicing",)),
        ({"spliceai_masked_ds_max": 0.5, **HETEROZYGOUS}, "candidate", ("splicing",)),
        ({"clinvar": "17 Pathogenic"}, "finding", ("known_pathogenic",)),
        ({"clinvar": "17 Pathogenic", "explaining_status": "excluded"}, "candidate", ("known_pathogenic",)),
        ({"clinvar": "17 Pathogenic", **HETEROZYGOUS}, "candidate", ("known_pathogenic",)),
        (STOP, "finding", ("loss_of_function",)),
        ({**STOP, **HETEROZYGOUS}, "candidate", ("loss_of_function",)),
        ({**STOP, "gene_moi": ""}, "candidate", ("loss_of_function",)),
        ({**STOP, "phenotype_share": 0.06}, "none", ()),
        ({**STOP, "phenotype_share": None, "panel_confidence": 3}, "finding", ("loss_of_function",)),
        ({**STOP, "phenotype_share": None, "panel_confidence": 2}, "none", ()),
        ({**DE_NOVO, "phenotype_share": 0.01}, "finding", ("de_novo",)),
        ({**DE_NOVO, "phenotype_share": 0.9}, "candidate", ("de_novo",)),
        ({**DE_NOVO, "effect_coding": 0.19}, "none", ()),
        ({**DE_NOVO, "inheritance_modes": "autosomal_dominant"}, "none", ()),
        ({"effect_regulation": 0.5, "phenotype_share": 0.01}, "candidate", ("regulation",)),
        ({"effect_regulation": 0.09, "phenotype_share": 0.01}, "none", ()),
    ],
)
def test_each_kind_has_its_level(changes: dict[str, Any], level: str, kinds: tuple[str, ...]) -> None:
    found = decide(row(**changes), None, RULES)
    assert (found.level, found.kinds) == (level, kinds)
    assert found.reason.endswith(".")


def test_a_gene_that_the_sample_sheet_names_is_supported() -> None:
    named = Thresholds(Finding(), 0.5, frozenset({"GENE"}))
    assert decide(row(**{**STOP, "phenotype_share": 0.9}), None, named).level == "finding"


def test_the_lowest_class_of_a_known_allele_is_a_setting() -> None:
    strict = Thresholds(Finding(known_min_class="pathogenic"), 0.5)
    likely = row(clinvar="17 Likely pathogenic")
    assert decide(likely, None, RULES).level == "finding"
    assert decide(likely, None, strict).level == "none"


@pytest.mark.parametrize(
    ("null_alleles", "mode", "level"),
    [
        (None, "autosomal_dominant", "finding"),
        (2, "autosomal_dominant", "candidate"),
        (3, "autosomal_dominant", "finding"),
        (0, "autosomal_recessive", "finding"),
    ],
)
def test_loss_of_function_in_a_dominant_gene_needs_known_null_alleles(
    null_alleles: int | None, mode: str, level: str
) -> None:
    changes = {**STOP, "best_inheritance_mode": mode, "gene_moi": mode, "clinvar_null_alleles": null_alleles}
    found = decide(row(**changes), None, RULES)
    assert (found.level, found.kinds) == (level, ("loss_of_function",))
    assert ("on condition that loss of function causes its disease" in found.reason) == (null_alleles is None)


@pytest.mark.parametrize(
    ("stars", "level"), [(None, "finding"), (0, "candidate"), (1, "candidate"), (2, "finding")]
)
def test_the_fewest_stars_of_a_known_allele_are_a_setting(stars: int | None, level: str) -> None:
    rules = Thresholds(Finding(known_min_stars=2), 0.5)
    found = decide(row(clinvar="17 Pathogenic", clinvar_stars=stars), None, rules)
    assert (found.level, found.kinds) == (level, ("known_pathogenic",))
    assert ("below the threshold of 2 review stars" in found.reason) == (level == "candidate")


def test_conflicting_classifications_are_a_candidate_where_the_genotype_fits() -> None:
    disputed = {"clinvar_conflict": "17 Pathogenic (2), Uncertain significance (1)", "clinvar_stars": 1}
    found = decide(row(**disputed), None, RULES)
    assert (found.level, found.kinds) == ("candidate", ("known_pathogenic",))
    assert (
        "Allele with conflicting classifications, 17 Pathogenic (2), Uncertain significance (1);"
        in found.reason
    )
    assert decide(row(**disputed, **HETEROZYGOUS), None, RULES).level == "none"


@pytest.mark.parametrize(
    ("mine", "theirs", "level"),
    [
        (STOP, {"effect_splicing": 0.3}, "finding"),
        (
            {**STOP, "partner_trans_probability": 0.5, "partner_phase": "unknown"},
            {"effect_splicing": 0.3},
            "finding",
        ),
        (
            {**STOP, "partner_trans_probability": 0.49, "partner_phase": "unknown"},
            {"effect_splicing": 0.3},
            "candidate",
        ),
        ({"effect_coding": 0.6, "phenotype_share": 0.01}, {"effect_coding": 0.6}, "candidate"),
        ({"effect_splicing": 0.3}, {"clinvar": "17 Pathogenic"}, "finding"),
    ],
)
def test_a_pair_needs_two_damaging_alleles_in_trans(
    mine: dict[str, Any], theirs: dict[str, Any], level: str
) -> None:
    first = row(**PAIRED) | mine
    partner = row(**PAIRED, pos=1200, hgvs_c="c.200G>A") | theirs
    found = decide(first, partner, RULES)
    assert found.level == level
    assert "pair" in found.kinds
    assert "(one from each parent), with c.200G>A" in found.reason


def test_a_strong_allele_with_a_weak_partner_is_a_candidate() -> None:
    found = decide(row(**PAIRED) | STOP, row(**PAIRED) | {"effect_splicing": 0.1}, RULES)
    assert (found.level, found.kinds) == ("candidate", ("loss_of_function",))


def test_two_of_a_pair_are_one_finding() -> None:
    first = row(**PAIRED, rank=1, finding_kinds="loss_of_function;pair")
    second = row(
        **{**PAIRED, "partner": "chrT-1049-C-T"},
        rank=2,
        chrom="chrT",
        pos=1200,
        ref="G",
        alt="A",
        finding_kinds="pair",
    )
    third = row(rank=3, pos=3000, finding_kinds="splicing")
    assert [[one["rank"] for one in group] for group in grouped([first, second, third])] == [[1, 2], [3]]
