"""Attention with relative positions as Enformer and Borzoi have it, and what can be seen of it in passing.

It goes by strips of query rows, whose maps are never all in memory; the numbers are those of the whole maps. A
processor takes a head at a time, so that a strip's maps stay in its caches until they have met the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.models.inference.memo import TensorMemo
from landfall.models.layers.linear import Linear, dense

STRIP = 128  # query rows of the attention computed together by each thread
STRIP_OF_A_GPU = 512


@dataclass
class Watch:
    """Attention recorded during a pass: the maps of the query ``rows``, summed over rows, heads and blocks.

    ``total`` is (positions,), ``maps`` how many rows of maps were added.
    """

    rows: Sequence[int]
    total: Tensor | float = 0.0
    maps: int = 0

    def add(self, first: int, attention: Tensor) -> None:
        """Add the requested rows of a strip of maps, (heads or none, rows from ``first`` on, positions)."""
        here = [row - first for row in self.rows if first <= row < first + attention.shape[-2]]
        maps = attention[..., here, :].float().flatten(0, -2)
        self.total = self.total + maps.sum(dim=0)
        self.maps += len(maps)


@dataclass(frozen=True)
class Heads:
    """Tensors of attention heads: queries for contents and for distances, keys, values, keys of the distances.

    (n, heads, rows, key) twice, (n, heads, positions, key), (n, heads, positions, value), (n, heads, 2 * positions - 1,
    key); or one head of one member alone, without the first two.
    """

    by_content: Tensor
    by_distance: Tensor
    keys: Tensor
    values: Tensor
    relative: Tensor

    def one(self, member: int, head: int) -> Heads:
        """One head of one member."""
        parts = (self.by_content, self.by_distance, self.keys, self.values, self.relative)
        return Heads(*(part[member, head] for part in parts))

    def attend(self, first: int, strip: int, watch: Watch | None) -> Tensor:
        """The attention of the query rows, those from position ``first`` on, to all: (.., rows, value)."""
        rows, values = self.by_content.shape[-2], self.values.mT.contiguous()
        attentions = (
            self._attention(row, min(row + strip, rows), first, watch) for row in range(0, rows, strip)
        )
        return torch.cat([dense(attention, values) for attention in attentions], dim=-2)

    def _attention(self, row: int, last: int, first: int, watch: Watch | None) -> Tensor:
        """The maps of query rows row..last, (.., rows, positions)."""
        rows, positions = last - row, self.keys.shape[-2]
        # the distances -(positions - 1) .. positions - 1 that these rows need
        near = self.relative[..., positions - first - last : 2 * positions - 1 - first - row, :]
        by_distance = dense(self.by_distance[..., row:last, :], near)
        scores = dense(self.by_content[..., row:last, :], self.keys)
        # row by row one step to the left: column j of row i is the distance j - i
        *batch, width, _ = by_distance.stride()
        by_position = by_distance.as_strided(scores.shape, (*batch, width - 1, 1), rows - 1)
        attention = scores.add_(by_position).softmax(dim=-1)
        if watch is not None:
            watch.add(first + row, attention)
        return attention


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
        self._relative: TensorMemo[Tensor] = TensorMemo()

    def forward(self, x: Tensor, features: Tensor, first: int, last: int, watch: Watch | None) -> Tensor:
        query = self._by_head(self.to_q(x[:, first:last])) * self.key**-0.5
        relative = self._relative.of(features, lambda of: self._by_head(self.to_rel_k(of)[None]))
        heads = Heads(
            by_content=query + self.rel_content_bias,
            by_distance=query + self.rel_pos_bias,
            keys=self._by_head(self.to_k(x)),
            values=self._by_head(self.to_v(x)),
            relative=relative.expand(len(x), -1, -1, -1),
        )
        if x.device.type == "cpu":
            strip = STRIP * torch.get_num_threads()
            each = [
                heads.one(member, head).attend(first, strip, watch)
                for member in range(len(x))
                for head in range(self.heads)
            ]
            attended = torch.stack(each).reshape(len(x), self.heads, last - first, -1)
        else:
            attended = heads.attend(first, STRIP_OF_A_GPU, watch)
        return self.to_out(attended.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def _by_head(self, x: Tensor) -> Tensor:
        """(n, positions, heads * size) to (n, heads, positions, size)."""
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2).contiguous()


class Block(nn.Module):
    """Attention, then two linear layers, each added to its input; of positions first..last, which attend to all."""

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
        hidden = self.widen(self.second_norm(x))
        return x + self.narrow(F.relu(hidden, inplace=not hidden.requires_grad))  # type: ignore[no-any-return]
