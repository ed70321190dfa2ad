"""Spliced and coding sequence of a transcript, its protein, and the HGVS name of the difference of two
proteins.

Proteins are one-letter strings ending in ``*`` where a stop codon is reached, ``X`` for a codon with an N.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript

# The standard code (NCBI table 1) and the vertebrate mitochondrial one (table 2), codons in order T, C, A, G.
_CODONS = ["".join(codon) for codon in product("TCAG", repeat=3)]
_STANDARD = dict(
    zip(_CODONS, "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG", strict=True)
)
_MITOCHONDRIAL = _STANDARD | {"ATA": "M", "TGA": "W", "AGA": "*", "AGG": "*"}
MITOCHONDRIAL_STARTS = {"ATT", "ATC", "ATA", "ATG", "GTG"}
_MITOCHONDRIA = {"chrM", "MT", "M", "chrMT", "NC_012920.1"}


def mitochondrial(chrom: str) -> bool:
    """Whether a contig is the mitochondrial genome, by its known names."""
    return chrom in _MITOCHONDRIA


def translate(sequence: str, mitochondrial: bool = False) -> str:
    """All whole codons of an upper-case DNA sequence, stops as ``*`` and read through; codons with an N as
    ``X``.

    >>> translate("ATGTGATAA"), translate("ATGTGATAA", mitochondrial=True)
    ('M**', 'MW*')
    """
    code = _MITOCHONDRIAL if mitochondrial else _STANDARD
    return "".join([code.get(sequence[i : i + 3], "X") for i in range(0, len(sequence) - 2, 3)])


def to_stop(residues: str) -> str:
    """The residues up to and with the first stop; all of them if there is none."""
    end = residues.find("*")
    return residues if end < 0 else residues[: end + 1]


@lru_cache(maxsize=32)
def mrna(transcript: Transcript, genome: Genome) -> str:
    """Spliced sequence, 5' to 3', as DNA letters. Raises KeyError for a contig the reference lacks."""
    chrom = transcript.chrom
    spliced = "".join(genome.fetch(chrom, start, end) for start, end in transcript.exons)
    return spliced if transcript.forward else reverse_complement(spliced)


def cds_sequence(transcript: Transcript, genome: Genome) -> str:
    """Coding sequence, 5' to 3', stop codon included. Raises PositionError for a non-coding transcript."""
    first, last = transcript.cds_span
    return mrna(transcript, genome)[first:last]


def codons(transcript: Transcript, alleles: Iterable[tuple[int, str, str]], genome: Genome) -> str | None:
    """The codons that substitutions change together, ``768 CGA>TGA``, joined by ', '; None for any other change.

    alleles: 1-based position, ref, alt on the + strand.
    """
    if not transcript.coding:
        return None
    first, old = transcript.cds_span[0], cds_sequence(transcript, genome)
    new = list(old)
    for pos, ref, alt in alleles:
        if len(ref) != len(alt):
            return None
        for base, (before, after) in enumerate(zip(ref, alt, strict=True), start=pos):
            offset = transcript.offset(base)
            if before != after and (offset is None or not first <= offset < first + len(old)):
                return None
            if before != after and offset is not None:
                new[offset - first] = after if transcript.forward else reverse_complement(after)
    changed = sorted({index // 3 for index, letter in enumerate(new) if letter != old[index]})
    return (
        ", ".join(f"{n + 1} {old[3 * n : 3 * n + 3]}>{''.join(new[3 * n : 3 * n + 3])}" for n in changed)
        or None
    )


@lru_cache(maxsize=32)
def residues(transcript: Transcript, genome: Genome) -> str:
    """Every codon of the coding sequence as a residue; a TGA before the last codon is read as selenocysteine,
    ``U``.

    Any other stop before the end stays ``*``: the annotation then departs from the reference. The first codon
    of a mitochondrial gene is Met if it is one of the code's starts; elsewhere a start other than ATG is translated
    as any codon.
    """
    sequence, is_mito = cds_sequence(transcript, genome), mitochondrial(transcript.chrom)
    read = list(translate(sequence, is_mito))
    complete = len(sequence) % 3 == 0 and read[-1:] == ["*"]
    for index in range(len(read) - 1 if complete else 0):
        if read[index] == "*" and sequence[3 * index : 3 * index + 3] == "TGA":
            read[index] = "U"
    if is_mito and sequence[:3] in MITOCHONDRIAL_STARTS:
        read[0] = "M"
    return "".join(read)
