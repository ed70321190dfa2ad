"""Enformer's two official checkpoints, read into one set of names, and the network's sizes as their shapes give them.

The names are those of the PyTorch file; DeepMind's own, of Sonnet's graph of objects, are put into them. In the PyTorch
file every tensor of the trunk occurs twice, under the name of its layer and under ``_trunk``'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from landfall.models.info import WeightsError
from landfall.models.weights import torch_checkpoint
from landfall.models.weights.tf_checkpoint import Stored, read_bundle

TITLE = "Enformer"
Tensors = dict[str, Tensor]

SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"
NO_WEIGHTS = re.compile(r"/(_counter|_hidden)/|^save_counter/|^_CHECKPOINTABLE")
"""Of Sonnet's moving averages the average is used; the rest is how it was counted."""
SONNET = (
    ("module/_trunk/_layers/0/_layers/", "stem."),
    ("module/_trunk/_layers/1/_layers/", "conv_tower."),
    ("module/_trunk/_layers/2/_layers/", "transformer."),
    ("module/_trunk/_layers/4/_layers/0/", "final_pointwise.1/"),
    ("module/_heads/", "_heads."),
    ("/_module/_layers/", ".fn."),
    ("/_layers/", "."),
    ("/_logit_linear", ".to_attn_logits"),
    ("/_q_layer", ".to_q"),
    ("/_k_layer", ".to_k"),
    ("/_v_layer", ".to_v"),
    ("/_r_k_layer", ".to_rel_k"),
    ("/_embedding_layer", ".to_out"),
    ("/_r_w_bias", ".rel_content_bias"),
    ("/_r_r_bias", ".rel_pos_bias"),
    ("/moving_mean/average", ".running_mean"),
    ("/moving_variance/average", ".running_var"),
    ("/scale", ".weight"),
    ("/offset", ".bias"),
    ("/w", ".weight"),
    ("/b", ".bias"),
)
"""Parts of a name in Sonnet's checkpoint, and in the PyTorch file; put in place from top to bottom."""
TRUNK = {"1": "stem", "2": "conv_tower", "4": "transformer", "6": "final_pointwise"}
"""Layers of ``_trunk`` in the PyTorch file to their other names."""


@dataclass(frozen=True)
class Sizes:
    """What distinguishes one Enformer from another; all of it follows from the shapes of a checkpoint.

    filters: of the stem and the stages after it; tracks: species and the tracks of its head.
    """

    filters: tuple[int, ...]
    blocks: int
    heads: int
    key: int
    value: int
    features: int
    hidden: int
    final: int
    tracks: tuple[tuple[str, int], ...]

    @property
    def channels(self) -> int:
        """Channels of a position after the stages."""
        return self.filters[-1]


def checkpoint(weights: Path) -> Path:
    """The file of a checkpoint: ``weights`` itself, or the one in that folder. Raises WeightsError for none or more."""
    if not weights.is_dir():
        return weights
    found = sorted([*weights.glob("*.index"), *weights.glob("*.bin")])
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise WeightsError(
            f"{TITLE}: {weights}: expected one file *.bin (PyTorch) or *.index (DeepMind), found {names}"
        )
    return found[0]


def read_tensors(path: Path) -> Tensors:
    """Official PyTorch name to tensor, of ``pytorch_model.bin`` or of the ``.index`` file of DeepMind's checkpoint.

    Raises WeightsError if the file is missing, cut off or no checkpoint, or if the two copies of a tensor differ.
    """
    if path.suffix != ".index":
        return _distinct(torch_checkpoint.read(path, TITLE), path)
    return {
        sonnet_name(key): sonnet_tensor(key, value)
        for key, value in read_bundle(path).items()
        if not NO_WEIGHTS.search(key)
    }


def _distinct(stored: Tensors, path: Path) -> Tensors:
    """Each tensor once; counters of batches aside."""
    tensors: Tensors = {}
    for name, value in stored.items():
        own = _layer(name)
        if not _same(value, tensors.setdefault(own, value)):
            raise WeightsError(
                f"{TITLE}: {path}: expected the two copies of {own} to be the same, found them differ"
            )
    return {name: value for name, value in tensors.items() if not name.endswith(".num_batches_tracked")}


def _layer(name: str) -> str:
    """The name of a tensor by its layer, where the file has it under ``_trunk``'s."""
    match = re.fullmatch(r"_trunk\.(\d+)\.(.+)", name)
    return f"{TRUNK[match[1]]}.{match[2]}" if match and match[1] in TRUNK else name


def _same(one: Tensor, other: Tensor) -> bool:
    shared = one.data_ptr() == other.data_ptr() and one.stride() == other.stride()
    return one.shape == other.shape and (shared or torch.equal(one, other))


def sonnet_name(key: str) -> str:
    """The official PyTorch name of a tensor of DeepMind's checkpoint."""
    name = key.removesuffix(SUFFIX)
    for theirs, ours in SONNET:
        name = name.replace(theirs, ours)
    return name


def sonnet_tensor(key: str, value: Stored) -> Tensor:
    """A tensor of DeepMind's checkpoint as PyTorch has it: a weight is (out, in, width), not (width, in, out)."""
    if key.endswith(f"/average{SUFFIX}"):
        value = value.reshape(-1)
    elif key.endswith(f"/w{SUFFIX}"):
        value = value.transpose()
    tensor = torch.from_numpy(np.array(value, order="C"))
    return tensor[:, :, None, None] if "_logit_linear" in key else tensor


def read_sizes(tensors: Tensors, path: Path) -> Sizes:
    """The sizes of the network that a checkpoint holds. Raises WeightsError if it is not one of an Enformer."""

    def shape(name: str, axes: int) -> tuple[int, ...]:
        return torch_checkpoint.shape(tensors, name, axes, TITLE, path)

    _, heads, _, key = shape("transformer.0.0.fn.1.rel_content_bias", 4)
    stages = _count(tensors, r"conv_tower\.(\d+)\.")
    heads_of = (re.fullmatch(r"_heads\.(\w+)\.0\.weight", name) for name in tensors)
    species = sorted({"human"} | {match[1] for match in heads_of if match})
    return Sizes(
        filters=(
            shape("stem.0.weight", 3)[0],
            *(shape(f"conv_tower.{stage}.0.2.weight", 3)[0] for stage in range(stages)),
        ),
        blocks=_count(tensors, r"transformer\.(\d+)\."),
        heads=heads,
        key=key,
        value=shape("transformer.0.0.fn.1.to_v.weight", 2)[0] // heads,
        features=shape("transformer.0.0.fn.1.to_rel_k.weight", 2)[1],
        hidden=shape("transformer.0.1.fn.1.weight", 2)[0],
        final=shape("final_pointwise.1.2.weight", 3)[0],
        tracks=tuple((name, shape(f"_heads.{name}.0.weight", 2)[0]) for name in species),
    )


def _count(tensors: Tensors, pattern: str) -> int:
    """How many layers of a kind there are, by the highest number."""
    return max((int(match[1]) + 1 for name in tensors if (match := re.match(pattern, name))), default=0)
