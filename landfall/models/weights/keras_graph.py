"""Small Keras networks, run from their HDF5 files in torch without Keras.

A Keras file holds the graph of the network (``model_config``, JSON: layers and what enters each) and the weights of
each layer. The graph is walked from the inputs to the output; every kind of layer that MMSplice and MTSplice have is
one function below, and any other kind is refused. Activations are (batch, positions, channels) as in Keras.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from landfall.models.info import WeightsError


@dataclass(frozen=True)
class Layer:
    """One layer: its kind, its settings, its weights by their short name, and the names of what enters it."""

    kind: str
    name: str
    config: Mapping[str, Any]
    weights: Mapping[str, Tensor]
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """A network: layers in an order in which each follows its inputs; ``inputs`` in the model's order."""

    layers: tuple[Layer, ...]
    inputs: tuple[str, ...]
    output: str

    @torch.inference_mode()
    def __call__(self, *batches: NDArray[np.float32]) -> NDArray[np.float32]:
        """One array per input, (batch, length, 4) each, to the output, (batch, units)."""
        values = {name: torch.from_numpy(batch) for name, batch in zip(self.inputs, batches, strict=True)}
        for layer in self.layers:
            if layer.kind != "InputLayer":
                values[layer.name] = KINDS[layer.kind](layer, *(values[name] for name in layer.inputs))
        found: NDArray[np.float32] = values[self.output].numpy()
        return found


def load(path: Path) -> Graph:
    """A network from its file. Raises WeightsError if it is not a Keras file or has a layer of another kind."""
    if not h5py.is_hdf5(path):
        raise WeightsError(f"{path}: no HDF5 file; this is not a Keras file")
    with h5py.File(path, "r") as handle:
        if "model_config" not in handle.attrs or "model_weights" not in handle:
            raise WeightsError(f"{path}: no graph or no weights; this is not a Keras file")
        config = json.loads(handle.attrs["model_config"])["config"]
        layers = tuple(_layer(entry, handle["model_weights"]) for entry in config["layers"])
    strange = [layer for layer in layers if layer.kind not in KINDS]
    if strange:
        raise WeightsError(f"{path}: layer {strange[0].name} is a {strange[0].kind}, which is not known here")
    (output,) = (name for name, _, _ in config["output_layers"])
    return Graph(layers, tuple(name for name, _, _ in config["input_layers"]), output)


def _layer(entry: Mapping[str, Any], stored: h5py.Group) -> Layer:
    name = entry["name"]
    weights: dict[str, Tensor] = {}

    def take(path: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            weights[path.rsplit("/", 1)[-1].removesuffix(":0")] = torch.from_numpy(np.asarray(item))

    stored[name].visititems(take)
    nodes = entry["inbound_nodes"]
    inputs = tuple(node[0] for node in nodes[0]) if nodes else ()
    return Layer(entry["class_name"], name, entry["config"], weights, inputs)


def _activated(layer: Layer, x: Tensor) -> Tensor:
    return ACTIVATIONS[layer.config.get("activation", "linear")](x)


def convolve(layer: Layer, x: Tensor) -> Tensor:
    """Conv1D; kernels are (width, in, out) in Keras, (out, in, width) in torch."""
    kernel = layer.weights["kernel"].permute(2, 1, 0)
    y = F.conv1d(
        x.transpose(1, 2),
        kernel,
        layer.weights["bias"],
        padding=layer.config["padding"],
        dilation=layer.config["dilation_rate"][0],
    )
    return _activated(layer, y.transpose(1, 2))


def normalise(layer: Layer, x: Tensor) -> Tensor:
    """BatchNormalization in inference, over the last axis."""
    w = layer.weights
    scale = w["gamma"] / torch.sqrt(w["moving_variance"] + layer.config["epsilon"])
    return (x - w["moving_mean"]) * scale + w["beta"]


def average_known(_: Layer, x: Tensor, onehot: Tensor) -> Tensor:
    """Mean over the positions whose base is known (MMSplice's GlobalAveragePooling1D_Mask0)."""
    known = onehot.amax(dim=2, keepdim=True)
    return (x * known).sum(dim=1) / known.sum(dim=1).clamp_min(KERAS_EPSILON)


def weigh(layer: Layer, x: Tensor) -> Tensor:
    """MTSplice's SplineWeight1D: x * (1 + f(position)), f a cubic spline for each channel."""
    basis = torch.from_numpy(spline_basis(x.shape[1], layer.config["n_bases"]))
    return x * (1 + basis @ layer.weights["kernel"])


def spline_basis(length: int, bases: int) -> NDArray[np.float32]:
    """Cubic B-splines at positions 0 .. length - 1, (length, bases), on the knots of mgcv and ``mmsplice/layers.py``.

    By the recursion of Cox and de Boor: a spline of degree d is made of two of degree d - 1.
    """
    margin = (length - 1) * 0.001
    start, end = -margin, length - 1 + margin
    step = (end - start) / (bases - DEGREE)
    first, last = start - step * DEGREE, end + step * DEGREE
    knots = np.linspace(first, last, bases + DEGREE + 1).astype(np.float32).astype(np.float64)
    x = np.arange(length)[:, None]
    basis = ((knots[:-1] <= x) & (x < knots[1:])).astype(np.float64)
    for degree in range(1, DEGREE + 1):
        rising = (x - knots[: -degree - 1]) / (knots[degree:-1] - knots[: -degree - 1])
        falling = (knots[degree + 1 :] - x) / (knots[degree + 1 :] - knots[1:-degree])
        basis = rising * basis[:, :-1] + falling * basis[:, 1:]
    return basis.astype(np.float32)


def add(_: Layer, *parts: Tensor) -> Tensor:
    """Add."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


DEGREE = 3
KERAS_EPSILON = 1e-7
ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
}
KINDS: Mapping[str, Callable[..., Tensor]] = {
    "InputLayer": lambda _, x: x,
    "Conv1D": convolve,
    "ConvDNA": convolve,
    "BatchNormalization": normalise,
    "Activation": _activated,
    "ReLU": lambda _, x: torch.relu(x),
    "Flatten": lambda _, x: x.flatten(1),
    "Dropout": lambda _, x: x,
    "Dense": lambda layer, x: _activated(layer, x @ layer.weights["kernel"] + layer.weights["bias"]),
    "Add": add,
    "Concatenate": lambda layer, *parts: torch.cat(parts, dim=layer.config["axis"]),
    "GlobalAveragePooling1D": lambda _, x: x.mean(dim=1),
    "GlobalAveragePooling1D_Mask0": average_known,
    "SplineWeight1D": weigh,
}
