"""Why a network of tracks says what it says of a leading variant: tracks, attention, contribution, mutagenesis.

Attention and contribution tell what the network looked at. Neither is a measured contact or a binding site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from torch import nn

from landfall import tables
from landfall.genome import BASES, Genome
from landfall.models import contribution, track_mutagenesis, track_scores
from landfall.models.tracks import AttentiveModel, Layout, TrackModel, Tracks, Window
from landfall.regulation import candidate
from landfall.track_scoring import Reading, read
from landfall.track_settings import Regulation, TrackModelSettings
from landfall.windows import Variant

Row = dict[str, Any]
SHOWN = 6
"""Tracks drawn, those that change most."""
PROMOTER = 1_000
"""Bases on either side of a gene's start that are its promoter, not an enhancer."""
LONG, FINE = 20_000, 16
"""A window of this length in bases or more may hold enhancers; a shorter one is drawn in bins of FINE bases."""


class DerivableModel(TrackModel, Protocol):
    """A network whose gradients can be taken: (n, length, 4) to (n, bins, tracks)."""

    network: nn.Module


@dataclass(frozen=True)
class Look:
    """One network, ready to explain."""

    model: TrackModel
    genome: Genome
    settings: TrackModelSettings
    regulation: Regulation

    def explain(
        self, row: Row, start: int, strongest: Sequence[Row]
    ) -> Iterator[tuple[tables.Table, list[Row]]]:
        """Tables and their rows for one variant and gene.

        row: of tables.REGULATORY; start: of its window, 0-based; strongest: its rows of tables.REGULATION, this
        network's, the largest change first.
        """
        base = {**candidate(row), "model": self.settings.name}
        variant = Variant(*(row[name] for name in tables.ALLELE))
        (reading,) = read(self.model, self.genome, self.settings, [(start, [variant])])
        view = _View(reading, self.model.layout, row["tss"])
        track = strongest[0]["track"]
        if self.model.layout.bins > 1:
            shown = [found["track"] for found in strongest[:SHOWN]]
            yield tables.REGULATION_BINS, [{**base, **line} for line in view.tracks(shown)]
        maps = list(self._maps(view, track))
        yield tables.REGULATION_MAPS, [{**base, **line} for line in maps]
        yield tables.REGULATION_STRETCHES, [{**base, **line} for line in self._stretches(view, maps)]
        yield tables.REGULATION_MUTAGENESIS, [{**base, **line} for line in self._changes(view, track)]

    def _windows(self, view: _View) -> Mapping[str, Window]:
        """The window of either haplotype."""
        change, layout = view.reading.change, self.model.layout
        end = view.start + layout.length + max(0, -change.shift)
        sequence = self.genome.fetch(view.reading.variant.chrom, view.start, end)
        altered = track_scores.alternate(sequence, layout.length, change)
        return {
            "reference": layout.encode(sequence[: layout.length]),
            "alternate": layout.encode(altered),
        }

    def _maps(self, view: _View, track: int) -> Iterator[Row]:
        """Rows of tables.REGULATION_MAPS without the columns that name the variant."""
        bins, layout = view.watched, self.model.layout
        for haplotype, window in self._windows(view).items():
            if self.regulation.attention and view.gene_in_view and hasattr(self.model, "attention"):
                values = cast(AttentiveModel, self.model).attention(window, bins)
                yield _map("attention", haplotype, view.start, layout.bin, values)
            if self.regulation.contribution and hasattr(self.model, "network"):
                network = cast(DerivableModel, self.model).network
                scores = contribution.contributions(network, window, bins, [track])
                width = view.width
                yield _map("contribution", haplotype, view.start, width, contribution.by_bin(scores, width))

    def _stretches(self, view: _View, maps: Sequence[Row]) -> Iterator[Row]:
        """Candidate enhancers by contribution to the gene's start on the reference, with the attention paid to them."""
        found = {row["kind"]: row for row in maps if row["haplotype"] == "reference"}
        if "contribution" not in found or not view.gene_in_view or self.model.layout.length < LONG:
            return
        tss, width = cast(int, view.tss), found["contribution"]["bin"]
        weights = np.repeat(found["contribution"]["values"], width)
        promoter = (tss - PROMOTER - view.start, tss + PROMOTER - view.start)
        variant = view.reading.variant
        for rank, stretch in enumerate(contribution.candidate_enhancers(weights, promoter), 1):
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
        flank, layout = self.regulation.mutagenesis_flank, self.model.layout
        if not flank:
            return
        at = view.reading.change.start
        start = max(at - flank, 0)
        end = min(view.reading.change.end + flank, at + flank + 1 + MOST_DELETED, layout.length)
        window = self._windows(view)["reference"]

        def change(reference: Tracks, alternate: Tracks) -> float:
            return float(track_scores.sad(reference[:, [track]], alternate[:, [track]])[0])

        values = track_mutagenesis.mutagenesis(self.model, window, start, end, change)
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


MOST_DELETED = 50
"""Bases of a long deletion that are changed one by one."""


@dataclass(frozen=True)
class _View:
    """A reading with the places that matter in it."""

    reading: Reading
    layout: Layout
    tss: int | None

    @property
    def start(self) -> int:
        return self.reading.start

    @property
    def width(self) -> int:
        """Bases of a bin of the contribution."""
        return contribution.BIN if self.layout.length >= LONG else FINE

    @property
    def gene_in_view(self) -> bool:
        """Whether the gene's start lies in the output, which must have places."""
        if self.tss is None or self.layout.bins == 1:
            return False
        return 0 <= self.layout.bin_of(self.tss - self.start) < self.layout.bins

    @property
    def watched(self) -> list[int]:
        """Bins whose prediction is explained: at the gene's start, or else at the variant."""
        base = cast(int, self.tss) - self.start if self.gene_in_view else self.reading.change.start
        return track_scores.tss_bins(self.layout, base)

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


def _map(kind: str, haplotype: str, start: int, width: int, values: Any) -> Row:
    numbers = np.asarray(values, dtype=np.float32)
    return {"kind": kind, "haplotype": haplotype, "start": start, "bin": width, "values": numbers}


def _mass(row: Row, start: int, end: int) -> float:
    """The sum of a map over start..end of the contig, bins that straddle an edge in part."""
    edges = row["start"] + np.arange(len(row["values"]) + 1) * row["bin"]
    inside = np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) / row["bin"]
    return float((row["values"] * inside).sum())
