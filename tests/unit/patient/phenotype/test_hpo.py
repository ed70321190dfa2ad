"""HPO terms to candidate genes. The release comes with the hpo3 package, so no test counts its genes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Phenotype
from landfall.io.errors import InputError
from landfall.patient.phenotype import hpo as phenotype_hpo
from landfall.patient.phenotype.hpo import TermError

WEAKNESS, CK, GAIT = "HP:0003323", "HP:0003236", "HP:0001288"
OBSOLETE = "HP:0002355"  # Difficulty walking, replaced by Gait disturbance
MYOPATHIC = "HP:0001324"  # Muscle weakness, of which progressive muscle weakness is a kind


def sample(hpo: tuple[str, ...] = (), genes: tuple[str, ...] = (), genes_file: Path | None = None) -> Sample:
    return Sample("demo", Path("p.vcf"), "samples.tsv", 2, hpo=hpo, genes=genes, genes_file=genes_file)


def test_terms_get_their_names_in_the_order_given() -> None:
    found = phenotype_hpo.profile([CK, WEAKNESS, CK])
    assert [(term.id, term.name) for term in found.present] == [
        (CK, "Elevated circulating creatine kinase concentration"),
        (WEAKNESS, "Progressive muscle weakness"),
    ]
    assert found.notices == ()


def test_an_obsolete_term_becomes_its_replacement_with_a_notice() -> None:
    found = phenotype_hpo.profile([OBSOLETE, WEAKNESS], [])
    assert found.terms == [GAIT, WEAKNESS]
    (notice,) = found.notices
    assert notice.startswith(f"{OBSOLETE} is obsolete in HPO release")
    assert notice.endswith("HP:0001288 (Gait disturbance) is taken instead")
    assert phenotype_hpo.profile([OBSOLETE, GAIT]).terms == [GAIT]


def lost_term() -> str:
    """An obsolete term without a replacement."""
    found = phenotype_hpo.ontology().items()
    return next(id_ for id_, term in found if term.is_obsolete and not term.replaced_by)


def test_every_term_that_cannot_be_used_is_named_with_what_to_do() -> None:
    lost = lost_term()
    with pytest.raises(TermError) as caught:
        phenotype_hpo.profile([lost, WEAKNESS, "HP:9999999"], ["limping", "HP:12"])
    (malformed, _), (short, _), (obsolete, choose), (unknown, look) = caught.value.problems
    assert obsolete.startswith(f"{lost} (")
    assert obsolete.endswith("without a replacement")
    assert choose == "choose a current term at hpo.jax.org"
    assert unknown.startswith("HP:9999999 is not in HPO release")
    assert look.endswith("or name hp.obo in phenotype.obo if it is an alternative identifier")
    assert malformed.startswith("'limping' is not the name of a term in HPO release")
    assert short == "'HP:12' is not an HPO term"


def test_an_unknown_term_beside_known_ones_is_set_aside() -> None:
    found = phenotype_hpo.profile([WEAKNESS, "HP:9999999"], [lost_term()])
    assert (found.terms, found.excluded) == ([WEAKNESS], ())
    assert [words.split(" ")[0] for words in found.set_aside] == ["HP:9999999", lost_term()]
    assert all("and is not used; " in words for words in found.set_aside)


def test_without_a_present_term_that_is_known_the_terms_are_a_fault() -> None:
    with pytest.raises(TermError, match="HP:9999999 is not in HPO release"):
        phenotype_hpo.profile(["HP:9999999"], [WEAKNESS])


def test_a_term_may_be_given_by_its_name() -> None:
    assert phenotype_hpo.profile(["gait  Disturbance", WEAKNESS]).terms == [GAIT, WEAKNESS]
    with pytest.raises(TermError, match=r"did you mean Gait disturbance \(HP:0001288\)\?"):
        phenotype_hpo.profile(["Gait disturbence"])


def test_excluded_features_are_kept_apart() -> None:
    found = phenotype_hpo.profile([WEAKNESS], [CK, WEAKNESS])
    assert (found.terms, [term.id for term in found.excluded]) == ([WEAKNESS], [CK])
    assert found.notices == (f"{WEAKNESS} is given as present and as excluded: it counts as present",)


OBO = """format-version: 1.2

[Term]
id: HP:0001250
name: Seizure
alt_id: HP:0002125
alt_id: HP:0002182

[Term]
id: HP:0003323
name: Progressive muscle weakness
"""


def test_an_alternative_identifier_needs_the_ontology_as_a_file(tmp_path: Path) -> None:
    obo = tmp_path / "hp.obo"
    obo.write_text(OBO)
    with pytest.raises(TermError, match=r"HP:0002125 is not in HPO release"):
        phenotype_hpo.profile(["HP:0002125"])
    found = phenotype_hpo.profile(["HP:0002125"], (), obo)
    assert found.terms == ["HP:0001250"]
    assert found.notices[0].startswith("HP:0002125 is an alternative identifier in HPO release")
    with pytest.raises(TermError, match=r"HP:9000001 is not in HPO release"):
        phenotype_hpo.profile(["HP:9000001"], (), obo)


def test_a_file_that_is_no_ontology(tmp_path: Path) -> None:
    (tmp_path / "other.obo").write_text("[Term]\nid: GO:1\n")
    with pytest.raises(InputError, match="names no alternative identifiers"):
        phenotype_hpo.profile([WEAKNESS], (), tmp_path / "other.obo")
    with pytest.raises(InputError, match="the ontology cannot be read"):
        phenotype_hpo.profile([WEAKNESS], (), tmp_path / "none.obo")


def test_the_genes_of_a_term_hold_those_of_its_descendants() -> None:
    genes = phenotype_hpo.genes_by_term([MYOPATHIC, WEAKNESS])
    assert set(genes[WEAKNESS]) < set(genes[MYOPATHIC])
    assert "DMD" in genes[WEAKNESS]


def test_candidates_match_at_least_the_least_number_of_terms() -> None:
    one, two = (phenotype_hpo.candidate_genes([WEAKNESS, CK], least) for least in (1, 2))
    assert set(two) < set(one)
    assert two["DMD"] == [WEAKNESS, CK]
    assert all(len(terms) >= 2 for terms in two.values())
    assert phenotype_hpo.candidate_genes([WEAKNESS, CK], 5) == two
    assert list(one) == sorted(one)


def settings(candidates: str = "terms", min_terms: int = 1, confidence: int = 3) -> Phenotype:
    return Phenotype(candidates=candidates, min_terms=min_terms, min_panel_confidence=confidence)


def genes_of(one: Sample, how: Phenotype) -> dict[str, list[str]] | None:
    return phenotype_hpo.genes_of(one, phenotype_hpo.profile(one.hpo), how)


def test_a_sample_without_terms_and_genes_has_every_gene_as_candidate() -> None:
    assert genes_of(sample(), settings()) is None


def test_genes_that_are_named_count_whatever_their_terms() -> None:
    found = genes_of(sample(hpo=(WEAKNESS, CK), genes=("BRCA1", "DMD")), settings(min_terms=2))
    assert found is not None
    assert found["BRCA1"] == []
    assert found["DMD"] == [WEAKNESS, CK]
    assert len(found) > 2
    assert genes_of(sample(genes=("DMD",)), settings()) == {"DMD": []}


def test_a_gene_named_and_with_too_few_terms_keeps_those_it_has() -> None:
    single = set(phenotype_hpo.candidate_genes([WEAKNESS, CK], 1)) - set(
        phenotype_hpo.candidate_genes([WEAKNESS, CK], 2)
    )
    gene = min(single)
    found = genes_of(sample(hpo=(WEAKNESS, CK), genes=(gene,)), settings(min_terms=2))
    assert found is not None
    assert len(found[gene]) == 1


def test_terms_may_rank_alone() -> None:
    given = sample(hpo=(WEAKNESS,), genes=("BRCA1", "DMD"))
    assert genes_of(given, settings("named")) == {"BRCA1": [], "DMD": [WEAKNESS]}
    assert genes_of(sample(hpo=(WEAKNESS,)), settings("named")) is None
    assert genes_of(given, settings("all")) is None


@pytest.mark.parametrize(
    ("confidence", "genes"), [(3, {"DMD"}), (2, {"DMD", "TTN"}), (1, {"DMD", "TTN", "NEB"})]
)
def test_genes_of_a_panel_count_from_the_confidence_set(
    tmp_path: Path, confidence: int, genes: set[str]
) -> None:
    path = tmp_path / "panel.tsv"
    path.write_text("gene\tconfidence\nDMD\tgreen\nTTN\tamber\nNEB\tred\n")
    found = genes_of(replace(sample(), panel=path), settings(confidence=confidence))
    assert found is not None
    assert set(found) == genes
    listed = genes_of(replace(sample(genes=("LMNA",)), panel=path), settings(confidence=confidence))
    assert listed is not None
    assert set(listed) == {*genes, "LMNA"}


def test_a_gene_file_has_one_symbol_a_line(tmp_path: Path) -> None:
    path = tmp_path / "panel.txt"
    path.write_text("# muscle\nDMD\n\nNA  # a name hazard\nLMNA\tseen\nDMD\n")
    assert phenotype_hpo.explicit_genes(sample(genes_file=path)) == ["DMD", "NA", "LMNA"]
    assert phenotype_hpo.read_gene_file(path)[1] == (4, "NA")


def test_the_release_is_a_date() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", phenotype_hpo.release())


def test_the_terms_of_the_demonstration_are_current() -> None:
    genes = phenotype_hpo.candidate_genes([WEAKNESS, CK, GAIT], 3)
    assert "DMD" in genes
