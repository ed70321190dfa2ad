"""Interpretation of a leading variant by a regulatory track model: tracks, attention, attribution, mutagenesis.

Attention and attribution are properties of the network. Neither is a measured contact or a binding site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from torch import nn

from landfall.config.regulation import Regulation, TrackModelSettings
from landfall.genome.encoding import BASES
from landfall.genome.sequence import Genome
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.models.interpret import attribution, in_silico_mutagenesis
from landfall.models.tracks import effect_scores
from landfall.models.tracks.base import AttentiveModel, Layout, TrackModel, Tracks, Window
from landfall.regulation import summary
from landfall.regulation.rows import RegulatoryRow, StrongestTrackRow
from landfall.regulation.scoring import TrackPrediction, read
from landfall.regulation.summary import candidate
from landfall.regulation.tables import (
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
)

Row = dict[str, Any]
Values = NDArray[Any]
LookAt = Callable[[Window, Sequence[int]], Values]
SHOWN = 6
"""Tracks drawn, those that change most, up to half of them of the patient's groups of tissues."""
PROMOTER = 1_000
"""Bases on either side of a gene's start that are its promoter, not an enhancer."""
LONG, FINE = 20_000, 16
"""A window of this length in bases or more may hold enhancers; a shorter one is drawn in bins of FINE bases."""


class DerivableModel(TrackModel, Protocol):
    """A network whose gradients can be taken: (n, length, 4) to (n, bins, tracks)."""

    network: nn.Module


@dataclass(frozen=True)
class TrackInterpreter:
    """One network, ready to explain; ``groups``: of the patient's tissues."""

    model: TrackModel
    genome: Genome
    settings: TrackModelSettings
    regulation: Regulation
    groups: Sequence[str]

    def explain(
        self, row: RegulatoryRow, start: int, strongest: Sequence[StrongestTrackRow]
    ) -> Iterator[tuple[parquet.Table, list[Row]]]:
        """Tables and their rows for one variant and gene.

        row: of tables.REGULATORY; start: of its window, 0-based; strongest: its rows of tables.REGULATION, this
        network's, the largest change first.
        """
        base = {**candidate(row), "model": self.settings.name}
        variant = allele_of(row)
        (reading,) = read(self.model, self.genome, self.settings, [(start, [variant])])
        view = _View(reading, self.model.layout, row["tss"])
        track = strongest[0]["track"]
        if self.model.layout.bins > 1:
            shown = [found["track"] for found in summary.leading(strongest, self.groups, SHOWN)]
            yield REGULATION_BINS, [{**base, **line} for line in view.tracks(shown)]
        maps = list(self._maps(view, track))
        yield REGULATION_ATTRIBUTION, [{**base, **line} for line in maps]
        yield REGULATION_STRETCHES, [{**base, **line} for line in self._stretches(view, maps)]
        yield REGULATION_MUTAGENESIS, [{**base, **line} for line in self._changes(view, track)]

    def _windows(self, view: _View) -> Mapping[str, Window]:
        """The window of either haplotype."""
        change, layout = view.reading.change, self.model.layout
        end = view.start + layout.length + max(0, -change.shift)
        sequence = self.genome.fetch(view.reading.variant.chrom, view.start, end)
        altered = effect_scores.alternate(sequence, layout.length, change)
        return {
            "reference": layout.encode(sequence[: layout.length]),
            "alternate": layout.encode(altered),
        }

    def _maps(self, view: _View, track: int) -> Iterator[Row]:
        """Rows of tables.REGULATION_ATTRIBUTION without the columns that name the variant.

        The alternate's values are at the reference's positions, as its tracks are.
        """
        windows = self._windows(view)
        for kind, number, width, look in self._looks(view, track):
            found = {
                name: np.asarray(look(window, view.target_bins(name)), dtype=np.float32)
                for name, window in windows.items()
            }
            found["alternate"] = view.aligned(found["reference"], found["alternate"], width)
            for haplotype, values in found.items():
                yield {
                    "kind": kind,
                    "haplotype": haplotype,
                    "track": number,
                    "attribution_target": "gene" if view.gene_in_view else "variant",
                    "start": view.start,
                    "bin": width,
                    "values": values,
                }

    def _looks(self, view: _View, track: int) -> Iterator[tuple[str, int | None, int, LookAt]]:
        """Attributions of the network: kind of map, its track if any, bases of a bin, window and bins to values."""
        if self.regulation.attention and view.gene_in_view and hasattr(self.model, "attention"):
            yield "attention", None, self.model.layout.bin, cast(AttentiveModel, self.model).attention
        if self.regulation.attribution and hasattr(self.model, "network"):
            network, width = cast(DerivableModel, self.model).network, view.width

            def look(window: Window, bins: Sequence[int]) -> Values:
                return attribution.by_bin(attribution.contributions(network, window, bins, [track]), width)

            yield "contribution", track, width, look

    def _stretches(self, view: _View, maps: Sequence[Row]) -> Iterator[Row]:
        """Candidate enhancers by contribution to the gene's start on the reference, with the attention to them."""
        found = {row["kind"]: row for row in maps if row["haplotype"] == "reference"}
        if "contribution" not in found or not view.gene_in_view or self.model.layout.length < LONG:
            return
        tss, width = cast(int, view.tss), found["contribution"]["bin"]
        weights = np.repeat(found["contribution"]["values"], width)
        promoter = (tss - PROMOTER - view.start, tss + PROMOTER - view.start)
        variant = view.reading.variant
        for rank, stretch in enumerate(attribution.candidate_enhancers(weights, promoter), 1):
            start, end = stretch.start + view.start, stretch.end + view.start
            yield {
                "rank": rank,
                "start": start,
                "end": end,
                "share": stretch.share,
                "attention": _mass(found["attention"], start, end) if "attention" in found else None,
                "distance": (start + end) // 2 - tss,
                "holds_variant": start < variant.end and variant.start < end,
            }

    def _changes(self, view: _View, track: int) -> Iterator[Row]:
        """Rows of tables.REGULATION_MUTAGENESIS without the columns that name the variant."""
        flank, layout = self.regulation.ism_flank, self.model.layout
        if not flank:
            return
        at = view.reading.change.start
        start = max(at - flank, 0)
        end = min(view.reading.change.end + flank, at + flank + 1 + MOST_DELETED, layout.length)
        window, change = self._windows(view)["reference"], partial(self._sad, track)
        values = in_silico_mutagenesis.mutagenesis(self.model, window, start, end, change)
        sequence = self.genome.fetch(view.reading.variant.chrom, view.start + start, view.start + end)
        for offset, base in enumerate(sequence):
            for number, other in enumerate(BASES):
                if base != "N" and other != base:
                    yield {
                        "track": track,
                        "base_pos": view.start + start + offset + 1,
                        "base": base,
                        "changed_to": other,
                        "sad": float(values[offset, number]),
                    }

    def _sad(self, track: int, reference: Tracks, alternate: Tracks) -> float:
        """SAD of one track, in the units of the data."""
        own = [replace(target, number=0) for target in self.model.targets if target.number == track]
        ref, alt = (effect_scores.unsquashed(tracks[:, [track]], own) for tracks in (reference, alternate))
        return float(effect_scores.sad(ref, alt)[0])


MOST_DELETED = 50
"""Bases of a long deletion that are changed one by one."""


@dataclass(frozen=True)
class _View:
    """A window of one haplotype with the positions of gene and variant."""

    reading: TrackPrediction
    layout: Layout
    tss: int | None

    @property
    def start(self) -> int:
        return self.reading.start

    @property
    def width(self) -> int:
        """Bases of a bin of the contribution."""
        return attribution.BIN if self.layout.length >= LONG else FINE

    @property
    def gene_in_view(self) -> bool:
        """Whether the gene's start lies in the output, which must have places."""
        if self.tss is None or self.layout.bins == 1:
            return False
        return 0 <= self.layout.bin_of(self.tss - self.start) < self.layout.bins

    def target_bins(self, haplotype: str) -> list[int]:
        """Bins whose prediction is explained: at the gene's start, where it is on that haplotype, or at the variant."""
        if not self.gene_in_view:
            return effect_scores.tss_bins(self.layout, self.reading.change.start)
        change, base = self.reading.change, cast(int, self.tss) - self.start
        if haplotype == "alternate":
            base = base + change.shift if base >= change.end else min(base, change.start + len(change.alt))
        end = self.layout.first + self.layout.bin * self.layout.bins
        return effect_scores.tss_bins(self.layout, min(max(base, self.layout.first), end - 1))

    def aligned(self, reference: Values, alternate: Values, width: int) -> Values:
        """Values of bins of ``width`` bases along the whole window, the alternate's in the reference's bins."""
        whole = replace(self.layout, first=0, bin=width, bins=len(reference))
        found = effect_scores.align(reference[:, None], alternate[:, None], whole, self.reading.change)
        return found[:, 0]

    def tracks(self, numbers: Sequence[int]) -> Iterator[Row]:
        """Rows of tables.REGULATION_BINS without the columns that name the variant."""
        for number in dict.fromkeys(numbers):
            yield {
                "track": number,
                "start": self.start + self.layout.first,
                "bin": self.layout.bin,
                "signal_ref": self.reading.reference[:, number],
                "signal_alt": self.reading.alternate[:, number],
            }


def _mass(row: Row, start: int, end: int) -> float:
    """The sum of a map over start..end of the contig, bins that straddle an edge in part."""
    edges = row["start"] + np.arange(len(row["values"]) + 1) * row["bin"]
    inside = np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) / row["bin"]
    return float((row["values"] * inside).sum())
