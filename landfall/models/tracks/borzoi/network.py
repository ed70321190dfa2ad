"""The network of Borzoi (Linder et al., Nature Genetics 2025), read from top to bottom.

A stem and six convolutions, each halving the positions, from 1 base down to 128; transformer blocks; two steps up again
to 32 bases, each joined with what the convolutions saw there; a cropped head of one track an assay and strand. After
baskerville's ``blocks.py`` and ``layers.py``: epsilon of batch and layer norms 1e-3, GELU in its tanh form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.models.inference.patching import halved
from landfall.models.layers import winograd_conv5
from landfall.models.layers.attention import Attention, Watch
from landfall.models.layers.attention import Block as Transformer
from landfall.models.layers.linear import Linear
from landfall.models.layers.recompute import segment

EPSILON = 1e-3


@dataclass(frozen=True)
class Shape:
    """Sizes of a network: bases of its window, bins cropped at either end, the rest from the shapes of the weights.

    tower: filters of stem and tower. features: position features. last: filters of the block before the head, or 0.
    """

    length: int
    crop: int
    stem_width: int
    tower: tuple[int, ...]
    blocks: int
    heads: int
    key: int
    features: int
    last: int
    tracks: int


class Conv(winograd_conv5.Conv2d):
    """A one-dimensional convolution of (n, channels, 1, length), padded with zeros to the same length."""

    def __init__(self, inputs: int, outputs: int, width: int = 1, groups: int = 1, bias: bool = True) -> None:
        super().__init__(inputs, outputs, (1, width), padding=(0, width // 2), groups=groups, bias=bias)


class Block(nn.Module):
    """Batch norm, GELU, convolution."""

    def __init__(self, inputs: int, outputs: int, width: int = 1) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(inputs, eps=EPSILON)
        self.conv = Conv(inputs, outputs, width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(F.gelu(self.norm(x), approximate="tanh"))
        return y


def position_features(length: int, features: int) -> Tensor:
    """(2 * length - 1, features): which widths around 0 a distance -length + 1.. lies in, then the same with its sign.

    Widths grow by a constant factor up to ``length`` (``positional_features_central_mask``).
    """
    distances = torch.arange(-length + 1, length, dtype=torch.float32)
    number = features // 2
    rate = torch.tensor(np.exp(np.log(length + 1) / number).astype(np.float32))
    widths = rate ** torch.arange(1, number + 1, dtype=torch.float32) - 1
    inside = (widths > distances.abs()[:, None]).float()
    return torch.cat([inside, distances.sign()[:, None] * inside], dim=1)


class Up(nn.Module):
    """Twice as many positions, joined with what the convolutions saw at that resolution (a U-net's step up)."""

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.below = Block(channels, channels)
        self.side = Block(side, channels)
        self.depthwise = Conv(channels, channels, 3, groups=channels, bias=False)
        self.pointwise = Conv(channels, channels)

    def forward(self, x: Tensor, side: Tensor) -> Tensor:
        joined = self.below(x).repeat_interleave(2, dim=3) + self.side(side)
        y: Tensor = self.pointwise(self.depthwise(joined))
        return y


class Network(nn.Module):
    """(n, length, 4) bases to (n, bins, tracks), as squashed as the data it was trained on."""

    features: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.crop = shape.crop
        filters, top = shape.tower, shape.tower[-1]
        self.stem = Conv(4, filters[0], shape.stem_width)
        self.tower = nn.ModuleList(Block(a, b, 5) for a, b in pairwise(filters))
        attend = partial(Attention, top, shape.heads, shape.key, top // shape.heads, shape.features)
        self.transformer = nn.ModuleList(
            Transformer(attend(), top, 2 * top, EPSILON) for _ in range(shape.blocks)
        )
        self.ups = nn.ModuleList((Up(top, top), Up(top, filters[-2])))
        self.last = Block(top, shape.last) if shape.last else None
        self.head = Linear(shape.last or top, shape.tracks)
        with torch.device("cpu"):  # also where the layers wait for their weights without memory
            features = position_features(shape.length >> len(filters), shape.features)
        self.register_buffer("features", features, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.behind(*self.front(x))

    def front(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The convolutions: their outputs at 32, 64 and 128 bases, (n, channels, 1, positions) each."""
        x = x.transpose(1, 2).unsqueeze(2).contiguous(memory_format=torch.channels_last)
        x = halved(segment(self.stem, x))
        seen = []
        for block in self.tower:
            seen.append(segment(block, x))
            x = halved(seen[-1])
        return seen[-2], seen[-1], x

    def attend(self, x: Tensor, watch: Watch | None = None) -> Tensor:
        """The transformer, (n, positions, channels) to the same; ``watch`` records its attention."""
        for block in self.transformer:
            x = segment(block, x, self.features, 0, x.shape[1], watch)
        return x

    def behind(self, fine: Tensor, middle: Tensor, coarse: Tensor) -> Tensor:
        """From what the convolutions see to the tracks."""
        x = self.attend(rows(coarse))
        x = x.transpose(1, 2).unsqueeze(2).contiguous(memory_format=torch.channels_last)
        x = segment(self.ups[1], segment(self.ups[0], x, middle), fine)
        x = x[..., self.crop : x.shape[3] - self.crop]
        if self.last is not None:
            x = segment(self.last, x)
        return F.softplus(self.head(rows(F.gelu(x, approximate="tanh"))))


def rows(x: Tensor) -> Tensor:
    """(n, channels, 1, positions) to (n, positions, channels)."""
    return x.squeeze(2).transpose(1, 2)
