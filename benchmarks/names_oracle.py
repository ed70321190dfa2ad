"""Brute force: what an allele makes of a transcript's own sequence, and whether names and consequence say so.

Nothing here uses :mod:`landfall.genome.hgvs.dna`, :mod:`landfall.genome.consequence` or
:mod:`landfall.genome.translation`. A transcript is laid out 5' to 3' with its introns as one string (a
:class:`Locus`), an allele is applied to the string, exon edges move with it, the exons are joined and translated to
the first stop. A name is read and carried out: a c. name on the string, a p. name on the old protein. Positions are
0-based in the string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from landfall.genome.splice_sites.motifs import DONOR_BITS

AMINO = dict(
    zip(
        [a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"],
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)
LETTER = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G", "His": "H",
    "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Sec": "U", "Ser": "S", "Thr": "T",
    "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
}  # fmt: skip
SITES = ("splice_donor_variant", "splice_acceptor_variant")


@dataclass(frozen=True)
class Edit:
    """``ref`` at ``start`` of a locus becomes ``alt``; neither side begins or ends with a base of the other."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        return self.start + len(self.ref)

    @property
    def net(self) -> int:
        return len(self.alt) - len(self.ref)


@dataclass(frozen=True)
class Locus:
    """A coding transcript in its own direction: exons (0-based half-open) in ``sequence``, first coding base and the
    end of the stop codon.
    """

    sequence: str
    exons: tuple[tuple[int, int], ...]
    cds_start: int
    cds_end: int

    @cached_property
    def coding(self) -> list[int]:
        """Positions of the coding bases."""
        return [p for a, b in self.exons for p in range(max(a, self.cds_start), min(b, self.cds_end))]

    @cached_property
    def spliced(self) -> list[int]:
        """Positions of the exonic bases."""
        return [p for a, b in self.exons for p in range(a, b)]

    @cached_property
    def old(self) -> str:
        """The annotated protein with its stop."""
        codons = [
            "".join(self.sequence[p] for p in self.coding[i : i + 3]) for i in range(0, len(self.coding), 3)
        ]
        read = [AMINO.get(codon, "X") for codon in codons]
        complete = read[-1] == "*"
        stops = [c == "TGA" and complete and i < len(codons) - 1 for i, c in enumerate(codons)]
        return "".join("U" if sec else residue for sec, residue in zip(stops, read, strict=True))

    @cached_property
    def readable(self) -> bool:
        """Whether the reference's own coding sequence makes sense: whole codons, one stop at its end."""
        return len(self.coding) % 3 == 0 and self.old.find("*") == len(self.old) - 1

    @cached_property
    def selenocysteines(self) -> list[int]:
        """Positions of the last bases of the codons read as Sec."""
        return [self.coding[3 * i + 2] for i, residue in enumerate(self.old) if residue == "U"]

    def at(self, coordinate: str) -> int:
        """Position of a c. coordinate, intronic ones included; beyond the transcript the count goes on."""
        match = re.fullmatch(r"([-*]?)(\d+)([+-]\d+)?", coordinate)
        if match is None:
            raise AssertionError(f"{coordinate} is no coordinate")
        first, number = self.spliced.index(self.cds_start), int(match[2])
        index = {"": first + number - 1, "-": first - number, "*": first + len(self.coding) + number - 1}[
            match[1]
        ]
        beyond = min(index, 0) + max(index - len(self.spliced) + 1, 0)
        return self.spliced[index - beyond] + beyond + int(match[3] or 0)


def applied(sequence: str, edits: Sequence[Edit]) -> str:
    """The sequence with edits laid in."""
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        if sequence[edit.start : edit.end] != edit.ref:
            raise AssertionError(f"{edit} does not stand on the reference")
        sequence = sequence[: edit.start] + edit.alt + sequence[edit.end :]
    return sequence


def trimmed(start: int, ref: str, alt: str) -> Edit:
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return Edit(start, ref, alt)


def everywhere(sequence: str, edit: Edit) -> Iterator[Edit]:
    """Every place at which the same pure insertion or deletion makes the same sequence, 3'-most first."""
    if edit.ref and edit.alt:
        yield edit
        return
    low, high = max(edit.start - 200, 0), edit.end + 200
    whole = applied(sequence[low:high], [Edit(edit.start - low, edit.ref, edit.alt)])
    size = abs(edit.net)
    for start in range(min(high - size, high - len(edit.ref)), low - 1, -1):
        at = start - low
        other = (
            Edit(at, sequence[start : start + size], "") if edit.ref else Edit(at, "", whole[at : at + size])
        )
        if applied(sequence[low:high], [other]) == whole:
            yield Edit(start, other.ref, other.alt)


def bases(edit: Edit) -> list[int]:
    """Positions of the bases that differ or go; of an insertion none."""
    if len(edit.ref) == len(edit.alt):
        return [edit.start + i for i, (a, b) in enumerate(zip(edit.ref, edit.alt, strict=True)) if a != b]
    return list(range(edit.start, edit.end))


def hits(edit: Edit, start: int, end: int) -> bool:
    """Whether an edit changes a base of start..end or stands between two of them."""
    return any(start <= p < end for p in bases(edit)) if edit.ref else start < edit.start < end


def site_taken(locus: Locus, edit: Edit) -> str:
    """The most severe splice site (two intronic bases) that an edit takes, empty if none."""
    introns = [(a[1], b[0]) for a, b in zip(locus.exons, locus.exons[1:], strict=False)]
    near = [(a, b) for a, b in introns if a - 2 <= edit.end and edit.start <= b + 2]
    if any(hits(edit, b - 2, b) for _, b in near):
        return SITES[1]
    return SITES[0] if any(hits(edit, a, a + 2) for a, _ in near) else ""


def start_taken(locus: Locus, edit: Edit) -> bool:
    """Whether an edit changes a base of the start codon or stands between two of them (in one exon)."""
    inside = locus.coding[:3]
    between = {point for a, b in pairwise(inside) for point in (a + 1, b)}
    return bool(set(bases(edit)) & set(inside)) or (not edit.ref and edit.start in between)


def chosen(locus: Locus, edit: Edit) -> list[Edit]:
    """The 3'-most place of an edit that takes no splice site and no start codon, else the 3'-most.

    Beside an exon's edge there may be one in the exon, one in the intron and, of an insertion, any part of it that
    leaves a site behind it. Of donors those within a bit of the strongest are right; of acceptors each.
    """
    there = list(everywhere(locus.sequence, edit))
    spared = [e for e in there if not site_taken(locus, e) and not start_taken(locus, e)]
    if not spared or len(edit.ref) == len(edit.alt):
        return (spared or there)[:1]
    donors = {a[1] for a in locus.exons[:-1] if any(e.start <= a[1] <= e.end for e in spared)}
    acceptors = {b[0] for b in locus.exons[1:] if any(e.start <= b[0] <= e.end for e in spared)}
    if not donors and not acceptors:
        return spared[:1]
    found = {_exonic(locus, e): e for e in reversed(spared)}.values()
    parts = [part for e in spared for part in _parts_at_edges(e, donors, acceptors)]
    if edit.ref and edit.alt:
        return [*found, *parts]
    if len(donors) != 1 or acceptors:
        return [*found, *parts]
    (end,), altered = donors, applied(locus.sequence, [edit])
    bits = {e: _donor(altered, end + (e.net if _exonic(locus, e) else 0)) for e in (*found, *parts)}
    return [e for e, value in bits.items() if value >= max(bits.values()) - 1]


def _exonic(locus: Locus, edit: Edit) -> bool:
    return any(hits(edit, a, b) or (not edit.ref and a <= edit.start <= b) for a, b in locus.exons)


def _parts_at_edges(edit: Edit, donors: set[int], acceptors: set[int]) -> Iterator[Edit]:
    """The parts of inserted bases at an exon's edge between the exon and a dinucleotide of the intron."""
    for cut in range(len(edit.alt)):
        if edit.end in donors and edit.alt[cut:].startswith("GT"):
            yield trimmed(edit.start, edit.ref, edit.alt[:cut])
        if edit.start in acceptors and edit.alt[: len(edit.alt) - cut].endswith("AG"):
            yield trimmed(edit.start, edit.ref, edit.alt[len(edit.alt) - cut :])


def _donor(sequence: str, end: int) -> float:
    """Bits of the donor behind an exon that ends there; few without GT."""
    motif = sequence[end - 3 : end + 6]
    bits = sum(table.get(base, 0.0) for table, base in zip(DONOR_BITS, motif, strict=True))
    return bits if motif[3:5] == "GT" else -99.0


def made(locus: Locus, edits: Sequence[Edit]) -> str:
    """The new protein to its stop (without one where the mRNA ends first), introns taken out where they now are."""
    altered = applied(locus.sequence, edits)

    def moved(point: int, gains: bool) -> int:
        """A border behind the edits; ``gains``: a border at an insertion lies behind it."""
        behind = (
            e for e in edits if (e.end <= point if e.ref else e.start < point or (gains and e.start == point))
        )
        return point + sum(e.net for e in behind)

    edges = [(moved(a, False), moved(b, True)) for a, b in locus.exons]
    begin, sec = moved(locus.cds_start, True), {moved(p, True) for p in locus.selenocysteines}
    origin = [p for a, b in edges for p in range(max(a, begin), b)]
    protein = ""
    for i in range(0, len(origin) - 2, 3):
        codon = "".join(altered[p] for p in origin[i : i + 3])
        residue = AMINO.get(codon, "X")
        protein += "U" if residue == "*" and codon == "TGA" and origin[i + 2] in sec else residue
        if protein[-1] == "*":
            break
    return protein


# --- names ---------------------------------------------------------------------------------------------------------


def c_edits(locus: Locus, name: str) -> list[Edit]:
    """The edits that a c. name says, at the places where it says them."""
    if name == "c.=":
        return []
    return [_c_edit(locus, part) for part in name.removeprefix("c.").strip("[]").split(";")]


def _c_edit(locus: Locus, text: str) -> Edit:
    match = re.fullmatch(r"([-*+\d]+)(?:_([-*+\d]+))?(delins|del|dup|ins|[ACGT]>)([ACGT]*)", text)
    if match is None:
        raise AssertionError(f"{text} is no name that is read here")
    first = locus.at(match[1])
    last = locus.at(match[2]) if match[2] else first
    held = locus.sequence[first : last + 1]
    if match[3] == "ins":
        return Edit(last, "", match[4])
    if match[3] == "dup":
        return Edit(last + 1, "", held)
    return Edit(first, match[3][0] if match[3].endswith(">") else held, match[4])


def c_faults(locus: Locus, edit: Edit, name: str) -> list[str]:
    """What is wrong with the c. name of one allele."""
    (said,) = c_edits(locus, name)
    wanted = next(everywhere(locus.sequence, edit))
    faults = [] if said == wanted else [f"{name} is {said}, not {wanted}"]
    before = locus.sequence[wanted.start - len(wanted.alt) : wanted.start]
    if not wanted.ref and ("dup" in name) != (before == wanted.alt):
        faults.append(f"{name}: a duplication is named so, and nothing else")
    return faults


_ONE = r"([A-Z][a-z]{2})(\d+)"
_P = re.compile(
    rf"{_ONE}(?:_{_ONE})?(?:(?P<kind>delins|del|dup|ins)(?P<put>(?:[A-Z][a-z]{{2}})*)|(?P<same>=)|"
    r"(?P<residue>[A-Z][a-z]{2})(?:(?P<shift>fs|ext)Ter(?P<count>\d+|\?))?)"
)


@dataclass(frozen=True)
class Said:
    """A p. name of one change: residues first..last (0-based half-open) named, and what becomes of them."""

    first: int
    last: int
    kind: str
    put: str
    count: str

    def stands(self, old: str) -> str:
        """What stands in place of the named residues, of a frameshift or extension as far as it is said."""
        named = old[self.first : self.last]
        if self.kind == "ins":
            return named[0] + self.put + named[-1]
        return named if self.kind in ("=", "dup") else self.put

    def ends(self, protein: str) -> bool:
        """Whether a new protein that first differs here ends where a frameshift or extension says."""
        known = protein.endswith("*") and "X" not in protein[self.first :]
        return self.count == (str(len(protein) - 1 - self.first + (self.kind == "fs")) if known else "?")


def read_p(old: str, text: str) -> Said | None:
    """A part of a p. name without its parentheses; None if it is none, or names residues that do not stand there."""
    match = _P.fullmatch(text)
    if match is None:
        return None
    first, last = int(match[2]) - 1, int(match[4] or match[2])
    if (old[first], old[last - 1]) != (LETTER[match[1]], LETTER[match[3] or match[1]]):
        return None
    put = match["put"] or match["residue"] or ""
    letters = "".join(LETTER[put[i : i + 3]] for i in range(0, len(put), 3))
    kind = match["kind"] or match["same"] or match["shift"] or "replaced"
    return Said(first, last, kind, letters, match["count"] or "")


def p_faults(old: str, new: str, name: str) -> list[str]:
    """What is wrong with a p. name for the change of one protein (each ends in its stop) to the other."""
    inside = re.fullmatch(r"p\.(?:\((.*)\)|\[\((.*)\)\])", name)
    if inside is None:
        return [f"{name} cannot be read"]
    said = [read_p(old, part) for part in (inside[1] or inside[2]).split(";")]
    made = carried_out(old, new, [change for change in said if change]) if all(said) else ""
    if made != new:
        return [f"{name} makes {_around(made, new)}, not {_around(new, made)}"]
    return _misplaced(old, new, said[0]) if len(said) == 1 and said[0] else []


def carried_out(old: str, new: str, said: Sequence[Said]) -> str:
    """The old protein with changes made; what a frameshift or extension leaves unsaid is taken from ``new``.

    A duplication stands behind the residues that it names.
    """
    made, done = "", 0
    for change in said:
        begin = change.last if change.kind == "dup" else change.first
        made += old[done:begin] + change.stands(old)
        done = change.last
        if change.kind in ("fs", "ext"):
            shifted = Said(len(made) - 1, len(made), change.kind, change.put, change.count)
            return made + new[len(made) :] if shifted.ends(new) else made
        if "*" in change.put:
            return made[: made.index("*") + 1]
    return made + old[done:]


def _around(one: str, other: str) -> str:
    at = _differ(one, other)
    return f"{one[at : at + 12]} from {at + 1} of {len(one)}"


def _differ(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _misplaced(old: str, new: str, said: Said) -> list[str]:
    """By HGVS a name begins where the proteins differ, in a repeat at its last place; a repeat is a duplication."""
    if said.kind == "=":
        return [] if old == new else ["not silent"]
    moved = old[said.first : said.first + 1] == old[said.last : said.last + 1] and said.last < len(old)
    if said.kind in ("del", "dup"):
        return ["not at the last place of the repeat"] if moved else []
    if said.kind == "ins" and said.last == len(old):
        return ["an extension"]
    if said.kind == "ins":
        faults = ["a duplication"] if old[: said.first + 1].endswith(said.put) else []
        return [*faults, "not at the last place"] if old[said.last - 1] == said.put[0] else faults
    tail = said.kind == "delins" and said.put[-1] == old[said.last - 1] and said.put[-1] != "*"
    return ["names more than what differs"] if tail or said.first != _differ(old, new) else []


# --- consequences --------------------------------------------------------------------------------------------------


def terms(locus: Locus, edit: Edit, new: str) -> set[str]:
    """The terms that are right for an edit at its chosen place, ``new`` being the protein that it makes."""
    taken = site_taken(locus, edit)
    if taken:
        return {taken}
    within = [
        e
        for e in _parts(edit)
        if any(hits(e, a, b) or (not e.ref and a <= e.start <= b) for a, b in locus.exons)
    ]
    region = {"splice_region_variant"} if in_region(locus, edit) else set()
    if not within:
        return region or {"intron_variant"}
    if all(e.end <= locus.cds_start for e in within):
        return region or {"5_prime_UTR_variant"}
    if all(e.start >= locus.cds_end for e in within):
        return region or {"3_prime_UTR_variant"}
    if edit.start < locus.cds_start < edit.end and start_taken(locus, edit):
        return {"start_lost"}
    if not locus.readable:
        return region or {"coding_sequence_variant"}
    if new == locus.old:
        return region or {"synonymous_variant", "stop_retained_variant"}
    return {_coding_term(locus, within if edit.net else [e for e in within if e.start in locus.coding], new)}


def _parts(edit: Edit) -> list[Edit]:
    """The single bases that differ of an allele of unchanged length; any other allele whole."""
    if edit.net:
        return [edit]
    return [Edit(p, edit.ref[p - edit.start], edit.alt[p - edit.start]) for p in bases(edit)]


def _coding_term(locus: Locus, within: Sequence[Edit], new: str) -> str:
    start, end = within[0].start, within[-1].end
    net = sum(e.net for e in within)
    first = sum(p < start for p in locus.coding) // 3
    last = -(-sum(p < end for p in locus.coding) // 3)
    stop = len(new) - 1 if new.endswith("*") else None
    put = first + (3 * (last - first) + net) // 3
    over = end > locus.cds_end
    if new[:1] != "M" and locus.old[0] == "M":
        return "start_lost"
    takes_stop = last == len(locus.old)
    annotated = takes_stop and stop == put - 1 and net % 3 == 0
    here = stop is not None and first <= stop < put
    if over or (takes_stop and not here and net % 3 == 0):
        return "stop_lost"
    if here and not annotated and (not takes_stop or len(new) < len(locus.old)):
        return "stop_gained"
    if net % 3:
        return "frameshift_variant"
    if not net:
        return "missense_variant"
    if within[0].ref and within[0].alt:
        return "protein_altering_variant"
    return "inframe_insertion" if net > 0 else "inframe_deletion"


def in_region(locus: Locus, edit: Edit) -> bool:
    """Whether an edit lies in a splice region: 3 bases of the exon, 3rd to 8th of the intron, or borders one of them
    and a site.
    """
    for (_, a), (b, _) in zip(locus.exons, locus.exons[1:], strict=False):
        stretches = ((a - 3, a), (a + 2, a + 8), (b - 8, b - 2), (b, b + 3))
        if any(hits(edit, *stretch) for stretch in stretches) or (
            not edit.ref and edit.start in (a, a + 2, b - 2, b)
        ):
            return True
    return False
