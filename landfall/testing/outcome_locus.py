"""A small gene made for the tests of consequences.py, on either strand, with hand-made probabilities.

Four exons, written along the transcript (0-based): 100-200, 700-790, 1290-1380, 1880-2000 of a contig of
2,100 bases. The coding sequence is 300 nt, from 150: 50 nt of exon 1, 90 of exons 2 and 3, 70 of exon 4. It
has no stop codon in another frame than its own, except TAG in frame +1 and TGA in frame +2 at the beginning of
exon 3. Introns are C throughout, except the bases of ``patches``. On the - strand the whole locus is its
reverse complement.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.sites import OutcomeSettings, SiteProbabilities

LENGTH = 2_100
EXONS = ((100, 200), (700, 790), (1290, 1380), (1880, 2000))
CODING = "ATG" + "GCAGAAAACCTC" * 11 + "GCAGAA" + "CTAGACGCTGAC" + "GCAGAAAACCTC" * 12 + "TAA"
UTR5, UTR3 = "C" * 50, "C" * 50
NATIVE = {"acceptor": [700, 1290, 1880], "donor": [199, 789, 1379]}

Probabilities = dict[tuple[str, int], tuple[float, float]]


def contig(patches: dict[int, str]) -> str:
    """The locus along the transcript."""
    message, bases, done = UTR5 + CODING + UTR3, ["C"] * LENGTH, 0
    for start, end in EXONS:
        bases[start:end] = message[done : done + end - start]
        done += end - start
    for start, text in patches.items():
        bases[start : start + len(text)] = text
    return "".join(bases)


def mirrored(start: int, ref: str, alt: str, sequence: str) -> Variant:
    """An allele (0-based start along the transcript) on the reverse-complemented contig, anchored as in
    VCF.
    """
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    first = LENGTH - start - len(ref)
    flipped = reverse_complement(sequence)
    ref, alt = reverse_complement(ref), reverse_complement(alt)
    if not ref or not alt:
        anchor = flipped[first - 1]
        return Variant("chrT", first, anchor + ref, anchor + alt)
    return Variant("chrT", first + 1, ref, alt)


class Case:
    """The gene on one strand in a FASTA of its own. Positions of ``predict`` run along the transcript."""

    def __init__(
        self,
        folder: Path,
        strand: str,
        patches: dict[int, str] | None = None,
        cds: tuple[int, int] | None = (150, 1950),
    ) -> None:
        self.strand, self.sequence = strand, contig(patches or {})
        forward = strand == "+"
        path = folder / f"locus{'plus' if forward else 'minus'}.fa"
        path.write_text(f">chrT\n{self.sequence if forward else reverse_complement(self.sequence)}\n")
        self.genome = Genome(path)
        exons = EXONS if forward else tuple((LENGTH - e, LENGTH - s) for s, e in reversed(EXONS))
        span = cds if forward or cds is None else (LENGTH - cds[1], LENGTH - cds[0])
        low, high = span or (None, None)
        self.transcript = Transcript("GENE", "G1", "T1", "chrT", strand, exons, low, high)

    def on_contig(self, base: int) -> int:
        return base if self.strand == "+" else LENGTH - 1 - base

    def variant(self, start: int, ref: str, alt: str) -> Variant:
        assert self.sequence[start : start + len(ref)] == ref
        if self.strand == "+":
            return Variant("chrT", start + 1, ref, alt)
        return mirrored(start, ref, alt, self.sequence)

    def predict(
        self,
        allele: tuple[int, str, str],
        sites: Probabilities,
        settings: OutcomeSettings | None = None,
        view: tuple[int, int] = (0, LENGTH),
        gene_exons: Collection[tuple[int, int]] = (),
        splice_probability: float | None = None,
    ) -> list[Outcome]:
        """Outcomes with these probabilities (reference, alternate) by kind and base; annotated sites
        hold 1.
        """
        known = {(kind, base): (1.0, 1.0) for kind, bases in NATIVE.items() for base in bases} | sites
        arrays = {f"{a}_{kind}": np.zeros(LENGTH) for a in ("ref", "alt") for kind in NATIVE}
        for (kind, base), (ref, alt) in known.items():
            arrays[f"ref_{kind}"][self.on_contig(base)] = ref
            arrays[f"alt_{kind}"][self.on_contig(base)] = alt
        low, high = sorted((self.on_contig(view[0]), self.on_contig(view[1] - 1)))
        seen = {name: values[low : high + 1] for name, values in arrays.items()}
        probabilities = SiteProbabilities.of(low, seen)
        variant = self.variant(*allele)
        return predict_outcomes(
            variant,
            self.transcript,
            probabilities,
            self.genome,
            settings,
            gene_exons=gene_exons,
            splice_probability=splice_probability,
        )

    def segment(self, outcome: Outcome) -> tuple[int, int]:
        """The changed segment along the transcript, 0-based half-open."""
        assert outcome.start is not None
        assert outcome.end is not None
        if self.strand == "+":
            return outcome.start, outcome.end
        return LENGTH - outcome.end, LENGTH - outcome.start
