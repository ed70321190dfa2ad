"""Borzoi (Linder et al., Nature Genetics 2025): RNA, CAGE, accessibility and binding in bins of 32 bases.

Weights are the official Keras file, with ``params_pred.json`` (or ``params.json``) beside it for window and crop, or
the state dict of borzoi-pytorch; widths are read from the weights. The network's tracks are squashed as the data it was
trained on; ``track_scores.predict`` undoes it by the table of targets. A window's alternate is convolved only where it
differs; the rest of the network sees all of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models import registry
from landfall.models.inference import patching
from landfall.models.inference.memo import LruMemo
from landfall.models.info import WeightsError
from landfall.models.layers import gpu_convolution
from landfall.models.layers.attention import Attention, Watch
from landfall.models.layers.attention import Block as Transformer
from landfall.models.tracks.base import Layout, Tracks, TrackTarget, Window
from landfall.models.tracks.borzoi.network import Block, Network, Shape, Up, rows
from landfall.models.tracks.calico_targets import read_calico
from landfall.models.weights import keras_hdf5, torch_checkpoint
from landfall.models.weights.keras_hdf5 import KerasFile, linear_weights, norm_weights, parts

BORZOI = registry.track_model("borzoi").info
BIN = 32
"""Bases of a bin."""
COARSE = 128
"""Bases of a position of the transformer."""
PUBLISHED_LENGTH, PUBLISHED_CROP = 524_288, 16
"""Bases of the published replicates' window, and bins cropped at either end to predict (``params_pred.json``)."""
PARAMETERS = tuple(file.name for file in BORZOI.beside)
WEIGHTS = ("model0_best.h5", "model.h5", "pytorch_model.bin")
KEPT = 2
"""References that are kept, with the tracks of the full network 0.7 GB each: both strands."""
TABLES = tuple(file.name for file in BORZOI.targets)


@dataclass(frozen=True)
class Reference:
    """What the convolutions see of a window, at 32, 64 and 128 bases, and its tracks."""

    seen: tuple[Tensor, Tensor, Tensor]
    tracks: Tracks


class Borzoi:
    """One trained network; alternates share the convolutions of their reference, the last of which are kept."""

    info = BORZOI

    def __init__(self, network: Network, shape: Shape, targets: Sequence[TrackTarget]) -> None:
        self.network, self.targets = network, targets
        bins = shape.length // BIN - 2 * shape.crop
        self.layout = Layout(
            length=shape.length, variant=shape.length // 2 - 1, first=shape.crop * BIN, bin=BIN, bins=bins
        )
        self._kept = LruMemo[Reference](KEPT)
        self._reach = patching.reach(shape.stem_width, 5, len(shape.tower) - 1)

    @torch.inference_mode()
    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        """See :class:`landfall.models.tracks.base.TrackModel`."""
        kept = self._kept.of(reference, self._reference)
        return kept.tracks, [self._alternate(kept, reference, window) for window in alternates]

    def _reference(self, window: Window) -> Reference:
        seen = self.network.front(self._tensor(window))
        tracks = self._tracks(*seen)
        tracks.flags.writeable = False  # it is given out as it is, half a gigabyte of the full network
        return Reference(seen, tracks)

    def _alternate(self, kept: Reference, reference: Window, window: Window) -> Tracks:
        patch = patching.patch(reference, window, COARSE, self._reach)
        if patch is None:
            return kept.tracks
        fresh = self.network.front(self._tensor(window[patch.bases]))
        return self._tracks(*(patch.put(a, b) for a, b in zip(kept.seen, fresh, strict=True)))

    def _tensor(self, window: Window) -> Tensor:
        return torch.from_numpy(window)[None].to(self.network.head.weight)

    @torch.inference_mode()
    def attention(self, window: Window, queries: Sequence[int]) -> NDArray[np.float32]:
        """(positions,): the attention that bins of the output pay, mean over them, heads and blocks; it sums to 1.

        Positions are bins of 32 bases from the window's start; attention itself is to 128, whose bins share it evenly.
        A hypothesis of the network, no measured contact. Raises ValueError where no bin is given, or one there is not.
        """
        if not len(queries) or not all(0 <= query < self.layout.bins for query in queries):
            raise ValueError(
                f"queries must be bins of the output, 0 to {self.layout.bins - 1}, not {list(queries)}"
            )
        *_, coarse = self.network.front(self._tensor(window))
        positions = [(query * BIN + self.layout.first) // COARSE for query in queries]
        watch = Watch(positions)
        self.network.attend(rows(coarse), watch)
        assert isinstance(watch.total, Tensor)
        paid: NDArray[np.float32] = (watch.total / watch.maps).cpu().numpy()
        return np.repeat(paid, COARSE // BIN) / np.float32(COARSE // BIN)

    def _tracks(self, *seen: Tensor) -> Tracks:
        return gpu_convolution.to_numpy(self.network.behind(*seen)[0])


def load(
    weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32"
) -> Borzoi:
    """Borzoi from its weights: the Keras file or the state dict of borzoi-pytorch, or a folder with one of them.

    targets: the table of its tracks, by default ``targets.txt`` or ``targets_human.txt`` beside the weights. dtype:
    float32 or bfloat16. Raises WeightsError, naming model, file, expected and found, if anything does not fit.
    """
    path = torch_checkpoint.one_of(weights, WEIGHTS, "weights", BORZOI.title)
    table = targets or torch_checkpoint.one_of(path.parent, TABLES, "table of tracks", BORZOI.title)
    network, shape = _from_torch(path) if path.suffix in (".bin", ".pt", ".pth") else _from_keras(path)
    tracks = read_calico(table, published=shape.length == PUBLISHED_LENGTH)
    if len(tracks) != shape.tracks:
        raise WeightsError(
            f"{BORZOI.title}: {table}: expected {shape.tracks} tracks as in {path}, found {len(tracks)}"
        )
    return Borzoi(torch_checkpoint.ready(network, device, dtype), shape, tracks)


def _from_keras(path: Path) -> tuple[Network, Shape]:
    file = keras_hdf5.read(path, BORZOI.title)
    try:
        shape = _shape_of_keras(file)
    except (KeyError, IndexError, TypeError) as error:
        raise WeightsError(
            f"{BORZOI.title}: {path} holds another network: expected convolutions, attention and a head, "
            f"found {', '.join(sorted(file.layers))} (no {error})"
        ) from error
    network = Network(shape)
    keras_hdf5.fill(network, created(network), file, BORZOI.title)
    return network, shape


def _shape_of_keras(file: KerasFile) -> Shape:
    kernels = [arrays["kernel"].shape for _, arrays in file.layers["conv1d"]]
    attention = file.layers["multihead_attention"]
    first = attention[0][1]
    tower = tuple(size[2] for size in kernels if size[0] > 1)
    settings = _settings(file.path) or {
        "length": file.first("InputLayer")["batch_input_shape"][1],  # type: ignore[index]
        "crop": file.first("Cropping1D")["cropping"][0],  # type: ignore[index]
    }
    return Shape(
        **settings,
        stem_width=kernels[0][0],
        tower=tower,
        blocks=len(attention),
        heads=first["r_w_bias"].shape[1],
        key=first["r_w_bias"].shape[3],
        features=first["r_k_layer/kernel"].shape[0],
        last=kernels[-1][2] if kernels[-1][0] == 1 else 0,
        tracks=file.layers["dense"][-1][1]["kernel"].shape[1],
    )


def _settings(path: Path) -> dict[str, int] | None:
    """Window and crop from the parameter file beside the weights; None where there is none."""
    beside = [path.parent / name for name in PARAMETERS if (path.parent / name).is_file()]
    if not beside:
        return None
    try:
        model = json.loads(beside[0].read_text())["model"]
        crop = next(part["cropping"] for part in model["trunk"] if part.get("name") == "Cropping1D")
        return {"length": int(model["seq_length"]), "crop": int(crop)}
    except (ValueError, KeyError, StopIteration) as error:
        raise WeightsError(
            f"{BORZOI.title}: {beside[0]}: expected seq_length and Cropping1D of a model, not found: {error!r}"
        ) from error


def created(network: Network) -> dict[str, list[dict[str, Tensor]]]:
    """The network's layers by Keras's kind in the order in which baskerville creates them."""
    ups, transformers = parts(network, Up), parts(network, Transformer)
    last = [network.last.conv] if network.last is not None else []
    convolutions: list[nn.Conv2d] = [
        network.stem,
        *(block.conv for block in parts(network.tower, Block)),
        *last,
    ]
    dense: list[nn.Conv2d | nn.Linear] = [
        layer for block in transformers for layer in (block.widen, block.narrow)
    ]
    joined = [block.conv for up in ups for block in (up.below, up.side)]
    return {
        "conv1d": [linear_weights(layer) for layer in convolutions],
        "batch_normalization": [norm_weights(norm) for norm in parts(network, nn.BatchNorm2d)],
        "layer_normalization": [norm_weights(norm) for norm in parts(network, nn.LayerNorm)],
        "dense": [linear_weights(layer) for layer in (*dense, *joined, network.head)],
        "multihead_attention": [_attention_weights(block.attention) for block in transformers],
        "separable_conv1d": [_separable_weights(up) for up in ups],
    }


def _attention_weights(attention: Attention) -> dict[str, Tensor]:
    assert attention.to_out.bias is not None
    return {
        "q_layer/kernel": attention.to_q.weight,
        "k_layer/kernel": attention.to_k.weight,
        "v_layer/kernel": attention.to_v.weight,
        "r_k_layer/kernel": attention.to_rel_k.weight,
        "r_w_bias": attention.rel_content_bias,
        "r_r_bias": attention.rel_pos_bias,
        "embedding_layer/kernel": attention.to_out.weight,
        "embedding_layer/bias": attention.to_out.bias,
    }


def _separable_weights(up: Up) -> dict[str, Tensor]:
    assert up.pointwise.bias is not None
    return {
        "depthwise_kernel": up.depthwise.weight,
        "pointwise_kernel": up.pointwise.weight,
        "bias": up.pointwise.bias,
    }


PORT: Mapping[str, str] = {
    "conv_dna.conv_layer": "stem",
    **{f"res_tower.{2 * step}": f"tower.{step}" for step in range(5)},
    "unet1.1": "tower.5",
    "upsampling_unet1.0": "ups.0.below",
    "upsampling_unet0.0": "ups.1.below",
    "horizontal_conv1": "ups.0.side",
    "horizontal_conv0": "ups.1.side",
    "separable1.conv_layer.0": "ups.0.depthwise",
    "separable1.conv_layer.1": "ups.0.pointwise",
    "separable0.conv_layer.0": "ups.1.depthwise",
    "separable0.conv_layer.1": "ups.1.pointwise",
    "final_joined_convs.0": "last",
    "human_head": "head",
}
"""Parts of borzoi-pytorch's network (v0.5) by our names; blocks of the transformer are named by BLOCK."""
BLOCK: Mapping[str, str] = {
    "0.fn.0": "norm",
    "0.fn.1": "attention",
    "1.fn.0": "second_norm",
    "1.fn.1": "widen",
    "1.fn.4": "narrow",
}


def parameter_name(name: str) -> str:
    """The name in our network of a tensor of borzoi-pytorch's; the name itself where there is none."""
    if name.startswith("transformer."):
        _, block, rest = name.split(".", 2)
        return f"transformer.{block}.{_renamed(rest, BLOCK)}"
    return _renamed(name, PORT).replace("conv_layer", "conv")


def _renamed(name: str, parts: Mapping[str, str]) -> str:
    return next(
        (new + name[len(old) :] for old, new in parts.items() if f"{name}.".startswith(f"{old}.")), name
    )


def _from_torch(path: Path) -> tuple[Network, Shape]:
    stored = torch_checkpoint.read(path, BORZOI.title)
    state = {
        parameter_name(name): _flat(value)
        for name, value in stored.items()
        if not name.startswith("mouse_head.")
    }
    shape = _shape_of_torch(state, path)
    state["head.weight"] = state["head.weight"].flatten(1)
    with torch.device("meta"):
        network = Network(shape)
    torch_checkpoint.fill(network, state, BORZOI.title, path)
    return network, shape


def _flat(value: Tensor) -> Tensor:
    """A convolution's weight (out, in, width) as one over (1, width)."""
    return value.unsqueeze(2) if value.ndim == 3 else value


def _shape_of_torch(state: Mapping[str, Tensor], path: Path) -> Shape:
    def size(key: str, axes: int) -> tuple[int, ...]:
        return torch_checkpoint.shape(state, key, axes, BORZOI.title, path)

    stem = size("stem.weight", 4)
    _, heads, _, key = size("transformer.0.attention.rel_content_bias", 4)
    settings = _settings(path) or {"length": PUBLISHED_LENGTH, "crop": PUBLISHED_CROP}
    return Shape(
        **settings,
        stem_width=stem[3],
        tower=(stem[0], *(size(f"tower.{step}.conv.weight", 4)[0] for step in range(6))),
        blocks=len({name.split(".")[1] for name in state if name.startswith("transformer.")}),
        heads=heads,
        key=key,
        features=size("transformer.0.attention.to_rel_k.weight", 2)[1],
        last=size("last.conv.weight", 4)[0],
        tracks=size("head.weight", 4)[0],
    )
