"""A small regulatory track model with seeded weights, classes and attention, and a genome for it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from landfall.config.regulation import TrackModelSettings
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.models.registry import track_model
from landfall.models.tracks.base import Layout, Tracks, TrackTarget, Window

LAYOUT = Layout(length=256, variant=127, first=32, bin=16, bins=12)
TARGETS = (
    TrackTarget(0, "T0", "CHIP", "skeletal muscle", "H3K27ac", "CHIP:H3K27ac:skeletal muscle"),
    TrackTarget(1, "T1", "DNASE", "brain", "", "DNASE:brain"),
    TrackTarget(2, "T2", "CAGE", "brain", "", "CAGE:brain"),
    TrackTarget(3, "T3", "CAGE", "brain, other donor", "", "CAGE:brain, other donor"),
)
CONTIG = 6_000


class Network(nn.Module):
    """A convolution of 9 bases, summed by bin."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.conv = nn.Conv1d(4, len(TARGETS), 9, padding=4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = nn.functional.softplus(self.conv(x.transpose(1, 2)))
        inner = y[:, :, LAYOUT.first : LAYOUT.first + LAYOUT.bin * LAYOUT.bins]
        binned: torch.Tensor = inner.reshape(*inner.shape[:2], LAYOUT.bins, LAYOUT.bin).sum(dim=3)
        return binned.transpose(1, 2)


class Toy:
    """A TrackModel with classes and attention."""

    info = track_model("borzoi").info
    layout = LAYOUT
    targets: Sequence[TrackTarget] = TARGETS
    classes = ("promoter", "enhancer")

    def __init__(self) -> None:
        self.network = Network().requires_grad_(False).eval()
        self.references = 0

    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        self.references += 1
        ref, *alts = (self.network(torch.from_numpy(w)[None])[0].numpy() for w in (reference, *alternates))
        return ref, alts

    def class_scores(self, reference: Tracks, alternate: Tracks) -> tuple[Any, Any]:
        return reference.sum(axis=0)[:2], alternate.sum(axis=0)[:2]

    def attention(self, window: Window, queries: Sequence[int]) -> Any:
        weights = np.abs(window).sum(axis=1).reshape(-1, LAYOUT.bin).sum(axis=1) + len(queries)
        return (weights / weights.sum()).astype(np.float32)


def settings(**changes: Any) -> TrackModelSettings:
    plain: dict[str, Any] = {
        "name": "borzoi",
        "weights": Path("toy.h5"),
        "targets": None,
        "e_values": None,
        "sha256": None,
        "centre": "variant",
        "both_strands": True,
        "shifts": (0,),
        "max_unknown_fraction": 0.1,
        "batch": 8,
        "dtype": "float32",
        "device": "cpu",
        "shards": 2,
        "threads": 1,
    }
    return TrackModelSettings(**{**plain, **changes})


def genome(folder: Path) -> Genome:
    """One contig of random bases, its last 500 unknown."""
    chance = random.Random(5)
    path = folder / "toy.fa"
    path.write_text(">c1\n" + "".join(chance.choices("ACGT", k=CONTIG - 500)) + "N" * 500 + "\n")
    return Genome(path)


def transcript(gene: str = "G", start: int = 2_000, strand: str = "+") -> Transcript:
    exons = ((start, start + 100), (start + 300, start + 400))
    return Transcript(gene, f"id{gene}", f"t{gene}", "c1", strand, exons, representative=True)
