"""Names of outcomes of real genes against brute force; the whole comparison is ``python -m benchmarks.rna_names``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks import names_oracle, rna_oracle
from benchmarks.names import laid_out
from benchmarks.rna_names import compare_all, suitable
from landfall.genome.annotation.reader import read_gtf
from landfall.genome.sequence import Genome
from landfall.testing.toy_gene import gene

EVENTS = {
    "none",
    "exon_skipping",
    "intron_retention",
    "cryptic_donor",
    "cryptic_acceptor",
    "pseudoexon",
}


@pytest.mark.shared_data
@pytest.mark.parametrize("cases", [700, pytest.param(12_000, marks=pytest.mark.slow)])
def test_names_of_outcomes_of_the_loci_agree_with_brute_force(shared_data: Path, cases: int) -> None:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    transcripts = list(read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome))
    chosen = random.Random(cases).sample(suitable(transcripts), min(cases // 6, len(suitable(transcripts))))
    assert {t.strand for t in chosen} == {"+", "-"}
    result = compare_all(genome, transcripts, chosen, cases, seed=3)
    assert result.faults == []
    assert result.compared > 2 * cases
    assert set(result.kinds) >= EVENTS


@pytest.fixture(scope="module")
def locus() -> names_oracle.Locus:
    """An mRNA GCCGCCGACCATGAAACTGGAACAGTGGCG TTCTACAGTTGGCCATAACGAC TTCTACTGC..., c.20 and c.42 at ends of exons."""
    return laid_out(*gene())


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(
    ("name", "mrna"),
    [
        ("r.(=)", "AAACTGGAACAGTGGCGTTCT"),
        ("r.(5_6del)", "AACTGGAACAGTGGCGTTCT"[:1] + "CTGGAACAGTGGCGTTCT"),
        ("r.(6dup)", "AAAACTGGAACAGTGGCGTTCT"),
        ("r.([4a>g;20_21ins20+1_20+3])", "GAACTGGAACAGTGGCGGTATTCT"),
        ("r.(20_21ins[20+1;cc;21-2_21-1])", "AAACTGGAACAGTGGCGGCCAGTTCT"),
        ("r.(19_20delinsu)", "AAACTGGAACAGTGGTTTCT"),
    ],
)
def test_brute_force_reads_a_name(name: str, mrna: str, strand: str) -> None:
    assert rna_oracle.read(laid_out(*gene(strand)), name).sequence[13:].startswith(mrna)


@pytest.mark.parametrize(
    "name",
    [
        "r.(5_6del",
        "r.(5g>a)",  # an adenine
        "r.(5_7insa)",  # not between two bases
        "r.([6del;6_7insa])",  # the base is named twice
        "r.([20_21insa;5del])",  # not in the order of the mRNA
        "r.(20+1del)",  # not in the mRNA
        "r.(5_6ins)",
    ],
)
def test_brute_force_refuses_a_wrong_name(name: str, locus: names_oracle.Locus) -> None:
    with pytest.raises(AssertionError):
        rna_oracle.read(locus, name)


@pytest.mark.parametrize(
    ("name", "protein", "right"),
    [
        ("r.(=)", "p.(=)", True),
        ("r.(4_6del)", "p.(Lys2del)", True),
        ("r.(4_6del)", "p.(=)", False),
        ("r.(4_6del)", "p.(Leu3del)", False),
        ("r.(2u>c)", "p.(Met1?)", True),
        ("r.(2u>c)", "p.(Met1Thr)", False),
        ("r.(4a>u)", "p.(Lys2Ter)", True),
        ("r.(4a>u)", "p.?", False),
    ],
)
def test_brute_force_sees_a_wrong_protein(
    name: str, protein: str, right: bool, locus: names_oracle.Locus
) -> None:
    assert (rna_oracle.protein_faults(locus, rna_oracle.read(locus, name), protein) == []) == right
