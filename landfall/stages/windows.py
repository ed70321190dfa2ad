"""The sequence each variant is read in, for all samples together: what several of them have is scored once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from landfall import scoring, tables, windows
from landfall.genes import GeneIndex, Transcript
from landfall.laying import Layer
from landfall.models import catalogue
from landfall.settings import ModelSettings
from landfall.stages.common import Reference
from landfall.windows import Reach, Variant

log = logging.getLogger(__name__)

Pair = tuple[Variant, Transcript | None]


def run(
    model: ModelSettings,
    reference: Reference,
    variants: Sequence[Path],
    windows_path: Path,
    placements_path: Path,
) -> None:
    """The sequence each variant is read in, or the reason why there is none. variants: of each sample."""
    reach = Reach(catalogue.MODELS[model.name].context, model.distance, model.max_unknown_fraction)
    index = GeneIndex(reference.transcripts)
    wanted = {pair: None for path in variants for pair in pairs(path, index)}
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    made, placements = windows.place(
        sorted(wanted, key=lambda pair: _order(pair, contigs)),
        reference.genome,
        reach,
        Layer(reference.genome, reference.transcripts).moved,
    )
    made = windows.assign_shards(made, placements, reach, model.shards)
    tables.write(tables.WINDOWS, scoring.windows_table(made), windows_path)
    tables.write(tables.PLACEMENTS, scoring.placements_table(placements, made), placements_path)
    log.info(
        "%d windows for %d placements of %d samples, %d refused",
        len(made),
        len(placements),
        len(variants),
        sum(p.window is None for p in placements),
    )


def pairs(variants: Path, index: GeneIndex) -> Iterator[Pair]:
    """Each variant of a sample with each transcript that it is read in, None where there is none."""
    for row in tables.read(tables.VARIANTS, variants).to_pylist():
        variant = Variant(*(row[name] for name in tables.ALLELE))
        genes = row["genes"].split(",") if row["genes"] else []
        chosen = windows.choose_transcripts(
            variant, genes, lambda v: index.overlapping(v.chrom, v.start, v.end)
        )
        if not chosen:
            yield variant, None
        for transcript in chosen:
            yield variant, transcript


def _order(pair: Pair, contigs: dict[str, int]) -> tuple[object, ...]:
    variant, transcript = pair
    name = (transcript.gene, transcript.transcript) if transcript else ("", "")
    return contigs[variant.chrom], variant.pos, variant.ref, variant.alt, name
