"""The engine against a plain pass over every window, on real loci: every kind of variant, both strands, D 50 and 500.

A seeded sample; marked all_records, a thousand variants (about 20 minutes on two cores).
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.inference.edits import Edit, Outputs, read_whole
from landfall.models.splice import delta_scores
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing.scored import Scored
from landfall.splicing.scoring import score_windows
from landfall.splicing.vcf import spliceai_compat
from landfall.splicing.windows import Reach, place

LONGEST = 100
TOLERANCE = 1e-5


class Plain:
    """The same networks, each window of each variant by itself."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.info, self.context, self.predict = ensemble.info, ensemble.context, ensemble.predict

    def read(self, sequence: str, edits: list[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        return read_whole(self.predict, self.context, sequence, edits, batch)


def random_variant(gene: Transcript, genome: Genome, rng: random.Random) -> Variant:
    """A substitution, insertion, deletion or replacement, half of them near an exon's or the gene's end."""
    edges = [edge for exon in gene.exons for edge in exon]
    near = rng.random() < 0.5
    pos = rng.choice(edges) + rng.randint(-60, 60) if near else rng.randint(gene.start + 1, gene.end)
    pos = min(max(pos, gene.start + 1), gene.end)
    length = rng.choice([1, 1, 1, rng.randint(2, LONGEST)])
    ref = genome.fetch(gene.chrom, pos - 1, pos - 1 + length)
    kind = rng.choice(["substitution", "insertion", "deletion", "replacement"])
    new = "".join(rng.choices("ACGT", k=rng.randint(1, LONGEST)))
    alt = {"substitution": new[:1], "insertion": ref[:1] + new, "deletion": ref[:1], "replacement": new}[kind]
    ref = ref[:1] if kind in ("substitution", "insertion") else ref
    return Variant(gene.chrom, pos, ref, alt)


def chosen(genome: Genome, genes: list[Transcript], count: int) -> list[tuple[Variant, Transcript]]:
    rng, pairs = random.Random(7), []
    while len(pairs) < count:
        gene = rng.choice(genes)
        variant = random_variant(gene, genome, rng)
        if "N" not in variant.ref and variant.ref != variant.alt:
            pairs.append((variant, gene))
    return pairs


def deltas(scored: Scored, gene: Transcript) -> dict[str, float]:
    """Raw and masked delta scores."""
    origin = scored.placement.variant.start - scored.start
    found = delta_scores.delta_scores(scored.ref, scored.alt, origin)
    found |= delta_scores.masked_delta_scores(
        scored.ref, scored.alt, origin, scored.start, delta_scores.annotated_sites([gene])
    )
    return {track: value for track, value in found.items() if "ds_" in track}


@pytest.mark.shared_data
@pytest.mark.parametrize("distance", [50, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("count", [24, pytest.param(1000, marks=pytest.mark.all_records)])
def test_the_engine_gives_what_whole_windows_give(
    shared_data: Path, spliceai_weights: Path, distance: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    genes = reader.read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    pairs = chosen(genome, [g for g in genes if g.representative and g.coding], count // 2)
    assert {gene.strand for _, gene in pairs} == {"+", "-"}
    model = Ensemble(spliceai_weights)
    reach = Reach(model.context, distance, max_unknown_fraction=1.0, longest_ref=2 * distance)
    worst, printed = 0.0, []
    for variant, gene in pairs:
        windows, placements = place([(variant, gene)], genome, reach)
        (fast,), (plain,) = (
            list(score_windows(m, windows, placements, distance, 1)) for m in (model, Plain(model))
        )
        one, other = (deltas(scored, gene) for scored in (fast, plain))
        worst = max(worst, *(abs(one[key] - other[key]) for key in one))
        first, second = (spliceai_compat.string(scored, gene, masked=False) for scored in (fast, plain))
        if first.split("|")[2:6] != second.split("|")[2:6]:
            printed.append((str(variant), first, second))
    with capsys.disabled():
        print(
            f"\nD {distance}: {len(pairs)} variants, largest difference {worst:.1e}, printed apart: {printed}"
        )
    assert worst < TOLERANCE
    assert np.isfinite(worst)
    assert len(printed) <= len(pairs) // 100
