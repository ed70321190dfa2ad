"""Attention with relative positions as Enformer and Borzoi have it, and what can be seen of it in passing.

It goes by strips of query rows, whose maps are never all in memory; the numbers are those of the whole maps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from landfall.models.linear import Linear

STRIP = 128  # query rows of the attention in one go
STRIP_OF_A_GPU = 512


@dataclass
class Watch:
    """Attention looked at in passing: the maps of the query ``rows`` are added up over rows, heads and blocks.

    ``total`` is (positions,), ``maps`` how many rows of maps were added.
    """

    rows: Sequence[int]
    total: Tensor | float = 0.0
    maps: int = 0

    def add(self, first: int, attention: Tensor) -> None:
        """Take what is wanted of a strip of maps, (1, heads, rows from ``first`` on, positions)."""
        here = [row - first for row in self.rows if first <= row < first + attention.shape[2]]
        self.total = self.total + attention[0, :, here].float().sum(dim=(0, 1))
        self.maps += attention.shape[1] * len(here)


class Attention(nn.Module):
    """Attention with relative positions (Transformer-XL's): (n, positions, channels) to the same, or to some rows."""

    def __init__(self, channels: int, heads: int, key: int, value: int, features: int) -> None:
        super().__init__()
        self.heads, self.key = heads, key
        self.to_q = Linear(channels, heads * key, bias=False)
        self.to_k = Linear(channels, heads * key, bias=False)
        self.to_v = Linear(channels, heads * value, bias=False)
        self.to_rel_k = Linear(features, heads * key, bias=False)
        self.rel_content_bias = nn.Parameter(torch.empty(1, heads, 1, key))
        self.rel_pos_bias = nn.Parameter(torch.empty(1, heads, 1, key))
        self.to_out = Linear(heads * value, channels)

    def forward(self, x: Tensor, features: Tensor, first: int, last: int, watch: Watch | None) -> Tensor:
        query = self._by_head(self.to_q(x[:, first:last])) * self.key**-0.5
        keys, values = self._by_head(self.to_k(x)), self._by_head(self.to_v(x))
        relative = self._by_head(self.to_rel_k(features)[None])
        strip = STRIP if x.device.type == "cpu" else STRIP_OF_A_GPU
        strips = [
            self._strip(query[:, :, row : row + strip], first + row, keys, values, relative, watch)
            for row in range(0, last - first, strip)
        ]
        return self.to_out(torch.cat(strips, dim=2).transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def _strip(
        self, query: Tensor, first: int, keys: Tensor, values: Tensor, relative: Tensor, watch: Watch | None
    ) -> Tensor:
        """The attention of some query rows to all positions: (n, heads, rows, value)."""
        rows, positions = query.shape[2], keys.shape[2]
        # the distances -(positions - 1) .. positions - 1 that these rows need
        near = relative[:, :, positions - first - rows : 2 * positions - 1 - first]
        by_distance = (query + self.rel_pos_bias) @ near.transpose(-1, -2)
        # row by row one step to the left: column j of row i is the distance j - i
        by_position = by_distance.flatten(-2)[..., rows - 1 : -1].reshape(*query.shape[:3], -1)[
            ..., :positions
        ]
        attention = (
            ((query + self.rel_content_bias) @ keys.transpose(-1, -2)).add_(by_position).softmax(dim=-1)
        )
        if watch is not None:
            watch.add(first, attention)
        return attention @ values

    def _by_head(self, x: Tensor) -> Tensor:
        """(n, positions, heads * size) to (n, heads, positions, size)."""
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2).contiguous()


class Block(nn.Module):
    """Attention, then two linear layers, each added to what it reads; of positions first..last, which see all."""

    def __init__(self, attention: Attention, channels: int, hidden: int, epsilon: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=epsilon)
        self.attention = attention
        self.second_norm = nn.LayerNorm(channels, eps=epsilon)
        self.widen = Linear(channels, hidden)
        self.narrow = Linear(hidden, channels)

    def forward(
        self, x: Tensor, features: Tensor, first: int, last: int, watch: Watch | None = None
    ) -> Tensor:
        x = x[:, first:last] + self.attention(self.norm(x), features, first, last, watch)
        return x + self.narrow(torch.relu(self.widen(self.second_norm(x))))  # type: ignore[no-any-return]
