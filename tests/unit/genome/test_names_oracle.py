"""Names and consequences of real genes at exon edges, start and stop, and random alleles against brute force.

The whole comparison of 20,000 alleles is ``python -m benchmarks.names``; a part of it runs here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.names import compare_all, laid_out
from benchmarks.names_oracle import p_faults
from landfall.genome.annotation.reader import read_gtf
from landfall.genome.consequence import consequence, joint_consequence
from landfall.genome.hgvs.dna import hgvs_c, shift, trim
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.testing.toy_gene import CONTIG, MemoryGenome, edit, gene, insertion

AT_EDGES = [
    ("LRG_304t1", 55181299, "T", "TTCCAGGAAGCCT", "c.2284-5_2290dup", "p.(Ala763_Tyr764insPheGlnGluAla)"),
    ("LRG_410t1", 68161730, "A", "AA", "c.1461dup", "p.(Pro488ThrfsTer17)"),
    ("LRG_410t1", 68161732, "C", "CACC", "c.1461_1463dup", "p.(Pro488dup)"),
    ("LRG_778t1", 48495587, "G", "GT", "c.2420dup", "p.(Asp807GlufsTer3)"),
    ("LRG_778t1", 48495585, "A", "ATGT", "c.2420_2422dup", "p.(Asp807_Ile808insAsn)"),
    ("LRG_112t1", 42317181, "C", "CG", "c.2144dup", "p.(Thr716AsnfsTer8)"),
    ("LRG_236t1", 79697860, "C", "CC", "c.493dup", "p.(Gln165ProfsTer3)"),
    ("LRG_236t1", 79697862, "A", "ACAA", "c.493_495dup", "p.(Gln165dup)"),
    ("LRG_219t1", 47790924, "C", "CAGTTG", "c.261-2_263dup", "p.(Cys88Ter)"),
    ("LRG_219t1", 47805708, "G", "GG", "c.3646+1dup", "p.(Arg1217LysfsTer7)"),
    ("LRG_386t1", 47343146, "C", "CACC", "c.1227-1_1228dup", "p.(Lys409_Tyr410insTrp)"),
    ("LRG_662t1", 116783466, "T", "TGTG", "c.3852_3852+2dup", "p.(Val1284dup)"),
]
"""Duplications at exon edges: the codons that the mRNA gains, the site beside them being whole."""
AT_STOPS = [
    ("LRG_158t1", "2256", "2258", 0, "c.2256_2258del", "inframe_deletion", "p.(Arg754del)"),
    ("LRG_292t1", "5588", "5590", 2, "c.5588_5590dup", "inframe_insertion", "p.(Tyr1863dup)"),
    ("LRG_292t1", "5589", "5590", 0, "c.5589_5590del", "stop_gained", "p.(Tyr1863Ter)"),
    ("LRG_393t1", "498", "500", 0, "c.498_500del", "stop_lost", "p.(Asp166GlufsTer?)"),
]
"""First and last base and how often they stand then: the last codons, the stop where it is or gone."""


@pytest.fixture(scope="module")
def loci(shared_data: Path) -> tuple[dict[str, Transcript], Genome]:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    transcripts = read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    return {transcript.transcript: transcript for transcript in transcripts}, genome


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "pos", "ref", "alt", "coding", "protein"), AT_EDGES)
def test_a_duplication_at_an_exons_edge_is_what_the_mrna_gains(
    loci: tuple[dict[str, Transcript], Genome],
    name: str,
    pos: int,
    ref: str,
    alt: str,
    coding: str,
    protein: str,
) -> None:
    transcript, genome = loci[0][name], loci[1]
    change = trim(pos, ref, alt)
    for right in (False, True):
        place = shift(change, transcript.chrom, genome, right)
        allele = place.start + 1, place.ref, place.alt
        assert hgvs_c(transcript, *allele, genome) == coding
        term, found = consequence(transcript, *allele, genome)
        assert found == protein
        assert term == (
            "stop_gained"
            if "Ter)" in protein
            else "frameshift_variant"
            if "fs" in protein
            else "inframe_insertion"
        )


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "first", "last", "copies", "coding", "term", "protein"), AT_STOPS)
def test_the_stop_stays_where_it_is_or_is_lost(
    loci: tuple[dict[str, Transcript], Genome],
    name: str,
    first: str,
    last: str,
    copies: int,
    coding: str,
    term: str,
    protein: str,
) -> None:
    transcript, genome = loci[0][name], loci[1]
    pos, ref, _ = edit(transcript, genome, first, last, "")
    assert hgvs_c(transcript, pos, ref, ref * copies, genome) == coding
    assert consequence(transcript, pos, ref, ref * copies, genome) == (term, protein)


@pytest.mark.shared_data
@pytest.mark.parametrize("count", [400, pytest.param(1_200, marks=pytest.mark.slow)])
def test_random_alleles_of_the_loci_agree_with_brute_force(
    loci: tuple[dict[str, Transcript], Genome], count: int
) -> None:
    transcripts, genome = loci
    some = [transcripts[name] for name in sorted(transcripts)[::8]]
    result = compare_all(genome, some, count, seed=11)
    assert result.faults == []
    assert result.compared >= count
    assert {"frameshift_variant", "splice_donor_variant", "stop_lost", "start_lost"} <= set(result.kinds)


@pytest.mark.parametrize("strand", "+-")
def test_random_alleles_of_the_toy_gene_agree_with_brute_force(strand: str) -> None:
    padding = "ACGGTCATCG" * 12
    plus, _ = gene()
    exons = tuple((start + 120, end + 120) for start, end in plus.exons)
    contig = padding + CONTIG + padding
    transcript = Transcript("TOY", "G1", "T1", "chr1", "+", exons, 150, 303)
    if strand == "-":
        size = len(contig)
        turned = tuple((size - end, size - start) for start, end in reversed(exons))
        transcript = Transcript("TOY", "G1", "T1", "chr1", "-", turned, size - 303, size - 150)
        contig = reverse_complement(contig)
    result = compare_all(MemoryGenome({"chr1": contig}), [transcript], 800, seed=5)
    assert result.faults == []


def test_brute_force_reads_the_toy_gene_as_it_is() -> None:
    transcript, genome = gene()
    locus = laid_out(transcript, genome)
    assert locus.old == "MKLEQWRSTVGHNDFYCPIAKKL*"
    assert locus.readable
    assert locus.at("20+1") == locus.at("20") + 1
    assert locus.sequence[locus.at("*1") - 3 : locus.at("*1")] == "TAA"


@pytest.mark.parametrize("strand", "+-")
def test_a_selenocysteine_is_lost_or_kept_as_it_stands(strand: str) -> None:
    contig = CONTIG[:33] + "TGA" + CONTIG[36:]
    transcript, genome = gene(strand, contig=contig)
    cases = {
        ("6", "6", "T"): ("missense_variant", "p.(Sec2Cys)"),
        ("6", "6", "G"): ("missense_variant", "p.(Sec2Trp)"),
        ("5", "5", "A"): ("stop_gained", "p.(Sec2Ter)"),
        ("3", "7", "GTGAT"): ("synonymous_variant", "p.(Leu3=)"),
    }
    for written, expected in cases.items():
        assert consequence(transcript, *edit(transcript, genome, *written), genome) == expected
    joined = [edit(transcript, genome, *one) for one in (("7", "7", "T"), ("3", "3", "G"))]
    assert joint_consequence(transcript, joined, genome).hgvs_p == "p.(Leu3=)"
    inserted = insertion(transcript, genome, "3", "GGA")
    assert consequence(transcript, *inserted, genome) == ("inframe_insertion", "p.(Met1_Sec2insGly)")


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("MKKLEQ*", "MKLEQ*", "p.(Lys2del)"),  # not the last of the repeat
        ("MKLEQ*", "MKLLEQ*", "p.(Leu3_Glu4insLeu)"),  # a duplication
        ("MKLEQ*", "MKLE*", "p.(Glu4del)"),
        ("MKLEQ*", "MKV*", "p.(Leu3ValfsTer3)"),
        ("MKLEQ*", "MKVEQ*", "p.(Lys3Val)"),  # residue 3 is no lysine
        ("MKLEQ*", "MKLEQW*", "p.(Ter6TrpextTer2)"),
    ],
)
def test_brute_force_sees_a_wrong_name(old: str, new: str, name: str) -> None:
    assert p_faults(old, new, name)


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(
    ("after", "alt", "term", "protein"),
    [
        ("20", "TTC", "inframe_insertion", "p.(Ser8dup)"),
        ("21-1", "TTC", "inframe_insertion", "p.(Ser8dup)"),
        ("21-1", "CAG", "inframe_insertion", "p.(Ser8dup)"),
        (
            "20+2",
            "GT",
            "frameshift_variant",
            "p.(Ser8PhefsTer?)",
        ),  # the stronger of both donors is the second
        ("20+2", "GTCC", "splice_region_variant", None),
        (
            "69",
            "TGG",
            "inframe_insertion",
            "p.(Ter24TrpextTer1)",
        ),  # what is put in before the stop extends the protein
        ("69", "CTG", "inframe_insertion", "p.(Leu23dup)"),
        ("69", "TAG", "stop_retained_variant", "p.(Ter24=)"),
        ("69", "TGGTAGAAA", "inframe_insertion", "p.(Ter24TrpextTer1)"),
    ],
)
def test_an_insertion_at_an_edge_or_before_the_stop(
    strand: str, after: str, alt: str, term: str, protein: str | None
) -> None:
    transcript, genome = gene(strand)
    allele = insertion(transcript, genome, after, alt)
    assert consequence(transcript, *allele, genome) == (term, protein)


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(
    ("first", "last", "alt", "term", "protein"),
    [
        ("21-2", "22", "AGGA", "missense_variant", "p.(Ser8Thr)"),
        ("20", "20+4", "CGTAC", "missense_variant", "p.(Arg7Pro)"),
        ("3", "3", "", "start_lost", "p.(Met1?)"),
        ("-2", "4", "TTATGG", "missense_variant", "p.(Lys2Glu)"),  # the start codon is left as it was
        ("1", "3", "TAG", "start_lost", "p.(Met1?)"),
        ("67", "69", "", "inframe_deletion", "p.(Leu23del)"),
        ("68", "70", "", "stop_lost", "p.(Leu23GlnfsTer3)"),
        ("67", "70", "", "frameshift_variant", "p.(Leu23LysfsTer?)"),
        ("69", "72", "", "stop_lost", "p.(Ter24LeuextTer?)"),
        ("71", "*2", "", "stop_lost", "p.(Ter24PheextTer?)"),
    ],
)
def test_changes_over_edges_start_and_stop(
    strand: str, first: str, last: str, alt: str, term: str, protein: str | None
) -> None:
    transcript, genome = gene(strand)
    allele = edit(transcript, genome, first, last, alt)
    assert consequence(transcript, *allele, genome) == (term, protein)
