"""Names of predicted mRNAs and proteins against brute force: ``python -m benchmarks.rna_names --loci FOLDER``.

Seeded random alleles, from single bases to twelve, in exons, at their edges and deep in introns, each with
probabilities of splice sites that call an outcome of every kind: one exon or several skipped, a whole intron retained,
an edge moved outwards or inwards, a pseudoexon, and normal splicing. The r. name of each outcome, applied to the
transcript's own bases (:mod:`benchmarks.rna_oracle`), has to give the mRNA that is built, and the p. name the protein
that this mRNA codes for. Prints how many were compared and each difference.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import names_oracle, rna_oracle
from benchmarks.names import FLANK, Comparison, laid_out
from landfall.genome.annotation.reader import read_gtf
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.splicing.outcomes.events import find_events
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.sites import ACCEPTOR, DONOR, Locus, OutcomeSettings, SiteProbabilities
from landfall.splicing.outcomes.transcript import Edit, splice
from landfall.splicing.site_alignment import SiteAlignment

KINDS = ("skip", "retain", "donor", "acceptor", "pseudoexon", "quiet")
"""What the probabilities call; every case has the outcome of normal splicing as well."""
LONGEST_INTRON = 20_000
"""A longer one is not retained here: its bases are the greater part of the work."""
WINDOW = 1_500
"""Bases to either side of the allele with probabilities."""
LOST, STRONG = 0.02, 0.9
UNLIMITED = OutcomeSettings(min_share=0.0, max_outcomes=1_000)


@dataclass(frozen=True)
class Case:
    """An allele, its alignment, and probabilities of splice sites that call outcomes."""

    transcript: Transcript
    variant: Variant
    moved: int
    probabilities: SiteProbabilities


class Maker:
    """Random cases of one transcript."""

    def __init__(
        self, transcript: Transcript, genome: Genome, layer: SiteAlignment, rng: random.Random
    ) -> None:
        self.transcript, self.genome, self.layer, self.rng = transcript, genome, layer, rng
        self.locus = laid_out(transcript, genome)

    def case(self, kind: str) -> Case | None:
        """None where an allele changes nothing or its surroundings are unknown."""
        intron = self.rng.randrange(len(self.transcript.introns))
        start, end = self.transcript.introns[intron]
        place = self._place(kind, start, end)
        variant = self._allele(place)
        if variant is None or (kind == "retain" and end - start > LONGEST_INTRON):
            return None
        moved = self.layer.moved(variant, self.transcript)
        return Case(self.transcript, variant, moved, self._probabilities(kind, variant, intron, place))

    def _place(self, kind: str, start: int, end: int) -> int:
        """At an end of an intron, within the exon before it, or anywhere in it (0-based)."""
        deep = kind in ("pseudoexon", "retain") and end - start > 300
        how = self.rng.random()
        if how < 0.5 and not (deep and how < 0.3):
            return self.rng.choice((start, end)) + self.rng.randint(-8, 8)
        if how < 0.7:
            exon = next(exon for exon in self.transcript.exons if exon[1] == start)
            return self.rng.randint(max(exon[0], start - 200), start - 1)
        return self.rng.randint(start, end - 1)

    def _allele(self, at: int) -> Variant | None:
        held = self.genome.fetch(self.transcript.chrom, at, at + self.rng.choice((1, 1, 1, 2, 3, 4, 6, 12)))
        new = "".join(self.rng.choices("ACGT", k=self.rng.choice((1, 1, 2, 3, 4, 6, 9, 12))))
        alt = self.rng.choice((new[:1] + held[1:], new[:1] + held[1:], "", held * 2, new + held, new))
        around = self.genome.fetch(self.transcript.chrom, at - 60, at + 80)
        if alt == held or "N" in around:
            return None
        return spelling(self.transcript.chrom, at + 1, held, alt, self.genome)

    def _probabilities(self, kind: str, variant: Variant, intron: int, place: int) -> SiteProbabilities:
        low, high = variant.start - WINDOW, variant.end + WINDOW
        ref = {ACCEPTOR: np.zeros(high - low), DONOR: np.zeros(high - low)}
        left, right = (DONOR, ACCEPTOR) if self.transcript.forward else (ACCEPTOR, DONOR)
        ends = self.transcript.introns[intron]
        annotated = [
            (side, base) for a, b in self.transcript.introns for side, base in ((left, a - 1), (right, b))
        ]
        inside = [(side, base - low) for side, base in annotated if low <= base < high]
        for side, row in inside:
            ref[side][row] = STRONG
        alt = {side: values.copy() for side, values in ref.items()}
        if kind in ("skip", "retain"):
            for side, row in (
                inside if kind == "skip" else ((left, ends[0] - 1 - low), (right, ends[1] - low))
            ):
                if 0 <= row < high - low:
                    alt[side][row] = LOST
        elif kind != "quiet":
            for side, base in self._gained(kind, ends, place):
                if low <= base < high:
                    alt[side][base - low] = STRONG
        return SiteProbabilities(low, ref[ACCEPTOR], ref[DONOR], alt[ACCEPTOR], alt[DONOR])

    def _gained(self, kind: str, intron: tuple[int, int], place: int) -> list[tuple[str, int]]:
        """New sites near the allele, and where it has none of its own near a new exon around it."""
        if kind == "pseudoexon":
            size = self.rng.randint(30, 200)
            first = min(max(place - self.rng.randint(-4, size + 4), intron[0] + 60), intron[1] - size - 60)
            left, right = (ACCEPTOR, DONOR) if self.transcript.forward else (DONOR, ACCEPTOR)
            return [(left, first), (right, first + size)]
        edge = intron[0] if (kind == DONOR) == self.transcript.forward else intron[1]
        return [(kind, self.rng.choice((place + self.rng.randint(-5, 5), edge + self.rng.randint(-60, 60))))]


def compare(case: Case, genome: Genome, locus: names_oracle.Locus) -> Iterator[tuple[str, list[str]]]:
    """Every outcome's kind and what is wrong with its names."""
    transcript, edit = case.transcript, Edit(genome, case.variant, case.moved)
    held = Locus(transcript, case.probabilities, edit, UNLIMITED)
    outcomes = predict_outcomes(
        case.variant, transcript, case.probabilities, genome, UNLIMITED, moved=case.moved
    )
    events = [event for event in find_events(held) if event.weight > 0]
    chains = [(event.exons, (*event.sites, *held.moved_natives)) for event in events]
    chains.append((transcript.exons, (*held.moved_natives,)))
    alternate = _alternate(case.variant, transcript, genome)
    for outcome, (exons, sites) in zip(outcomes, chains, strict=True):
        made = splice(edit, exons, transcript.strand, sites)
        spliced = "".join(
            alternate[a - transcript.start + FLANK : b - transcript.start + FLANK]
            for a, b in sorted(made.exons)
        )
        spliced = spliced if transcript.forward else reverse_complement(spliced)
        faults = [] if spliced == made.sequence else ["the mRNA is not of the haplotype"]
        yield (
            outcome.event,
            [f"{case.variant} {_words(outcome)}: {f}" for f in faults + _faults(locus, outcome, spliced)],
        )


def _alternate(variant: Variant, transcript: Transcript, genome: Genome) -> str:
    """The contig from FLANK bases before the transcript on, with the allele."""
    low, high = transcript.start - FLANK, transcript.end + FLANK
    before = genome.fetch(variant.chrom, low, variant.start)
    return before + variant.alt + genome.fetch(variant.chrom, variant.end, high)


def _words(outcome: Outcome) -> str:
    return f"{outcome.event} {outcome.hgvs_r} {outcome.hgvs_p}"


def _faults(locus: names_oracle.Locus, outcome: Outcome, spliced: str) -> list[str]:
    if outcome.hgvs_r == "r.?":
        return (
            [] if outcome.event == "none" and outcome.hgvs_p in (None, "p.?") else ["p. of an unknown mRNA"]
        )
    try:
        message = rna_oracle.read(locus, outcome.hgvs_r or "")
    except AssertionError as error:
        return [str(error)]
    if message.sequence != spliced:
        return ["another mRNA"]
    return rna_oracle.protein_faults(locus, message, outcome.hgvs_p)


def compare_all(
    genome: Genome, transcripts: Sequence[Transcript], chosen: Sequence[Transcript], cases: int, seed: int
) -> Comparison:
    """Compare ``cases`` random cases of the chosen transcripts in turn; transcripts: all of every gene."""
    layer, result, rng = SiteAlignment(genome, transcripts), Comparison(), random.Random(seed)
    for transcript in chosen:
        maker = Maker(transcript, genome, layer, rng)
        if not maker.locus.readable or "U" in maker.locus.old:
            continue
        for number in range(-(-cases // len(chosen))):
            case = maker.case(KINDS[number % len(KINDS)])
            for kind, faults in compare(case, genome, maker.locus) if case else ():
                result.add(transcript, kind, faults)
    return result


def suitable(transcripts: Sequence[Transcript]) -> list[Transcript]:
    """Coding transcripts with introns."""
    return [t for t in transcripts if t.coding and t.introns and not t.open_start and not t.slippage]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--loci", type=Path, default=Path("../shared/data/loci"))
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    genome = Genome(arguments.loci / "GRCh38.fa.gz")
    transcripts = list(read_gtf(arguments.loci / "genes.GRCh38.gtf.gz", genome.aliases, genome))
    result = compare_all(genome, transcripts, suitable(transcripts), arguments.cases, arguments.seed)
    return result.report("outcomes")


if __name__ == "__main__":
    sys.exit(main())
