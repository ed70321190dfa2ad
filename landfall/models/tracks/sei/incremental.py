"""Sei's convolutions, computed for a reference once and for its alternates only where they reach.

A change of one base reaches 16 positions to either side in each stage, fewer of them after each pooling, and spreads
through the dilated convolutions over most of the 256 positions that are left. Each step takes the stretch of positions
that can differ, with as much of the reference on either side as the convolutions reach, aligned to the pooling grid;
at the window's ends it adds the zeros of the official padding. The numbers are those of a whole pass, up to the
rounding of another order of additions. What lies between two stretches of an alternate's changes counts as changed.

The two convolutions of a linear pair have nothing between them, so they run as one of width 17, but for the four
positions at either end of the window, where the official padding sets the inner one's output to zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models.layers.gpu_convolution import conv1d
from landfall.models.tracks.base import Site, Window
from landfall.models.tracks.sei.network import POOL

if TYPE_CHECKING:
    from landfall.models.tracks.sei.network import Sei

CELL = 16
"""Bases of a stretch of changes are these or several of these, so that alternates go through the trunk together."""
LEFT, RIGHT = -1, 1


@dataclass(frozen=True)
class Stretch:
    """Positions start .. end (0-based half-open) of a row of ``length``: values (n, channels, end - start)."""

    values: Tensor
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.values.shape[-1]

    def cut(self, start: int, end: int) -> Tensor:
        """The values of positions start .. end, a part of this stretch."""
        return self.values[..., start - self.start : end - self.start]

    def within(self, references: Tensor, rows: Sequence[int], start: int, end: int) -> Stretch:
        """This stretch extended to start .. end, within the row, by the values of the reference on either side.

        references: (m, channels, length), of which ``rows`` are those of the n values here.
        """
        start, end = min(max(start, 0), self.start), max(min(end, self.length), self.end)
        left, right = (references[rows, :, a:b] for a, b in ((start, self.start), (self.end, end)))
        return Stretch(torch.cat([left, self.values, right], dim=-1), start, self.length)

    def __add__(self, other: Stretch) -> Stretch:
        """The sum over the positions of this stretch, all of which the other one has."""
        return Stretch(self.values + other.cut(self.start, self.end), self.start, self.length)


def convolved(x: Stretch, weight: Tensor, bias: Tensor, dilation: int = 1) -> Stretch:
    """A convolution padded with zeros at the window's ends alone: elsewhere the stretch loses its margins."""
    reach = dilation * (weight.shape[-1] // 2)
    left, right = (reach if x.start == 0 else 0), (reach if x.end == x.length else 0)
    both = min(left, right)
    values = F.pad(x.values, (left - both, right - both)) if left != right else x.values
    values = conv1d(values, weight, bias, both, dilation)
    return Stretch(values, x.start + reach - left, x.length)


def layer(x: Stretch, module: nn.Conv1d) -> Stretch:
    """A convolution of the network over a stretch."""
    assert module.bias is not None
    return convolved(x, module.weight, module.bias, module.dilation[0])


def pooled(x: Stretch, grid: int) -> Stretch:
    """The maximum over every ``grid`` positions; the stretch begins and ends between two of them."""
    return x if grid == 1 else Stretch(F.max_pool1d(x.values, grid), x.start // grid, x.length // grid)


def rectified(x: Stretch) -> Stretch:
    return Stretch(x.values.relu_(), x.start, x.length)


class LinearPair:
    """Two convolutions with nothing between them, as one."""

    def __init__(self, inner: nn.Conv1d, outer: nn.Conv1d) -> None:
        assert inner.bias is not None
        assert outer.bias is not None
        self.inner, self.outer = inner, outer
        width = outer.weight.shape[-1]
        self.edge = width // 2
        merged = F.conv1d(inner.weight.transpose(0, 1), outer.weight.flip(-1), padding=width - 1)
        self.weight = merged.transpose(0, 1).contiguous()
        self.bias = outer.bias + outer.weight.sum(-1) @ inner.bias

    def __call__(self, x: Stretch) -> Stretch:
        y = convolved(x, self.weight, self.bias)
        sides = [side for side, there in ((LEFT, y.start == 0), (RIGHT, y.end == y.length)) if there]
        for side, values in zip(sides, self._ends(x, sides), strict=True):
            y.values[..., self._outermost(side, self.edge)] = values
        return y

    def _ends(self, x: Stretch, sides: Sequence[int]) -> list[Tensor]:
        """The outermost positions at these ends of the window, one convolution after the other, both ends at once."""
        if not sides:
            return []
        parts = [x.values[..., self._outermost(side, 4 * self.edge)] for side in sides]
        for module in (self.inner, self.outer):
            padded = [F.pad(part, (0, self.edge)[::side]) for part, side in zip(parts, sides, strict=True)]
            parts = list(conv1d(torch.cat(padded), module.weight, module.bias).chunk(len(sides)))
        return [part[..., self._outermost(side, self.edge)] for part, side in zip(parts, sides, strict=True)]

    @staticmethod
    def _outermost(side: int, positions: int) -> slice:
        return slice(0, positions) if side == LEFT else slice(-positions, None)


@dataclass(frozen=True)
class Stage:
    """A linear pair, and a nonlinear pair that is added to it."""

    linear: LinearPair
    first: nn.Conv1d
    second: nn.Conv1d

    @property
    def reach(self) -> int:
        """Positions to either side that the output depends on."""
        return 4 * self.linear.edge

    def __call__(self, x: Stretch) -> tuple[Stretch, Stretch]:
        """The nonlinear pair's output, and the linear pair's at the same positions."""
        linear = self.linear(x)
        out = rectified(layer(rectified(layer(linear, self.first)), self.second))
        return out, Stretch(linear.cut(out.start, out.end), out.start, out.length)


class Trunk:
    """The convolutions of a network of :class:`landfall.models.tracks.sei.network.Sei`."""

    def __init__(self, network: Sei) -> None:
        self.network = network

    @cached_property
    def stages(self) -> list[Stage]:
        net = self.network
        pairs = ((net.lconv1, net.conv1), (net.lconv2, net.conv2), (net.lconv3, net.conv3))
        return [Stage(LinearPair(*convolutions(one)), *convolutions(other)) for one, other in pairs]

    @cached_property
    def dilated(self) -> list[nn.Conv1d]:
        net = self.network
        blocks = (net.dconv1, net.dconv2, net.dconv3, net.dconv4, net.dconv5)
        return [module for block in blocks for module in convolutions(block)]

    def read(self, sites: Sequence[Site]) -> tuple[Tensor, list[list[int]]]:
        """What the dense layers read (rows, features), references first, and for each site its alternates' rows.

        An alternate that is its reference has the reference's row.
        """
        whole = [reference for reference, _ in sites]
        step = 1 if self.network.basis.device.type == "cpu" else len(whole)  # a processor's cache holds one
        passes = [self._through(self._whole(whole[at : at + step])) for at in range(0, len(whole), step)]
        kept = [torch.cat(steps) for steps in zip(*passes, strict=True)]
        features = [self.network.features(kept[-1])]
        rows = [[site] * len(alternates) for site, (_, alternates) in enumerate(sites)]
        for (start, end), members in changes(sites).items():
            for row, (site, number) in enumerate(members, start=sum(map(len, features))):
                rows[site][number] = row
            windows = np.stack([sites[site][1][number][start:end] for site, number in members])
            stretch = Stretch(self._tensor(windows), start, kept[0].shape[-1])
            trunk = self._through(stretch, kept, [site for site, _ in members])[-1]
            features.append(self.network.features(trunk))
        return torch.cat(features), rows

    def _through(self, x: Stretch, below: Sequence[Tensor] = (), rows: Sequence[int] = ()) -> list[Tensor]:
        """A stretch of windows through the trunk: the values at every step, the last (n, channels, positions) whole.

        below: the values of references at the same steps, of which ``rows`` are those of the windows; none where the
        stretch is whole.
        """
        references = iter(below)
        kept: list[Tensor] = []

        def around(x: Stretch, start: int, end: int) -> Stretch:
            wide = x.within(next(references), rows, start, end) if below else x
            kept.append(wide.values)
            return wide

        for stage, grid in zip(self.stages, (POOL, POOL, 1), strict=True):
            start = (x.start - stage.reach) // grid * grid
            end = -(-(x.end + stage.reach) // grid) * grid
            out, linear = stage(around(x, start - stage.reach, end + stage.reach))
            x = pooled(out + linear, grid)
        total = out
        for module in self.dilated:
            reach = module.dilation[0] * (module.kernel_size[0] // 2)
            wide = around(x, x.start - 2 * reach, x.end + 2 * reach)
            out = rectified(layer(wide, module))
            x = out + (around(total, out.start, out.end) if module is self.dilated[0] else wide)
        around(x, 0, x.length)
        return kept

    def _whole(self, windows: Sequence[Window]) -> Stretch:
        values = self._tensor(np.stack(windows))
        return Stretch(values, 0, values.shape[-1])

    def _tensor(self, windows: NDArray[np.float32]) -> Tensor:
        """(n, bases, 4) of numpy to (n, 4, bases) on the network's device, in its precision."""
        basis = self.network.basis
        return torch.from_numpy(windows).to(basis.device, basis.dtype).transpose(1, 2).contiguous()


def convolutions(block: nn.Sequential) -> list[nn.Conv1d]:
    return [module for module in block if isinstance(module, nn.Conv1d)]


def cell(start: int, end: int, length: int) -> tuple[int, int]:
    """Bases start .. end, widened to whole cells, whose borders lie half a cell off the window's middle.

    So a variant at the official place has the same stretch on both strands.
    """
    half = CELL // 2
    wide = (start - half) // CELL * CELL + half, -((half - end) // CELL) * CELL + half
    return max(wide[0], 0), min(wide[1], length)


def changes(sites: Sequence[Site]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Stretches of bases in which alternates differ from their references, each with its (site, alternate) pairs."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for site, (reference, alternates) in enumerate(sites):
        for number, alternate in enumerate(alternates):
            differ = np.flatnonzero((alternate != reference).any(axis=1))
            if len(differ):
                found[cell(int(differ[0]), int(differ[-1]) + 1, len(reference))].append((site, number))
    return found
