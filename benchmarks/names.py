"""Names and consequences against brute force: ``python -m benchmarks.names --loci FOLDER``.

Seeded random alleles in exons and 30 bases beside them, in every coding transcript of a genome of loci whose exons are
known throughout, two thirds of them at exon edges, start, stop and in repeats: substitutions of 1-6 bases, deletions,
insertions, duplications and deletion-insertions of 1-12, and pairs of them on one copy. Each is spelt in three ways.
Prints how many were compared and each difference from :mod:`benchmarks.names_oracle`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import names_oracle as oracle
from benchmarks.names_oracle import Edit, Locus
from landfall.genome.annotation.reader import read_gtf
from landfall.genome.consequence import consequence, joint_consequence
from landfall.genome.hgvs.dna import Allele, hgvs_c
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mrna

FLANK = 60
"""Bases of the contig on either side of a transcript that its string holds."""
BESIDE = 30
LONGEST = 12
SHARE_OF_PAIRS = 0.15


@dataclass
class Comparison:
    """What was compared, by its kind, and what differed."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def compared(self) -> int:
        return self.kinds.total()

    def add(self, transcript: Transcript, kind: str, faults: Iterable[str]) -> None:
        """One comparison on a transcript."""
        self.kinds[kind] += 1
        self.faults += [f"{transcript.gene} {transcript.transcript} {fault}" for fault in faults]

    def report(self, what: str) -> int:
        """Print every difference and the numbers; the exit code of the command."""
        print(*self.faults, sep="\n")
        print(*(f"{count:7,} {kind}" for kind, count in self.kinds.most_common()), sep="\n")
        print(f"{self.compared:,} {what}, {len(self.faults)} differences")
        return 1 if self.faults else 0


def laid_out(transcript: Transcript, genome: Genome) -> Locus:
    """A transcript in its own direction."""
    start, end = transcript.start - FLANK, transcript.end + FLANK
    sequence = genome.fetch(transcript.chrom, start, end)
    exons = [(a - start, b - start) for a, b in transcript.exons]
    coding = (transcript.cds_start or 0) - start, (transcript.cds_end or 0) - start
    if transcript.forward:
        return Locus(sequence, tuple(exons), *coding)
    size = end - start
    turned = tuple((size - b, size - a) for a, b in reversed(exons))
    return Locus(reverse_complement(sequence), turned, size - coding[1], size - coding[0])


def on_contig(transcript: Transcript, locus: Locus, start: int, ref: str, alt: str) -> Allele:
    """1-based position, ref and alt on the + strand of a change of a locus."""
    if transcript.forward:
        return transcript.start - FLANK + start + 1, ref, alt
    return transcript.end + FLANK - start - len(ref) + 1, reverse_complement(ref), reverse_complement(alt)


def spellings(transcript: Transcript, locus: Locus, edit: Edit) -> list[Allele]:
    """An edit at its first and its last place, and with bases on both sides."""
    there = list(oracle.everywhere(locus.sequence, edit))
    wide = Edit(edit.start - 3, locus.sequence[edit.start - 3 : edit.end + 5], "")
    alt = locus.sequence[edit.start - 3 : edit.start] + edit.alt + locus.sequence[edit.end : edit.end + 5]
    found = [(e.start, e.ref, e.alt) for e in (there[0], there[-1])] + [(wide.start, wide.ref, alt)]
    return [on_contig(transcript, locus, *spelt) for spelt in dict.fromkeys(found)]


# --- random alleles ------------------------------------------------------------------------------------------------


def centre(rng: random.Random, locus: Locus) -> int:
    """A position: at an exon's edge, the start, the stop, in a repeat, or anywhere in an exon or beside it."""
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(rng.choice(locus.exons)) + rng.randint(-LONGEST, 8)
    if kind < 0.38:
        return locus.cds_start + rng.randint(-6, 6)
    if kind < 0.48:
        return locus.cds_end + rng.randint(-12, 6)
    a, b = rng.choice(locus.exons)
    anywhere = rng.randint(a - BESIDE, b + BESIDE)
    return next(_repeats(locus.sequence, anywhere), anywhere) if kind < 0.65 else anywhere


def _repeats(sequence: str, start: int) -> Iterator[int]:
    """Starts of units of 1-6 bases that stand twice, from a position on, within 40 bases."""
    for at in range(start, start + 40):
        if any(sequence[at : at + u] == sequence[at + u : at + 2 * u] for u in range(2, 7)):
            yield at


def random_edit(rng: random.Random, locus: Locus) -> Edit | None:
    """One allele; None where it would change nothing, or where the sequence is unknown."""
    start, size = centre(rng, locus), rng.choice((1, 1, 2, 3, 3, 4, 5, 6, 9, 10, 12))
    new = "".join(rng.choices("ACGT", k=rng.choice((1, 2, 3, 4, 6, 8, 9, 12))))
    held = locus.sequence[start : start + size]
    ref, alt = rng.choice(
        (
            (held[:1], new[:1]),
            (held[:6], "".join(rng.choices("ACGT", k=len(held[:6])))),
            (held, ""),
            (held, ""),
            ("", new),
            ("", held),
            ("", held),
            (held, new),
        )
    )
    edit = oracle.trimmed(start, ref, alt)
    around = locus.sequence[max(start - 20, 0) : start + size + 20]
    inside = FLANK + 20 < start < len(locus.sequence) - FLANK - 40
    return edit if inside and "N" not in around and (edit.ref or edit.alt) else None


def edits(rng: random.Random, locus: Locus, count: int) -> Iterator[Edit]:
    while count:
        edit = random_edit(rng, locus)
        if edit:
            count -= 1
            yield edit


# --- comparing -----------------------------------------------------------------------------------------------------


def compare(transcript: Transcript, genome: Genome, locus: Locus, edit: Edit) -> tuple[str, list[str]]:
    """The term of an allele and what is wrong with its names and its consequence."""
    found = {
        (hgvs_c(transcript, *spelt, genome), *consequence(transcript, *spelt, genome))
        for spelt in spellings(transcript, locus, edit)
    }
    if len(found) > 1:
        return "", [f"spellings differ: {sorted(map(str, found))}"]
    ((name, term, protein),) = found
    faults = [_consequence_faults(locus, place, name, term, protein) for place in oracle.chosen(locus, edit)]
    return term, oracle.c_faults(locus, edit, name) + min(faults, key=len)


def _consequence_faults(locus: Locus, place: Edit, name: str, term: str, protein: str | None) -> list[str]:
    """What is wrong with the term and the p. name of an edit at a place."""
    right = oracle.terms(locus, place, "" if oracle.site_taken(locus, place) else oracle.made(locus, [place]))
    wrong = [] if term in right else [f"{name}: {term}, not {' or '.join(sorted(right))} ({protein})"]
    return wrong + _protein_faults(locus, [place], name, term, protein)


def _protein_faults(
    locus: Locus, places: Sequence[Edit], name: str, term: str, protein: str | None
) -> list[str]:
    if any(oracle.site_taken(locus, place) for place in places) or not locus.readable:
        return [f"{name} has {protein}"] if protein not in (None, "p.(Met1?)") else []
    new = oracle.made(locus, places)
    if protein == "p.(Met1?)":
        return [] if term == "start_lost" else [f"{name}: {protein} as {term}"]
    if protein is None:
        return [] if new == locus.old else [f"{name} ({term}) has no p. name"]
    if protein == "p.?":
        return [] if not new.endswith("*") else [f"{name}: p.? though the protein is known"]
    return [f"{name}: {fault}" for fault in oracle.p_faults(locus.old, new, protein)]


def compare_pair(
    transcript: Transcript, genome: Genome, locus: Locus, pair: Sequence[Edit]
) -> tuple[str, list[str]]:
    """The same of two alleles on one copy, neither of which takes a site or the start."""
    found = joint_consequence(
        transcript, [on_contig(transcript, locus, e.start, e.ref, e.alt) for e in pair], genome
    )
    haplotype = oracle.applied(locus.sequence, pair)
    said = oracle.applied(locus.sequence, oracle.c_edits(locus, found.hgvs_c))
    faults = [] if said == haplotype else [f"{found.hgvs_c} is another haplotype than {pair}"]
    return found.consequence, faults + _protein_faults(
        locus, pair, found.hgvs_c, found.consequence, found.hgvs_p
    )


def pairs(rng: random.Random, locus: Locus, count: int) -> Iterator[tuple[Edit, Edit]]:
    """Pairs of alleles within 30 bases of one exon, away from its edges and the start codon."""
    for one in edits(rng, locus, count * 4):
        near = one.end + rng.randint(0, BESIDE)
        held = locus.sequence[near : near + rng.randint(1, 4)]
        other = oracle.trimmed(
            near, *rng.choice(((held[0], rng.choice("ACGT")), (held, ""), ("", held), ("", "G")))
        )
        span = one.start - 40, other.end + 40
        exonic = any(a < span[0] and span[1] < b for a, b in locus.exons)
        if exonic and span[0] > locus.cds_start and other.start > one.end and (other.ref or other.alt):
            yield one, other


def compare_all(genome: Genome, transcripts: Sequence[Transcript], alleles: int, seed: int) -> Comparison:
    """Compare about ``alleles`` random alleles, as many in each coding transcript, and pairs of them."""
    coding = [t for t in transcripts if t.coding and "N" not in mrna(t, genome)]
    result = Comparison()
    for transcript in coding:
        rng = random.Random(f"{seed} {transcript.chrom} {transcript.transcript}")
        locus = laid_out(transcript, genome)
        each = -(-alleles // len(coding))
        results = [compare(transcript, genome, locus, edit) for edit in edits(rng, locus, each)]
        few = round(each * SHARE_OF_PAIRS)
        results += [compare_pair(transcript, genome, locus, pair) for pair in pairs(rng, locus, few)]
        for term, faults in results:
            result.add(transcript, term, faults)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--loci", type=Path, default=Path("../shared/data/loci"))
    parser.add_argument("--alleles", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    genome = Genome(arguments.loci / "GRCh38.fa.gz")
    annotation = read_gtf(arguments.loci / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    result = compare_all(genome, list(annotation), arguments.alleles, arguments.seed)
    return result.report("alleles and pairs")


if __name__ == "__main__":
    sys.exit(main())
