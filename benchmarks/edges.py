"""What aligning an indel by the splice sites beside it does to their scores: ``python -m benchmarks.edges``.

Seeded units of 1 to 4 bases at annotated edges of the loci of ``--data``, deleted or doubled, by SpliceAI. Prints in
how many the loss of an annotated site is smaller than left-aligned, and by how much it exceeds that of the best of all
equivalent alignments.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from landfall.genome.annotation import reader
from landfall.genome.hgvs.dna import trim
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.splice_sites.alignment import cuts
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.inference.edits import Edit
from landfall.models.splice.delta_scores import ACCEPTOR, DONOR, align
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing.scoring import read_along
from landfall.splicing.site_alignment import SiteAlignment, usual_cut
from landfall.splicing.windows import masked_sequence

ROOT = Path(__file__).resolve().parents[1]
DISTANCE = 500
BESIDE = 40
"""Bases from an allele within which annotated sites count."""
MOST_UNKNOWN = 500


@dataclass(frozen=True)
class Loss:
    """The largest loss of an annotated site: as aligned, as left-aligned, and by the best of all alignments."""

    variant: Variant
    gene: str
    aligned: float
    left: float
    best: float


def indels_at_edges(layer: SiteAlignment, count: int, seed: int) -> Iterator[tuple[Variant, Transcript]]:
    """Normalised alleles at edges of representative transcripts with known surroundings."""
    rng, context = random.Random(seed), 5_000 + DISTANCE
    genes = [t for members in layer.members.values() for t in members if t.representative and t.introns]
    genes.sort(key=lambda t: (t.chrom, t.start, t.transcript))
    while count:
        gene, size = rng.choice(genes), rng.randint(1, 4)
        edge = rng.choice(rng.choice(gene.introns))
        start, copies = edge - rng.randint(0, size), rng.choice((0, 2))
        if layer.genome.fetch(gene.chrom, edge - context, edge + context).count("N") < MOST_UNKNOWN:
            unit = layer.genome.fetch(gene.chrom, start, start + size)
            yield spelling(gene.chrom, start + 1, unit, unit * copies, layer.genome), gene
            count -= 1


def loss(model: Ensemble, layer: SiteAlignment, variant: Variant, gene: Transcript) -> Loss:
    """The losses of one allele from one pass of the network."""
    start, flank = variant.start - DISTANCE, model.context + DISTANCE
    sequence = masked_sequence(layer.genome, gene, variant.start - flank, variant.end + flank)
    edit = Edit(flank, flank + len(variant.ref), variant.alt, model.context, model.context + 2 * DISTANCE + 1)
    ((ref, alt),) = read_along(model, sequence, gene.strand, [edit.trimmed(sequence)], batch=1)
    sites = layer.sites(gene)
    near = [(s - start, c) for c in (ACCEPTOR, DONOR) for s in sites.of(c) if abs(s - variant.start) < BESIDE]

    def of(moved: int) -> float:
        laid = align(alt, DISTANCE, len(variant.ref), len(variant.alt), moved)
        return max(float(ref[row, column] - laid[row, column]) for row, column in near)

    low, high = cuts(trim(variant.pos, variant.ref, variant.alt), variant.chrom, layer.genome)
    every = [of(cut - usual_cut(variant)) for cut in range(low - 1, high + 2)]
    return Loss(variant, gene.gene, of(layer.moved(variant, gene)), of(0), min(every))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights" / "spliceai")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=21)
    options = parser.parse_args()
    torch.set_num_threads(1)
    genome = Genome(options.data / "loci" / "GRCh38.fa.gz")
    layer = SiteAlignment(
        genome, reader.read_gtf(options.data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    )
    model = Ensemble(options.weights)
    found = [loss(model, layer, *one) for one in indels_at_edges(layer, options.count, options.seed)]
    for one in found:
        if one.aligned > one.best + 0.05:
            print(
                f"{one.variant} {one.gene}: {one.aligned:.2f}, left-aligned {one.left:.2f}, best {one.best:.2f}"
            )
    smaller = sum(one.aligned < one.left - 0.2 for one in found)
    most = max(one.aligned - one.best for one in found)
    print(
        f"{len(found)} indels: {smaller} with a loss 0.2 below the left-aligned; at most {most:.2f} above the best"
    )


if __name__ == "__main__":
    main()
