"""Networks of splicing in plain torch as their authors lay them out: what landfall's own are compared with.

The layers have the authors' names, so that a published state dict loads as it is. Every convolution is padded to the
length of its input and the context is cut off at the end; a pass holds one window of one allele, one network after the
other, as the authors' commands do it (OpenSpliceAI 0.0.7 ``variant``, Pangolin 1.0.2 ``compute_score``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.models.inference.edits import Edit, Outputs, read_whole
from landfall.models.registry import splice_model
from landfall.models.splice.spliceai.model import CONTEXT, FILTERS, GROUPS, UNITS_PER_GROUP

HEADS = 8
"""Of Pangolin: for each tissue a softmax of two (no site, site), then a sigmoid of the site's usage."""


class OpenSpliceAI(nn.Module):
    """(batch, 4, length) to (batch, 3, length - 10,000): P of neither, acceptor, donor; units and skips in one list."""

    def __init__(self) -> None:
        super().__init__()
        self.initial_conv = nn.Conv1d(4, FILTERS, 1)
        self.initial_skip = _Skip()
        self.residual_units = nn.ModuleList(
            layer
            for width, dilation in GROUPS
            for layer in (*(_LeakyUnit(width, dilation) for _ in range(UNITS_PER_GROUP)), _Skip())
        )
        self.final_conv = nn.Conv1d(FILTERS, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.initial_conv(x)
        skip = self.initial_skip.conv(x)
        for layer in self.residual_units:
            if isinstance(layer, _Skip):
                skip = skip + layer.conv(x)
            else:
                x = layer(x)
        return torch.softmax(self.final_conv(skip)[..., CONTEXT:-CONTEXT], dim=1)


class _Skip(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(FILTERS, FILTERS, 1)


class _LeakyUnit(nn.Module):
    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.batchnorm1, self.batchnorm2 = nn.BatchNorm1d(FILTERS), nn.BatchNorm1d(FILTERS)
        self.conv1, self.conv2 = (_same_length(width, dilation) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv1(F.leaky_relu(self.batchnorm1(x), 0.1))
        h = self.conv2(F.leaky_relu(self.batchnorm2(h), 0.1))
        return x + h


class Pangolin(nn.Module):
    """(batch, 4, length) to (batch, 12, length - 10,000): the outputs of the eight heads, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(4, FILTERS, 1)
        self.skip = nn.Conv1d(FILTERS, FILTERS, 1)
        self.resblocks = nn.ModuleList(
            _Block(width, dilation) for width, dilation in GROUPS for _ in range(UNITS_PER_GROUP)
        )
        self.convs = nn.ModuleList(nn.Conv1d(FILTERS, FILTERS, 1) for _ in GROUPS)
        for head in range(HEADS):
            self.add_module(f"conv_last{head + 1}", nn.Conv1d(FILTERS, 1 if head % 2 else 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        skip = self.skip(x)
        for number, block in enumerate(self.resblocks, start=1):
            x = block(x)
            if number % UNITS_PER_GROUP == 0:
                skip = skip + self.convs[number // UNITS_PER_GROUP - 1](x)
        skip = skip[..., CONTEXT:-CONTEXT]
        heads = []
        for head in range(HEADS):
            logits = self.get_submodule(f"conv_last{head + 1}")(skip)
            heads.append(torch.sigmoid(logits) if head % 2 else torch.softmax(logits, dim=1))
        return torch.cat(heads, dim=1)


class _Block(nn.Module):
    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm1d(FILTERS), nn.BatchNorm1d(FILTERS)
        self.conv1, self.conv2 = (_same_length(width, dilation) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv1(torch.relu(self.bn1(x)))
        h = self.conv2(torch.relu(self.bn2(h)))
        return x + h


def _same_length(width: int, dilation: int) -> nn.Conv1d:
    return nn.Conv1d(FILTERS, FILTERS, width, dilation=dilation, padding=dilation * (width - 1) // 2)


def site_channel(head: int) -> int:
    """The channel of P(site) among Pangolin's twelve; head: of a tissue, 0, 2, 4 or 6, as in the files' names."""
    return 3 * (head // 2) + 1


def randomised(network: nn.Module, seed: int) -> nn.Module:
    """The network for inference with seeded weights, its batch norms with statistics that matter."""
    torch.manual_seed(seed)
    for layer in network.eval().requires_grad_(False).modules():
        if isinstance(layer, nn.Conv1d | nn.BatchNorm1d):
            layer.reset_parameters()
        if isinstance(layer, nn.BatchNorm1d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            layer.running_mean.copy_(torch.randn(FILTERS) * 0.3)
            layer.running_var.copy_(torch.rand(FILTERS) + 0.5)
    return network


class OneByOne:
    """A model with its published networks in plain torch: a window, an allele and a network at a time.

    Outputs as of the model's own ``Ensemble``: the mean over OpenSpliceAI's networks, Pangolin's side by side.
    """

    def __init__(self, name: str, weights: Path) -> None:
        self.info, self.context = splice_model(name).info, splice_model(name).context
        self._networks = [_loaded(LAYOUTS[name](), weights / file.name) for file in self.info.weights]

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        """As of a model; ``batch`` is not used."""
        return read_whole(self.predict, self.context, sequence, edits, 1)

    @torch.inference_mode()
    def predict(self, onehot: np.ndarray) -> np.ndarray:
        """(1, 4, length) float32 to (1, length - 10,000, columns) float32."""
        x = torch.from_numpy(onehot)
        each = [network(x)[0].numpy() for network in self._networks]
        if self.info.name == "pangolin":
            heads = (int(file.name.split(".")[2]) for file in self.info.weights)
            found = np.stack([one[site_channel(head)] for one, head in zip(each, heads, strict=True)])
        else:
            found = np.mean(each, axis=0)
        return np.ascontiguousarray(found.T[None])


LAYOUTS: dict[str, Callable[[], nn.Module]] = {"openspliceai": OpenSpliceAI, "pangolin": Pangolin}
"""By the name of the model."""


def _loaded(network: nn.Module, path: Path) -> nn.Module:
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return network.eval().requires_grad_(False)
