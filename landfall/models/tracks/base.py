"""Regulatory track models (Enformer, Basenji2, Borzoi, Sei, DeepSEA, Beluga): what they read, what they give.

A window of fixed length goes in, tracks come out: numbers by bin and by track (an assay in a tissue), or one number a
track for the whole window. The position of a variant in its window is described by :class:`Layout`, one for each
model, after the rules of the original tools. Windows are (length, 4) float32, one row a base; tracks (bins, tracks)
float32. No torch is imported here.

The module of a model (``tracks/<name>/model.py``) offers ``load(weights: Path, device: str = "cpu", *,
targets: Path | None = None, dtype: str = "float32") -> TrackModel``: ``weights`` is the file or folder that the user
put in place, ``targets`` the official table of the tracks where it is a file of its own, ``dtype`` float32 or
bfloat16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from landfall.genome.encoding import one_hot
from landfall.models.info import ModelInfo

Window = NDArray[np.float32]
"""(length, 4): bases in the model's own order."""
Tracks = NDArray[np.float32]
"""(bins, tracks)."""
Site = tuple[Window, Sequence[Window]]
"""A window of the reference, and the same window with each variant in it."""


@dataclass(frozen=True)
class Layout:
    """What a network reads and where its outputs lie; bases are counted from the start of the window, 0-based.

    length: bases of a window. variant: the base at which the original tool puts a variant's first base. order: the
    bases in the order of the channels. unknown: the value of N in every channel. first: the base where the first bin
    starts. bin: bases of a bin. bins: their number; a network without positions has one bin, the whole window.
    """

    length: int
    variant: int
    first: int
    bin: int
    bins: int
    order: str = "ACGT"
    unknown: float = 0.0

    def window_start(self, position: int) -> int:
        """Start of the window on the contig that has ``position`` (both 0-based) at the official place."""
        return position - self.variant

    def bin_of(self, base: int) -> int:
        """The bin that a base of the window lies in; it may lie outside 0..bins where the window is cropped."""
        return (base - self.first) // self.bin

    def encode(self, sequence: str) -> Window:
        """(length, 4) from ``length`` bases of A, C, G, T and N. Raises ValueError for another length."""
        if len(sequence) != self.length:
            raise ValueError(f"a window has {self.length} bases, not {len(sequence)}")
        channels = one_hot([sequence])[0]
        window: Window = channels[["ACGT".index(base) for base in self.order]].T.copy()
        window[~window.any(axis=1)] = self.unknown
        return window

    def mirrored(self, window: Window) -> Window:
        """The reverse complement of a window."""
        partner = ["ACGT".index(base) for base in self.order]
        complement = [partner.index(3 - code) for code in partner]
        mirrored: Window = np.ascontiguousarray(window[::-1, complement])
        return mirrored


@dataclass(frozen=True)
class Squash:
    """How the data of a track were squashed before training: raised to 1 / ``power``, above ``clip`` replaced by clip
    plus a square root, multiplied by ``scale``. ``offset`` was added before either root and subtracted after it.
    """

    clip: float
    power: float
    offset: float
    scale: float = 1.0


@dataclass(frozen=True)
class TrackTarget:
    """What a track measures: number in the network's output, identifier, assay, tissue or cell, factor or mark.

    ``description`` is the line of the official table that the rest was read from; ``strand`` is + or - for a track of
    one strand, else empty; ``partner`` is the number of its track of the other strand, its own where there is none;
    ``squash`` is what must be undone to read the track in the units of the data, None where nothing.
    """

    number: int
    identifier: str
    assay: str
    tissue: str
    mark: str
    description: str
    strand: str = ""
    partner: int = -1
    squash: Squash | None = None


HELD = 2 << 30
"""Most bytes of predicted tracks in memory at a time."""


class TrackModel(Protocol):
    """A regulatory track model with its weights loaded.

    ``targets`` may be empty where the user has no table of them; tracks are then identified by their number.
    """

    info: ModelInfo
    layout: Layout
    targets: Sequence[TrackTarget]

    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        """The tracks of a window and of the same window with each variant in it, by the network without ensembling.

        One strand, no shift: averaging is the caller's. The reference is computed once; an alternate only where it
        can differ, as far as that is exact.
        """
        ...


@runtime_checkable
class BatchModel(TrackModel, Protocol):
    """A network that costs less a site when it reads many sites at once (Sei, whose dense layers hold 3.3 GB)."""

    def read_many(self, sites: Sequence[Site]) -> list[tuple[Tracks, list[Tracks]]]:
        """As :meth:`TrackModel.read` for each site."""
        ...


def batch_limit(model: TrackModel, most: int, arrays: int = 1) -> int:
    """How many variants' tracks are held at a time: ``most``, or fewer where those of one are large; at least one.

    arrays: (bins, tracks) of float32 that each of them needs. Borzoi's take half a gigabyte each, Enformer's 19 MB.
    """
    each = 4 * model.layout.bins * max(len(model.targets), 1) * arrays
    return max(1, min(most, HELD // each))


def read_many(model: TrackModel, sites: Sequence[Site]) -> list[tuple[Tracks, list[Tracks]]]:
    """Every site as :meth:`TrackModel.read`, together where the network gains by it."""
    if isinstance(model, BatchModel):
        return model.read_many(sites)
    return [model.read(reference, alternates) for reference, alternates in sites]


class ClassModel(TrackModel, Protocol):
    """A network whose tracks its authors sum up as classes of sequence (Sei)."""

    classes: Sequence[str]

    def class_scores(
        self, reference: Tracks, alternate: Tracks
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The score of every class with either allele, (classes,) each, by the official rule; 0 apart for one allele.

        reference, alternate: averaged over both strands.
        """
        ...


class AttentiveModel(TrackModel, Protocol):
    """A network with attention (Enformer): the attention of a query to the positions of its window."""

    def attention(self, window: Window, queries: Sequence[int]) -> NDArray[np.float32]:
        """(positions,): the attention that output bins ``queries`` pay, mean over them, heads and layers; it sums to 1.

        Position p is the bases p * layout.bin to (p + 1) * layout.bin of the window, cropped bins included.
        """
        ...
