"""Toy models for interpretation: one of exact motifs, and an ensemble of random networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from landfall.models.inference.edits import Edit, Outputs, read_whole
from landfall.models.registry import splice_model


class ToyModel:
    """A small seeded convolutional network with the interface of a splice model."""

    context = 20

    def __init__(self, seed: int = 1) -> None:
        self.info = replace(splice_model("spliceai").info, name="toy")
        generator = torch.Generator().manual_seed(seed)
        self.kernels = torch.randn(3, 4, 2 * self.context + 1, generator=generator) * 0.3
        self.batches: list[int] = []

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return read_whole(self.predict, self.context, sequence, edits, batch)

    def predict(self, onehot: np.ndarray) -> np.ndarray:
        """(batch, 4, length) to (batch, length - 2 * context, 3), probabilities."""
        self.batches.append(len(onehot))
        with torch.inference_mode():
            logits = torch.nn.functional.conv1d(torch.from_numpy(onehot), self.kernels)
            probabilities: np.ndarray = torch.softmax(logits, dim=1).transpose(1, 2).numpy()
        return probabilities


DONOR_MOTIF, ACCEPTOR_MOTIF = "GTAAGT", "TTCAG"


class MotifModel:
    """P(donor) is 0.9 on the base before GTAAGT, P(acceptor) 0.9 on the base after TTCAG, and 0.01 elsewhere."""

    info, context = ToyModel().info, 20

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        return read_whole(self.predict, self.context, sequence, edits, batch)

    def predict(self, onehot: np.ndarray) -> np.ndarray:
        """(batch, 4, length) to (batch, length - 2 * context, 3)."""
        texts = ["".join("ACGTN"[c] for c in np.vstack([b, 1 - b.sum(0)]).argmax(0)) for b in onehot]
        return np.stack([self._probabilities(text) for text in texts])

    def _probabilities(self, text: str) -> np.ndarray:
        values = np.full((len(text), 3), 0.01, dtype=np.float32)
        for at in range(len(text)):
            values[at, 1] = 0.9 if text[:at].endswith(ACCEPTOR_MOTIF) else 0.01
            values[at, 2] = 0.9 if text.startswith(DONOR_MOTIF, at + 1) else 0.01
        return values[self.context : len(text) - self.context]


class ToyEnsemble:
    """The mean of random networks."""

    info, context = ToyModel().info, ToyModel.context

    def __init__(self, *seeds: int) -> None:
        self.stacks = [ToyModel(seed) for seed in seeds]

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        found = [stack.read(sequence, edits, batch) for stack in self.stacks]
        return [
            (np.mean([r for r, _ in each], axis=0), np.mean([a for _, a in each], axis=0))
            for each in zip(*found, strict=True)
        ]
