"""PS1 for splicing: alleles classified as pathogenic at the same base or in the same splice site motif.

Table 2 of Walker et al. 2023. Its prerequisite, that both alleles are predicted to make the same event with at least
the same strength, is left to the person: the classified alleles are not scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from landfall.genome.consequence import consequence
from landfall.genome.hgvs.dna import trim
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.ranking.acmg.criteria import (
    CANONICAL,
    COUNTED,
    NOT_ASSESSED,
    NOT_MET,
    POINTS,
    PROVISIONAL,
    Criterion,
)
from landfall.ranking.rows import PrioritisedRow
from landfall.splicing.outcomes.used_site import position
from landfall.splicing.rows import OutcomeRow
from landfall.variants import known_sites

Row = Mapping[str, Any]
Span = tuple[int, int]

TABLE = "Walker et al. 2023, table 2"
P, LP = "pathogenic", "likely pathogenic"
SIGNIFICANCE = {"pathogenic": P, "likely_pathogenic": LP, "pathogenic/likely_pathogenic": LP}
"""CLNSIG to what it counts as; anything else does not count."""
OUTSIDE = {("nucleotide", P): "strong", ("nucleotide", LP): "moderate"} | {
    ("motif", P): "moderate",
    ("motif", LP): "supporting",
}
"""For an allele outside the two bases of a site, with PP3."""
AT_SITE = {
    ("dinucleotide", P): "supporting",
    ("motif", P): "supporting",
    ("motif", LP): "supporting",
}
"""For one at them, with PVS1 in full."""
AT_SITE_REDUCED = {("dinucleotide", P): "strong", ("motif", P): "moderate", ("motif", LP): "supporting"}
"""For one at them, with PVS1 at a lower strength."""
MOTIFS = {"donor": (3, 6), "acceptor": (3, 20)}
"""Exonic and intronic bases of a splice site's motif (those of MaxEntScan)."""
SPLICING = {*CANONICAL, "splice_region_variant", "synonymous_variant", "intron_variant"}
"""Terms of classified alleles that can have been classified for splicing alone."""


@dataclass(frozen=True)
class Classified:
    """An allele of a ClinVar-like file in its one spelling; ``pos`` 1-based, ``review`` is CLNREVSTAT."""

    identifier: str
    chrom: str
    pos: int
    ref: str
    alt: str
    significance: str
    review: str

    @property
    def text(self) -> str:
        return f"{self.identifier} ({self.pos} {self.ref}>{self.alt}, {self.significance}; {self.review})"


def read_classified(path: Path, genome: Genome, alleles: pd.DataFrame) -> list[Classified]:
    """The alleles classified as (likely) pathogenic around alleles (chrom, pos, ref), in the order of the file."""
    found: list[Classified] = []
    for near in known_sites.read_near(
        path, known_sites.stretches(alleles, known_sites.contig_names(path)), genome
    ):
        significance = _info(near, "CLNSIG").str.split("|").str[0].str.lower().map(SIGNIFICANCE)
        known = near.assign(significance=significance, review=_info(near, "CLNREVSTAT"))
        for row in known.dropna(subset=["significance"]).to_dict("records"):
            review = row["review"].replace("_", " ") or "review status not given"
            allele = {name: row[name] for name in ("chrom", "pos", "ref", "alt", "significance")}
            found.append(Classified(identifier=row["id"], review=review, **allele))
    return found


def _info(near: pd.DataFrame, name: str) -> pd.Series[str]:
    return near["info"].str.extract(rf"(?:^|;){name}=([^;]*)", expand=False).fillna("")


def same_splicing(
    row: PrioritisedRow,
    outcomes: Sequence[OutcomeRow],
    transcript: Transcript | None,
    genome: Genome,
    classified: Sequence[Classified] | None,
    pvs1: Criterion,
    pp3: Criterion,
) -> Criterion:
    """PS1 for splicing, from the classified allele that gives most; None for them: no file was given."""
    if classified is None:
        words = "no file of classified alleles is configured (evidence.clinvar)"
        return Criterion("PS1", NOT_ASSESSED, None, words, TABLE)
    if transcript is None:
        return Criterion("PS1", NOT_MET, None, "the allele lies in no transcript", TABLE)
    rules = _rules(row, pvs1, pp3)
    itself = [c.text for c in classified if _same(row, c)]
    listed = f"; the allele itself is classified, which PS1 does not use: {itself[0]}" if itself else ""
    if rules is None:
        words = f"PS1 for splicing needs PP3, or PVS1 at the two bases of a site{listed}"
        return Criterion("PS1", NOT_MET, None, words, TABLE)
    motifs = list(_motifs(transcript, outcomes))
    ranked = [
        (rules[relation, other.significance], relation, other)
        for other in classified
        if not _same(row, other) and _for_splicing(other, transcript, genome)
        for relation in _relations(span_of(row), span_of(vars(other)), motifs)
        if (relation, other.significance) in rules
    ]
    if not ranked:
        words = f"no pathogenic allele of the file shares the base or the splice motif{listed}"
        return Criterion("PS1", NOT_MET, None, words, TABLE)
    strength, relation, other = max(ranked, key=lambda found: POINTS[found[0]])
    words = f"same {relation} as {other.text}{listed}; on condition that both make the same event"
    return Criterion("PS1", PROVISIONAL, strength, f"{words} (the classified allele was not scored)", TABLE)


def _rules(row: PrioritisedRow, pvs1: Criterion, pp3: Criterion) -> Mapping[tuple[str, str], str] | None:
    """The part of the table that holds for the allele; None if it meets neither prerequisite."""
    if row["consequence"] in CANONICAL:
        if pvs1.status not in COUNTED:
            return None
        return AT_SITE if pvs1.strength == "very_strong" else AT_SITE_REDUCED
    return OUTSIDE if pp3.status in COUNTED else None


def _same(row: PrioritisedRow, other: Classified) -> bool:
    return all(row[name] == getattr(other, name) for name in ("chrom", "pos", "ref", "alt"))


def _for_splicing(other: Classified, transcript: Transcript, genome: Genome) -> bool:
    if other.chrom != transcript.chrom:
        return False
    return consequence(transcript, other.pos, other.ref, other.alt, genome)[0] in SPLICING


def span_of(allele: Row) -> Span:
    """The reference bases that an allele changes (0-based half-open); an insertion counts the base before it."""
    change = trim(allele["pos"], allele["ref"], allele["alt"])
    return (change.start, change.end) if change.ref else (change.start - 1, change.start)


def _relations(one: Span, other: Span, motifs: Sequence[tuple[Span, Span]]) -> Iterator[str]:
    """How two alleles stand to one another: same nucleotide, same dinucleotide, same motif."""
    if one == other:
        yield "nucleotide"
    for motif, pair in motifs:
        if _touch(one, pair) and _touch(other, pair):
            yield "dinucleotide"
        elif _touch(one, motif) and _touch(other, motif):
            yield "motif"


def _touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and one[1] > other[0]


def _motifs(transcript: Transcript, outcomes: Sequence[OutcomeRow]) -> Iterator[tuple[Span, Span]]:
    """Motif and dinucleotide of the annotated sites and of those that called outcomes use (0-based half-open)."""
    left, right = ("donor", "acceptor") if transcript.forward else ("acceptor", "donor")
    known = {(left, start - 1) for start, _ in transcript.introns}
    known |= {(right, end) for _, end in transcript.introns}
    for outcome in (outcome for outcome in outcomes if outcome["called"]):
        known |= {(kind, pos - 1) for kind in MOTIFS if (pos := position(outcome, kind)) is not None}
    for kind, base in sorted(known):
        exonic, intronic = MOTIFS[kind]
        if kind == left:  # the intron lies to the right of the exon's base
            yield (base - exonic + 1, base + intronic + 1), (base + 1, base + 3)
        else:
            yield (base - intronic, base + exonic), (base - 2, base)
