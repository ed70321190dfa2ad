"""The dilated convolutions of a residual unit, with the norm, rectifiers and residual that surround them.

On a CPU, in float32 and with 32 channels, the compiled ``dilated_convolution.cpp`` computes them by Toom-Cook's method
F(4, 4) (Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, arXiv:1509.09308): the kernel is cut
into groups of four taps, and four outputs that lie ``dilation`` apart meet a group in 7 products instead of 16, so that
a width of 41 costs 77 instead of 164. Rounding errors are about four times those of the plain sum. Everywhere else
(a GPU, another precision, no compiler when landfall was installed) torch computes them.
"""

from __future__ import annotations

import ctypes
import logging
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.util import find_spec

import torch
import torch.nn.functional as F
from torch import Tensor

from landfall.models.layers.winograd import kernel_transform

log = logging.getLogger(__name__)


CHANNELS = 32
TAPS = 4
POINTS = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0)
"""Where the polynomials are evaluated, beside infinity; the same as in dilated_convolution.cpp."""
ENTRY = "landfall_dilated_convolution"
"""The function of the compiled library; renamed where ``struct Convolution`` changes."""


@dataclass(frozen=True)
class Norm:
    """A batch norm in inference: x * scale + offset, one number per channel."""

    scale: Tensor
    offset: Tensor

    def to(self, dtype: torch.dtype) -> Norm:
        return Norm(self.scale.to(dtype), self.offset.to(dtype))


@dataclass(frozen=True)
class Layer:
    """Activations of a batch, (batch, length, channels), put together when they are read.

    Position p of member n is ``own[n, p - first]`` where own has it; to the left of that ``kept[left + away[n] + p]``,
    to the right of it ``kept[right + away[n] + p]``. own: (batch, some, channels). kept: (positions, channels).
    """

    own: Tensor
    length: int
    first: int
    kept: Tensor
    left: int
    right: int
    away: Tensor

    @staticmethod
    def of(own: Tensor) -> Layer:
        """A layer that is its own all through."""
        return Layer(own, own.shape[1], 0, own[0], 0, 0, torch.zeros(len(own), dtype=torch.int64))

    def cut(self, first: int, last: int) -> Layer:
        """Its positions first..last."""
        return replace(
            self,
            length=last - first,
            first=self.first - first,
            left=self.left + first,
            right=self.right + first,
        )

    def dense(self) -> Tensor:
        """In one piece, (batch, length, channels)."""
        start = min(max(self.first, 0), self.length)
        end = min(max(self.first + self.own.shape[1], start), self.length)
        layer = self.own.new_empty(len(self.own), self.length, self.own.shape[2])
        layer[:, start:end] = self.own[:, start - self.first : end - self.first]
        for row, away in zip(layer, self.away.tolist(), strict=True):
            row[:start] = self.kept[self.left + away : self.left + away + start]
            row[end:] = self.kept[self.right + away + end : self.right + away + self.length]
        return layer


@dataclass(frozen=True)
class Convolution:
    """A dilated convolution without padding; weight is (out, in, 1, width), bias (out).

    slope: of the rectifiers around it, for negative numbers: 0 is ReLU, above 0 a leaky one (Maas et al., Rectifier
    Nonlinearities Improve Neural Network Acoustic Models, 2013).
    """

    weight: Tensor
    bias: Tensor
    dilation: int
    slope: float = 0.0

    @property
    def half(self) -> int:
        """Bases that an output sees on either side."""
        return self.dilation * (self.weight.shape[3] - 1) // 2

    def to(self, dtype: torch.dtype) -> Convolution:
        """The same in another precision."""
        return replace(self, weight=self.weight.to(dtype), bias=self.bias.to(dtype))

    def __call__(
        self, layer: Layer, norm: Norm | None = None, residual: Layer | None = None, rectify: bool = False
    ) -> Tensor:
        """(batch, length, in) to (batch, length - 2 * half, out).

        norm: applied to the layer and rectified first. residual: added to the result, of its shape and with the same
        ``away``. rectify: the result is rectified.
        """
        library = compiled() if self._fits(layer.own) else None
        if library is not None:
            return self._by_products(library, layer, norm, residual, rectify)
        x = layer.dense()
        if norm is not None:
            x = F.leaky_relu_(torch.addcmul(norm.offset, x, norm.scale), self.slope)
        y = F.conv2d(x.transpose(1, 2).unsqueeze(2), self.weight, self.bias, dilation=(1, self.dilation))
        y = y.squeeze(2).transpose(1, 2)
        if residual is not None:
            y.add_(residual.dense())
        return F.leaky_relu_(y, self.slope) if rectify else y

    def _fits(self, x: Tensor) -> bool:
        square = self.weight.shape[0] == self.weight.shape[1] == CHANNELS
        return square and x.dtype == torch.float32 and x.device.type == "cpu"

    @cached_property
    def _products(self) -> Tensor:
        """The weights of the seven products, (7, groups, in, out)."""
        taps = F.pad(self.weight.double()[:, :, 0], (0, -self.weight.shape[3] % TAPS))
        grouped = taps.view(*taps.shape[:2], -1, TAPS)
        evaluation = (
            kernel_transform(POINTS, TAPS) / 4
        )  # the divisor that dilated_convolution.cpp does not apply
        return torch.einsum("kt,oigt->kgio", evaluation, grouped).float().contiguous()

    def _by_products(
        self, library: ctypes.CDLL, layer: Layer, norm: Norm | None, residual: Layer | None, rectify: bool
    ) -> Tensor:
        wanted = layer.length - 2 * self.half
        output = layer.own.new_empty(len(layer.own), wanted, CHANNELS)
        call = _Call(
            input=_Layer.of(layer),
            residual=_Layer.of(residual) if residual else _Layer(),
            away=layer.away.data_ptr(),
            weights=self._products.data_ptr(),
            bias=self.bias.data_ptr(),
            scale=norm.scale.data_ptr() if norm else None,
            offset=norm.offset.data_ptr() if norm else None,
            output=output.data_ptr(),
            batch=len(layer.own),
            length=layer.length,
            wanted=wanted,
            dilation=self.dilation,
            groups=self._products.shape[1],
            full_groups=self.weight.shape[3] // TAPS,
            rectify=rectify,
            threads=torch.get_num_threads(),
            slope=self.slope,
        )
        library[ENTRY](ctypes.byref(call))
        return output


def _members(kind: type, names: str) -> list[tuple[str, type]]:
    return [(name, kind) for name in names.split()]


class _Layer(ctypes.Structure):
    """``struct Layer`` of dilated_convolution.cpp."""

    _fields_ = (
        *_members(ctypes.c_void_p, "left own right"),
        *_members(ctypes.c_long, "own_stride first last"),
    )

    @staticmethod
    def of(layer: Layer) -> _Layer:
        row, kept = layer.kept.element_size() * layer.kept.shape[1], layer.kept.data_ptr()
        return _Layer(
            left=kept + row * layer.left,
            own=layer.own.data_ptr(),
            right=kept + row * layer.right,
            own_stride=layer.own.stride(0),
            first=layer.first,
            last=layer.first + layer.own.shape[1],
        )


class _Call(ctypes.Structure):
    """``struct Convolution`` of dilated_convolution.cpp."""

    _fields_ = (
        *_members(_Layer, "input residual"),
        *_members(ctypes.c_void_p, "away weights bias scale offset output"),
        *_members(ctypes.c_long, "batch length wanted dilation groups full_groups rectify threads"),
        ("slope", ctypes.c_float),
    )


@lru_cache
def compiled() -> ctypes.CDLL | None:
    """The compiled convolutions, or None where landfall was installed without a compiler or torch without OpenMP."""
    found = find_spec("landfall.models.layers._convolution")
    if found is None or found.origin is None:
        log.info("convolutions by torch, which are slower: landfall was installed without a compiler")
        return None
    try:
        library = ctypes.CDLL(found.origin)
        getattr(library, ENTRY)
        return library
    except (OSError, AttributeError) as error:  # no library, or one compiled from an older version
        log.info("convolutions by torch, which are slower: the compiled ones cannot be loaded (%s)", error)
        return None
