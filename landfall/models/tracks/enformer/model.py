"""Enformer's weights in its network, and how it reads a variant. The network:
:mod:`landfall.models.tracks.enformer.network`.

The official place of a variant is base 98,304 of the window, 0-based (kipoiseq's centre in DeepMind's notebook), which
is the first base of bin 448. A window around a start of transcription has it there, and its signal in bins 447 to 449.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models import registry
from landfall.models.inference.memo import LruMemo
from landfall.models.info import WeightsError
from landfall.models.layers import gpu_convolution
from landfall.models.layers.attention import Block, Watch
from landfall.models.tracks.base import Layout, Tracks, TrackTarget, Window
from landfall.models.tracks.calico_targets import read_calico
from landfall.models.tracks.enformer.checkpoint import TITLE, Tensors, checkpoint, read_sizes, read_tensors
from landfall.models.tracks.enformer.network import (
    BINS,
    GELU,
    LENGTH,
    NORM_EPSILON,
    Activated,
    Enformer,
    Pointwise,
    Stage,
)
from landfall.models.weights import torch_checkpoint

ENFORMER = registry.track_model("enformer").info
TABLE = ENFORMER.targets[0].name
NORM = ("weight", "bias", "running_mean", "running_var")
BYTES_OF_AN_ALTERNATE = 500 * 2**20
"""What an alternate takes of a GPU at most while it goes through a block: some three times its largest tensors."""
REFERENCE = -1
"""The reference's number among the alternates that go through the attention together."""
KEPT = 6
"""References whose results are kept, 30 MB each: both strands at three shifts."""
SHOWN = 8


def parts(network: Enformer) -> Iterator[tuple[str, nn.Module]]:
    """The official name of each layer; {} is 0 for its norm and 2 for its convolution, where it has both."""
    for number, stage in enumerate(network.stages):
        where = f"conv_tower.{number - 1}" if number else "stem"
        assert isinstance(stage, Stage)
        yield (f"{where}.0.{{}}" if number else f"{where}.0"), stage.wide
        yield f"{where}.1.fn.{{}}", stage.narrow
        yield f"{where}.2.to_attn_logits", stage.pool.logits
    for number, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        where = f"transformer.{number}"
        yield f"{where}.0.fn.0", block.norm
        yield f"{where}.0.fn.1", block.attention
        yield f"{where}.1.fn.0", block.second_norm
        yield f"{where}.1.fn.1", block.widen
        yield f"{where}.1.fn.4", block.narrow
    yield "final_pointwise.1.{}", network.final
    for species, head in network.heads.items():
        yield f"_heads.{species}.0", head


def official_shapes(network: Enformer) -> dict[str, tuple[int, ...]]:
    """Name to shape of every tensor that the official file of such a network holds."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, layer in parts(network):
        if isinstance(layer, Activated):
            shapes |= {f"{name.format(0)}.{member}": (len(layer.scale),) for member in NORM}
            name, layer = name.format(2), layer.conv
        for member, value in layer.named_parameters():
            shapes[f"{name}.{member}"] = _official_shape(name, layer, member, tuple(value.shape))
    return shapes


def _official_shape(name: str, layer: nn.Module, member: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The official shape of a tensor whose shape here is ``shape``: convolutions run along one dimension there."""
    if member == "weight" and isinstance(layer, nn.Conv2d):
        return (*shape[:2], shape[3])
    if member == "weight" and isinstance(layer, Pointwise):
        return (*shape, 1, 1) if "attn_logits" in name else (*shape, 1)
    return shape


def fill(network: Enformer, tensors: Tensors) -> None:
    """Give a network its weights, from tensors whose names and shapes were checked."""
    for name, layer in parts(network):
        if isinstance(layer, Activated):
            weight, bias, mean, variance = (tensors[f"{name.format(0)}.{member}"] for member in NORM)
            scale = weight / torch.sqrt(variance + NORM_EPSILON)
            _give(layer, "scale", GELU * scale[:, None, None])
            _give(layer, "shift", GELU * (bias - mean * scale)[:, None, None])
            _give(layer.conv, "weight", tensors[f"{name.format(2)}.weight"] / GELU)
            _give(layer.conv, "bias", tensors[f"{name.format(2)}.bias"])
            continue
        for member, _ in list(layer.named_parameters()):
            _give(layer, member, tensors[f"{name}.{member}"])


def _give(layer: nn.Module, member: str, value: Tensor) -> None:
    """Put a tensor in its place, in the network's own shape and, for a convolution, in its order of memory."""
    where, _, last = member.rpartition(".")
    holder = layer.get_submodule(where)
    value = value.reshape(getattr(holder, last).shape)
    if value.ndim == 4 and isinstance(holder, nn.Conv2d):
        value = value.contiguous(memory_format=torch.channels_last)
    setattr(holder, last, nn.Parameter(value, requires_grad=False))


def build(tensors: Tensors, path: Path, length: int = LENGTH, bins: int = BINS) -> Enformer:
    """The network of a checkpoint, without memory for its weights yet; every name and shape compared.

    Raises WeightsError naming the file, what was expected and what was found.
    """
    try:
        with torch.device("meta"):
            network = Enformer(read_sizes(tensors, path), length, bins)
    except ValueError as error:
        raise WeightsError(f"{TITLE}: {path}: not its tensors: {error}") from error
    expected = official_shapes(network)
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    faults = [
        f"  {name}: expected {expected.get(name, 'no such tensor')}, found {found.get(name, 'no such tensor')}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]
    if faults:
        more = [f"  and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise WeightsError("\n".join([f"{TITLE}: {path}: not its tensors:", *faults[:SHOWN], *more]))
    return network


def load(
    weights: Path,
    device: str = "cpu",
    *,
    targets: Path | None = None,
    dtype: str = "float32",
    length: int = LENGTH,
    bins: int = BINS,
    batch: int | None = None,
) -> EnformerTracks:
    """Enformer from either official checkpoint, the human head its output.

    weights: ``pytorch_model.bin``, or the ``.index`` file of DeepMind's checkpoint with its data beside it, or the
    folder of either. targets: the official ``targets_human.txt``, by default the one beside the weights. dtype:
    float32, or bfloat16 (its error: docs/science.md). length, bins: of a smaller relative, as checkpoints do
    not hold them. batch: alternates that go through the attention together; by default one on a processor, as many as
    its memory holds on a GPU. Raises WeightsError, naming file, expected and found, if anything does not fit.
    """
    path = checkpoint(weights)
    tensors = read_tensors(path)
    network = build(tensors, path, length, bins)
    fill(network, tensors)
    table = targets or path.with_name(TABLE)
    tracks = read_calico(table) if targets or table.is_file() else ()
    if tracks and len(tracks) != network.heads[network.species].out_features:
        found = network.heads[network.species].out_features
        raise WeightsError(f"{TITLE}: {table}: expected {found} tracks as in {path}, found {len(tracks)}")
    return EnformerTracks(torch_checkpoint.ready(network, device, dtype), tracks, batch)


@dataclass
class Reference:
    """What the stages make of a window, (1, positions, channels), and its tracks once they are computed."""

    embedded: Tensor
    tracks: Tracks | None = None


class EnformerTracks:
    """Enformer with its weights, an :class:`AttentiveModel`; it keeps its last references."""

    info = ENFORMER

    def __init__(
        self, network: Enformer, targets: Sequence[TrackTarget] = (), batch: int | None = None
    ) -> None:
        self.network, self.targets = network, targets
        self.layout = Layout(
            length=network.length,
            variant=network.length // 2,
            first=network.crop * network.bin,
            bin=network.bin,
            bins=network.bins,
        )
        self.batch = batch or self._fitting()
        self._kept = LruMemo[Reference](KEPT)

    @torch.inference_mode()
    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        """Tracks of a window and of the same window with each variant in it, (bins, tracks) each.

        The stages of an alternate are computed where it differs from the reference and within reach of that: right of
        an insertion or deletion everywhere. Exact: the receptive fields of all other positions have the same bases.
        """
        kept = self._reference(reference)
        spans = (differing(reference, alternate) for alternate in alternates)
        changed = {number: span for number, span in enumerate(spans) if span is not None}
        waiting = [*([REFERENCE] if kept.tracks is None else []), *changed]
        fresh: dict[int, Tracks] = {}
        for start in range(0, len(waiting), self.batch):
            together = waiting[start : start + self.batch]
            embeddings = [
                self._alternate(kept.embedded, alternates[number], changed[number])
                if number in changed
                else kept.embedded
                for number in together
            ]
            fresh |= zip(together, self._tracks(torch.cat(embeddings)), strict=True)
        tracks = kept.tracks = fresh.pop(REFERENCE) if kept.tracks is None else kept.tracks
        return tracks.copy(), [
            fresh[number] if number in fresh else tracks.copy() for number in range(len(alternates))
        ]

    @torch.inference_mode()
    def attention(self, window: Window, queries: Sequence[int]) -> NDArray[np.float32]:
        """(positions,): what share of their attention bins of the output give to each position of the window.

        queries: bins of the output; position p covers the bases p * 128 .. (p + 1) * 128 of the window, bin b of the
        output is position b + 320. Mean over queries, heads and blocks; it sums to 1. A hypothesis of the network, no
        measured contact. Raises ValueError for a bin that is not there.
        """
        if not len(queries) or not all(0 <= query < self.layout.bins for query in queries):
            raise ValueError(
                f"queries must be bins of the output, 0 to {self.layout.bins - 1}, not {queries}"
            )
        watch = Watch([query + self.network.crop for query in queries])
        self.network.attend(self._reference(window).embedded, watch)
        assert isinstance(watch.total, Tensor)
        mean: NDArray[np.float32] = (watch.total / watch.maps).cpu().numpy()
        return mean

    def _reference(self, window: Window) -> Reference:
        """What is known of a window."""
        return self._kept.of(window, lambda fresh: Reference(self.network.embed(self._tensor(fresh))))

    def _alternate(self, embedded: Tensor, window: Window, changed: tuple[int, int]) -> Tensor:
        """The same for an alternate, from the reference's and the positions that differ."""
        first, last = self.network.reached(*changed)
        here = self.network.embed(self._tensor(window), first, last)
        return torch.cat([embedded[:, :first], here, embedded[:, last:]], dim=1)

    def _tracks(self, embedded: Tensor) -> NDArray[np.float32]:
        """(n, positions, channels) to (n, bins, tracks)."""
        return gpu_convolution.to_numpy(self.network.attend(embedded))

    def _tensor(self, window: Window) -> Tensor:
        where = self.network.features
        return torch.from_numpy(window[None]).to(where.device, where.dtype)

    def _fitting(self) -> int:
        """Alternates that go through the attention together: on a GPU what half of its free memory holds."""
        where = self.network.features.device
        if where.type != "cuda":
            return 1
        free, _ = torch.cuda.mem_get_info(where)
        return int(max(1, min(16, free // 2 // BYTES_OF_AN_ALTERNATE)))


def differing(reference: Window, alternate: Window) -> tuple[int, int] | None:
    """The stretch of a window, 0-based half-open, outside which two alleles are the same; None if they are."""
    bases = np.flatnonzero((reference != alternate).any(axis=1))
    return (int(bases[0]), int(bases[-1]) + 1) if len(bases) else None
