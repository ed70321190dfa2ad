"""Genes placed on contigs, and the reference's files: FASTA and GTF, labelled synthetic in every record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pysam

from demo import catalogue as demo
from demo.sequence import Builder, Gene, intergenic

END_OF_CONTIG = 600  # N at both ends, as in a real assembly
SPACER = (14_000, 19_000)
FASTA_WIDTH = 60
_COMPLEMENT = str.maketrans("ACGTacgtN", "TGCAtgcaN")


@dataclass(frozen=True)
class Choices:
    """What the search with the network chose: which draw of a unit, the pseudoexon, and the alleles refused.

    units: gene to unit number to attempt, where it is not the first. design: bases around the pseudoexon.
    rejected: alleles (chrom-pos-ref-alt) whose predicted effect is too strong for a non-causal variant.
    """

    units: Mapping[str, Mapping[str, int]]
    design: str
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A gene on its contig; ``start`` is the 0-based place of its lowest base."""

    gene: Gene
    start: int

    @property
    def spec(self) -> demo.Spec:
        return self.gene.spec

    @property
    def end(self) -> int:
        return self.start + len(self.gene.sequence)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A 0-based half-open stretch of the transcript's direction, on the contig."""
        if self.spec.strand == "+":
            return self.start + start, self.start + end
        return self.end - end, self.end - start

    @property
    def exons(self) -> list[tuple[int, int]]:
        """0-based half-open on the contig, in the order of the transcript."""
        return [self.span(*exon) for exon in self.gene.exons]

    @property
    def coding(self) -> list[tuple[int, int]]:
        """Coding stretches without the stop codon, as GTF has them, in the order of the transcript."""
        low, high = self.gene.cds_start, self.gene.cds_end - 3
        return [
            self.span(max(s, low), min(e, high)) for s, e in self.gene.exons if max(s, low) < min(e, high)
        ]


@dataclass(frozen=True)
class SyntheticGenome:
    contigs: Mapping[str, str]
    genes: tuple[Placed, ...]

    def gene(self, name: str) -> Placed:
        return next(placed for placed in self.genes if placed.spec.name == name)


def reverse_complement(sequence: str) -> str:
    return sequence.translate(_COMPLEMENT)[::-1]


def build(choices: Choices) -> SyntheticGenome:
    """The whole genome from the seed and the choices."""
    contigs: dict[str, str] = {}
    genes: list[Placed] = []
    for chrom in dict.fromkeys(spec.chrom for spec in demo.GENES):
        stream = Random(f"{demo.SEED}:{chrom}")
        text = "N" * END_OF_CONTIG + intergenic(stream, stream.randint(*SPACER))
        for spec in (spec for spec in demo.GENES if spec.chrom == chrom):
            gene = Builder(spec, choices.units.get(spec.name, {}), choices.design).build()
            genes.append(Placed(gene, len(text)))
            text += gene.sequence if spec.strand == "+" else reverse_complement(gene.sequence)
            text += intergenic(stream, stream.randint(*SPACER))
        contigs[chrom] = text + "N" * END_OF_CONTIG
    return SyntheticGenome(contigs, tuple(genes))


def write_fasta(genome: SyntheticGenome, path: Path) -> None:
    """bgzip-compressed FASTA with its two indexes."""
    plain = path.with_suffix("")
    with plain.open("w", encoding="ascii", newline="\n") as out:
        for chrom, text in genome.contigs.items():
            out.write(f">{chrom} synthetic sequence of the landfall demo, not human, seed {demo.SEED}\n")
            out.writelines(text[at : at + FASTA_WIDTH] + "\n" for at in range(0, len(text), FASTA_WIDTH))
    pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()
    pysam.faidx(str(path))


def write_gtf(genome: SyntheticGenome, path: Path) -> None:
    """bgzip-compressed GTF in GENCODE's conventions: CDS without the stop codon, 1-based closed positions."""
    plain = path.with_suffix("")
    with plain.open("w", encoding="ascii", newline="\n") as out:
        out.write(
            "##description: SYNTHETIC genes of the landfall demo; only names and exon counts are real\n"
        )
        out.write("##provider: landfall demo/make_demo.py\n##format: gtf\n")
        for placed in genome.genes:
            out.writelines(line + "\n" for line in gtf_lines(placed))
    pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()


def gtf_lines(placed: Placed) -> Iterator[str]:
    whole = (placed.start, placed.end)
    yield _gtf_row(placed, "gene", whole, ".", None)
    yield _gtf_row(placed, "transcript", whole, ".", None)
    phase, coding = 0, iter(placed.coding)
    for number, (exon, inner) in enumerate(zip(placed.exons, placed.gene.exons, strict=True), start=1):
        yield _gtf_row(placed, "exon", exon, ".", number)
        if inner[1] > placed.gene.cds_start and inner[0] < placed.gene.cds_end - 3:
            span = next(coding)
            yield _gtf_row(placed, "CDS", span, str(phase), number)
            phase = (phase - (span[1] - span[0])) % 3
    start, stop = placed.gene.cds_start, placed.gene.cds_end
    yield _gtf_row(placed, "start_codon", placed.span(start, start + 3), "0", 1)
    yield _gtf_row(placed, "stop_codon", placed.span(stop - 3, stop), "0", placed.spec.exons)


def _gtf_row(placed: Placed, feature: str, span: tuple[int, int], phase: str, exon: int | None) -> str:
    spec = placed.spec
    tags = [f'gene_id "{spec.gene_id}"', f'gene_name "{spec.name}"', 'gene_type "protein_coding"']
    if feature != "gene":
        tags[1:1] = [f'transcript_id "{spec.transcript}"']
        tags += ['transcript_type "protein_coding"', *([f"exon_number {exon}"] if exon else [])]
        tags += ['tag "basic"', 'tag "Ensembl_canonical"']
    place = [spec.chrom, demo.LABEL, feature, str(span[0] + 1), str(span[1]), ".", spec.strand, phase]
    return "\t".join([*place, "; ".join(tags) + ";"])
