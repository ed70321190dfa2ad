"""The network of Borzoi (Linder et al., Nature Genetics 2025), read from top to bottom.

A stem and six convolutions, each halving the positions, from 1 base down to 128; transformer blocks; two steps up again
to 32 bases, each joined with what the convolutions saw there; a cropped head of one track an assay and strand. After
baskerville's ``blocks.py`` and ``layers.py``: epsilon of batch and layer norms 1e-3, GELU in its tanh form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.models.linear import Linear
from landfall.models.patching import halved

EPSILON = 1e-3
ROWS = 512
"""Queries whose attention is computed at a time: 4,096 at once would take gigabytes."""


@dataclass(frozen=True)
class Shape:
    """Sizes of a network: bases of its window, bins cropped at either end, and what the weights say of the rest.

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


class Conv(nn.Conv2d):
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


class Attention(nn.Module):
    """Attention with relative positions, (n, positions, channels) to the same."""

    def __init__(self, channels: int, heads: int, key: int, features: int) -> None:
        super().__init__()
        self.heads, self.features = heads, features
        self.query = Linear(channels, heads * key, bias=False)
        self.key = Linear(channels, heads * key, bias=False)
        self.value = Linear(channels, channels, bias=False)
        self.relative = Linear(features, heads * key, bias=False)
        self.content_bias = nn.Parameter(torch.zeros(heads, 1, key))
        self.position_bias = nn.Parameter(torch.zeros(heads, 1, key))
        self.out = Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        q, k, r = self.projected(x)
        v = self._split(self.value(x))
        starts = range(0, x.shape[1], ROWS)
        rows = [self.weights(q[:, :, first : first + ROWS], k, r, first) @ v for first in starts]
        y: Tensor = self.out(torch.cat(rows, dim=2).transpose(1, 2).flatten(2))
        return y

    def projected(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys, and what is looked for at each distance: (n, heads, positions or distances, key) each."""
        features = position_features(x.shape[1], self.features).to(x)[None]
        q, k, r = (self._split(y) for y in (self.query(x), self.key(x), self.relative(features)))
        return q * q.shape[-1] ** -0.5, k, r

    def weights(self, q: Tensor, k: Tensor, r: Tensor, first: int) -> Tensor:
        """Attention of some queries, from position ``first`` on, to all keys: (n, heads, queries, positions)."""
        rows, length = q.shape[2], k.shape[2]
        distances = r[:, :, length - first - rows : 2 * length - 1 - first]
        relative = (q + self.position_bias) @ distances.transpose(-1, -2)
        shifted = relative.flatten(2)[:, :, rows - 1 :].unfold(2, length, length + rows - 2)
        return torch.softmax((q + self.content_bias) @ k.transpose(-1, -2) + shifted, dim=-1)

    def paid(self, x: Tensor, queries: Sequence[int]) -> Tensor:
        """(positions,): the attention that some positions of (1, positions, channels) pay, mean over them and heads."""
        q, k, r = self.projected(x)
        rows = [self.weights(q[:, :, query : query + 1], k, r, query) for query in queries]
        return torch.cat(rows, dim=2).float().mean(dim=(0, 1, 2))

    def _split(self, x: Tensor) -> Tensor:
        """(n, positions, heads * size) to (n, heads, positions, size)."""
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2)


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


class Transformer(nn.Module):
    """Attention and a two-layer perceptron, each after a layer norm and added to what came in."""

    def __init__(self, channels: int, heads: int, key: int, features: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(channels, eps=EPSILON)
        self.attention = Attention(channels, heads, key, features)
        self.norm2 = nn.LayerNorm(channels, eps=EPSILON)
        self.wide = Linear(channels, 2 * channels)
        self.narrow = Linear(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        y: Tensor = x + self.narrow(torch.relu(self.wide(self.norm2(x))))
        return y


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

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.crop = shape.crop
        filters, top = shape.tower, shape.tower[-1]
        self.stem = Conv(4, filters[0], shape.stem_width)
        self.tower = nn.ModuleList(Block(a, b, 5) for a, b in pairwise(filters))
        self.transformer = nn.ModuleList(
            Transformer(top, shape.heads, shape.key, shape.features) for _ in range(shape.blocks)
        )
        self.ups = nn.ModuleList((Up(top, top), Up(top, filters[-2])))
        self.last = Block(top, shape.last) if shape.last else None
        self.head = Linear(shape.last or top, shape.tracks)

    def forward(self, x: Tensor) -> Tensor:
        return self.behind(*self.front(x))

    def front(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The convolutions: what they see at 32, 64 and 128 bases, (n, channels, 1, positions) each."""
        x = x.transpose(1, 2).unsqueeze(2).contiguous(memory_format=torch.channels_last)
        x = halved(self.stem(x))
        seen = []
        for block in self.tower:
            seen.append(block(x))
            x = halved(seen[-1])
        return seen[-2], seen[-1], x

    def behind(self, fine: Tensor, middle: Tensor, coarse: Tensor) -> Tensor:
        """From what the convolutions see to the tracks."""
        x = rows(coarse)
        for block in self.transformer:
            x = block(x)
        x = x.transpose(1, 2).unsqueeze(2).contiguous(memory_format=torch.channels_last)
        x = self.ups[1](self.ups[0](x, middle), fine)
        x = x[..., self.crop : x.shape[3] - self.crop]
        if self.last is not None:
            x = self.last(x)
        return F.softplus(self.head(rows(F.gelu(x, approximate="tanh"))))


def rows(x: Tensor) -> Tensor:
    """(n, channels, 1, positions) to (n, positions, channels)."""
    return x.squeeze(2).transpose(1, 2)
