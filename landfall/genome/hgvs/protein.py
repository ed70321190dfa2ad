"""HGVS names of changed proteins."""

from __future__ import annotations

from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import residues, to_stop

_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "U": "Sec", "X": "Xaa", "*": "Ter",
}  # fmt: skip


def three_letter(residues: str) -> str:
    """Three-letter codes of one-letter residues: ``MK*`` is ``MetLysTer``. Raises KeyError for an unknown
    letter.
    """
    return "".join(_THREE[residue] for residue in residues)


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

    Proteins end in ``*``; without one the distance to the stop is ``?``. ``frameshift``: whether the
    reading frame is broken; None infers it: the frame is taken as kept if the two ends agree over three
    residues or over all that the shorter one has left. ``replaced`` is the number of reference residues that
    an in-frame change with a premature stop replaces (0: an insertion). ``resumed``: whether translation reaches the
    annotated end again; None infers it from more than the stop being shared. Equal
    proteins give ``p.(=)``, a lost first residue ``p.(Met1?)``. Residues after a first stop are ignored.

    >>> protein_change("MKLEQ*", "MKPEQ*"), protein_change("MKLEQ*", "MKEQ*"), protein_change("MKLEQ*", "MK*")
    ('p.(Leu3Pro)', 'p.(Leu3del)', 'p.(Leu3Ter)')
    >>> protein_change("MKLEQRSTV*", "MKPTLWAA*", frameshift=True)
    'p.(Leu3ProfsTer7)'
    """
    ref, alt = to_stop(ref_protein), to_stop(alt_protein)
    if ref == alt:
        return "p.(=)"
    if not alt or (ref[:1] == "M" and alt[0] != "M"):
        return "p.(Met1?)"
    first = _common_prefix(ref, alt)
    if first == len(ref):
        return "p.?"  # the reference protein is incomplete, so what follows it is unknown
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
    """Whether the mutant ends in a new stop; if not given, whether no residue before the stops is shared."""
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
    """An in-frame change with a premature stop: ``ins...Ter``, or ``delins...Ter`` where it replaces
    residues.
    """
    new = three_letter(alt[first:])
    if replaced:
        return f"{_range(ref, first, min(first + replaced, len(ref)))}delins{new}"
    return f"{_range(ref, first - 1, first + 1)}ins{new}"
