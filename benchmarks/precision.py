"""The error of ``--precision bfloat16`` and what it saves: ``python -m benchmarks.precision``.

Seeded substitutions, insertions and deletions in the demonstration's genes, half of them near an edge, scored in
float32 and in bfloat16 by the same engine. Prints the largest error of a raw delta score, how many printed scores
differ, and the ratio of the times.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from benchmarks.splice import ROOT, workplace
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.base import SpliceModel
from landfall.models.registry import splice_model
from landfall.models.runtime import device as runtime_device
from landfall.models.splice import delta_scores
from landfall.models.splice.spliceai.model import Ensemble
from landfall.models.weights import fetching
from landfall.splicing import scoring
from landfall.splicing.scored import Scored
from landfall.splicing.vcf import spliceai_compat
from landfall.splicing.windows import Reach, place

DISTANCE = 50
Pairs = list[tuple[Variant, Transcript]]


def sample(genome: Genome, genes: list[Transcript], count: int) -> Pairs:
    """Seeded variants with their genes."""
    rng, pairs = random.Random(11), []
    for _ in range(count):
        gene = rng.choice(genes)
        edge = rng.choice([edge for exon in gene.exons for edge in exon])
        pos = (
            edge + rng.randint(-30, 30) if rng.random() < 0.5 else rng.randint(gene.start + 1, gene.end - 20)
        )
        pos = min(max(pos, gene.start + 1), gene.end - 20)
        ref = genome.fetch(gene.chrom, pos - 1, pos - 1 + rng.choice([1, 1, 1, 8]))
        other = rng.choice([base for base in "ACGT" if base != ref[0]])
        alt = other if len(ref) == 1 else ref[0]
        pairs.append((Variant(gene.chrom, pos, ref, alt if rng.random() < 0.8 else ref[0] + "ACGT"), gene))
    return [(variant, gene) for variant, gene in pairs if variant.ref != variant.alt]


def score(model: SpliceModel, pairs: Pairs, genome: Genome) -> tuple[float, list[Scored]]:
    """Seconds and scores, in one order for every model."""
    windows, placements = place(pairs, genome, Reach(model.context, DISTANCE, max_unknown_fraction=1.0))
    begun = time.perf_counter()
    found = list(scoring.score_windows(model, windows, placements, DISTANCE, 8))
    return time.perf_counter() - begun, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights" / "spliceai")
    options = parser.parse_args()
    fetching.fetch(splice_model("spliceai").info, options.weights)
    device = runtime_device.choose_device("auto", options.threads)
    with workplace() as (_, _, genome, genes):
        pairs = sample(genome, genes, options.count)
        exact, low = (
            score(Ensemble(options.weights, device, precision), pairs, genome)
            for precision in ("float32", "bfloat16")
        )
    errors, fields, records = [], 0, 0
    for one, other in zip(exact[1], low[1], strict=True):
        first, second = (
            delta_scores.delta_scores(s.ref, s.alt, DISTANCE)  # type: ignore[arg-type]
            for s in (one, other)
        )
        errors += [abs(first[key] - second[key]) for key in first if key.startswith("ds_")]
        gene = one.placement.transcript
        assert gene is not None
        texts = [spliceai_compat.string(s, gene, masked=False).split("|")[2:6] for s in (one, other)]
        fields += sum(a != b for a, b in zip(*texts, strict=True))
        records += texts[0] != texts[1]
    print(
        f"{len(exact[1])} variants on {runtime_device.describe_device(device)}, {options.threads} threads, D {DISTANCE}"
    )
    print(f"largest error of a delta score: {max(errors):.1e}; mean {sum(errors) / len(errors):.1e}")
    print(f"scores that print differently at two decimals: {fields} of {len(errors)}, in {records} variants")
    print(f"time of float32 over time of bfloat16: {exact[0] / low[0]:.2f}")


if __name__ == "__main__":
    main()
