"""HPO terms to candidate genes. The release comes with the hpo3 package, so no test counts its genes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from landfall import phenotype
from landfall.phenotype import TermError
from landfall.sheet import Sample

WEAKNESS, CK, GAIT = "HP:0003323", "HP:0003236", "HP:0001288"
MYOPATHIC = "HP:0001324"  # Muscle weakness, of which progressive muscle weakness is a kind


def sample(hpo: tuple[str, ...] = (), genes: tuple[str, ...] = (), genes_file: Path | None = None) -> Sample:
    return Sample("demo", Path("p.vcf"), "samples.tsv", 2, hpo=hpo, genes=genes, genes_file=genes_file)


def test_terms_get_their_names_in_the_order_given() -> None:
    found = phenotype.resolve([CK, WEAKNESS, CK])
    assert [(term.id, term.name) for term in found] == [
        (CK, "Elevated circulating creatine kinase concentration"),
        (WEAKNESS, "Progressive muscle weakness"),
    ]


def test_every_term_that_cannot_be_used_is_named_with_what_to_do() -> None:
    with pytest.raises(TermError) as caught:
        phenotype.resolve(["HP:0002355", WEAKNESS, "HP:9999999", "limping"])
    (obsolete, use), (unknown, _), (malformed, _) = caught.value.problems
    assert obsolete.startswith("HP:0002355 (Difficulty walking) is obsolete in HPO release")
    assert use == "use HP:0001288 (Gait disturbance)"
    assert unknown.startswith("HP:9999999 is not in HPO release")
    assert malformed == "'limping' is no HPO term"


def test_the_genes_of_a_term_hold_those_of_its_descendants() -> None:
    genes = phenotype.genes_by_term([MYOPATHIC, WEAKNESS])
    assert set(genes[WEAKNESS]) < set(genes[MYOPATHIC])
    assert "DMD" in genes[WEAKNESS]


def test_candidates_match_at_least_the_least_number_of_terms() -> None:
    one, two = (phenotype.candidate_genes([WEAKNESS, CK], least) for least in (1, 2))
    assert set(two) < set(one)
    assert two["DMD"] == [WEAKNESS, CK]
    assert all(len(terms) >= 2 for terms in two.values())
    assert phenotype.candidate_genes([WEAKNESS, CK], 5) == two
    assert list(one) == sorted(one)


def test_a_sample_without_terms_and_genes_has_every_gene_as_candidate() -> None:
    assert phenotype.genes_of(sample(), 1) is None


def test_genes_that_are_named_count_whatever_their_terms() -> None:
    found = phenotype.genes_of(sample(hpo=(WEAKNESS, CK), genes=("BRCA1", "DMD")), 2)
    assert found is not None
    assert found["BRCA1"] == []
    assert found["DMD"] == [WEAKNESS, CK]
    assert phenotype.genes_of(sample(genes=("DMD",)), 1) == {"DMD": []}


def test_a_gene_named_and_with_too_few_terms_keeps_those_it_has() -> None:
    single = set(phenotype.candidate_genes([WEAKNESS, CK], 1)) - set(
        phenotype.candidate_genes([WEAKNESS, CK], 2)
    )
    gene = min(single)
    found = phenotype.genes_of(sample(hpo=(WEAKNESS, CK), genes=(gene,)), 2)
    assert found is not None
    assert len(found[gene]) == 1


def test_a_gene_file_has_one_symbol_a_line(tmp_path: Path) -> None:
    path = tmp_path / "panel.txt"
    path.write_text("# muscle\nDMD\n\nNA  # a name hazard\nLMNA\tseen\nDMD\n")
    assert phenotype.explicit_genes(sample(genes_file=path)) == ["DMD", "NA", "LMNA"]
    assert phenotype.read_gene_file(path)[1] == (4, "NA")


def test_the_release_is_a_date() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", phenotype.release())


def test_the_terms_of_the_demonstration_are_current() -> None:
    genes = phenotype.candidate_genes([WEAKNESS, CK, GAIT], 3)
    assert "DMD" in genes
