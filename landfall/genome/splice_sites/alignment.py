"""The position of an insertion or deletion, among equivalent ones, that preserves the annotated splice sites beside it.

In a repeat an insertion or deletion has several equivalent positions, and at an exon's edge they assign the edge to
different bases: after deletion of one G of ``AG|GG`` the exon still begins after the AG, but in a left alignment its
first base is paired with the second. The chosen position preserves most of the sequence around the annotated sites; of
ties the leftmost, as in VCF. An insertion that duplicates a site's motif is placed after the site. A deletion of one of
two motifs leaves, for an acceptor, the upstream one, as chosen by the spliceosome, and for a donor the stronger one.

A position is given by its *cut*, the 0-based contig position up to which bases are aligned one to one. Right of it
bases are deleted, or inserted after the base before it; the following bases are aligned one to one again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from landfall.genome.hgvs.dna import HgvsEdit, shift
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.splice_sites.motifs import EXON_BASES, INTRON_BASES, donor_bits
from landfall.genome.transcripts import Transcript

DINUCLEOTIDE = 2
"""Bases of the intron that must be intact for a preserved site."""
KEPT, INTACT, UPSTREAM = 10.0, 0.1, 0.05
"""Score of a preserved donor in addition to its bits, so that a weak one exceeds none; of each intact base; and of the
upstream of two equal sites, so that both strands are treated alike."""

Site = tuple[int, str]
"""0-based contig position of the exon base beside the intron, and the kind: acceptor or donor."""
Between = Callable[[int, int], Sequence[Site]]
"""The annotated sites at start..end (0-based half-open)."""
Fetch = Callable[[int, int], str]
"""Bases between two positions of a sequence (0-based half-open), + strand."""


def sites_between(transcript: Transcript, start: int, end: int) -> list[Site]:
    """The sites of a transcript's introns whose exon base lies in start..end (0-based half-open)."""
    left, right = ("donor", "acceptor") if transcript.forward else ("acceptor", "donor")
    ends = ((base, kind) for a, b in transcript.introns for base, kind in ((a - 1, left), (b, right)))
    return [(base, kind) for base, kind in ends if start <= base < end]


def best_cut(change: HgvsEdit, chrom: str, genome: Genome, between: Between, forward: bool) -> int | None:
    """The cut of a trimmed insertion or deletion that preserves most of the annotated sites beside it.

    None without a site there. One base beyond the repeat is included: a site whose base is deleted, or with an
    insertion between it and its intron, stays on the exon base that follows the intron. Of a deletion-insertion every
    position within its own bases is possible.
    """
    low, high = cuts(change, chrom, genome)
    first = change.start if change.ref and change.alt else low
    deleted = max(len(change.ref) - len(change.alt), 0)
    sites = between(first - 1, high + 1 + deleted)
    if not sites:
        return None
    kept = [(base, *_kept(change, chrom, genome, (base, kind), forward)) for base, kind in sites]

    def intact(cut: int) -> float:
        """Bases inserted after a site are collapsed into it, and so is the site at their end."""
        total = 0.0
        for base, left, right in kept:
            if base < cut:
                total += left + (right if base == cut - 1 and not deleted else 0.0)
            elif base >= cut + deleted:
                total += right
        return total

    cut: int = max([*range(low, high + 2), *range(low - 1, first - 2, -1)], key=intact)
    return cut


def cuts(change: HgvsEdit, chrom: str, genome: Genome) -> tuple[int, int]:
    """The cuts of the leftmost and the rightmost equivalent position, bases shared from the left aligned one to one."""
    shared = min(len(change.ref), len(change.alt))
    first, last = (shift(change, chrom, genome, right).start + shared for right in (False, True))
    return first, last


def site_within(fetch: Fetch, anchor: int, growth: int, donor: bool, forward: bool) -> int | None:
    """Position of a splice site within an insertion of ``growth`` bases after ``anchor``; None if it is the anchor.

    fetch: of the alternate sequence. For an acceptor it is the first base, in the direction of the transcript, after an
    AG; for a donor the base before a GT with the most likely motif.
    """
    motif = "GT" if donor else "AG"
    motif = motif if forward else reverse_complement(motif)
    behind = donor == forward
    places = range(anchor, anchor + growth + 1)
    found = [
        base
        for base in (places if forward else reversed(places))
        if (fetch(base + 1, base + 3) if behind else fetch(base - 2, base)) == motif
    ]
    if not found:
        return None
    best = max(found, key=lambda base: _bits(fetch, base, forward)) if donor else found[0]
    return best if best > anchor else None


def aligned_exon(
    transcript: Transcript, exon: tuple[int, int], cut: int, growth: int, fetch: Fetch
) -> tuple[int, int]:
    """An exon of a transcript on the alternate sequence (0-based half-open), a change of length being aligned at a cut.

    fetch: of the alternate sequence. A site within an insertion is at the exon's edge.
    """
    resumed, anchor, forward = cut + max(-growth, 0), cut - 1, transcript.forward
    start = exon[0] if exon[0] < cut else max(exon[0], resumed) + growth
    end = exon[1] if exon[1] <= cut else max(exon[1], resumed) + growth
    if growth > 0 and exon[0] - 1 <= anchor <= exon[0] != transcript.start:
        within = site_within(fetch, anchor, growth, not forward, forward)
        start = start if within is None else within
    if growth > 0 and anchor == exon[1] - 1 and exon[1] != transcript.end:
        within = site_within(fetch, anchor, growth, forward, forward)
        end = end if within is None else within + 1
    return start, end


def alternate(change: HgvsEdit, chrom: str, genome: Genome) -> Fetch:
    """Fetches bases of the sequence with a trimmed change."""
    growth = len(change.alt) - len(change.ref)

    def fetch(start: int, end: int) -> str:
        own = change.alt[max(start - change.start, 0) : max(end - change.start, 0)]
        left = genome.fetch(chrom, start, max(start, min(end, change.start)))
        behind = max(start - growth, change.end)
        return left + own + genome.fetch(chrom, behind, max(behind, end - growth))

    return fetch


def _kept(change: HgvsEdit, chrom: str, genome: Genome, site: Site, forward: bool) -> tuple[float, float]:
    """Score of a preserved site, left of the cut and right of it; 0 for a lost one."""
    (base, kind), growth = site, len(change.alt) - len(change.ref)
    before = (kind == "acceptor") == forward
    intron = INTRON_BASES[kind]
    reach = (intron, EXON_BASES - 1) if before else (EXON_BASES - 1, intron)
    whole, fetch = genome.fetch(chrom, base - reach[0], base + reach[1] + 1), alternate(change, chrom, genome)
    found = []
    for at in (base, base + growth):
        there = fetch(at - reach[0], at + reach[1] + 1)
        edge = reach[0] if before else reach[0] + 1
        left, right = _run(whole[:edge][::-1], there[:edge][::-1]), _run(whole[edge:], there[edge:])
        kept = (left if before else right) >= DINUCLEOTIDE
        motif = there if forward else reverse_complement(there)
        upstream = UPSTREAM * ((at == base) == ((growth > 0) == forward))
        found.append(_worth(kind, left + right, motif) + upstream if kept else 0.0)
    return found[0], found[1]


def _worth(kind: str, intact: int, motif: str) -> float:
    """Score of a preserved site, from its number of intact bases and its motif, 5' to 3'."""
    return float(intact) if kind == "acceptor" else KEPT + donor_bits(motif) + INTACT * intact


def _bits(fetch: Fetch, base: int, forward: bool) -> float:
    """Score of the donor motif around the base of an exon, in bits."""
    before, after = EXON_BASES - 1, INTRON_BASES["donor"]
    if forward:
        return donor_bits(fetch(base - before, base + after + 1))
    return donor_bits(reverse_complement(fetch(base - after, base + before + 1)))


def _run(one: str, other: str) -> int:
    """Length of the common prefix of two strings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))
