"""What several alleles on one copy do together, in the toy gene MKLEQWRSTVGHNDFYCPIAKKL* on both strands."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pysam
import pytest

from landfall.genome.annotation.reader import read_gtf
from landfall.genome.consequence import Joint, consequence, joint_consequence
from landfall.genome.hgvs.dna import hgvs_c
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.testing.toy_gene import Allele, MemoryGenome, edit, gene, insertion, spellings

Written = tuple[str, str, str]
"""First and last c. coordinate and the bases in their place; an empty last one: inserted behind the first."""

CASES = {
    "adjacent bases of a codon": (
        [("4", "4", "T"), ("5", "5", "G")],
        ("stop_gained", "c.4_5delinsTG", "p.(Lys2Ter)"),
    ),
    "first and last base of a codon": (
        [("4", "4", "G"), ("6", "6", "T")],
        ("missense_variant", "c.4_6delinsGAT", "p.(Lys2Asp)"),
    ),
    "adjacent codons": (
        [("6", "6", "T"), ("7", "7", "G")],
        ("missense_variant", "c.6_7delinsTG", "p.(Lys2_Leu3delinsAsnVal)"),
    ),
    "codons apart are named side by side": (
        [("4", "4", "G"), ("10", "10", "C")],
        ("missense_variant", "c.[4A>G;10G>C]", "p.[(Lys2Glu;Glu4Gln)]"),
    ),
    "a codon split by an intron": (
        [("20", "20", "A"), ("21", "21", "C")],
        ("missense_variant", "c.[20G>A;21T>C]", "p.(Arg7His)"),
    ),
    "a deletion and an insertion that restore the frame": (
        [("8", "8", ""), ("13", "", "G")],
        ("protein_altering_variant", "c.[8del;13_14insG]", "p.(Leu3_Gln5delinsArgAsnGlu)"),
    ),
    "two deletions of three bases": (
        [("8", "8", ""), ("13", "14", "")],
        ("protein_altering_variant", "c.[8del;13_14del]", "p.(Leu3_Gln5delinsArgLys)"),
    ),
    "a stop before the frame is restored": (
        [("8", "8", ""), ("13", "", "T"), ("41", "41", "G")],
        ("stop_gained", "c.[8del;13_14insT;41A>G]", "p.(Leu3_Gln5delinsArgAsnTer)"),
    ),
    "a stop in the changed frame": (
        [("9", "", "C"), ("64", "64", "")],
        ("frameshift_variant", "c.[9_10insC;65del]", "p.(Glu4ArgfsTer10)"),
    ),
    "a stop lost and a base behind it": (
        [("70", "70", "C"), ("*4", "*4", "C")],
        ("stop_lost", "c.[70T>C;*4T>C]", "p.(Ter24GlnextTer4)"),
    ),
    "a splice site beside a substitution": (
        [("4", "4", "G"), ("20+1", "20+1", "A")],
        ("splice_donor_variant", "c.[4A>G;20+1G>A]", None),
    ),
    "an intronic neighbour": (
        [("4", "4", "G"), ("20+20", "20+20", "G")],
        ("missense_variant", "c.[4A>G;20+20A>G]", "p.(Lys2Glu)"),
    ),
    "the start": (
        [("3", "3", "A"), ("10", "10", "C")],
        ("start_lost", "c.[3G>A;10G>C]", "p.(Met1?)"),
    ),
}


def allele(transcript: Transcript, genome: MemoryGenome, written: Written) -> Allele:
    first, last, alt = written
    return edit(transcript, genome, first, last, alt) if last else insertion(transcript, genome, first, alt)


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize("case", CASES)
def test_alleles_of_one_copy(strand: str, case: str) -> None:
    written, expected = CASES[case]
    transcript, genome = gene(strand)
    alleles = [allele(transcript, genome, one) for one in written]
    for order in permutations(alleles):
        assert joint_consequence(transcript, order, genome) == Joint(*expected)
    spelt = [spellings(one, "chr1", genome)[-1] for one in alleles]
    assert joint_consequence(transcript, spelt, genome) == Joint(*expected)


@pytest.mark.parametrize("strand", "+-")
def test_one_allele_is_its_own_haplotype(strand: str) -> None:
    transcript, genome = gene(strand)
    for one in [("4", "4", "G"), ("8", "8", ""), ("19", "20", ""), ("20", "", "A"), ("4", "12", "AAC")]:
        written = allele(transcript, genome, one)
        found = joint_consequence(transcript, [written], genome)
        assert (found.consequence, found.hgvs_p) == consequence(transcript, *written, genome)
        assert found.hgvs_c == hgvs_c(transcript, *written, genome)


def test_an_allele_of_several_bases_is_the_substitutions_that_it_holds() -> None:
    transcript, genome = gene()
    joint = joint_consequence(
        transcript,
        [allele(transcript, genome, one) for one in [("4", "4", "G"), ("6", "6", "T")]],
        genome,
    )
    whole = edit(transcript, genome, "4", "6", "GAT")
    assert (joint.consequence, joint.hgvs_p) == consequence(transcript, *whole, genome)
    assert joint.hgvs_c == hgvs_c(transcript, *whole, genome)


def test_what_no_copy_can_hold_is_refused() -> None:
    transcript, genome = gene()
    with pytest.raises(ValueError, match="no copy can hold both 34 AA>- and 35 A>C"):
        joint_consequence(transcript, [(34, "AA", ""), (35, "A", "C")], genome)
    with pytest.raises(ValueError, match="no copy can hold both"):
        joint_consequence(transcript, [(34, "", "C"), (34, "", "G")], genome)


def test_equal_alleles_are_no_part_of_a_haplotype() -> None:
    transcript, genome = gene()
    assert joint_consequence(transcript, [(34, "A", "A")], genome) == Joint("sequence_variant", "c.=", None)
    found = joint_consequence(transcript, [(34, "A", "A"), (34, "A", "G")], genome)
    assert found == Joint("missense_variant", "c.4A>G", "p.(Lys2Glu)")


@pytest.mark.shared_data
def test_two_phased_substitutions_of_one_codon_are_a_stop(shared_data: Path) -> None:
    """ATM c.916A>T and c.917C>A: each is a missense change of Thr306, on one copy they are a stop."""
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    transcripts = read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    (atm,) = (transcript for transcript in transcripts if transcript.transcript == "LRG_135t1")
    with pysam.VariantFile(str(shared_data / "field_cases" / "mnv.vcf")) as records:
        alleles = [(record.pos, record.ref, record.alts[0]) for record in records if record.alts]
    assert [consequence(atm, *allele, genome)[1] for allele in alleles] == ["p.(Thr306Ser)", "p.(Thr306Lys)"]
    found = joint_consequence(atm, alleles, genome)
    assert found == Joint("stop_gained", "c.916_917delinsTA", "p.(Thr306Ter)")
