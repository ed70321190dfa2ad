"""Consequences and protein names in the toy gene, MKLEQWRSTVGHNDFYCPIAKKL*, on both strands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landfall.genome.consequence import SEVERITY, consequence
from landfall.genome.hgvs.dna import hgvs_c
from landfall.genome.hgvs.protein import protein, protein_change, three_letter
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mitochondrial, residues, translate
from landfall.testing.toy_gene import CONTIG, FIVE_UTR, MemoryGenome, edit, gene, insertion, spellings

REPLACED = [
    ("-11", "-11", "A", "upstream_gene_variant", None),
    ("*16", "*16", "A", "downstream_gene_variant", None),
    ("-5", "-5", "A", "5_prime_UTR_variant", None),
    ("*3", "*3", "A", "3_prime_UTR_variant", None),
    ("1", "1", "G", "start_lost", "p.(Met1?)"),
    ("3", "3", "A", "start_lost", "p.(Met1?)"),
    ("-1", "1", "", "start_lost", "p.(Met1?)"),
    ("4", "4", "G", "missense_variant", "p.(Lys2Glu)"),
    ("4", "6", "GGG", "missense_variant", "p.(Lys2Gly)"),
    ("6", "7", "TG", "missense_variant", "p.(Lys2_Leu3delinsAsnVal)"),
    ("6", "6", "G", "synonymous_variant", "p.(Lys2=)"),
    ("6", "9", "GCTC", "synonymous_variant", "p.(Lys2_Leu3=)"),
    ("13", "13", "T", "stop_gained", "p.(Gln5Ter)"),
    ("7", "9", "", "inframe_deletion", "p.(Leu3del)"),
    ("61", "63", "", "inframe_deletion", "p.(Lys22del)"),
    ("7", "12", "", "inframe_deletion", "p.(Leu3_Glu4del)"),
    ("8", "10", "", "inframe_deletion", "p.(Leu3_Glu4delinsGln)"),
    ("7", "12", "TGC", "protein_altering_variant", "p.(Leu3_Glu4delinsCys)"),
    ("7", "9", "TGCTAA", "stop_gained", "p.(Leu3delinsCysTer)"),
    ("4", "4", "", "frameshift_variant", "p.(Lys2AsnfsTer?)"),
    ("70", "70", "C", "stop_lost", "p.(Ter24GlnextTer2)"),
    ("72", "72", "G", "stop_retained_variant", "p.(Ter24=)"),
    ("20+1", "20+1", "C", "splice_donor_variant", None),
    ("20+2", "20+2", "A", "splice_donor_variant", None),
    ("21-1", "21-1", "C", "splice_acceptor_variant", None),
    ("21-2", "21-2", "C", "splice_acceptor_variant", None),
    ("18", "20+3", "", "splice_donor_variant", None),
    ("18", "43", "", "splice_acceptor_variant", None),
    ("20+3", "20+3", "C", "splice_region_variant", None),
    ("20+8", "20+8", "A", "splice_region_variant", None),
    ("20+9", "20+9", "A", "intron_variant", None),
    ("21-8", "21-8", "A", "splice_region_variant", None),
    ("21-9", "21-9", "A", "intron_variant", None),
    ("21", "21", "C", "splice_region_variant", "p.(Arg7=)"),
    ("42", "42", "T", "splice_region_variant", "p.(Asp14=)"),
    ("19", "19", "A", "missense_variant", "p.(Arg7Ser)"),
    ("-11", "*16", "", "transcript_ablation", None),
    ("4", "4", "A", "sequence_variant", None),
]
INSERTED = [
    ("-1", "C", "5_prime_UTR_variant", None),
    ("6", "GGG", "inframe_insertion", "p.(Lys2_Leu3insGly)"),
    ("6", "AAG", "inframe_insertion", "p.(Lys2dup)"),
    ("9", "AAACTG", "inframe_insertion", "p.(Lys2_Leu3dup)"),
    ("7", "GGG", "inframe_insertion", "p.(Leu3delinsArgVal)"),
    ("6", "TAA", "stop_gained", "p.(Leu3Ter)"),
    ("6", "GGGTAA", "stop_gained", "p.(Lys2_Leu3insGlyTer)"),
    ("6", "G", "frameshift_variant", "p.(Leu3AlafsTer11)"),
    ("20+1", "A", "splice_donor_variant", None),
    ("20", "A", "frameshift_variant", "p.(Ser8PhefsTer6)"),  # the donor stays whole: the exon gains it
    ("20+2", "C", "splice_region_variant", None),
    ("20+20", "A", "intron_variant", None),
    ("72", "C", "3_prime_UTR_variant", None),
]


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(("first", "last", "alt", "term", "name"), REPLACED)
def test_replacements(strand: str, first: str, last: str, alt: str, term: str, name: str | None) -> None:
    transcript, genome = gene(strand)
    for pos, ref, alternate in spellings(edit(transcript, genome, first, last, alt), "chr1", genome):
        assert consequence(transcript, pos, ref, alternate, genome) == (term, name)


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(("after", "alt", "term", "name"), INSERTED)
def test_insertions(strand: str, after: str, alt: str, term: str, name: str | None) -> None:
    transcript, genome = gene(strand)
    for pos, ref, alternate in spellings(insertion(transcript, genome, after, alt), "chr1", genome):
        assert consequence(transcript, pos, ref, alternate, genome) == (term, name)


def test_every_term_has_a_case() -> None:
    seen = {case[-2] for case in [*REPLACED, *INSERTED]}
    elsewhere = {"non_coding_transcript_exon_variant", "intergenic_variant", "coding_sequence_variant"}
    assert seen | elsewhere == set(SEVERITY)


def test_non_coding_and_far_away() -> None:
    transcript, genome = gene("-", coding=False, contig=CONTIG + "ACGT" * 1500)
    exonic = edit(transcript, genome, "5", "5", "A")
    assert consequence(transcript, *exonic, genome) == ("non_coding_transcript_exon_variant", None)
    edge = transcript.start
    assert (
        consequence(transcript, edge - 4999, *_change(genome, edge - 4999), genome)[0]
        == "downstream_gene_variant"
    )
    assert (
        consequence(transcript, edge - 5000, *_change(genome, edge - 5000), genome)[0] == "intergenic_variant"
    )


def _change(genome: MemoryGenome, pos: int) -> tuple[str, str]:
    base = genome.fetch("chr1", pos - 1, pos)
    return base, "A" if base != "A" else "C"


def test_a_deletion_that_leaves_the_donor_intact_is_judged_by_its_milder_place() -> None:
    """G|GTAAG less one G is an exon less one base, the donor untouched, though the name says c.20+1del."""
    transcript, genome = gene()
    assert CONTIG[49:52] == "GGT"
    assert (
        consequence(transcript, *edit(transcript, genome, "20+1", "20+1", ""), genome)[0]
        == "frameshift_variant"
    )


def test_a_deletion_before_the_start_that_leaves_it_intact() -> None:
    contig = CONTIG.replace(FIVE_UTR + "ATG", "GCCGCCGACAATG")
    transcript, genome = gene("+", contig=contig)
    assert consequence(transcript, *edit(transcript, genome, "1", "1", ""), genome) == (
        "5_prime_UTR_variant",
        None,
    )


def test_a_frame_that_the_reference_breaks_is_not_translated() -> None:
    transcript, genome = gene("+", contig=CONTIG[:33] + "TAG" + CONTIG[36:])
    found = consequence(transcript, *edit(transcript, genome, "13", "13", "A"), genome)
    assert found == ("coding_sequence_variant", None)
    unknown = MemoryGenome({"chr1": CONTIG[:34] + "N" + CONTIG[35:]})
    assert consequence(transcript, 34, "A", "G", unknown) == ("coding_sequence_variant", None)


def test_selenocysteine_is_kept_where_it_stands() -> None:
    transcript, genome = gene("+", contig=CONTIG[:33] + "TGA" + CONTIG[36:])
    assert protein(transcript, genome) == "MULEQWRSTVGHNDFYCPIAKKL*"
    assert consequence(transcript, *edit(transcript, genome, "13", "13", "A"), genome)[1] == "p.(Gln5Lys)"
    assert consequence(transcript, *edit(transcript, genome, "7", "9", ""), genome)[1] == "p.(Leu3del)"


def test_the_mitochondrial_code() -> None:
    genome = MemoryGenome({"chrM": "ATATGAATAAGA"})
    transcript = Transcript("MT-X", "G", "T", "chrM", "+", ((0, 12),), 0, 12)
    assert residues(transcript, genome) == "MWM*"
    assert consequence(transcript, 3, "A", "T", genome) == ("synonymous_variant", "p.(Met1=)")
    assert consequence(transcript, 6, "A", "G", genome) == ("synonymous_variant", "p.(Trp2=)")
    assert mitochondrial("MT")
    assert not mitochondrial("chr1")


def test_an_open_ended_coding_sequence() -> None:
    """Without its stop (cds_end_NF) nothing is said of the protein's end."""
    transcript, genome = gene()
    transcript = replace(transcript, cds_end=179)
    assert consequence(transcript, *edit(transcript, genome, "4", "4", "G"), genome) == (
        "missense_variant",
        "p.(Lys2Glu)",
    )


@pytest.mark.parametrize(
    ("ref", "alt", "frameshift", "name"),
    [
        ("MKLEQ*", "MKLEQ*", None, "p.(=)"),
        ("MKLEQ*", "MKVEQ*", None, "p.(Leu3Val)"),
        ("MKLEQ*", "MK*", None, "p.(Leu3Ter)"),
        ("MKLEQ*", "", None, "p.(Met1?)"),
        ("MKLEQ*", "LEQ*", None, "p.(Met1?)"),
        ("MKLEQWRS*", "MKLWRS*", None, "p.(Glu4_Gln5del)"),
        ("MKKKEQWR*", "MKKEQWR*", None, "p.(Lys4del)"),
        ("MKLEQWRS*", "MKLEEQWRS*", None, "p.(Glu4dup)"),
        ("MKLEQWRS*", "MKLELEQWRS*", None, "p.(Leu3_Glu4dup)"),
        ("MKLEQWRS*", "MKLEGQWRS*", None, "p.(Glu4_Gln5insGly)"),
        ("MKLEQWRS*", "MKCWRS*", None, "p.(Leu3_Gln5delinsCys)"),
        ("MKLEQWRS*", "MKLGPHTTV*", True, "p.(Glu4GlyfsTer7)"),
        ("MKLEQWRS*", "MKLGPHTTV*", None, "p.(Glu4GlyfsTer7)"),
        ("MKLEQWRS*", "MKLGPHTTV", True, "p.(Glu4GlyfsTer?)"),
        ("MKLEQWRS*", "MKLEQWRSQA*", None, "p.(Ter9GlnextTer2)"),
        ("MKLEQWRS*", "MKLEQWRSQA", None, "p.(Ter9GlnextTer?)"),
        ("MKLEQWRS*", "MKLGP*", False, "p.(Leu3_Glu4insGlyProTer)"),
        ("MKLEQWRS*AAAA", "MKVEQWRS*CCCC", None, "p.(Leu3Val)"),
        ("MKLEQ", "MKLEQW*", None, "p.?"),
    ],
)
def test_protein_names(ref: str, alt: str, frameshift: bool | None, name: str) -> None:
    assert protein_change(ref, alt, frameshift) == name


def test_residues_and_codons() -> None:
    assert three_letter("MKU*X") == "MetLysSecTerXaa"
    assert translate("ATGNAATGATA") == "MX*"
    assert translate("ATAAGATGA", mitochondrial=True) == "M*W"


@given(st.integers(1, len(CONTIG) - 30), st.integers(0, 30), st.text("ACGT", max_size=7), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_allele_has_one_verdict_on_both_strands_and_in_all_spellings(
    pos: int, size: int, alt: str, coding: bool
) -> None:
    ref = CONTIG[pos - 1 : pos - 1 + size]
    verdicts = set()
    for strand in "+-":
        transcript, genome = gene(strand, coding=coding)
        allele = (pos, ref, alt)
        if strand == "-":
            allele = (len(CONTIG) - pos - size + 2, reverse_complement(ref), reverse_complement(alt))
        for spelling in spellings(allele, "chr1", genome):
            name = hgvs_c(transcript, *spelling, genome)
            verdicts.add((name, consequence(transcript, *spelling, genome)))
    assert len(verdicts) == 1
    assert next(iter(verdicts))[1][0] in SEVERITY


@given(st.integers(30, 182), st.integers(1, 4), st.booleans())
@settings(max_examples=200, deadline=None)
def test_equal_haplotypes_have_equal_consequences(point: int, size: int, doubled: bool) -> None:
    """Every deletion or duplication that leaves the same sequence behind is one variant."""
    contig = CONTIG[:100] + "ACACAC" + CONTIG[106:]
    transcript, genome = gene("+", contig=contig)
    found: dict[str, set[object]] = {}
    for start in range(max(point - 8, 0), min(point + 8, len(contig) - size)):
        ref = contig[start : start + size]
        alt = ref * 2 if doubled else ""
        haplotype = contig[:start] + alt + contig[start + size :]
        found.setdefault(haplotype, set()).add(consequence(transcript, start + 1, ref, alt, genome))
    assert all(len(effects) == 1 for effects in found.values())
