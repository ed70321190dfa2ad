"""SpliceAI-10k (Jaganathan et al., Cell 2019): the network, its weights, and how it scores a variant.

The network is read from top to bottom below: a stem, sixteen residual units of two dilated convolutions, four
skip connections, a softmax over (neither, acceptor, donor) at every base. Each output base sees exactly 5,000
bases on either side. The published predictor is the mean of five such networks.

The original pads every convolution and crops 5,000 bases at the end; the padding never reaches what is kept. Here
no convolution pads, so each layer computes only the bases that the output can see: the same numbers for less work.
Convolutions run as two-dimensional ones on channels-last tensors, the layout a CPU multiplies fastest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.models import registry
from landfall.models.inference import incremental
from landfall.models.inference.edits import Edit, Outputs
from landfall.models.info import WeightsError
from landfall.models.layers.dilated_convolution import Convolution, Norm
from landfall.models.weights.torch_checkpoint import PRECISIONS, exact_float32

MODEL = registry.splice_model("spliceai")
CONTEXT = MODEL.context
CHANNELS = ("neither", "acceptor", "donor")

# (kernel width, dilation) of the four groups of four residual units each
GROUPS = ((11, 1), (11, 4), (21, 10), (41, 25))
UNITS_PER_GROUP = 4
FILTERS = 32
BATCH_NORM_EPSILON = 1e-3  # Keras's default, not torch's


class Conv(nn.Conv2d):
    """A one-dimensional convolution without padding on tensors of shape (batch, channels, 1, length)."""

    def __init__(self, inputs: int, outputs: int, width: int = 1, dilation: int = 1) -> None:
        super().__init__(inputs, outputs, (1, width), dilation=(1, dilation))


def trim(x: Tensor, length: int) -> Tensor:
    """The central ``length`` positions of the last axis."""
    cut = (x.shape[-1] - length) // 2
    return x[..., cut : cut + length]


class ResidualUnit(nn.Module):
    """Batch norm, rectifier, convolution, twice, added to the input."""

    def __init__(self, width: int, dilation: int, slope: float, epsilon: float) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(FILTERS, eps=epsilon)
        self.conv1 = Conv(FILTERS, FILTERS, width, dilation)
        self.norm2 = nn.BatchNorm2d(FILTERS, eps=epsilon)
        self.conv2 = Conv(FILTERS, FILTERS, width, dilation)
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv1(F.leaky_relu(self.norm1(x), self.slope))
        h = self.conv2(F.leaky_relu(self.norm2(h), self.slope))
        return trim(x, h.shape[-1]) + h


class SpliceAI(nn.Module):
    """One of the five networks: one-hot (batch, 4, length) to probabilities (batch, 3, length - 10,000).

    slope: of the rectifiers for negative numbers, 0 for ReLU; epsilon: of the batch norms. SpliceAI's own by default.
    """

    def __init__(self, slope: float = 0.0, epsilon: float = BATCH_NORM_EPSILON) -> None:
        super().__init__()
        self.stem = Conv(4, FILTERS)
        self.first_skip = Conv(FILTERS, FILTERS)
        self.groups = nn.ModuleList(
            nn.Sequential(*(ResidualUnit(width, dilation, slope, epsilon) for _ in range(UNITS_PER_GROUP)))
            for width, dilation in GROUPS
        )
        self.skips = nn.ModuleList(Conv(FILTERS, FILTERS) for _ in GROUPS)
        self.head = Conv(FILTERS, len(CHANNELS))

    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x.unsqueeze(2).contiguous(memory_format=torch.channels_last))
        skip = self.first_skip(h)
        for group, to_skip in zip(self.groups, self.skips, strict=True):
            h = group(h)
            skip = trim(skip, h.shape[-1]) + to_skip(h)
        return torch.softmax(self.head(skip), dim=1).squeeze(2)


def layers(network: SpliceAI) -> list[tuple[str, nn.Module]]:
    """The network's layers with their names in the Keras file, whose numbers follow the order of creation."""
    convolutions: list[nn.Module] = [network.stem, network.first_skip]
    norms: list[nn.Module] = []
    for group, skip in zip(network.groups, network.skips, strict=True):
        for unit in group.children():
            assert isinstance(unit, ResidualUnit)
            convolutions += [unit.conv1, unit.conv2]
            norms += [unit.norm1, unit.norm2]
        convolutions.append(skip)
    convolutions.append(network.head)
    named = [(f"conv1d_{number}", layer) for number, layer in enumerate(convolutions, start=1)]
    return named + [(f"batch_normalization_{number}", layer) for number, layer in enumerate(norms, start=1)]


def load_keras(path: Path) -> SpliceAI:
    """Read one network from Illumina's Keras 2 file, every dataset used once and every shape checked.

    Raises WeightsError if it is not such a file, or a layer is missing, has another shape, or is left over.
    """
    network = SpliceAI()
    if not h5py.is_hdf5(path):
        raise WeightsError(f"{path}: no HDF5 file; this is not a SpliceAI-10k file")
    with h5py.File(path, "r") as handle:
        stored = handle.get("model_weights", {})
        used = 0
        for name, layer in layers(network):
            if f"{name}/{name}" not in stored:
                raise WeightsError(f"{path}: layer {name} is missing; this is not a SpliceAI-10k file")
            used += _fill(layer, stored[f"{name}/{name}"], f"{path}:{name}")
        _check_nothing_left(stored, used, path)
    return for_inference(network)


def for_inference(network: SpliceAI) -> SpliceAI:
    """A filled network without gradients, in the layout that a CPU convolves fastest."""
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _fill(layer: nn.Module, group: h5py.Group, where: str) -> int:
    """Copy a layer's tensors from its Keras group; the number of datasets used."""
    if isinstance(layer, nn.Conv2d):
        kernel = np.asarray(group["kernel:0"]).transpose(2, 1, 0)[
            :, :, None, :
        ]  # (width, in, out) -> (out, in, 1, width)
        pairs = [(layer.weight, kernel), (layer.bias, np.asarray(group["bias:0"]))]
    else:
        names = {
            "weight": "gamma",
            "bias": "beta",
            "running_mean": "moving_mean",
            "running_var": "moving_variance",
        }
        pairs = [(getattr(layer, ours), np.asarray(group[f"{theirs}:0"])) for ours, theirs in names.items()]
    for target, values in pairs:
        if target is None or tuple(target.shape) != values.shape:
            raise WeightsError(f"{where}: shape {values.shape} does not fit the network")
        target.data.copy_(torch.from_numpy(np.ascontiguousarray(values)))
    return len(pairs)


def _check_nothing_left(stored: h5py.Group, used: int, path: Path) -> None:
    datasets: list[str] = []
    stored.visititems(lambda name, item: datasets.append(name) if isinstance(item, h5py.Dataset) else None)
    if len(datasets) != used:
        raise WeightsError(f"{path}: {len(datasets)} datasets in the file, {used} used by the network")


def stack(network: SpliceAI) -> incremental.Stack:
    """The network for incremental inference: norms folded into the convolution before them, skips and head joined."""
    units: list[incremental.Unit] = []
    taps = [_tap(network.first_skip, network.head, 0, with_head_bias=True)]
    for group, skip in zip(network.groups, network.skips, strict=True):
        units += [_unit(unit) for unit in group.children()]
        taps.append(_tap(skip, network.head, len(units), with_head_bias=False))
    stem = network.stem
    assert stem.bias is not None
    weight = stem.weight[:, :, 0, 0]
    return incremental.Stack(
        weight, stem.bias, tuple(units), tuple(taps), lambda logits: torch.softmax(logits, -1)
    )


def _unit(unit: nn.Module) -> incremental.Unit:
    assert isinstance(unit, ResidualUnit)
    scale1, offset1 = _affine(unit.norm1)
    scale2, offset2 = _affine(unit.norm2)
    assert unit.conv1.bias is not None
    assert unit.conv2.bias is not None
    dilation = unit.conv1.dilation[1]
    first = unit.conv1.weight * scale2[:, None, None, None]
    return incremental.Unit(
        norm=Norm(scale1, offset1),
        first=Convolution(_dense(first), unit.conv1.bias * scale2 + offset2, dilation, unit.slope),
        second=Convolution(_dense(unit.conv2.weight), unit.conv2.bias, dilation, unit.slope),
    )


def _dense(weight: Tensor) -> Tensor:
    return weight.contiguous(memory_format=torch.channels_last)


def _affine(norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Scale and offset of a batch norm in inference."""
    assert norm.running_var is not None
    assert norm.running_mean is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return scale, norm.bias - norm.running_mean * scale


def _tap(skip: nn.Module, head: Conv, depth: int, with_head_bias: bool) -> tuple[int, Tensor, Tensor]:
    """Skip and head, linear both, as one matrix."""
    assert isinstance(skip, Conv)
    assert skip.bias is not None
    assert head.bias is not None
    matrix = head.weight[:, :, 0, 0]
    bias = matrix @ skip.bias
    return depth, matrix @ skip.weight[:, :, 0, 0], bias + head.bias if with_head_bias else bias


class Ensemble:
    """The five networks as one predictor: the mean of their probabilities, in float32."""

    info = MODEL.info
    context = CONTEXT

    def __init__(self, directory: Path, device: str = "cpu", precision: str = "float32") -> None:
        """Load the weights. precision: float32, which reproduces the original's numbers, or bfloat16."""
        exact_float32()
        self.device = torch.device(device)
        self.networks = [network.to(self.device) for network in self.load(directory)]
        self.stacks = [stack(network).to(PRECISIONS[precision]) for network in self.networks]

    def load(self, directory: Path) -> list[SpliceAI]:
        """The networks of the files of weights in a folder. Raises WeightsError."""
        return [load_keras(directory / weight.name) for weight in self.info.weights]

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        """Reference and alternate probabilities around each edit of a sequence in transcript direction.

        The sequence holds 5,000 bases on either side of everything that is wanted. Returns for each edit
        (last - first, 3) and (last - first + shift, 3): neither, acceptor, donor.
        """
        return incremental.read(self.stacks, sequence, edits, batch, self.device)

    @torch.inference_mode()
    def predict(self, onehot: np.ndarray) -> np.ndarray:
        """Probabilities at every base that has its whole context, by a plain pass over the sequence.

        onehot: (batch, 4, length) float32, A C G T, all zero where the base is unknown, in transcript direction.
        Returns (batch, length - 10,000, 3) float32: neither, acceptor (exon's first base), donor (exon's last).
        """
        x = torch.from_numpy(onehot).to(self.device)
        total = self.networks[0](x)
        for network in self.networks[1:]:
            total = total + network(x)
        mean: np.ndarray = (total / len(self.networks)).transpose(1, 2).cpu().numpy()
        return mean
