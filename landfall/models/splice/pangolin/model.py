"""Pangolin (Zeng and Li, Genome Biology 2022): P(splice site) at every base in heart, liver, brain and testis.

SpliceAI's network with PyTorch's batch norm and, in place of its head, heads for each tissue: a softmax of two, whose
second is the probability of a splice site of either type, and a sigmoid of the site's usage, which is not read here. A
network is trained for one head; the original's score of a tissue is the mean over the three networks trained for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from landfall.models import registry
from landfall.models.inference import incremental
from landfall.models.inference.edits import Edit, Outputs
from landfall.models.splice.spliceai import model as spliceai
from landfall.models.weights import torch_checkpoint
from landfall.models.weights.torch_checkpoint import PRECISIONS, exact_float32

MODEL = registry.splice_model("pangolin")
BATCH_NORM_EPSILON = 1e-5
STATES = 2
"""Outputs of a head of P(splice site): of no site, of a site."""
_FILE = re.compile(r"final\.\d\.(\d)\.3\.v2")


class Pangolin(spliceai.SpliceAI):
    """One of the twelve networks: one-hot (batch, 4, length) to P(site) of its tissue, (batch, 1, length - 10,000)."""

    def __init__(self) -> None:
        super().__init__(epsilon=BATCH_NORM_EPSILON)
        self.head = spliceai.Conv(spliceai.FILTERS, STATES)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)[:, 1:]


def load_checkpoint(path: Path) -> Pangolin:
    """Read one network from a published state dict, named ``final.<replicate>.<head>.3.v2``.

    Raises WeightsError if a key or a shape is another.
    """
    state = torch_checkpoint.read(path, MODEL.info.title)
    network = Pangolin()
    torch_checkpoint.fill(network, renamed(state, head_of(path.name)), MODEL.info.title, path)
    spliceai.for_inference(network)
    return network


def head_of(name: str) -> int:
    """The head, from 1, for which the network of a file was trained. Raises ValueError for another name."""
    found = _FILE.fullmatch(name)
    if found is None:
        raise ValueError(f"{name}: not a file of Pangolin's networks")
    return int(found[1]) + 1


def renamed(state: Mapping[str, Tensor], head: int) -> dict[str, Tensor]:
    """Tensors by their names here, without those of the other heads.

    Kernels are (out, in, width) there and (out, in, 1, width) here.
    """
    names = {"conv1": "stem", "skip": "first_skip", f"conv_last{head}": "head"}
    for group in range(len(spliceai.GROUPS)):
        names[f"convs.{group}"] = f"skips.{group}"
        for unit in range(spliceai.UNITS_PER_GROUP):
            there = f"resblocks.{group * spliceai.UNITS_PER_GROUP + unit}"
            for number in (1, 2):
                names[f"{there}.bn{number}"] = f"groups.{group}.{unit}.norm{number}"
                names[f"{there}.conv{number}"] = f"groups.{group}.{unit}.conv{number}"
    found = {}
    for key, tensor in state.items():
        layer, _, kind = key.rpartition(".")
        if layer in names or not layer.startswith("conv_last"):
            found[f"{names.get(layer, layer)}.{kind}"] = tensor.unsqueeze(2) if tensor.ndim == 3 else tensor
    return found


def stack(network: Pangolin) -> incremental.Stack:
    """The network for incremental inference."""
    return replace(spliceai.stack(network), activation=lambda logits: torch.softmax(logits, dim=-1)[..., 1:])


class Ensemble:
    """The twelve networks side by side: three of each tissue of :mod:`landfall.models.splice.tissue_scores`."""

    info = MODEL.info
    context = MODEL.context

    def __init__(self, directory: Path, device: str = "cpu", precision: str = "float32") -> None:
        """Load the weights. precision: float32, which the numbers of the original need, or bfloat16."""
        exact_float32()
        self.device = torch.device(device)
        self.networks = [network.to(self.device) for network in self.load(directory)]
        self.stacks = [stack(network).to(PRECISIONS[precision]) for network in self.networks]

    def load(self, directory: Path) -> list[Pangolin]:
        """The networks of the checkpoints in a folder. Raises WeightsError."""
        return [load_checkpoint(directory / weight.name) for weight in self.info.weights]

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        """Reference and alternate P(site) around each edit of a sequence in transcript direction.

        The sequence holds 5,000 bases on either side of everything that is wanted. Returns for each edit
        (last - first, networks) and (last - first + shift, networks).
        """
        each = [incremental.read([one], sequence, edits, batch, self.device) for one in self.stacks]
        return [
            (
                np.concatenate([ref for ref, _ in pairs], axis=1),
                np.concatenate([alt for _, alt in pairs], axis=1),
            )
            for pairs in zip(*each, strict=True)
        ]

    @torch.inference_mode()
    def predict(self, onehot: np.ndarray) -> np.ndarray:
        """P(site) at every base that has its whole context, by a plain pass over the sequence.

        onehot: (batch, 4, length) float32 as of SpliceAI. Returns (batch, length - 10,000, networks) float32.
        """
        x = torch.from_numpy(onehot).to(self.device)
        each: np.ndarray = (
            torch.cat([network(x) for network in self.networks], 1).transpose(1, 2).cpu().numpy()
        )
        return each
