"""Basenji2 (Kelley, PLoS Computational Biology 2020): 5,313 tracks in bins of 128 bases from 131,072 bases.

The network is read from top to bottom below: a stem and a tower of convolutions, each halving the positions; dilated
residual blocks; a crop; a dense head. After ``params_human.json`` and the code of 2020: every block is activation,
convolution without bias, batch norm (epsilon 1e-3), so that the one-hot bases are activated too; GELU is its old
approximation x * sigmoid(1.702 x), which later versions of the code, and basenji2-pytorch, do not have.

Weights are the official Keras file or the state dict of basenji2-pytorch; widths are read from them. An alternate is
computed only where a variant can be seen: a few positions of the tower, a cone through the dilated blocks, its bins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from landfall.models import registry
from landfall.models.inference import patching
from landfall.models.inference.memo import LruMemo
from landfall.models.info import WeightsError
from landfall.models.layers import gpu_convolution
from landfall.models.layers.linear import Linear
from landfall.models.layers.recompute import segment
from landfall.models.tracks.base import Layout, Tracks, TrackTarget, Window
from landfall.models.tracks.calico_targets import read_calico
from landfall.models.weights import keras_hdf5, torch_checkpoint
from landfall.models.weights.keras_hdf5 import KerasFile, linear_weights, norm_weights, parts

BASENJI2 = registry.track_model("basenji2").info
EPSILON = 1e-3
TOWER_WIDTH = 5
DILATION_GROWTH = 1.5
LARGEST_LOGIT = 10_000
PUBLISHED_LENGTH, PUBLISHED_CROP = 131_072, 64
"""Bases of the published window, and bins cropped at either end."""
KEPT = 2
"""References that are kept, 60 MB each: both strands."""
WEIGHTS, TABLE = tuple(file.name for file in BASENJI2.fetched), BASENJI2.targets[0].name


@dataclass(frozen=True)
class Shape:
    """Sizes of a network: bases of its window, bins cropped at either end, the rest from the shapes of the weights.

    tower: filters of stem and tower. inner: filters between the two convolutions of each of ``blocks`` dilated blocks.
    """

    length: int
    crop: int
    stem_width: int
    tower: tuple[int, ...]
    blocks: int
    inner: int
    last: int
    tracks: int

    @property
    def bin(self) -> int:
        """Bases of a bin: each convolution of stem and tower halves the positions."""
        return 1 << len(self.tower)


class Block(nn.Module):
    """GELU, convolution padded with zeros to the same length, batch norm: (n, channels, 1, positions) to the same."""

    def __init__(self, inputs: int, outputs: int, width: int = 1, dilation: int = 1) -> None:
        super().__init__()
        pad = dilation * (width // 2)
        self.conv: nn.Conv2d = gpu_convolution.Conv2d(
            inputs, outputs, (1, width), dilation=(1, dilation), padding=(0, pad), bias=False
        )
        self.norm: nn.Module = nn.BatchNorm2d(outputs, eps=EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.norm(self.conv(gelu(x)))
        return y

    def fold(self) -> None:
        """Put the norm into the convolution, once the weights are in."""
        assert isinstance(self.norm, nn.BatchNorm2d)
        self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), nn.Identity()


def gelu(x: Tensor) -> Tensor:
    """x * sigmoid(1.702 x); without a gradient to come, in the memory of one tensor."""
    if torch.is_grad_enabled() and x.requires_grad:
        return x * torch.sigmoid(1.702 * x)
    return (1.702 * x).sigmoid_().mul_(x)


class Dilated(nn.Module):
    """A dilated convolution to fewer channels and one back to all, added to what came in."""

    def __init__(self, channels: int, inner: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.narrow = Block(channels, inner, 3, dilation)
        self.wide = Block(inner, channels)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x + self.wide(self.narrow(x))
        return y


class Network(nn.Module):
    """(n, length, 4) bases to (n, bins, tracks)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.crop, filters = shape.crop, shape.tower
        self.stem = Block(4, filters[0], shape.stem_width)
        self.tower = nn.ModuleList(Block(a, b, TOWER_WIDTH) for a, b in pairwise(filters))
        self.dilated = nn.ModuleList(
            Dilated(filters[-1], shape.inner, dilation) for dilation in dilations(shape.blocks)
        )
        self.last = Block(filters[-1], shape.last)
        self.head = Linear(shape.last, shape.tracks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.front(x)
        for block in self.dilated:
            x = segment(block, x)
        return self.tracks(x[..., self.crop : x.shape[3] - self.crop])

    def front(self, x: Tensor) -> Tensor:
        """Stem and tower: (n, length, 4) to (n, channels, 1, positions)."""
        x = x.transpose(1, 2).unsqueeze(2).contiguous(memory_format=torch.channels_last)
        for block in (self.stem, *self.tower):
            x = patching.halved(segment(block, x))
        return x

    def tracks(self, x: Tensor) -> Tensor:
        """The output of the last block and the head at some positions, (n, positions, tracks)."""
        y = self.head(gelu(self.last(x)).squeeze(2).transpose(1, 2))
        return F.softplus(y.clamp(-LARGEST_LOGIT, LARGEST_LOGIT))


def dilations(blocks: int) -> list[int]:
    """The dilations of the residual blocks: 1, then always half as much again, rounded to the next even at a half."""
    found = [1]
    while len(found) < blocks:
        found.append(round(found[-1] * DILATION_GROWTH))
    return found


@dataclass(frozen=True)
class Reference:
    """The input of each dilated block and the output of the last, (1, channels, 1, positions); the window's tracks."""

    layers: Sequence[Tensor]
    tracks: Tracks


class Basenji2:
    """The trained network; alternates of a window share what their reference has, and the last references are kept."""

    info = BASENJI2

    def __init__(self, network: Network, shape: Shape, targets: Sequence[TrackTarget]) -> None:
        self.network, self.targets = network, targets
        self.layout = Layout(
            length=shape.length,
            variant=shape.length // 2 - 1,
            first=shape.crop * shape.bin,
            bin=shape.bin,
            bins=shape.length // shape.bin - 2 * shape.crop,
        )
        self._kept = LruMemo[Reference](KEPT)
        self._reach = patching.reach(shape.stem_width, TOWER_WIDTH, len(shape.tower) - 1)

    @torch.inference_mode()
    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        """See :class:`landfall.models.tracks.base.TrackModel`."""
        kept = self._kept.of(reference, self._reference)
        return kept.tracks, [self._alternate(kept, reference, window) for window in alternates]

    def _reference(self, window: Window) -> Reference:
        layers = [self.network.front(self._tensor(window))]
        for block in self.network.dilated:
            layers.append(block(layers[-1]))
        crop = self.layout.first // self.layout.bin
        tracks = _tracks(self.network.tracks(layers[-1][..., crop : crop + self.layout.bins]))
        tracks.flags.writeable = False  # it is kept, and given out as it is
        return Reference(layers, tracks)

    def _alternate(self, kept: Reference, reference: Window, window: Window) -> Tracks:
        patch = patching.patch(reference, window, self.layout.bin, self._reach)
        if patch is None:
            return kept.tracks
        alt = kept.tracks.copy()
        fresh = self.network.front(self._tensor(window[patch.bases]))
        first, last = patch.kept_first, patch.kept_last
        fresh = fresh[..., first - patch.first : last - patch.first]
        for block, layer in zip(parts(self.network, Dilated), kept.layers, strict=False):
            fresh, first, last = cone(block, layer, fresh, first)
        crop = self.layout.first // self.layout.bin
        seen = slice(max(first, crop), min(last, crop + self.layout.bins))
        if seen.start < seen.stop:
            here = self.network.tracks(fresh[..., seen.start - first : seen.stop - first])
            alt[seen.start - crop : seen.stop - crop] = _tracks(here)
        return alt

    def _tensor(self, window: Window) -> Tensor:
        return torch.from_numpy(window)[None].to(self.network.head.weight)


def cone(block: Dilated, layer: Tensor, fresh: Tensor, first: int) -> tuple[Tensor, int, int]:
    """A dilated block where its input differs from the reference's.

    layer: the reference's input, (1, channels, 1, positions). fresh: the alternate's at positions first.. . Returns the
    alternate's output where it differs, and its first and last position, 0-based half-open.
    """
    length, last, reach = layer.shape[3], first + fresh.shape[3], block.dilation
    left, right = max(first - 2 * reach, 0), min(last + 2 * reach, length)
    x = torch.cat([layer[..., left:first], fresh, layer[..., last:right]], dim=3)
    first, last = max(first - reach, 0), min(last + reach, length)
    return block(x)[..., first - left : last - left], first, last


def _tracks(found: Tensor) -> Tracks:
    return gpu_convolution.to_numpy(found[0])


def load(
    weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32"
) -> Basenji2:
    """Basenji2 from its weights: the Keras file or the state dict of basenji2-pytorch, or a folder with one of them.

    targets: the table of its tracks, by default ``targets_human.txt`` beside the weights; without one tracks go by
    number. dtype: float32 or bfloat16. Raises WeightsError, naming model, file, expected and found, if anything does
    not fit.
    """
    path = torch_checkpoint.one_of(weights, WEIGHTS, "weights", BASENJI2.title)
    network, shape = _from_torch(path) if path.suffix in (".pth", ".pt") else _from_keras(path)
    beside = path.parent / TABLE
    table = targets or (beside if beside.is_file() else None)
    tracks = read_calico(table) if table else ()
    if table and len(tracks) != shape.tracks:
        raise WeightsError(
            f"{BASENJI2.title}: {table}: expected {shape.tracks} tracks as in {path}, found {len(tracks)}"
        )
    network.eval()
    for block in parts(network, Block):
        block.fold()
    return Basenji2(torch_checkpoint.ready(network, device, dtype), shape, tracks)


def _from_keras(path: Path) -> tuple[Network, Shape]:
    file = keras_hdf5.read(path, BASENJI2.title)
    shape = _shape_of_keras(file)
    network = Network(shape)
    keras_hdf5.fill(network, created(network), file, BASENJI2.title)
    return network, shape


def created(network: Network) -> dict[str, list[dict[str, Tensor]]]:
    """The network's layers by Keras's kind in the order in which Basenji creates them."""
    return {
        "conv1d": [linear_weights(block.conv) for block in parts(network, Block)],
        "batch_normalization": [norm_weights(norm) for norm in parts(network, nn.BatchNorm2d)],
        "dense": [linear_weights(network.head)],
    }


def _shape_of_keras(file: KerasFile) -> Shape:
    window, cropping = file.first("InputLayer"), file.first("Cropping1D")
    kernels = [arrays["kernel"].shape for _, arrays in file.layers.get("conv1d", ()) if "kernel" in arrays]
    heads = [arrays["kernel"].shape for _, arrays in file.layers.get("dense", ()) if "kernel" in arrays]
    if window is None or cropping is None or len(kernels) < 4 or len(heads) != 1:
        raise WeightsError(
            f"{BASENJI2.title}: {file.path} holds another network: expected a crop, convolutions and one dense layer, "
            f"found {', '.join(f'{len(found)} {kind}' for kind, found in sorted(file.layers.items()))}"
        )
    return _shape(kernels, heads[0][1], window["batch_input_shape"][1], cropping["cropping"][0])


def _shape(kernels: Sequence[tuple[int, ...]], tracks: int, length: int, crop: int) -> Shape:
    """From the convolutions' kernels, (width, inputs, outputs) each, in the order of the network."""
    stem, *others, last = kernels
    tower = [kernel for kernel in others if kernel[0] == TOWER_WIDTH]
    narrow = [kernel for kernel in others if kernel[0] == 3]
    return Shape(
        length=length,
        crop=crop,
        stem_width=stem[0],
        tower=(stem[2], *(kernel[2] for kernel in tower)),
        blocks=len(narrow),
        inner=narrow[0][2] if narrow else 0,
        last=last[2],
        tracks=tracks,
    )


PORT: Mapping[str, str] = {
    "model.trunk.0.block.": "stem.",
    "model.trunk.1.tower.": "tower.",
    "model.trunk.2.block.": "dilated.",
    "model.trunk.4.block.": "last.",
    "model.head.final.block.1.": "head.",
}
"""Parts of basenji2-pytorch's network by our names."""
INSIDE: Mapping[str, str] = {"module.0.block.": "narrow.", "module.1.block.": "wide.", "block.": ""}


def parameter_name(name: str) -> str:
    """The name in our network of a tensor of basenji2-pytorch's; the name itself where there is none."""
    place = next((old for old in PORT if name.startswith(old)), None)
    if place is None:
        return name
    rest = name.removeprefix(place)
    for old, new in INSIDE.items():
        rest = rest.replace(old, new)
    if place != "model.head.final.block.1.":
        *inner, layer, weight = rest.split(".")
        rest = ".".join([*inner, {"1": "conv", "2": "norm"}.get(layer, layer), weight])
    return PORT[place] + rest


def _from_torch(path: Path) -> tuple[Network, Shape]:
    stored = torch_checkpoint.read(path, BASENJI2.title)
    state = {parameter_name(name): value for name, value in stored.items()}
    state = {name: value.unsqueeze(2) if value.ndim == 3 else value for name, value in state.items()}
    tracks, _ = torch_checkpoint.shape(state, "head.weight", 2, BASENJI2.title, path)
    torch_checkpoint.shape(state, "stem.conv.weight", 4, BASENJI2.title, path)
    kernels = [
        (value.shape[3], value.shape[1], value.shape[0])
        for name, value in state.items()
        if name.endswith("conv.weight")
    ]
    shape = _shape(kernels, tracks, PUBLISHED_LENGTH, PUBLISHED_CROP)
    with torch.device("meta"):
        network = Network(shape)
    torch_checkpoint.fill(network, state, BASENJI2.title, path)
    return network, shape
