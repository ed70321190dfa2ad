"""Enformer (Avsec et al., Nature Methods 2021): the network.

196,608 bases go in; 896 bins of 128 bases come out, the central ones of 1,536, with 5,313 human tracks each. Read from
top to bottom: a stem and six stages of convolution and pooling, each halving the length; eleven blocks of attention
over all 1,536 positions; a last convolution; a head for each species. Layers are in the official order, their tensors
as the official files have them, but for what is joined when they are read: a batch norm is one scale and one shift,
and the 1.702 of the GELU (x * sigmoid(1.702 x), the official one) goes into that scale and the weights after it.

Up to the attention a position sees 259 bases on either side of its own 128, so a variant changes a few positions, and
the stages are computed again for them alone; the attention sees everything. Stages run in stretches of positions, which
keeps them within the processor's caches, as two-dimensional convolutions on channels-last tensors.

Two departures in order, not in value: the pooling's weights are a softmax over two neighbours, which depends on their
difference alone, so one product is taken instead of two; attention goes by strips of query rows, whose maps are never
all in memory. Not taken over from enformer-pytorch: its gamma features, normalised over features instead of positions.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from landfall.models.inference.patching import paired
from landfall.models.layers.attention import Attention, Block, Watch
from landfall.models.layers.linear import Linear
from landfall.models.layers.recompute import segment
from landfall.models.layers.winograd_conv5 import Conv2d
from landfall.models.tracks.enformer.checkpoint import Sizes

LENGTH, BINS = 196_608, 896
GELU = 1.702
NORM_EPSILON = 1e-5  # Sonnet's, of batch norm and layer norm
STEM_WIDTH, STAGE_WIDTH = 15, 5
STRETCH = 128  # positions of the stages computed together; they fit a processor's cache
STRETCH_OF_A_GPU = 512


class Pointwise(Linear):
    """A convolution of width 1, as a dense layer on the channels of (n, channels, 1, length), channels-last."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Activated(nn.Module):
    """Batch norm, GELU, convolution: (n, inputs, 1, length) to (n, outputs, 1, length), less what is not padded."""

    def __init__(self, inputs: int, outputs: int, width: int = 1) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.empty(inputs, 1, 1))
        self.shift = nn.Parameter(torch.empty(inputs, 1, 1))
        self.conv = Conv2d(inputs, outputs, (1, width)) if width > 1 else Pointwise(inputs, outputs)

    def forward(self, x: Tensor, pad: tuple[int, int] = (0, 0)) -> Tensor:
        h = torch.addcmul(self.shift, x, self.scale)
        h = F.silu(h, inplace=not h.requires_grad)
        return self.conv(F.pad(h, pad) if any(pad) else h)  # type: ignore[no-any-return]


class SoftmaxPool(nn.Module):
    """Each two neighbours to their mean, weighted by the softmax of a linear map of each: half the length."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.logits = Pointwise(channels, channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        left, right = x[..., 0::2], x[..., 1::2]
        difference = left - right
        return torch.addcmul(right, torch.sigmoid(self.logits(difference)), difference)


class Stage(nn.Module):
    """A wide convolution, a residual one of width 1, and pooling; the first, the stem, reads bases without a norm."""

    def __init__(self, inputs: int, outputs: int, width: int, first: bool) -> None:
        super().__init__()
        self.wide = nn.Conv2d(inputs, outputs, (1, width)) if first else Activated(inputs, outputs, width)
        self.narrow = Activated(outputs, outputs)
        self.pool = SoftmaxPool(outputs)

    def forward(self, x: Tensor, pad: tuple[int, int]) -> Tensor:
        h = self.wide(x, pad) if isinstance(self.wide, Activated) else self.wide(F.pad(x, pad))
        pooled: Tensor = self.pool(h + self.narrow(h))
        return pooled


class Enformer(nn.Module):
    """(n, length, 4) of one-hot bases A, C, G, T to (n, bins, tracks) of the chosen species, float32.

    length: a multiple of 128; bins: the central ones that are kept.
    """

    features: Tensor

    def __init__(self, sizes: Sizes, length: int = LENGTH, bins: int = BINS, species: str = "human") -> None:
        super().__init__()
        self.length, self.bins, self.species = length, bins, species
        filters = (4, *sizes.filters)
        self.widths = (STEM_WIDTH, *[STAGE_WIDTH] * (len(sizes.filters) - 1))
        self.stages = nn.ModuleList(
            Stage(filters[i], filters[i + 1], width, first=i == 0) for i, width in enumerate(self.widths)
        )
        self.bin = 2 ** len(self.stages)
        self.positions = length // self.bin
        self.crop = (self.positions - bins) // 2
        self.blocks = nn.ModuleList(block(sizes) for _ in range(sizes.blocks))
        self.final = Activated(sizes.channels, sizes.final)
        self.heads = nn.ModuleDict({name: Linear(sizes.final, tracks) for name, tracks in sizes.tracks})
        with torch.device("cpu"):  # also where the layers wait for their weights without memory
            self.register_buffer("features", distances(self.positions, sizes.features), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.attend(self.embed(x))

    def embed(self, x: Tensor, first: int = 0, last: int | None = None) -> Tensor:
        """What the stages make of a window: (n, length, 4) to (n, positions first..last, channels)."""
        last = self.positions if last is None else last
        stretch = STRETCH if x.device.type == "cpu" else STRETCH_OF_A_GPU
        starts = range(first, last, stretch)
        parts = [segment(self._stretch, x, start, min(start + stretch, last)) for start in starts]
        return torch.cat(parts, dim=1)

    def _stretch(self, x: Tensor, first: int, last: int) -> Tensor:
        start, end = paired(first, last, self.positions)
        h = self._stage(x.transpose(1, 2).unsqueeze(2), len(self.stages) - 1, start, end)
        return h.squeeze(2).transpose(1, 2)[:, first - start : last - start]

    def _stage(self, x: Tensor, number: int, first: int, last: int) -> Tensor:
        """Positions first..last after a stage, from the bases of their receptive field; zeros outside the window."""
        if number < 0:
            return x[..., first:last].contiguous(memory_format=torch.channels_last)
        length, halo = self.length >> number, self.widths[number] // 2
        start, end = 2 * first - halo, 2 * last + halo
        below = self._stage(x, number - 1, max(start, 0), min(end, length))
        return self.stages[number](below, (max(-start, 0), max(end - length, 0)))  # type: ignore[no-any-return]

    def reached(self, first: int, last: int) -> tuple[int, int]:
        """The positions after the stages that bases first..last (0-based half-open) of the window can change."""
        for number, width in enumerate(self.widths):
            first = max(first - width // 2, 0) // 2
            last = (min(last + width // 2, self.length >> number) + 1) // 2
        return first, last

    def attend(self, h: Tensor, watch: Watch | None = None) -> Tensor:
        """From what the stages gave, (n, positions, channels), to tracks, (n, bins, tracks)."""
        for number, block in enumerate(self.blocks, start=1):
            kept = (0, self.positions) if number < len(self.blocks) else (self.crop, self.crop + self.bins)
            h = segment(block, h, self.features, *kept, watch)
        h = self.final(h.transpose(1, 2).unsqueeze(2)).squeeze(2).transpose(1, 2)
        h = F.silu(GELU * h) / GELU
        return F.softplus(self.heads[self.species](h).float())


def block(sizes: Sizes) -> Block:
    """A block of attention of the given sizes."""
    attention = Attention(sizes.channels, sizes.heads, sizes.key, sizes.value, sizes.features)
    return Block(attention, sizes.channels, sizes.hidden, NORM_EPSILON)


def distances(positions: int, features: int) -> Tensor:
    """(2 * positions - 1, features): the distances -(positions - 1) .. positions - 1 as the attention sees them.

    A third each of exponential decays, central masks and gamma densities of the distance, then the same with its sign
    (``positional_features_all`` in the official ``attention_module.py``). Computed in float64, given in float32. Raises
    ValueError if the features cannot be parted so.
    """
    if features % 6:
        raise ValueError(f"{features} features of a distance cannot be parted into six kinds")
    each = features // 6
    signed = torch.arange(-positions + 1, positions, dtype=torch.float64)
    distance = signed.abs()[:, None]
    half_lives = 2 ** torch.linspace(3, math.log2(positions), each, dtype=torch.float64)
    exponential = torch.exp(-math.log(2) / half_lives * distance)
    mask = 2.0 ** torch.arange(1, each + 1, dtype=torch.float64) - 1 > distance
    mean = torch.linspace(positions / each, positions, each, dtype=torch.float64)
    deviation = positions / (2 * each)
    shape, rate = (mean / deviation) ** 2, mean / deviation**2
    log_density = torch.xlogy(shape - 1, distance) - rate * distance
    density = torch.exp(log_density - (torch.lgamma(shape) - shape * torch.log(rate))) + 1e-8
    gamma = density / density.amax(dim=0, keepdim=True)  # over positions, feature by feature
    plain = torch.cat([exponential, mask.double(), gamma], dim=1)
    return torch.cat([plain, signed.sign()[:, None] * plain], dim=1).float()
