"""The consequence of a change for one transcript, by the terms and order of Ensembl VEP, and its protein
name.

Three things depart from VEP, so that every spelling of a change has one consequence and a locus and its
mirror image agree. A pure insertion or deletion in a repeat is judged at its 5'-most and its 3'-most place
and the milder verdict stands: the sequence is the same, so what one place leaves intact is intact. Only the
most severe term is given. A deletion that leaves an exon's edge within it is named by the splice site it
takes, without a protein name.

Where the annotation does not give one reading frame (ribosomal slippage), or the change lies in the partial codon at
which a transcript begins, the consequence is coding_sequence_variant without a protein name.

Not represented: a start codon other than ATG counts as an ordinary codon (outside the mitochondrial genome);
a lost or shifted selenocysteine is not predicted, a TGA within an intact coding sequence is read as Sec where
it is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from landfall.genes import Transcript
from landfall.genome import Genome, reverse_complement
from landfall.hgvs import Change, shift, trim
from landfall.translation import (
    MITOCHONDRIAL_STARTS,
    mitochondrial,
    mrna,
    protein_change,
    residues,
    three_letter,
    to_stop,
    translate,
)

SEVERITY = (
    "transcript_ablation",
    "splice_acceptor_variant",
    "splice_donor_variant",
    "stop_gained",
    "frameshift_variant",
    "stop_lost",
    "start_lost",
    "inframe_insertion",
    "inframe_deletion",
    "missense_variant",
    "protein_altering_variant",
    "splice_region_variant",
    "stop_retained_variant",
    "synonymous_variant",
    "coding_sequence_variant",
    "5_prime_UTR_variant",
    "3_prime_UTR_variant",
    "non_coding_transcript_exon_variant",
    "intron_variant",
    "upstream_gene_variant",
    "downstream_gene_variant",
    "intergenic_variant",
    "sequence_variant",
)
"""Sequence Ontology terms, most severe first (VEP's order)."""
_RANK = {term: rank for rank, term in enumerate(SEVERITY)}
NEARBY = 5000
"""Bases on either side of a transcript that count as upstream or downstream (VEP's default)."""

Effect = tuple[str, str | None]


def consequence(transcript: Transcript, pos: int, ref: str, alt: str, genome: Genome) -> Effect:
    """The most severe Sequence Ontology term of an allele in a transcript, and its predicted p. name or None.

    ``pos`` is 1-based, alleles are on the + strand. The p. name is given for a change within coding exons and
    rests on the coding sequence alone, e.g. ``p.(Arg12Cys)``, ``p.(Lys23GlufsTer17)``, ``p.(Leu54=)``. A
    synonymous change in a splice region is splice_region_variant with its p. name. Equal alleles are
    sequence_variant. Raises ValueError for an allele not in A, C, G, T, N and KeyError for a contig the
    reference lacks.
    """
    change = trim(pos, ref, alt)
    if not change.ref and not change.alt:
        return "sequence_variant", None
    places = {shift(change, transcript.chrom, genome, right) for right in (False, True)}
    effects = [_at(transcript, place, genome) for place in sorted(places, key=lambda c: c.start)]
    return max(effects, key=lambda effect: (_RANK[effect[0]], effect[1] or ""))


def _at(transcript: Transcript, change: Change, genome: Genome) -> Effect:
    """The effect of a change at exactly this place."""
    outside = _outside(transcript, change)
    if outside:
        return outside, None
    if change.ref and change.start <= transcript.start and change.end >= transcript.end:
        return "transcript_ablation", None
    splice = _splice_term(transcript, change)
    if splice and splice != "splice_region_variant":
        return splice, None
    term, name = _exonic_or_intronic(transcript, change, genome)
    return (splice, name) if splice and _RANK[splice] < _RANK[term] else (term, name)


def _outside(transcript: Transcript, change: Change) -> str | None:
    """The term of a change that touches no base of the transcript, None if it touches one."""
    if change.end <= transcript.start:
        distance, left = transcript.start - change.end + 1, True
    elif change.start >= transcript.end:
        distance, left = change.start - transcript.end + 1, False
    else:
        return None
    if distance > NEARBY:
        return "intergenic_variant"
    return "upstream_gene_variant" if left == transcript.forward else "downstream_gene_variant"


def _splice_term(transcript: Transcript, change: Change) -> str | None:
    """Donor or acceptor (two intronic bases), splice region (1-3 exonic, 3-8 intronic bases), or None."""
    found = {term for intron in transcript.introns for term in _intron_terms(transcript, change, *intron)}
    return min(found, key=_RANK.__getitem__, default=None)


def _intron_terms(transcript: Transcript, change: Change, start: int, end: int) -> Iterator[str]:
    """Terms of a change with respect to one intron, 0-based half-open."""
    if change.end < start - 3 or change.start > end + 3:
        return
    left, right = ("donor", "acceptor") if transcript.forward else ("acceptor", "donor")
    if _touches(change, start, start + 2):
        yield f"splice_{left}_variant"
    if _touches(change, end - 2, end):
        yield f"splice_{right}_variant"
    regions = ((start - 3, start), (start + 2, start + 8), (end - 8, end - 2), (end, end + 3))
    edges = (start, start + 2, end - 2, end)
    if any(_touches(change, *region) for region in regions) or (not change.ref and change.start in edges):
        yield "splice_region_variant"


def _touches(change: Change, start: int, end: int) -> bool:
    """Whether a change alters bases of start..end; an insertion must stand between two of them."""
    return change.start < end and change.end > start


def _exonic_or_intronic(transcript: Transcript, change: Change, genome: Genome) -> Effect:
    span = _exonic_span(transcript, change)
    if span is None:
        return "intron_variant", None
    if not transcript.coding:
        return "non_coding_transcript_exon_variant", None
    (start, end), (first, last) = span, transcript.cds_span
    if end <= first and not transcript.open_start:
        return "5_prime_UTR_variant", None
    if start >= last:
        return "3_prime_UTR_variant", None
    alt = change.alt if transcript.forward else reverse_complement(change.alt)
    return _coding(transcript, start, end, alt, genome)


def _exonic_span(transcript: Transcript, change: Change) -> tuple[int, int] | None:
    """The part of a change within the exons, in the spliced transcript (0-based half-open); None in an
    intron.

    An insertion stands between two bases of one exon.
    """
    for start, end in transcript.exons:
        if change.start < end and change.end > start:
            left, right = max(change.start, start), min(change.end, end)
            edges = _offset(transcript, left), _offset(transcript, right)
            return min(edges), max(edges)
    return None


def _offset(transcript: Transcript, point: int) -> int:
    """Index in the spliced transcript of the boundary before a 0-based point in or at the end of an exon."""
    left = transcript.exonic_before(point)
    return left if transcript.forward else transcript.length - left


def _coding(transcript: Transcript, start: int, end: int, alt: str, genome: Genome) -> Effect:
    """Effect of replacing start..end of the spliced transcript, which reaches the coding sequence."""
    first, last = transcript.cds_span
    if transcript.slippage or (transcript.open_start and start < first):
        return "coding_sequence_variant", None
    if start < first:
        return "start_lost", "p.(Met1?)"
    is_mito = mitochondrial(transcript.chrom)
    reading = mrna(transcript, genome)[first:]
    old = residues(transcript, genome)
    change = _Coding(
        reading, last - first, start - first, end - first, alt, old, is_mito, transcript.open_start
    )
    return change.effect()


@dataclass(frozen=True)
class _Coding:
    """A change of the coding sequence: start..end (0-based from the first coding base) becomes ``alt``.

    ``reading`` goes on from the first coding base through the 3'UTR, ``size`` of it are coding, ``old`` are
    its codons read as residues. Codons ``codon``..``codon_end`` (0-based half-open) are those the change
    touches. ``open_start``: translation starts before the first of them.
    """

    reading: str
    size: int
    start: int
    end: int
    alt: str
    old: str
    mitochondrial: bool
    open_start: bool

    @cached_property
    def codon(self) -> int:
        return self.start // 3

    @cached_property
    def codon_end(self) -> int:
        return -(-min(self.end, self.size) // 3)

    @property
    def net(self) -> int:
        return len(self.alt) - (self.end - self.start)

    @cached_property
    def altered(self) -> str:
        return self.reading[: self.start] + self.alt + self.reading[self.end :]

    @cached_property
    def gone(self) -> str:
        """Residues of the touched codons."""
        return self.old[self.codon : self.codon_end]

    @cached_property
    def new(self) -> str:
        """Residues of the whole codons that stand in their place."""
        return self._read(3 * self.codon, 3 * self.codon_end + self.net)

    def _read(self, start: int, end: int | None = None) -> str:
        sequence = self.altered[start:end]
        read = translate(sequence, self.mitochondrial)
        starts = self.mitochondrial and start == 0 and sequence[:3] in MITOCHONDRIAL_STARTS
        return "M" + read[1:] if starts else read

    @cached_property
    def protein(self) -> str:
        """The new protein up to its stop; residues that the change leaves alone are those of the old one."""
        before = self.old[: self.codon]
        if self.net % 3 or self.end > self.size:
            return to_stop(before + self._read(3 * self.codon))
        inside = before + self.new + self.old[self.codon_end :]
        if "*" in inside or not self.old.endswith("*"):
            return to_stop(inside)
        return to_stop(inside + self._read(self.size + self.net))

    def effect(self) -> Effect:
        unreadable = "*" in self.old[:-1] or (self.size % 3 and self.old.endswith("*"))
        if unreadable or self.codon_end > len(self.old) or "X" in self.gone + self.new:
            return "coding_sequence_variant", None
        if self.protein == self.old:
            return self._silent()
        return self._term(), self._name()

    def _silent(self) -> Effect:
        """The same protein: p.(Leu54=), p.(Leu54_Lys55=), or with a stop codon p.(Ter100=)."""
        if "*" in self.gone or self.net:
            return "stop_retained_variant", f"p.(Ter{len(self.old)}=)"
        ends = sorted({self.codon, self.codon_end - 1})
        names = "_".join(f"{three_letter(self.old[index])}{index + 1}" for index in ends)
        return "synonymous_variant", f"p.({names}=)"

    def _term(self) -> str:
        if "*" in self.new and ("*" not in self.gone or self.new.index("*") < len(self.new) - 1):
            return "stop_gained"
        if self.net % 3 and self.end <= self.size:
            return "frameshift_variant"
        if ("*" in self.gone and "*" not in self.new) or self.end > self.size:
            return "stop_lost"
        if self.old[0] == "M" and self.protein[:1] != "M" and not self.open_start:
            return "start_lost"
        if self.net == 0:
            return "missense_variant"
        if self.alt and self.end > self.start:
            return "protein_altering_variant"
        return "inframe_insertion" if self.alt else "inframe_deletion"

    def _name(self) -> str | None:
        if self.open_start and self.protein[:1] != self.old[:1]:
            return None  # the number of the first residue is not known, nor what stands before it
        replaced = self.codon_end - self.codon if self.end > self.start else 0
        return protein_change(self.old, self.protein, bool(self.net % 3), replaced)
