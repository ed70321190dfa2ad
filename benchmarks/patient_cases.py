"""Who the simulated patients of ``benchmarks.patients`` are: the change that makes each ill, and how it came about.

Causal are changes whose effect on RNA was measured or published (``../shared/data/truth``), in genes with a disease
of the mode asked for; second hits on the other copy of the gene are made from its coding sequence. For X, of which
the tables hold one, invariant splice sites of X-linked genes are broken.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from benchmarks import patient_terms
from landfall.genome.consequence import consequence
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.splicing.windows import Reach, choose_transcripts, place
from landfall.variants.left_align import normalise_spelling

REACH = Reach(context=5000, distance=500, max_unknown_fraction=0.5)
"""What SpliceAI needs around a change to be scored, as in config/GRCh38.yaml."""
TRIES = 10_000


@dataclass(frozen=True)
class Kind:
    """A kind of case: number of patients, HPO numbers of the diseases' modes, and copies (child, father, mother)."""

    name: str
    patients: int
    modes: tuple[int, ...]
    genotypes: tuple[str, str, str]
    male: bool = False


DOMINANT, RECESSIVE, X_LINKED = (6,), (7,), (1417, 1419, 1423)
KINDS = (
    Kind("heterozygous dominant", 30, DOMINANT, ("0/1", "0/1", "0/0")),
    Kind("homozygous recessive", 20, RECESSIVE, ("1/1", "0/1", "0/1")),
    Kind("compound with a coding hit", 20, RECESSIVE, ("0/1", "0/1", "0/0")),
    Kind("X-linked hemizygous", 12, X_LINKED, ("1", "0", "0/1"), male=True),
    Kind("de novo", 20, DOMINANT, ("0/1", "0/0", "0/0")),
)
COMPOUND = KINDS[2]
SECOND_HIT = ("0/1", "0/0", "0/1")
DAMAGING = ("stop_gained", "frameshift_variant")


@dataclass(frozen=True)
class Causal:
    """A change of splicing, its gene, and the table that it comes from."""

    variant: Variant
    gene: str
    source: str


@dataclass(frozen=True)
class Patient:
    """One simulated patient; ``second``: the hit on the other copy of the gene, if there is one."""

    name: str
    kind: Kind
    causal: Causal
    second: Variant | None
    disease: str
    terms: tuple[str, ...]


class Pool:
    """The causal changes that can be had, and the genes they lie in."""

    def __init__(self, truth: Path, genome: Genome, transcripts: Sequence[Transcript]) -> None:
        self.genome, self.index = genome, GeneIndex(transcripts)
        spelt = (replace(causal, variant=one_spelling(causal.variant, genome)) for causal in published(truth))
        known = {causal.variant: causal for causal in spelt}
        self.causal = [causal for causal in known.values() if self.scorable(causal)]

    def transcript(self, causal: Causal) -> Transcript | None:
        """The transcript in which the workflow reads a change."""
        chosen = choose_transcripts(
            causal.variant, [causal.gene], lambda v: self.index.overlapping(v.chrom, v.start, v.end)
        )
        return chosen[0] if chosen else None

    def scorable(self, causal: Causal) -> bool:
        """Whether the reference agrees and the model has the sequence that it needs."""
        variant, transcript = causal.variant, self.transcript(causal)
        if transcript is None or self.genome.fetch(variant.chrom, variant.start, variant.end) != variant.ref:
            return False
        _, placements = place([(variant, transcript)], self.genome, REACH)
        return placements[0].window is not None

    def of_kind(self, kind: Kind, dice: random.Random) -> list[Causal]:
        """Changes for a kind of case, genes in turn, each change once; then from the start again."""
        found = [*self.causal, *self._broken_sites(dice)] if kind.male else self.causal
        wanted = [c for c in found if (c.variant.chrom == "chrX") == kind.male]
        by_gene: dict[str, list[Causal]] = {}
        for causal in dice.sample(wanted, len(wanted)):
            if patient_terms.diseases(causal.gene, kind.modes):
                by_gene.setdefault(causal.gene, []).append(causal)
        longest = max(map(len, by_gene.values()))
        turns = [mine[turn] for turn in range(longest) for mine in by_gene.values() if turn < len(mine)]
        return (turns * kind.patients)[: kind.patients]

    def _broken_sites(self, dice: random.Random) -> Iterator[Causal]:
        """An invariant donor or acceptor of each gene on X, changed in its first or last base: G to A."""
        for transcript in self.index.representatives():
            if transcript.chrom == "chrX" and transcript.coding and transcript.introns:
                causal = Causal(_broken(transcript, dice), transcript.gene, "made")
                if self.scorable(causal):
                    yield causal

    def second_hit(self, causal: Causal, dice: random.Random) -> Variant:
        """A nonsense substitution or a deletion of one base in the coding exons before the last."""
        transcript = self.transcript(causal)
        assert transcript is not None
        for _ in range(TRIES):
            variant = _coding_change(transcript, self.genome, dice)
            term, _ = consequence(transcript, variant.pos, variant.ref, variant.alt, self.genome)
            if term in DAMAGING:
                return one_spelling(variant, self.genome)
        raise ValueError(f"no damaging change found in {transcript.transcript}")


def one_spelling(variant: Variant, genome: Genome) -> Variant:
    """As the tables of the workflow write it; as it is where the reference disagrees."""
    given = pd.DataFrame([(variant.chrom, variant.pos, variant.ref, variant.alt)], columns=[*ALLELE])
    rows = normalise_spelling(given, genome)
    if rows.empty:
        return variant
    chrom, pos, ref, alt = rows.iloc[0]
    return Variant(chrom, int(pos), ref, alt)


def _broken(transcript: Transcript, dice: random.Random) -> Variant:
    start, end = dice.choice(transcript.introns)
    pos = dice.choice((start + 1, end))
    ref, alt = ("G", "A") if transcript.forward else ("C", "T")
    return Variant(transcript.chrom, pos, ref, alt)


def _coding_change(transcript: Transcript, genome: Genome, dice: random.Random) -> Variant:
    """A substitution, or a deletion of one base, at a random place of a coding exon that is not the last one."""
    assert transcript.cds_start is not None
    assert transcript.cds_end is not None
    exons = transcript.exons[:-1] if transcript.forward else transcript.exons[1:]
    inside = [(max(a, transcript.cds_start), min(b, transcript.cds_end)) for a, b in exons]
    places = [pos for start, end in inside for pos in range(start + 4, end - 3)]
    start = dice.choice(places)
    ref = genome.fetch(transcript.chrom, start, start + 2)
    if dice.random() < 0.5:
        return Variant(transcript.chrom, start + 1, ref, ref[0])
    return Variant(transcript.chrom, start + 1, ref[0], dice.choice([b for b in "ACGT" if b != ref[0]]))


def published(truth: Path) -> Iterator[Causal]:
    """Changes measured or published to alter splicing, table by table."""
    wanted = {
        "pseudoexons": lambda row: int(row["pseudoexon_nt"]) > 0,
        "intronic_labels": lambda row: row["label"] == "pathogenic",
        "splice_outcomes": lambda row: row["splice_affecting"] == "1",
    }
    for table, holds in wanted.items():
        with (truth / f"{table}.GRCh38.tsv").open(encoding="utf-8", newline="") as handle:
            for row in filter(holds, csv.DictReader(handle, delimiter="\t")):
                variant = Variant(row["chrom"], int(row["pos"]), row["ref"], row["alt"])
                yield Causal(variant, row["gene"], table)


def patients(pool: Pool, seed: int, share: float = 1.0) -> list[Patient]:
    """The patients of all kinds. share: of the number of each kind, for a quicker look."""
    made = []
    for kind in KINDS:
        dice = random.Random(f"{seed} {kind.name}")
        for number, causal in enumerate(pool.of_kind(kind, dice)[: max(1, round(kind.patients * share))], 1):
            second = pool.second_hit(causal, dice) if kind is COMPOUND else None
            disease, terms = patient_terms.draw(causal.gene, kind.modes, dice)
            name = f"{kind.name.replace(' ', '_')}_{number:03d}"
            made.append(Patient(name, kind, causal, second, disease, terms))
    return made
