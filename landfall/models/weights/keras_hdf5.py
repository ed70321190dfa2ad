"""Weights of networks in files of Keras, loaded into torch layers in the order in which Keras created them.

Keras names layers by kind and number (``conv1d``, ``conv1d_1``...), and the numbers of a kind follow the order of
creation. So the layers of a file, sorted by number, correspond to a network's layers of that kind in the order of the
code that made them; every shape is checked and nothing may be left over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models.info import WeightsError

NUMBERED = re.compile(r"(.*?)(?:_(\d+))?")
Arrays = Mapping[str, NDArray[np.float32]]
"""Short name of a weight (``kernel``) to its values."""


@dataclass(frozen=True)
class KerasFile:
    """Layers with weights by kind, in order of creation, and the settings of all layers as Keras wrote them."""

    path: Path
    layers: Mapping[str, Sequence[tuple[str, Arrays]]]
    config: Sequence[Mapping[str, Any]]

    def first(self, kind: str) -> Mapping[str, Any] | None:
        """The settings of the first layer of a class (``Cropping1D``), None where there is none."""
        return next((layer["config"] for layer in self.config if layer["class_name"] == kind), None)


def read(path: Path, title: str) -> KerasFile:
    """A Keras file of weights. Raises WeightsError, naming the model (``title``), if it is not one or is truncated."""
    try:
        with h5py.File(path, "r") as handle:
            config = json.loads(handle.attrs["model_config"])["config"]["layers"]
            stored = handle["model_weights"]
            layers: dict[str, list[tuple[int, str, Arrays]]] = {}
            for name in stored:
                kind, number = _parted(name)
                if arrays := _arrays(stored[name]):
                    layers.setdefault(kind, []).append((number, name, arrays))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{title}: {path}: expected a Keras file with graph and weights, found none: {error}"
        ) from error
    ordered = {kind: [(name, arrays) for _, name, arrays in sorted(found)] for kind, found in layers.items()}
    return KerasFile(path, ordered, config)


def _parted(name: str) -> tuple[str, int]:
    match = NUMBERED.fullmatch(name)
    assert match is not None
    kind, number = match.groups()
    return kind.removeprefix("sync_"), int(number or 0)


def _arrays(group: h5py.Group) -> dict[str, NDArray[np.float32]]:
    found: dict[str, NDArray[np.float32]] = {}

    def take(path: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            parts = path.removesuffix(":0").split("/")
            inner = parts[-2] if len(parts) > 1 and parts[-2].endswith("_layer") else ""
            found[f"{inner}/{parts[-1]}" if inner else parts[-1]] = np.asarray(item)

    group.visititems(take)
    return found


def fill(
    network: nn.Module, created: Mapping[str, Sequence[Mapping[str, Tensor]]], file: KerasFile, title: str
) -> None:
    """Put the weights of a file into a network.

    created: for each kind its layers in order of creation, each a map from Keras's name of a weight to the tensor that
    it goes to. Raises WeightsError that lists every layer too many or too few, and every shape that does not fit.
    """
    faults = [
        f"{len(file.layers.get(kind, ()))} layers {kind} found, {len(created.get(kind, ()))} expected"
        for kind in sorted({*created, *file.layers})
        if len(created.get(kind, ())) != len(file.layers.get(kind, ()))
    ]
    pairs = [
        (name, arrays, tensors)
        for kind, layers in created.items()
        for (name, arrays), tensors in zip(file.layers.get(kind, ()), layers, strict=False)
    ]
    faults += [fault for name, arrays, tensors in pairs for fault in _misfits(name, arrays, tensors)]
    if faults:
        raise WeightsError(f"{title}: {file.path} holds another network: {'; '.join(faults[:8])}")
    with torch.no_grad():
        for _, arrays, tensors in pairs:
            for key, tensor in tensors.items():
                tensor.copy_(torch.from_numpy(_turned(key, arrays[key])).reshape(tensor.shape))


def _misfits(name: str, arrays: Arrays, tensors: Mapping[str, Tensor]) -> list[str]:
    faults = [f"{name}: {key} found, not expected" for key in sorted(set(arrays) - set(tensors))]
    faults += [f"{name}: {key} expected, not found" for key in sorted(set(tensors) - set(arrays))]
    for key in sorted(set(arrays) & set(tensors)):
        found = [size for size in _turned(key, arrays[key]).shape if size != 1]
        expected = [size for size in tensors[key].shape if size != 1]
        if found != expected:
            faults.append(f"{name}: {key} of shape {tuple(found)} found, {tuple(expected)} expected")
    return faults


def _turned(key: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kernels are (width, in, out) or (in, out) in Keras, (out, in, width) or (out, in) in torch."""
    if not key.endswith("kernel"):
        return values
    order = (1, 2, 0) if key == "depthwise_kernel" else tuple(reversed(range(values.ndim)))
    return np.ascontiguousarray(values.transpose(order))


Part = TypeVar("Part", bound=nn.Module)


def parts(network: nn.Module, kind: type[Part]) -> list[Part]:
    """The modules of a class in a network, in the order of its definition."""
    return [module for module in network.modules() if isinstance(module, kind)]


def norm_weights(norm: nn.BatchNorm2d | nn.LayerNorm) -> dict[str, Tensor]:
    """Where the weights of a batch or layer norm go, by Keras's names."""
    weights: dict[str, Tensor] = {"gamma": norm.weight, "beta": norm.bias}
    if isinstance(norm, nn.BatchNorm2d):
        assert norm.running_mean is not None
        assert norm.running_var is not None
        weights |= {"moving_mean": norm.running_mean, "moving_variance": norm.running_var}
    return weights


def linear_weights(layer: nn.Conv2d | nn.Linear) -> dict[str, Tensor]:
    """Where the weights of a convolution or a dense layer go, by Keras's names."""
    return {"kernel": layer.weight} | ({} if layer.bias is None else {"bias": layer.bias})
