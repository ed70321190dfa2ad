"""What the demo is made of: the genes, the answer, and the numbers that every step shares."""

from __future__ import annotations

from dataclasses import dataclass, field

SEED = 20240663
LABEL = "landfall_synthetic"
SAMPLE = "PROBAND"

CANDIDATES_LEFT = 127
"""Alleles that must remain after every filter."""
CLEAR_OF_GENES = 5_000
"""Bases beside a candidate gene that hold no rare allele of good quality: the filter's flank is a setting."""

ANSWER_GENE = "DYSF"
ANSWER_EXON = 7
ANSWER_CODING_BASE = 663  # the last base of exon 7
ANSWER_OFFSET = 784  # c.663+784C>T
PSEUDOEXON_LENGTH = 47
DESIGN_UPSTREAM = 75
DESIGN_DOWNSTREAM = 38
DESIGN_LENGTH = DESIGN_UPSTREAM + PSEUDOEXON_LENGTH + DESIGN_DOWNSTREAM
DESIGN_START = ANSWER_OFFSET - 2 - PSEUDOEXON_LENGTH - DESIGN_UPSTREAM
"""0-based place of the designed stretch in the intron; the variant is the pseudoexon's second base after."""
ANSWER_IN_DESIGN = DESIGN_UPSTREAM + PSEUDOEXON_LENGTH + 1

LONG_DELETION_GENE = "LAMA2"
LONG_DELETION_INTRON = 2
LONG_DELETION_LENGTH = 1_204
MISSENSE_GENE = "SGCA"


@dataclass(frozen=True)
class Spec:
    """One gene: its real name, chromosome, strand and number of exons; everything else is invented."""

    name: str
    chrom: str
    strand: str
    exons: int
    candidate: bool = True
    long_introns: dict[int, int] = field(
        default_factory=dict
    )  # number of the intron, 1 = first, to its length

    @property
    def transcript(self) -> str:
        return f"SYN_{self.name}.1"

    @property
    def gene_id(self) -> str:
        return f"SYNG_{self.name}.1"


# In the order of the chromosomes; a decoy carries none of the demo's HPO terms.
GENES = (
    Spec("POMGNT1", "chr1", "-", 22),
    Spec("LMNA", "chr1", "+", 12),
    Spec("DYSF", "chr2", "+", 55, long_introns={ANSWER_EXON: 2_700}),
    Spec("DES", "chr2", "+", 9),
    Spec("CAV3", "chr3", "+", 2),
    Spec("RHO", "chr3", "+", 5, candidate=False),
    Spec("SGCB", "chr4", "-", 6),
    Spec("MYOT", "chr5", "+", 10),
    Spec("SGCD", "chr5", "+", 9),
    Spec("LAMA2", "chr6", "+", 65, long_introns={LONG_DELETION_INTRON: 3_600}),
    Spec("CFTR", "chr7", "+", 27, candidate=False),
    Spec("VCP", "chr9", "-", 17),
    Spec("FKTN", "chr9", "+", 11),
    Spec("POMT1", "chr9", "+", 20),
    Spec("HBB", "chr11", "-", 3, candidate=False),
    Spec("ANO5", "chr11", "+", 22),
    Spec("PAH", "chr12", "-", 13, candidate=False),
    Spec("SGCG", "chr13", "+", 8),
    Spec("POMT2", "chr14", "-", 21),
    Spec("CAPN3", "chr15", "+", 24),
    Spec("HEXA", "chr15", "-", 14, candidate=False),
    Spec("BRCA1", "chr17", "-", 23, candidate=False),
    Spec("SGCA", "chr17", "+", 10),
    Spec("GAA", "chr17", "+", 20),
    Spec("LDLR", "chr19", "+", 18, candidate=False),
    Spec("FKRP", "chr19", "+", 4),
    Spec("COL6A1", "chr21", "+", 35),
    Spec("COL6A2", "chr21", "+", 28),
    Spec("DMD", "chrX", "-", 79),
    Spec("F9", "chrX", "+", 8, candidate=False),
)
