"""Exact incremental inference for stacks of dilated convolutions: SpliceAI and its kin.

A convolution's output changes only where its input did, give or take its reach. So the reference of a stretch is
computed once, layer by layer, and kept; for each variant a layer is computed again only where it *differs* from the
reference and lies in the *receptive field* of a requested output:

    differs at reach r:  from  start - r            to  start + len(alt) + r
    seen at reach r:     from  first - (R - r)      to  last + (R - r)

with r the bases a layer's output sees on either side, R the same for the whole stack, [start, start + len(alt)) the
alternate allele and [first, last) the wanted outputs, all in the coordinates of the alternate sequence. Everything
beside that stretch is the reference's own activation, to the right of an insertion or deletion shifted by its length.
No approximation is made: only float32 rounding differs from a pass over the whole window (docs/science.md).

Activations are held as (batch, positions, channels), which is the layout a CPU convolves fastest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from landfall.genome.encoding import one_hot
from landfall.models.inference.edits import Edit, batches
from landfall.models.layers.dilated_convolution import Convolution, Layer, Norm


@dataclass(frozen=True)
class Unit:
    """A residual unit: x + second(rectified(first(rectified(norm(x))))), the norm after ``first`` folded into it.

    The slope of both rectifiers is that of ``first``. Both convolutions see ``half`` bases on either side.
    """

    norm: Norm
    first: Convolution
    second: Convolution

    @property
    def half(self) -> int:
        return self.first.half

    def to(self, dtype: torch.dtype) -> Unit:
        """The same in another precision."""
        return Unit(self.norm.to(dtype), self.first.to(dtype), self.second.to(dtype))


@dataclass(frozen=True)
class Stack:
    """A network of the family: a pointwise stem, residual units, pointwise taps that add up to the logits.

    ``taps`` gives (units before the tap, weight (out, in), bias); skips and head, linear both, are one matrix here.
    ``activation`` turns logits (batch, positions, channels) into the network's output.
    """

    stem_weight: Tensor
    stem_bias: Tensor
    units: tuple[Unit, ...]
    taps: tuple[tuple[int, Tensor, Tensor], ...]
    activation: Callable[[Tensor], Tensor]

    @property
    def dtype(self) -> torch.dtype:
        """The precision of weights and activations; logits are always turned into outputs in float32."""
        return self.stem_weight.dtype

    def to(self, dtype: torch.dtype) -> Stack:
        """The same network in another precision."""
        units = (unit.to(dtype) for unit in self.units)
        taps = tuple((depth, weight.to(dtype), bias.to(dtype)) for depth, weight, bias in self.taps)
        return Stack(
            self.stem_weight.to(dtype), self.stem_bias.to(dtype), tuple(units), taps, self.activation
        )

    @property
    def reach(self) -> int:
        """Bases that an output sees on either side."""
        return sum(2 * unit.half for unit in self.units)


@dataclass(frozen=True)
class Span:
    """Positions start..end of a sequence, 0-based half-open; never of negative length."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    def grown(self, by: int) -> Span:
        return Span(self.start - by, self.end + by)


@dataclass(frozen=True)
class CachedActivations:
    """Reference activations of one layer, (positions, channels); position 0 is base ``reach`` of the sequence."""

    values: Tensor
    reach: int

    def cut(self, start: int, end: int) -> Tensor:
        """Positions start..end of the sequence, (positions, channels)."""
        return self.values[start - self.reach : end - self.reach]


@dataclass(frozen=True)
class Reference:
    """A stretch of sequence read once: input and inner activation of every unit, and the network's output."""

    inputs: tuple[CachedActivations, ...]
    inners: tuple[CachedActivations, ...]
    output: Tensor


def read_reference(stack: Stack, onehot: Tensor) -> Reference:
    """One pass over a stretch: (1, length, 4) one-hot to output (1, length - 2 * reach, channels), all layers kept."""
    x, reach = F.linear(onehot, stack.stem_weight, stack.stem_bias), 0
    inputs, inners = [CachedActivations(x[0], 0)], []
    for unit in stack.units:
        entering = Layer.of(x)
        inner = unit.first(entering, unit.norm, rectify=True)
        x = unit.second(Layer.of(inner), residual=entering.cut(2 * unit.half, x.shape[1] - 2 * unit.half))
        inners.append(CachedActivations(inner[0], reach + unit.half))
        reach += 2 * unit.half
        inputs.append(CachedActivations(x[0], reach))
    wanted = (reach, onehot.shape[1] - reach)
    logits = sum_taps(stack, (inputs[depth].cut(*wanted).unsqueeze(0) for depth, _, _ in stack.taps))
    return Reference(tuple(inputs), tuple(inners), stack.activation(logits.float()))


def sum_taps(stack: Stack, activations: Iterable[Tensor]) -> Tensor:
    """Logits from the activations at each tap, (batch, positions, channels) each."""
    parts = [F.linear(x, weight, bias) for x, (_, weight, bias) in zip(activations, stack.taps, strict=True)]
    return torch.stack(parts).sum(0)


class Alternates:
    """A batch of edits of one shape against one reference; every method works in alternate coordinates.

    Spans are given for the first edit; the others lie ``edit.start - edits[0].start`` further.
    """

    def __init__(self, stack: Stack, reference: Reference, edits: Sequence[Edit]) -> None:
        self.stack, self.reference, self.edits = stack, reference, edits
        self.edit = edits[0]
        self.wanted = Span(self.edit.first, self.edit.last + self.edit.shift)
        self.away = torch.tensor([edit.start - self.edit.start for edit in edits])

    def computed(self, reach: int) -> Span:
        """What of a layer both differs from the reference and is seen by a wanted output."""
        beyond = self.stack.reach - reach
        start = max(self.edit.start - reach, self.wanted.start - beyond)
        end = min(self.edit.start + len(self.edit.alt) + reach, self.wanted.end + beyond)
        return Span(start, max(start, end))

    def layer(self, kept: CachedActivations, own: Tensor, where: Span) -> Layer:
        """A layer over ``where``: the reference with the computed stretch laid in."""
        left = where.start - kept.reach
        first = self.computed(kept.reach).start - where.start
        return Layer(own, where.length, first, kept.values, left, left - self.edit.shift, self.away)

    def outputs(self, alternates: Tensor) -> Tensor:
        """The network's output at the wanted positions; alternates: (batch, len(alt), 4) one-hot."""
        x, reach = F.linear(alternates, self.stack.stem_weight, self.stack.stem_bias), 0
        at_depth = [x]
        for unit, before, within in zip(
            self.stack.units, self.reference.inputs, self.reference.inners, strict=False
        ):
            middle, after = self.computed(reach + unit.half), self.computed(reach + 2 * unit.half)
            seen = middle.grown(unit.half)
            entering = self.layer(before, x, seen)
            inner = unit.first(entering, unit.norm, rectify=True)
            residual = entering.cut(after.start - seen.start, after.end - seen.start)
            x = unit.second(self.layer(within, inner, after.grown(unit.half)), residual=residual)
            reach += 2 * unit.half
            at_depth.append(x)
        taps = (
            self.layer(self.reference.inputs[d], at_depth[d], self.wanted).dense()
            for d, _, _ in self.stack.taps
        )
        return self.stack.activation(sum_taps(self.stack, taps).float())


@torch.inference_mode()
def read(
    stacks: Sequence[Stack], sequence: str, edits: Sequence[Edit], batch: int, device: torch.device
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Reference and alternate outputs of an ensemble around each edit: float32 means over the networks.

    sequence: read in transcript direction, with the whole reach of the networks around everything that is wanted.
    Returns for each edit (last - first, channels) and (last - first + shift, channels). One network at a time, so
    that the kept activations (4 KiB per base for SpliceAI) are those of one network.
    """
    onehot = torch.from_numpy(one_hot([sequence])).transpose(1, 2).contiguous().to(device)
    together = list(batches(edits, batch))
    references: list[Tensor] = []
    alternates: list[list[Tensor]] = [[] for _ in together]
    for stack in stacks:
        reference = read_reference(stack, onehot.to(stack.dtype))
        references.append(reference.output[0])
        for number, members in enumerate(together):
            group = [edits[m] for m in members]
            alts = torch.from_numpy(one_hot(e.alt for e in group)).transpose(1, 2).to(device, stack.dtype)
            alternates[number].append(Alternates(stack, reference, group).outputs(alts))
    reach = stacks[0].reach
    ref = mean(references)
    alt: dict[int, np.ndarray] = {}
    for members, outputs in zip(together, alternates, strict=True):
        alt.update(zip(members, mean(outputs), strict=True))
    around = [ref[edit.first - reach : edit.last - reach] for edit in edits]
    return [
        (r, r if edit.is_nothing else alt[n]) for n, (edit, r) in enumerate(zip(edits, around, strict=True))
    ]


def mean(outputs: Sequence[Tensor]) -> np.ndarray:
    """The mean over the networks, summed in their order."""
    total = outputs[0].clone()
    for output in outputs[1:]:
        total += output
    values: np.ndarray = (total / len(outputs)).cpu().numpy()
    return values
