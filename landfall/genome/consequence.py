"""The consequence of a change, or of several on one copy, for one transcript: the term of Ensembl VEP and the
protein name.

A change is classified where HGVS places it, at its 3'-most position in the direction of the transcript, by the
haplotype: if that position alters a splice site or the start codon which another position of the same change leaves
intact, the 3'-most of those is used. So every representation of a change has one consequence, and a locus and its
mirror image agree. If such positions lie on both sides of an exon's edge, the side is that of the site alignment
(:mod:`landfall.genome.splice_sites.alignment`), so that the consequence is of the bases that the mRNA gains or loses:
of an insertion at the edge those between the exon and the site that is used.

Other differences from VEP: only the most severe term is given, and a deletion that leaves an exon's edge within
it is named by the splice site it takes, without a protein name. An allele of unchanged length changes only the bases
that differ. Where the annotation does not give one reading frame (ribosomal slippage), or the change lies in the
partial codon at which a transcript begins, the consequence is coding_sequence_variant without a protein name.

Not represented: a start codon other than ATG counts as an ordinary codon (outside the mitochondrial genome); a lost or
shifted selenocysteine is not predicted, a TGA within an intact coding sequence is read as Sec where it is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from landfall.genome.coding import Coding, Effect
from landfall.genome.hgvs.dna import (
    Allele,
    HgvsEdit,
    differing,
    hgvs_c_joint,
    in_order,
    neighbouring,
    places,
    side_by_side,
    trim,
)
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.splice_sites.alignment import aligned_exon, alternate, best_cut, sites_between
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mitochondrial, mrna, residues

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
_SITES = ("splice_donor_variant", "splice_acceptor_variant")
NEARBY = 5000
"""Bases on either side of a transcript that count as upstream or downstream (VEP's default)."""


class Joint(NamedTuple):
    """The joint consequence of several alleles on one copy: term, name of the haplotype, and p. name or None."""

    consequence: str
    hgvs_c: str
    hgvs_p: str | None


class _Edit(NamedTuple):
    """A change of the spliced transcript: start..end (0-based half-open) becomes ``alt``."""

    start: int
    end: int
    alt: str


def consequence(transcript: Transcript, pos: int, ref: str, alt: str, genome: Genome) -> Effect:
    """The most severe Sequence Ontology term of an allele in a transcript, and its predicted p. name or None.

    ``pos`` is 1-based, alleles are on the + strand. The p. name is given for a change within coding exons and
    rests on the coding sequence alone, e.g. ``p.(Arg12Cys)``, ``p.(Lys23GlufsTer17)``, ``p.(Leu54=)``. A
    synonymous change in a splice region is splice_region_variant with its p. name. Equal alleles are
    sequence_variant. Raises ValueError for an allele not in A, C, G, T, N and KeyError for a contig the
    reference lacks.
    """
    return _effect(transcript, in_order([(pos, ref, alt)]), genome)


def joint_consequence(transcript: Transcript, alleles: Iterable[Allele], genome: Genome) -> Joint:
    """The consequence of alleles (1-based position, ref, alt; + strand) that lie on one copy, in any order.

    They are laid into the coding sequence together: two substitutions of one codon make one residue, and behind
    insertions and deletions that restore the frame the protein is the old one. Alleles whose codons do not touch
    and between which the frame is kept are named side by side, ``p.[(Lys2Asn;Glu4Val)]``. Raises ValueError
    for alleles that change the same bases (no copy can hold both) or are not in A, C, G, T, N.
    """
    changes = side_by_side(transcript, in_order(alleles), genome)
    term, protein = _effect(transcript, changes, genome)
    return Joint(term, hgvs_c_joint(transcript, changes, genome), protein)


def _effect(transcript: Transcript, changes: Sequence[HgvsEdit], genome: Genome) -> Effect:
    """The effect of trimmed changes that do not overlap, in the order of the contig."""
    if not changes:
        return "sequence_variant", None
    placed: list[HgvsEdit] = []
    for index, change in enumerate(changes):
        placed.append(_placed(transcript, change, neighbouring(placed, changes, index), genome))
    outside = [_outside(transcript, change) for change in placed]
    inside = [change for change, term in zip(placed, outside, strict=True) if term is None]
    if not inside:
        return _worst(term for term in outside if term), None
    if any(change.start <= transcript.start and change.end >= transcript.end for change in inside):
        return "transcript_ablation", None
    splice = _splice_term(transcript, [piece for change in inside for piece in differing(change)])
    if splice in _SITES:
        return splice, None
    term, name = _exonic_or_intronic(transcript, inside, genome)
    return (splice, name) if splice and _RANK[splice] < _RANK[term] else (term, name)


def _worst(terms: Iterable[str]) -> str:
    return min(terms, key=_RANK.__getitem__)


def _placed(
    transcript: Transcript, change: HgvsEdit, bounds: tuple[int | None, int | None], genome: Genome
) -> HgvsEdit:
    """A change at its 3'-most place that takes no splice site and no start codon; at the 3'-most of all if every one
    does.
    """
    there = places(change, transcript.chrom, genome, transcript.forward, *bounds)
    first = next(there)
    intact = [place for place in chain((first,), there) if _spares(transcript, place)]
    if len(change.ref) != len(change.alt) and any(_meets_edge(transcript, place) for place in intact):
        return _aligned(transcript, change, intact, genome)
    return next(iter(intact), first)


def _meets_edge(transcript: Transcript, change: HgvsEdit) -> bool:
    """Whether a change is adjacent to an intron's end, at which an equivalent one may be on the other side."""
    return any(change.start <= edge <= change.end for intron in transcript.introns for edge in intron)


def _aligned(
    transcript: Transcript, change: HgvsEdit, intact: Sequence[HgvsEdit], genome: Genome
) -> HgvsEdit:
    """The first of the places that leave the sites intact on the side of the exon's edge given by the site alignment.

    Where the site that is used lies within the change it is the part of the change in the exon.
    """
    chrom, growth = transcript.chrom, len(change.alt) - len(change.ref)
    cut = best_cut(change, chrom, genome, partial(sites_between, transcript), transcript.forward)
    near = [exon for exon in transcript.exons if any(_meets(place, exon) for place in intact)]
    if cut is None or len(near) != 1:
        return intact[0]
    (exon,), fetch = near, alternate(change, chrom, genome)
    there = aligned_exon(transcript, exon, cut, growth, fetch)
    inside = trim(exon[0] + 1, genome.fetch(chrom, *exon), fetch(*there))
    whole = {0: False, growth: True}.get(len(inside.alt) - len(inside.ref))
    sides = (place for place in intact if (_exonic_span(transcript, place) is not None) == whole)
    return next(sides, inside)


def _meets(change: HgvsEdit, exon: tuple[int, int]) -> bool:
    return change.start <= exon[1] and exon[0] <= change.end


def _spares(transcript: Transcript, change: HgvsEdit) -> bool:
    """Whether a change leaves every splice site and the start codon intact."""
    if _outside(transcript, change):
        return True
    if _splice_term(transcript, [change]) in _SITES:
        return False
    span = _exonic_span(transcript, change)
    if span is None or not transcript.coding:
        return True
    first, _ = transcript.cds_span
    return transcript.open_start or span[1] <= first or span[0] >= first + 3


def _outside(transcript: Transcript, change: HgvsEdit) -> str | None:
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


def _splice_term(transcript: Transcript, changes: Sequence[HgvsEdit]) -> str | None:
    """Donor or acceptor (two intronic bases), splice region (1-3 exonic, 3-8 intronic bases), or None."""
    introns = transcript.introns
    found = {
        term
        for intron in introns
        for change in changes
        for term in _intron_terms(transcript, change, *intron)
    }
    return _worst(found) if found else None


def _intron_terms(transcript: Transcript, change: HgvsEdit, start: int, end: int) -> Iterator[str]:
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


def _touches(change: HgvsEdit, start: int, end: int) -> bool:
    """Whether a change alters bases of start..end; an insertion must lie between two of them."""
    return change.start < end and change.end > start


def _exonic_or_intronic(transcript: Transcript, changes: Sequence[HgvsEdit], genome: Genome) -> Effect:
    along = changes if transcript.forward else changes[::-1]
    spliced = [edits for change in along if (edits := _edits(transcript, change))]
    if not spliced:
        return "intron_variant", None
    if not transcript.coding:
        return "non_coding_transcript_exon_variant", None
    first, last = transcript.cds_span
    coding = [here for edits in spliced if (here := [e for e in edits if e.end > first and e.start < last])]
    partial = transcript.open_start and any(edit.start < first for edits in spliced for edit in edits)
    if partial or (coding and transcript.slippage):
        return "coding_sequence_variant", None
    if not coding:
        return ("5_prime_UTR_variant" if spliced[0][0].end <= first else "3_prime_UTR_variant"), None
    if coding[0][0].start < first:
        return "start_lost", "p.(Met1?)"
    message = mrna(transcript, genome)
    behind = [edit for edits in spliced for edit in edits if edit.start >= last]
    ends = _Edit(first, first, ""), _Edit(len(message), len(message), "")
    reading = _merged([ends[0], *behind, ends[1]], message).alt
    return _coding(transcript, [_merged(edits, message) for edits in coding], reading, genome)


def _edits(transcript: Transcript, change: HgvsEdit) -> list[_Edit]:
    """The edits of the exons by a change that leaves the splice sites intact, in order; empty if it is intronic."""
    pieces = [piece for piece in differing(change) if piece.ref or piece.alt]
    spans = [(piece.alt, _exonic_span(transcript, piece)) for piece in pieces]
    if transcript.forward:
        return [_Edit(*span, alt) for alt, span in spans if span]
    return [_Edit(*span, reverse_complement(alt)) for alt, span in reversed(spans) if span]


def _merged(edits: Sequence[_Edit], message: str) -> _Edit:
    """Edits in their order as one, with the bases between them."""
    parts, done = [], edits[0].start
    for edit in edits:
        parts += [message[done : edit.start], edit.alt]
        done = edit.end
    return _Edit(edits[0].start, done, "".join(parts))


def _exonic_span(transcript: Transcript, change: HgvsEdit) -> tuple[int, int] | None:
    """The part of a change within the exons, in the spliced transcript (0-based half-open); None in an
    intron.

    An insertion at an exon's edge is the exon's.
    """
    for start, end in transcript.exons:
        if _touches(change, start, end) or (not change.ref and start <= change.start <= end):
            left, right = max(change.start, start), min(change.end, end)
            edges = _offset(transcript, left), _offset(transcript, right)
            return min(edges), max(edges)
    return None


def _offset(transcript: Transcript, point: int) -> int:
    """Index in the spliced transcript of the boundary before a 0-based point in or at the end of an exon."""
    left = transcript.exonic_before(point)
    return left if transcript.forward else transcript.length - left


def _coding(transcript: Transcript, edits: Sequence[_Edit], reading: str, genome: Genome) -> Effect:
    """Effect of edits of the coding sequence; ``reading`` extends from its first base to the transcript's end."""
    effects = [change.effect() for change in _changes(transcript, edits, reading, genome)]
    term, names = _worst(term for term, _ in effects), [name for _, name in effects]
    if len(names) == 1 or term == "start_lost":
        return term, next(name for found, name in effects if found == term)
    unsaid = [name for name in names if name is None or name == "p.?"]
    return term, unsaid[0] if unsaid else f"p.[({';'.join(name[3:-1] for name in names if name)})]"


def _changes(
    transcript: Transcript, edits: Sequence[_Edit], reading: str, genome: Genome
) -> Iterator[Coding]:
    """The edits as changes of the protein: those whose codons touch, or between which the frame is lost, are one.

    Edits after a new stop are ignored.
    """
    first, last = transcript.cds_span
    old, mito = residues(transcript, genome), mitochondrial(transcript.chrom)

    def change(group: Sequence[_Edit]) -> Coding:
        start, end, alt = _merged(group, mrna(transcript, genome))
        substituted = all(len(edit.alt) == edit.end - edit.start for edit in group)
        place = start - first, end - first
        return Coding(reading, last - first, *place, alt, old, mito, substituted, transcript.open_start)

    group: list[_Edit] = []
    for edit in edits:
        before = change(group) if group else None
        if before and before.stops_before(edit.start - first):
            break
        if before and before.net % 3 == 0 and (edit.start - first) // 3 > before.named_end:
            yield before
            group = []
        group.append(edit)
    yield change(group)
