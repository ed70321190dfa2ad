"""Background variants: random changes scored by a regulatory track model, with which a variant's are compared.

A change of a track is not informative by itself: tracks differ in depth and in their response to any change. Random
changes in and near genes, where a patient's variants lie, are scored once by each model with the same settings. For
each track, a variant has the fraction of them with a smaller change (percentile) and a z-score. An insertion or
deletion shifts the sequence right of it against the model's bins, which changes every track a little; variants that
change the length are compared with random insertions and deletions, the others with random substitutions. As the
largest of thousands of tracks is large by chance, the variant's largest z is compared with the largest of each random
change.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from landfall.genome.encoding import BASES
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.regulation.windows import Genes, Rules, TrackPlacement, assign_windows, place

EVERY = 4
"""One change in so many is an insertion or deletion."""
LONGEST = 20
"""Most bases inserted or deleted."""
ATTEMPTS = 500
"""Places tried for each change that is wanted, before too much of the reference is taken for unknown."""
FAINTEST = 1e-12
"""A spread of the others this small beside that of all is rounding: they are the same."""
Numbers = NDArray[np.float64]


def draw(
    transcripts: Sequence[Transcript],
    genome: Genome,
    rules: Rules,
    *,
    count: int,
    flank: int,
    seed: int,
    shards: int,
) -> list[TrackPlacement]:
    """``count`` random changes that the network can read, each with its gene's window; fewer if need be.

    The gene, the place in it or within ``flank`` bases of it, and what comes there are each drawn evenly; one change in
    EVERY is an insertion or a deletion of up to LONGEST bases, the others are of one base.
    """
    chosen = [t for t in transcripts if t.representative and t.chrom in genome.lengths]
    if not chosen:
        return []
    genes, chance = Genes(chosen), random.Random(seed)
    found: dict[Variant, str] = {}
    for _ in range(ATTEMPTS * count):
        indel = len(found) % EVERY == EVERY - 1
        variant, symbol = _change(chance.choice(chosen), genome, chance, flank, indel)
        if variant is None:
            continue
        (placement,) = place([(variant, [symbol])], genes, genome, rules)
        if placement.start is not None:
            found[variant] = symbol
        if len(found) == count:
            break
    return assign_windows(
        place([(v, [s]) for v, s in found.items()], genes, genome, _all(rules, count)), shards
    )


def _all(rules: Rules, count: int) -> Rules:
    return replace(rules, max_variants=max(count, 1))


def _change(
    gene: Transcript, genome: Genome, chance: random.Random, flank: int, indel: bool
) -> tuple[Variant | None, str]:
    """A random change of known bases with its gene; None where the bases are not known or nothing changes."""
    position = chance.randrange(max(gene.start - flank, 0), min(gene.end + flank, genome.lengths[gene.chrom]))
    size = chance.randint(1, LONGEST)
    fresh = "".join(chance.choices(BASES, k=size))
    deletes = chance.random() < 0.5
    ref = genome.fetch(gene.chrom, position, position + 1 + (size if indel and deletes else 0))
    alt = (ref[0] if deletes else ref + fresh) if indel else fresh[0]
    if "N" in ref or ref == alt:
        return None, gene.gene
    return Variant(gene.chrom, position + 1, ref, alt), gene.gene


@dataclass(frozen=True)
class Background:
    """SAD of random changes, (changes, tracks). Raises ValueError if there are fewer than three."""

    sad: Numbers

    def __post_init__(self) -> None:
        if len(self.sad) < 3:
            raise ValueError("a background needs three changes or more")

    @cached_property
    def _mean(self) -> Numbers:
        return np.asarray(self.sad.mean(axis=0))

    @cached_property
    def _deviation(self) -> Numbers:
        return np.asarray(self.sad.std(axis=0, ddof=1))

    @cached_property
    def _largest(self) -> Numbers:
        """The largest |z| of each random change among the others, (changes,).

        Each is compared with the spread of the others, as a patient's variant is compared with one without itself. In a
        spread that it is part of none of n could be further than (n - 1) / sqrt(n) from the mean, and a variant would
        look more unusual than it is.
        """
        n = len(self.sad)
        away = self.sad - self._mean
        squares = away**2
        rest = squares.sum(axis=0) - squares * n / (n - 1)  # the squares of the others from their own mean
        varying = rest > FAINTEST * squares.sum(axis=0)
        deviation = np.sqrt(np.where(varying, rest, 1.0) / (n - 2))
        return np.asarray(np.where(varying, np.abs(away) * n / (n - 1) / deviation, 0.0).max(axis=1))

    def z(self, sad: Numbers) -> Numbers:
        """(..., tracks): SAD less the mean, in standard deviations; 0 for a track that nothing changes."""
        varying = self._deviation > 0
        return np.asarray(
            np.where(varying, (sad - self._mean) / np.where(varying, self._deviation, 1.0), 0.0)
        )

    def percentile(self, sad: Numbers) -> Numbers:
        """(tracks,): the part of the random changes whose |SAD| is smaller, equal ones counting half, 0 to 1."""
        return _smaller(np.abs(self.sad), np.abs(sad))

    def percentile_of_largest(self, largest: float) -> float:
        """The part of the random changes whose largest |z| over all tracks is smaller, 0 to 1."""
        return float(_smaller(self._largest, np.asarray(largest)))


def _smaller(background: Numbers, values: Numbers) -> Numbers:
    below, same = (background < values).mean(axis=0), (background == values).mean(axis=0)
    return np.asarray(below + same / 2)


def changes_length(row: Mapping[str, Any]) -> bool:
    """Whether a variant is an insertion or deletion, by its columns ref and alt."""
    return len(row["ref"]) != len(row["alt"])


def from_tracks(table: pa.Table) -> dict[bool, Background]:
    """From tables.TRACKS of the random changes: by whether the length changes.

    Raises ValueError if fewer than three of either kind are scored.
    """
    table = table.filter(pc.equal(table["status"], "scored"))
    longer = pc.not_equal(pc.utf8_length(table["ref"]), pc.utf8_length(table["alt"]))
    parts = {True: table.filter(longer), False: table.filter(pc.invert(longer))}
    return {kind: Background(stacked(part["sad"])) for kind, part in parts.items()}


def stacked(column: Any) -> Numbers:
    """A column of lists of one length as (rows, length)."""
    rows = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks]
    flat = np.concatenate(rows) if rows else np.zeros(0)
    return flat.astype(np.float64).reshape(len(column), -1) if len(column) else np.zeros((0, 0))
