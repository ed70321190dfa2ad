"""The files of simulated patients: a VCF of the family, a PED, and the population's frequencies.

Background is a real exome and, drawn for each patient, rare changes in introns, as many as a genome has. Parents'
genotypes follow from the child's: each allele of the child was handed down by one of them, and what was not handed
down is the alternate allele as often as in the population.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from benchmarks.patient_cases import SECOND_HIT, Patient
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant

RARE_PER_GENOME, GENOME = 40_000, 2.9e9
"""Changes of one genome below 0.5 %, 40,000 to 200,000 (1000 Genomes Project, Nature 526:68, 2015), and the bases it
has. As all of them are taken to be in no file of frequencies, the lower end is more than a genome would have."""
INDELS, TRANSITIONS = 0.13, 2 / 3
"""Parts of a genome's changes that are short insertions or deletions (ibid.), and of substitutions, transitions."""
LONGEST_INDEL = 20
FROM_EXON = 3
"""Bases that rare changes keep from exons: selection has taken nearly all changes of the invariant sites."""
POOL = 3
"""Genomes' worth of rare changes from which each patient's are drawn."""
DEPTH = 32
MEMBERS = ("PATIENT", "FATHER", "MOTHER")
HEADER = ("##fileformat=VCFv4.2", '##FILTER=<ID=PASS,Description="All filters passed">')
FORMAT = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">',
)
TRANSITION = dict(zip("ACGT", "GTAC", strict=True))


@dataclass(frozen=True)
class Call:
    """A call of the exome: its allele, identifier, genotype and the patient's cell (GT:AD:DP:GQ).

    ``frequency`` in the population, 0 to 1; None: it is in no file of frequencies.
    """

    variant: Variant
    rsid: str
    genotype: str
    cell: str
    frequency: float | None


def exome(path: Path, seed: int) -> list[Call]:
    """The calls of the real exome, each with a frequency drawn once.

    The file has none. Of alleles of a constant population found in one genome, the density of the frequency x is
    2 (1 - x) where they are heterozygous and 2 x where homozygous; a heterozygous one that dbSNP does not know is taken
    to be in no file.
    """
    dice = random.Random(f"{seed} frequencies")
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        rows = [line.split() for line in handle if not line.startswith("#")]
    return [_call(row, dice.random()) for row in rows]


def _call(row: Sequence[str], uniform: float) -> Call:
    chrom, pos, rsid, ref, alt = row[:5]
    fields = dict(zip(row[8].split(":"), row[9].split(":"), strict=True))
    homozygous = fields["GT"] == "1/1"
    frequency = uniform**0.5 if homozygous else 1 - uniform**0.5
    quality = round(float(fields["GQ"]))
    cell = f"{fields['GT']}:{fields['AD']}:{fields['DP']}:{quality}"
    unknown = rsid == "." and not homozygous
    return Call(Variant(chrom, int(pos), ref, alt), rsid, fields["GT"], cell, None if unknown else frequency)


class Introns:
    """Rare changes in the introns of the transcripts, at random places of the reference that are known."""

    def __init__(self, transcripts: Sequence[Transcript], genome: Genome) -> None:
        self.genome = genome
        self.stretches = _introns(transcripts)
        self.bases = sum(end - start for _, start, end in self.stretches)
        self.per_patient = round(self.bases * RARE_PER_GENOME / GENOME)

    def pool(self, seed: int) -> list[Variant]:
        """POOL times as many different changes as one patient has, in the order of the draw."""
        dice = random.Random(f"{seed} introns")
        weights = [end - start for _, start, end in self.stretches]
        found: dict[Variant, None] = {}
        while len(found) < POOL * self.per_patient:
            (stretch,) = dice.choices(self.stretches, weights)
            if (variant := self._change(*stretch, dice)) is not None:
                found[variant] = None
        return list(found)

    def _change(self, chrom: str, start: int, end: int, dice: random.Random) -> Variant | None:
        """A change that lies within the stretch and touches no unknown base."""
        at = dice.randrange(start, end)
        length = min(1 + int(dice.expovariate(0.7)), LONGEST_INDEL)
        kind = dice.random()
        ref = self.genome.fetch(chrom, at, min(at + 1 + length, end))
        if "N" in ref or len(ref) < 2:
            return None
        if kind < INDELS / 2:
            return Variant(chrom, at + 1, ref, ref[0])
        if kind < INDELS:
            return Variant(chrom, at + 1, ref[0], ref[0] + "".join(dice.choices("ACGT", k=length)))
        alt = TRANSITION[ref[0]]
        if dice.random() >= TRANSITIONS:
            alt = dice.choice([base for base in "ACGT" if base not in (ref[0], alt)])
        return Variant(chrom, at + 1, ref[0], alt)


def _introns(transcripts: Sequence[Transcript]) -> list[tuple[str, int, int]]:
    """What lies in introns alone, FROM_EXON bases from every exon; 0-based half-open, each base once."""
    by_contig: dict[str, list[Transcript]] = {}
    for transcript in transcripts:
        by_contig.setdefault(transcript.chrom, []).append(transcript)
    found = []
    for chrom, mine in by_contig.items():
        genes = _merged((t.start, t.end) for t in mine)
        exons = _merged((a - FROM_EXON, b + FROM_EXON) for t in mine for a, b in t.exons)
        found += [(chrom, a, b) for a, b in _without(genes, exons)]
    return found


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _without(
    stretches: Sequence[tuple[int, int]], holes: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Parts of the stretches outside the holes; both merged and ascending."""
    for start, end in stretches:
        for low, high in holes:
            if high <= start or low >= end:
                continue
            if low > start:
                yield start, low
            start = max(start, high)
        if start < end:
            yield start, end


class Family:
    """Draws the family's genotypes of one patient and writes them."""

    def __init__(self, patient: Patient, seed: int) -> None:
        self.patient = patient
        self.dice = random.Random(f"{seed} family of {patient.name}")

    def write(
        self, folder: Path, exome: Sequence[Call], pool: Sequence[Variant], rare: int, genome: Genome
    ) -> None:
        """family.vcf and family.ped."""
        folder.mkdir(parents=True, exist_ok=True)
        contigs = [f"##contig=<ID={name},length={length}>" for name, length in genome.lengths.items()]
        columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *MEMBERS]
        rows = sorted(
            self._rows(exome, pool, rare), key=lambda row: (contigs_order(genome)[row[0]], int(row[1]))
        )
        lines = [*HEADER, *FORMAT, *contigs, "\t".join(columns), *("\t".join(row) for row in rows)]
        (folder / "family.vcf").write_text("".join(f"{line}\n" for line in lines))
        sex = 1 if self.patient.kind.male else 2
        ill = 2 if self.patient.kind.name == "heterozygous dominant" else 1
        ped = [f"F PATIENT FATHER MOTHER {sex} 2", f"F FATHER 0 0 1 {ill}", "F MOTHER 0 0 2 1"]
        (folder / "family.ped").write_text("".join("\t".join(line.split()) + "\n" for line in ped))

    def _rows(self, exome: Sequence[Call], pool: Sequence[Variant], rare: int) -> Iterator[list[str]]:
        """Records; what is spiked in replaces background at the same place."""
        spiked = {self.patient.causal.variant: self.patient.kind.genotypes}
        if self.patient.second is not None:
            spiked[self.patient.second] = SECOND_HIT
        taken = {(v.chrom, v.pos) for v in spiked}
        for variant, genotypes in spiked.items():
            yield _record(variant, ".", [self._cell(genotype) for genotype in genotypes])
        for call in exome:
            if (call.variant.chrom, call.variant.pos) not in taken:
                yield from self._common(call)
        for variant in self.dice.sample(pool, rare):
            if (variant.chrom, variant.pos) not in taken:
                yield from self._rare(variant)

    def _common(self, call: Call) -> Iterator[list[str]]:
        frequency = call.frequency or 0.0
        if call.variant.chrom == "chrX" and self.patient.kind.male:
            if call.genotype == "1/1" or self.dice.random() < 0.5:
                genotypes = ["1", self._other(frequency), self._parent(True, frequency)]
                yield _record(call.variant, call.rsid, [self._cell(genotype) for genotype in genotypes])
            return
        from_father = self.dice.random() < 0.5
        given = (True, True) if call.genotype == "1/1" else (from_father, not from_father)
        parents = [self._cell(self._parent(handed, frequency)) for handed in given]
        yield _record(call.variant, call.rsid, [call.cell, *parents])

    def _rare(self, variant: Variant) -> Iterator[list[str]]:
        if variant.chrom == "chrX" and self.patient.kind.male:
            if self.dice.random() < 0.5:
                yield _record(variant, ".", [self._cell(genotype) for genotype in ("1", "0", "0/1")])
            return
        from_father = self.dice.random() < 0.5
        parents = ["0/1", "0/0"] if from_father else ["0/0", "0/1"]
        yield _record(variant, ".", [self._cell(genotype) for genotype in ["0/1", *parents]])

    def _other(self, frequency: float) -> str:
        return "1" if self.dice.random() < frequency else "0"

    def _parent(self, handed: bool, frequency: float) -> str:
        """A parent's genotype: the allele handed down, or not, beside one of the population's."""
        return "/".join(sorted((str(int(handed)), self._other(frequency))))

    def _cell(self, genotype: str) -> str:
        """A clean call: every read of the alternate allele where no copy is the reference, else half of them."""
        depth = DEPTH + self.dice.randrange(-6, 7)
        if "0" not in genotype:
            alternate = depth
        elif "1" in genotype:
            alternate = sum(self.dice.random() < 0.5 for _ in range(depth))
        else:
            alternate = 0
        return f"{genotype}:{depth - alternate},{alternate}:{depth}:99"


def contigs_order(genome: Genome) -> dict[str, int]:
    """Contigs of the reference by their place in it."""
    return {name: number for number, name in enumerate(genome.lengths)}


def _record(variant: Variant, rsid: str, cells: Sequence[str]) -> list[str]:
    fixed = [variant.chrom, str(variant.pos), rsid, variant.ref, variant.alt, "500", "PASS", "."]
    return [*fixed, "GT:AD:DP:GQ", *cells]


def write_frequencies(calls: Sequence[Call], path: Path, genome: Genome) -> None:
    """The population: a bgzip-compressed, indexed VCF with AF of every call that has a frequency."""
    order = contigs_order(genome)
    info = '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency, drawn">'
    contigs = [f"##contig=<ID={name},length={length}>" for name, length in genome.lengths.items()]
    rows = [
        f"{c.variant.chrom}\t{c.variant.pos}\t{c.rsid}\t{c.variant.ref}\t{c.variant.alt}\t.\tPASS\tAF={c.frequency:.6g}"
        for c in sorted(calls, key=lambda c: (order[c.variant.chrom], c.variant.pos))
        if c.frequency is not None
    ]
    lines = [*HEADER, info, *contigs, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", *rows]
    plain = path.with_suffix("")
    plain.write_text("".join(f"{line}\n" for line in lines))
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.tabix_index(str(path), preset="vcf", force=True)
