"""OpenSpliceAI-MANE (Chao et al., eLife 2025): SpliceAI's network in PyTorch, retrained on MANE.

The network is that of ``landfall.models.splice.spliceai.model`` with leaky rectifiers and PyTorch's batch norm. Window,
context and deltas are SpliceAI's; cut-offs are not: the two models put different numbers on the same variant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from torch import Tensor

from landfall.models import registry
from landfall.models.splice.spliceai import model as spliceai
from landfall.models.weights import torch_checkpoint

MODEL = registry.splice_model("openspliceai")
SLOPE = 0.1
BATCH_NORM_EPSILON = 1e-5


def network() -> spliceai.SpliceAI:
    """One network, its weights random."""
    return spliceai.SpliceAI(slope=SLOPE, epsilon=BATCH_NORM_EPSILON)


def load_checkpoint(path: Path) -> spliceai.SpliceAI:
    """Read one network from a published state dict, every key and shape checked. Raises WeightsError."""
    state = torch_checkpoint.read(path, MODEL.info.title)
    filled = network()
    torch_checkpoint.fill(filled, renamed(state), MODEL.info.title, path)
    return spliceai.for_inference(filled)


def renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors by their names here; kernels are (out, in, width) there and (out, in, 1, width) here."""
    names = dict(_layers())
    found = {}
    for key, tensor in state.items():
        layer, _, kind = key.rpartition(".")
        found[f"{names.get(layer, layer)}.{kind}"] = tensor.unsqueeze(2) if tensor.ndim == 3 else tensor
    return found


def _layers() -> Iterator[tuple[str, str]]:
    """Layers by their names there and here; a skip follows the units of its group in the same list there."""
    yield from (("initial_conv", "stem"), ("initial_skip.conv", "first_skip"), ("final_conv", "head"))
    for group in range(len(spliceai.GROUPS)):
        first = group * (spliceai.UNITS_PER_GROUP + 1)
        for unit in range(spliceai.UNITS_PER_GROUP):
            there, here = f"residual_units.{first + unit}", f"groups.{group}.{unit}"
            for number in (1, 2):
                yield f"{there}.batchnorm{number}", f"{here}.norm{number}"
                yield f"{there}.conv{number}", f"{here}.conv{number}"
        yield f"residual_units.{first + spliceai.UNITS_PER_GROUP}.conv", f"skips.{group}"


class Ensemble(spliceai.Ensemble):
    """The five networks as one predictor, as SpliceAI's."""

    info = MODEL.info

    def load(self, directory: Path) -> list[spliceai.SpliceAI]:
        """The networks of the checkpoints in a folder. Raises WeightsError."""
        return [load_checkpoint(directory / weight.name) for weight in self.info.weights]
