"""HGVS names in the toy gene: every form, on both strands, whatever the spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landfall.genome.hgvs.dna import hgvs_c, hgvs_g, shift, trim
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.testing.toy_gene import CONTIG, MemoryGenome, edit, gene, insertion, spellings

# ATG AAA CTG GAA CAG TGG CG|T TCT ACA GTT GGC CAT AAC GAC|TTC TAC TGC CCT ATC GCA AAG AAG CTG TAA
REPLACED = [
    ("4", "4", "G", "c.4A>G"),
    ("20+5", "20+5", "C", "c.20+5G>C"),
    ("-3", "-3", "T", "c.-3A>T"),
    ("*4", "*4", "G", "c.*4T>G"),
    ("4", "4", "", "c.6del"),  # AAA: the last of the run
    ("4", "5", "", "c.5_6del"),
    ("10", "12", "", "c.10_12del"),
    ("61", "63", "", "c.64_66del"),  # AAG AAG: the last unit
    ("62", "64", "", "c.64_66del"),
    ("20+1", "20+1", "", "c.20+1del"),
    ("20", "20+2", "", "c.20_20+2del"),
    ("10", "12", "TT", "c.10_12delinsTT"),
    ("10", "11", "TT", "c.10_11delinsTT"),
    ("10", "12", "GTC", "c.11_12delinsTC"),  # the shared first base goes
    ("4", "4", "A", "c.="),
]
INSERTED = [
    ("6", "A", "c.6dup"),
    ("3", "A", "c.6dup"),  # at the other end of the run
    ("60", "AAG", "c.64_66dup"),
    ("9", "CTG", "c.7_9dup"),
    ("9", "T", "c.9_10insT"),
    ("10", "CC", "c.10_11insCC"),
    ("19", "C", "c.19dup"),
    ("20", "G", "c.20+1dup"),  # over the edge of the exon
    ("20+2", "AC", "c.20+3_20+4insCA"),
    ("-1", "T", "c.-1_1insT"),
    ("72", "C", "c.72_*1insC"),
    ("6", "AAAA", "c.6_7insAAAA"),  # four bases cannot repeat three
    ("6", "AAA", "c.4_6dup"),
]


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(("first", "last", "alt", "name"), REPLACED)
def test_replacements_and_deletions(strand: str, first: str, last: str, alt: str, name: str) -> None:
    transcript, genome = gene(strand)
    allele = edit(transcript, genome, first, last, alt)
    for pos, ref, alternate in spellings(allele, "chr1", genome):
        assert hgvs_c(transcript, pos, ref, alternate, genome) == name


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(("after", "alt", "name"), INSERTED)
def test_insertions_and_duplications(strand: str, after: str, alt: str, name: str) -> None:
    transcript, genome = gene(strand)
    allele = insertion(transcript, genome, after, alt)
    for pos, ref, alternate in spellings(allele, "chr1", genome):
        assert hgvs_c(transcript, pos, ref, alternate, genome) == name


def test_a_non_coding_transcript_has_n_names() -> None:
    transcript, genome = gene("-", coding=False)
    assert hgvs_c(transcript, *edit(transcript, genome, "14", "14", ""), genome) == "n.16del"
    assert hgvs_c(transcript, *edit(transcript, genome, "30+1", "30+1", "A"), genome) == "n.30+1G>A"


def test_the_contig_name_shifts_right_whatever_the_strand() -> None:
    genome = MemoryGenome({"chr1": "GCTTTTGACACACG", "chrM": "ACGT"})
    assert hgvs_g("chr1", 2, "CT", "C", genome) == "chr1:g.6del"
    assert hgvs_g("chr1", 3, "T", "TT", genome) == "chr1:g.6dup"
    assert hgvs_g("chr1", 7, "GAC", "G", genome) == "chr1:g.12_13del"
    assert hgvs_g("chr1", 7, "G", "GAC", genome) == "chr1:g.12_13dup"
    assert hgvs_g("chr1", 7, "G", "GACA", genome) == "chr1:g.8_10dup"
    assert hgvs_g("chr1", 7, "gac", "GTT", genome) == "chr1:g.8_9delinsTT"
    assert hgvs_g("chrM", 2, "C", "T", genome) == "chrM:m.2C>T"
    assert hgvs_g("chr1", 2, "CT", "C", genome, "GRCh38") == "NC_000001.11:g.6del"
    assert hgvs_g("chr1", 2, "CT", "C", genome, "GRCh37") == "NC_000001.10:g.6del"
    assert hgvs_g("chr1", 2, "CT", "C", genome, "synthetic") == "chr1:g.6del"


def test_a_deletion_moves_over_the_edge_of_an_exon() -> None:
    """BRCA1 c.4357+1del is published so: the last base of the exon and the first of the intron are both G."""
    transcript, genome = gene()
    assert CONTIG[49:52] == "GGT"
    assert hgvs_c(transcript, *edit(transcript, genome, "20", "20", ""), genome) == "c.20+1del"
    assert hgvs_c(transcript, *insertion(transcript, genome, "20", "G"), genome) == "c.20+1dup"


def test_a_deletion_at_the_end_of_the_contig() -> None:
    genome = MemoryGenome({"chr1": "ACGTTT"})
    assert hgvs_g("chr1", 4, "TT", "T", genome) == "chr1:g.6del"
    assert hgvs_g("chr1", 6, "T", "TT", genome) == "chr1:g.6dup"


def test_a_repeat_longer_than_one_fetch() -> None:
    genome = MemoryGenome({"chr1": "G" + "CA" * 700 + "T"})
    assert hgvs_g("chr1", 1, "GCA", "G", genome) == "chr1:g.1400_1401del"
    assert shift(trim(1400, "CAT", "T"), "chr1", genome, right=False).start == 1


def test_an_allele_that_is_no_sequence() -> None:
    transcript, genome = gene()
    with pytest.raises(ValueError, match="not written in"):
        hgvs_c(transcript, 40, "A", "<DEL>", genome)


SEQUENCES = st.text("AC", min_size=30, max_size=60)


@given(SEQUENCES, st.data())
def test_names_of_one_haplotype_are_one_name(sequence: str, data: st.DataObject) -> None:
    """Every deletion and duplication that leaves the same sequence behind has the same name, mirrored too."""
    size = data.draw(st.integers(1, 4))
    names: dict[str, set[str]] = {}
    genome = MemoryGenome({"chr1": sequence})
    flipped = MemoryGenome({"chr1": reverse_complement(sequence)})
    plus = Transcript("G", "G", "T", "chr1", "+", ((0, len(sequence)),))
    minus = Transcript("G", "G", "T", "chr1", "-", ((0, len(sequence)),))
    for start in range(len(sequence) - size):
        ref = sequence[start : start + size]
        other = len(sequence) - start - size + 1
        for alt in ("", ref * 2):
            left = hgvs_c(plus, start + 1, ref, alt, genome)
            assert left == hgvs_c(minus, other, reverse_complement(ref), reverse_complement(alt), flipped)
            names.setdefault(sequence[:start] + alt + sequence[start + size :], set()).add(left)
    assert all(len(found) == 1 for found in names.values())
