"""Makes landfall/qualify.json: variants of the demonstration's genome with each model's scores by a plain pass.

``python -m benchmarks.known_answers`` (some minutes on two cores). Where the variants lie is drawn with a seed, half of
them near an exon's end; the demonstration's own finding is the first.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.splice import DEMO, Plain
from landfall.audit.qualify import ANSWERS, model_settings
from landfall.audit.rescore import Annotated
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io.digests import sha256
from landfall.models.registry import splice_model, splice_models
from landfall.splicing import score_rows, scoring
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.windows import Placement, Reach, place

SEED, COUNT = 20261123, 16
RESOURCES = Path("resources")
FINDING = ("DYSF", Variant("chr2", 23_883, "C", "T"))
MODELS = tuple(splice_models())
TRACKS = {
    "sites": ("ds_ag", "ds_al", "ds_dg", "ds_dl"),
    "tissues": ("gain", "loss", "masked_gain", "masked_loss"),
    "exons": ("delta_logit_psi",),
}
"""Numbers that are compared, by kind of model."""


def main() -> None:
    reference = Annotated(DEMO / "genome.fa.gz", DEMO / "genes.gtf.gz")
    pairs = list(chosen(reference))
    answers = {name: [*plain_scores(name, pairs, reference)] for name in MODELS}
    known = {
        "made_by": "python -m benchmarks.known_answers",
        "seed": SEED,
        **{name: sha256(DEMO / name) for name in ("genome.fa.gz", "genes.gtf.gz")},
        "answers": answers,
    }
    ANSWERS.write_text(json.dumps(known, indent=1) + "\n")
    print(f"{ANSWERS.name}: {len(pairs)} variants, {', '.join(MODELS)}")


def chosen(reference: Annotated) -> Iterator[tuple[Variant, Transcript]]:
    """Variants of every kind in genes of both strands."""
    rng = random.Random(SEED)
    genes = [t for t in reference.transcripts if t.representative and len(t.exons) > 2]
    yield next((FINDING[1], gene) for gene in genes if gene.gene == FINDING[0])
    strands = {strand: [t for t in genes if t.strand == strand] for strand in "+-"}
    for number in range(COUNT - 1):
        gene = rng.choice(strands["+-"[number % 2]])
        yield random_variant(gene, reference.genome, rng), gene


def random_variant(gene: Transcript, genome: Genome, rng: random.Random) -> Variant:
    """A substitution, insertion or deletion, near an exon's end or anywhere in the gene."""
    edge = rng.choice([edge for exon in gene.exons[1:-1] for edge in exon])
    pos = edge + rng.randint(-20, 20) if rng.random() < 0.75 else rng.randint(gene.start + 1, gene.end - 10)
    first, longer = genome.fetch(gene.chrom, pos - 1, pos), genome.fetch(gene.chrom, pos - 1, pos + 4)
    other = rng.choice([base for base in "ACGT" if base != first])
    return Variant(gene.chrom, pos, *rng.choice([(first, other), (first, first + "GTAAG"), (longer, first)]))


def _gene_of(placement: Placement) -> tuple[str, str]:
    """Contig and gene of a variant that lies in one."""
    assert placement.transcript is not None
    return placement.variant.chrom, placement.transcript.gene


def plain_scores(
    name: str, pairs: list[tuple[Variant, Transcript]], reference: Annotated
) -> Iterator[dict[str, object]]:
    """A row for each variant: its key and its scores."""
    spec, used = splice_model(name), model_settings(name)
    made, placed = place(
        pairs,
        reference.genome,
        Reach(spec.context, used.distance, used.max_unknown_fraction),
        SiteAlignment(reference.genome, reference.transcripts).moved,
    )
    model = spec.load(RESOURCES / "weights" / name)
    if spec.kind == "exons":
        rows = scoring.score_exons(model, made, placed)
    elif spec.kind == "tissues":
        rows = scoring.score_tissues(Plain(model), made, placed, used, reference)
    else:
        scored = scoring.score_windows(Plain(model), made, placed, used.distance, 1)
        sites = scoring.splice_sites(reference.transcripts, {window.transcript.gene for window in made})
        rows = [row for s in scored for row in score_rows.score_rows(s, name, sites[_gene_of(s.placement)])]
    wanted = TRACKS[spec.kind]
    for key, numbers in sorted(score_rows.pivot(rows).items()):
        scores = {
            f"{name}_{track}": numbers[f"{name}_{track}"] for track in wanted if f"{name}_{track}" in numbers
        }
        if scores:
            yield dict(zip(("chrom", "pos", "ref", "alt", "gene", "transcript"), key, strict=True)) | {
                "scores": scores
            }


if __name__ == "__main__":
    main()
