"""CI-SpliceAI (Strauch et al., PLoS One 2022): SpliceAI's network, retrained on collapsed isoforms of GENCODE.

The network is that of ``landfall.models.splice.spliceai.model``, layer by layer; the five trained copies come in one
frozen TensorFlow graph, which is read without TensorFlow. Window, context and deltas are SpliceAI's; cut-offs are not:
the two models put different numbers on the same variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models import registry
from landfall.models.info import WeightsError
from landfall.models.splice.spliceai import model as spliceai
from landfall.models.weights.tf_frozen_graph import read_constants

Constants = Mapping[str, NDArray[np.float32]]

MODEL = registry.splice_model("cispliceai")
NETWORKS = 5


def load_frozen(path: Path) -> list[spliceai.SpliceAI]:
    """The five networks of a frozen graph, every constant used once and every shape checked.

    Raises WeightsError if it is not such a graph, or a constant is missing, has another shape, or is left over.
    """
    constants = read_constants(path)
    networks = [spliceai.SpliceAI() for _ in range(NETWORKS)]
    wanted: dict[str, Tensor] = {}
    for number, network in enumerate(networks):
        for layer_name, layer in spliceai.layers(network):
            wanted |= _tensors(layer_name, layer, number)
    if wanted.keys() != constants.keys():
        odd = min(wanted.keys() ^ constants.keys())
        raise WeightsError(f"{path}: {odd} is missing or left over; this is not a CI-SpliceAI graph")
    for name, tensor in wanted.items():
        _fill(tensor, constants[name], f"{path}:{name}")
    return [spliceai.for_inference(network) for network in networks]


def _tensors(layer_name: str, layer: nn.Module, number: int) -> dict[str, Tensor]:
    """A layer's tensors by the names of their constants; ``number`` counts the copies of the network from 0."""
    copy = f"_{number}" if number else ""
    where = f"model_1/{layer_name}"
    if isinstance(layer, nn.Conv2d):
        assert layer.bias is not None
        return {
            f"{where}/conv1d{copy}/ExpandDims_1/ReadVariableOp/resource": layer.weight,
            f"{where}/BiasAdd{copy}/ReadVariableOp/resource": layer.bias,
        }
    assert isinstance(layer, nn.BatchNorm2d)
    assert layer.running_var is not None
    assert layer.running_mean is not None
    return {
        f"{where}/batchnorm{copy}/ReadVariableOp/resource": layer.running_var,
        f"{where}/batchnorm{copy}/mul/ReadVariableOp/resource": layer.weight,
        f"{where}/batchnorm{copy}/ReadVariableOp_1/resource": layer.running_mean,
        f"{where}/batchnorm{copy}/ReadVariableOp_2/resource": layer.bias,
    }


def _fill(tensor: Tensor, values: NDArray[np.float32], where: str) -> None:
    """Copy a constant; kernels are (width, in, out) there and (out, in, 1, width) here."""
    if values.ndim == 3:
        values = values.transpose(2, 1, 0)[:, :, None, :]
    if tuple(tensor.shape) != values.shape:
        raise WeightsError(f"{where}: shape {values.shape} does not fit the network")
    tensor.data.copy_(torch.from_numpy(np.array(values, order="C")))


class Ensemble(spliceai.Ensemble):
    """The five networks as one predictor, as SpliceAI's."""

    info = MODEL.info

    def load(self, directory: Path) -> list[spliceai.SpliceAI]:
        """The networks of the frozen graph in a folder. Raises WeightsError."""
        (graph,) = self.info.weights
        return load_frozen(directory / graph.name)
