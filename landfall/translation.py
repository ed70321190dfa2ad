"""Spliced and coding sequence of a transcript, its protein, and the HGVS name of the difference of two
proteins.

Proteins are one-letter strings ending in ``*`` where a stop codon is reached, ``X`` for a codon with an N.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from landfall.genes import Transcript
from landfall.genome import Genome, reverse_complement

# The standard code (NCBI table 1) and the vertebrate mitochondrial one (table 2), codons in order T, C, A, G.
_CODONS = ["".join(codon) for codon in product("TCAG", repeat=3)]
_STANDARD = dict(
    zip(_CODONS, "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG", strict=True)
)
_MITOCHONDRIAL = _STANDARD | {"ATA": "M", "TGA": "W", "AGA": "*", "AGG": "*"}
MITOCHONDRIAL_STARTS = {"ATT", "ATC", "ATA", "ATG", "GTG"}
_MITOCHONDRIA = {"chrM", "MT", "M", "chrMT", "NC_012920.1"}

_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "U": "Sec", "X": "Xaa", "*": "Ter",
}  # fmt: skip


def mitochondrial(chrom: str) -> bool:
    """Whether a contig is the mitochondrial genome, by its known names."""
    return chrom in _MITOCHONDRIA


def three_letter(residues: str) -> str:
    """Three-letter codes of one-letter residues: ``MK*`` is ``MetLysTer``. Raises KeyError for an unknown
    letter.
    """
    return "".join(_THREE[residue] for residue in residues)


def translate(sequence: str, mitochondrial: bool = False) -> str:
    """All whole codons of an upper-case DNA sequence, stops as ``*`` and read through; codons with an N as
    ``X``.
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


@lru_cache(maxsize=32)
def residues(transcript: Transcript, genome: Genome) -> str:
    """Every codon of the coding sequence as a residue; a TGA before the last codon is read as selenocysteine,
    ``U``.

    Any other stop before the end stays ``*``: the annotation then departs from the reference. The first codon
    of a mitochondrial gene is Met if it is one of the code's starts; elsewhere a start other than ATG is read
    as written.
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


def protein(transcript: Transcript, genome: Genome) -> str:
    """The protein up to and with its stop ``*``, see :func:`residues`. Raises PositionError if non-coding."""
    return to_stop(residues(transcript, genome))


def protein_change(
    ref_protein: str,
    alt_protein: str,
    frameshift: bool | None = None,
    replaced: int = 0,
    resumed: bool | None = None,
) -> str:
    """HGVS p. name, in parentheses as predicted, of the change from one protein to another, both from residue
    1.

    Proteins end in ``*``; without one the distance to the stop is ``?``. ``frameshift`` says whether the
    reading frame is broken; None infers it: the frame is taken as kept if the two ends agree over three
    residues or over all that the shorter one has left. ``replaced`` is the number of reference residues that
    an in-frame change with a premature stop puts its own in place of (0: an insertion). ``resumed`` says whether
    translation comes back to the annotated end; None infers it from more than the stop being shared. Equal
    proteins give ``p.(=)``, a lost first residue ``p.(Met1?)``. Residues after a first stop are ignored.
    """
    ref, alt = to_stop(ref_protein), to_stop(alt_protein)
    if ref == alt:
        return "p.(=)"
    if not alt or (ref[:1] == "M" and alt[0] != "M"):
        return "p.(Met1?)"
    first = _common_prefix(ref, alt)
    if first == len(ref):
        return "p.?"  # the reference protein is incomplete, so nothing can be said of what follows it
    if first == len(alt) or ref[first] == "X" or alt[first] == "X":
        return "p.?"
    if resumed:
        return f"p.({_in_frame(ref, alt, first)})"
    if alt[first] == "*":
        return f"p.({_name(ref, first)}Ter)"
    if ref[first] == "*":
        return f"p.({_extension(ref, alt, first)})"
    if frameshift if frameshift is not None else _frame_lost(ref, alt, first):
        return f"p.({_name(ref, first)}{three_letter(alt[first])}fs{_stop_distance(alt, first, 1)})"
    if alt.endswith("*") and _stops_early(ref, alt, first, resumed):
        return f"p.({_premature(ref, alt, first, replaced)})"
    return f"p.({_in_frame(ref, alt, first)})"


def _common_prefix(left: str, right: str) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


def _name(protein: str, index: int) -> str:
    """A residue with its number, e.g. Lys23."""
    return f"{three_letter(protein[index])}{index + 1}"


def _range(protein: str, first: int, end: int) -> str:
    """Residues first..end (0-based half-open) as Lys23 or Lys23_Val25."""
    if end - first == 1:
        return _name(protein, first)
    return f"{_name(protein, first)}_{_name(protein, end - 1)}"


def _extension(ref: str, alt: str, first: int) -> str:
    return f"{_name(ref, first)}{three_letter(alt[first])}ext{_stop_distance(alt, first, 0)}"


def _stop_distance(alt: str, first: int, counted: int) -> str:
    """TerN from the first changed residue (which counts as ``counted``) to the new stop.

    Ter? without one, and where a codon with an N before it may be one.
    """
    known = alt.endswith("*") and "X" not in alt[first:]
    return f"Ter{len(alt) - 1 - first + counted}" if known else "Ter?"


def _frame_lost(ref: str, alt: str, first: int) -> bool:
    shorter = min(len(ref), len(alt)) - first
    return _common_suffix(ref, alt, first) < min(shorter, 4) and len(ref) != len(alt)


def _common_suffix(ref: str, alt: str, first: int) -> int:
    return _common_prefix(ref[first:][::-1], alt[first:][::-1])


def _stops_early(ref: str, alt: str, first: int, resumed: bool | None) -> bool:
    """Whether the mutant ends in a stop of its own; without knowing, if no residue before the stops is shared."""
    if resumed is not None:
        return not resumed
    return _common_suffix(ref, alt, first) <= 1 and len(ref) > len(alt) and len(ref) - first > 2


def _in_frame(ref: str, alt: str, first: int) -> str:
    """Substitution, deletion, duplication, insertion or delins, moved to the C-terminal end of repeats.

    An insertion before the stop is by HGVS an extension, a duplication there stays one.
    """
    same = _common_suffix(ref, alt, first)
    gone, new = ref[first : len(ref) - same], alt[first : len(alt) - same]
    if len(gone) == len(new) == 1:
        return f"{_name(ref, first)}{three_letter(new)}"
    if gone:
        changed = _range(ref, first, first + len(gone))
        return f"{changed}delins{three_letter(new)}" if new else f"{changed}del"
    if first >= len(new) and ref[first - len(new) : first] == new:
        return f"{_range(ref, first - len(new), first)}dup"
    if ref[first] == "*":
        return _extension(ref, alt, first)
    return f"{_range(ref, first - 1, first + 1)}ins{three_letter(new)}"


def _premature(ref: str, alt: str, first: int, replaced: int) -> str:
    """An in-frame change that brings its own stop: ``ins...Ter``, or ``delins...Ter`` where it replaces
    residues.
    """
    new = three_letter(alt[first:])
    if replaced:
        return f"{_range(ref, first, min(first + replaced, len(ref)))}delins{new}"
    return f"{_range(ref, first - 1, first + 1)}ins{new}"
