"""Information content that a patient's features share with genes and diseases."""

from __future__ import annotations

import pytest

from landfall.patient.phenotype import similarity
from landfall.patient.phenotype.hpo import profile
from landfall.patient.phenotype.similarity import (
    CONTRADICTED,
    diseases,
    every_relevance,
    relevances,
    score,
    shares,
    terms_of,
)

WEAKNESS, CK, SEIZURE, ABNORMALITY = "HP:0003323", "HP:0003236", "HP:0001250", "HP:0000118"
MUSCLE_WEAKNESS, NEUROLOGICAL = "HP:0001324", "HP:0000707"
CLEFT, ATAXIA, APNEA = "HP:0000175", "HP:0001251", "HP:0002104"


def numbers(*terms: str) -> frozenset[int]:
    return frozenset(int(term.removeprefix("HP:")) for term in terms)


def information(term: str) -> float:
    return similarity._information(int(term.removeprefix("HP:")))


def test_the_same_terms_are_a_perfect_match_and_none_is_none() -> None:
    mine = profile([WEAKNESS, CK])
    assert score(mine, numbers(WEAKNESS, CK)) == pytest.approx(1.0)
    assert score(mine, numbers(ABNORMALITY)) == pytest.approx(0.0, abs=0.01)
    assert score(mine, numbers(WEAKNESS, CK, SEIZURE)) == pytest.approx(1.0)


def test_a_more_general_annotation_shares_its_own_information_alone() -> None:
    found = score(profile([WEAKNESS]), numbers(MUSCLE_WEAKNESS))
    assert found == pytest.approx(information(MUSCLE_WEAKNESS) / information(WEAKNESS))
    assert 0 < found < 1


def test_a_more_specific_annotation_holds_the_patient_s_general_term() -> None:
    assert score(profile([MUSCLE_WEAKNESS]), numbers(WEAKNESS)) == pytest.approx(1.0)


def test_features_weigh_by_their_information() -> None:
    found = score(profile([WEAKNESS, SEIZURE]), numbers(WEAKNESS))
    own, other = information(WEAKNESS), information(SEIZURE)
    assert own > other
    assert found >= own / (own + other)


def test_an_excluded_feature_counts_against_what_is_annotated_with_it() -> None:
    mine = profile([WEAKNESS], [SEIZURE])
    expected = 1 - CONTRADICTED / information(WEAKNESS)
    assert score(mine, numbers(WEAKNESS, SEIZURE)) == pytest.approx(expected)
    assert score(mine, numbers(WEAKNESS)) == pytest.approx(1.0)


def test_excluded_features_alone_never_make_a_relevance_negative() -> None:
    mine = profile([NEUROLOGICAL], [WEAKNESS, CK, SEIZURE, CLEFT, ATAXIA, APNEA])
    assert 0 < information(NEUROLOGICAL) < 6 * CONTRADICTED
    assert score(mine, numbers(WEAKNESS, CK, SEIZURE, CLEFT, ATAXIA, APNEA)) == 0.0


def test_all_genes_at_once_have_the_scores_of_each() -> None:
    mine = profile([WEAKNESS, CK], [SEIZURE])
    every, part = every_relevance(mine), shares(mine)
    for gene in ("DMD", "CFTR", "SCN1A"):
        assert every[gene] == pytest.approx(score(mine, terms_of(gene)), abs=1e-12)
        assert part[gene] == sum(other >= every[gene] for other in every.values()) / len(every)


def test_an_excluded_general_feature_counts_against_a_kind_of_it_and_not_the_reverse() -> None:
    assert score(profile([CK], [MUSCLE_WEAKNESS]), numbers(CK, WEAKNESS)) < 1.0
    assert score(profile([CK], [WEAKNESS]), numbers(CK, MUSCLE_WEAKNESS)) == pytest.approx(1.0)


def test_a_gene_of_the_disease_is_more_relevant_than_another() -> None:
    found = relevances(profile([WEAKNESS, CK], [SEIZURE]), ["DMD", "CFTR", "NOSUCHGENE", ""])
    assert found["DMD"].score > found["CFTR"].score
    assert found["DMD"].score >= found["DMD"].disease_score
    assert found["NOSUCHGENE"] is None
    assert found[""] is None


def test_without_features_no_gene_has_a_relevance() -> None:
    assert relevances(profile([]), ["DMD"]) == {"DMD": None}
    assert relevances(profile([], [SEIZURE]), ["DMD"]) == {"DMD": None}


KNOWN = {
    "DMD": ("Duchenne", "Becker"),
    "CFTR": ("Cystic fibrosis",),
    "DYSF": ("Miyoshi", "Dysferlin-related", "type 2B"),
    "COL6A1": ("Bethlem", "Ullrich"),
}


@pytest.mark.parametrize(("gene", "names"), KNOWN.items(), ids=KNOWN)
def test_the_diseases_of_a_gene_are_inferred(gene: str, names: tuple[str, ...]) -> None:
    found = list(diseases(gene))
    for name in names:
        assert any(name in disease for disease in found), (name, found)


def test_a_disease_of_another_gene_that_looks_alike_is_not_taken() -> None:
    assert not any("Nonaka" in disease for disease in diseases("DYSF"))


def test_the_diseases_of_a_gene_are_covered_by_its_annotations() -> None:
    for gene in ("LMNA", "TTN", "NF1"):
        assert all(terms <= similarity._genes()[gene] for terms in diseases(gene).values())
    assert diseases("NOSUCHGENE") == {}


def test_the_share_counts_the_genes_that_fit_at_least_as_well() -> None:
    mine = profile([WEAKNESS, CK])
    every = [score(mine, terms) for terms in similarity._genes().values()]
    found = relevances(mine, ["DYSF", "BRCA1"])
    assert found["DYSF"].share < found["BRCA1"].share
    for known in found.values():
        assert known.share == sum(other >= known.score for other in every) / len(every)


def test_loci_without_a_symbol_are_no_gene() -> None:
    """The package gives several, all as '-': which of them came last would depend on the process."""
    assert similarity.NAMELESS not in similarity._genes()
    assert relevances(profile([WEAKNESS]), [similarity.NAMELESS]) == {similarity.NAMELESS: None}
