"""Networks of tracks at their published sizes with seeded random weights: for time and memory alone, for no report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from landfall.models.tracks.base import Layout, Site, Squash, TrackModel, TrackTarget
from landfall.models.tracks.basenji2 import model as basenji2
from landfall.models.tracks.beluga import model as beluga
from landfall.models.tracks.borzoi import model
from landfall.models.tracks.borzoi import network as borzoi_network
from landfall.models.tracks.deepsea import model as deepsea
from landfall.models.tracks.enformer import model as enformer_model
from landfall.models.tracks.enformer.checkpoint import Sizes
from landfall.models.tracks.enformer.network import Enformer
from landfall.models.tracks.sei import model as sei_model
from landfall.models.tracks.sei.network import Sei, spline_basis
from landfall.models.tracks.whole_window import Model as WholeWindow
from landfall.models.weights import torch_checkpoint
from landfall.models.weights.keras_hdf5 import parts

Network = TypeVar("Network", bound=nn.Module)

SEI_SIZES = ((480, 640, 960), 16, 21_907, 21_907)
"""Channels, B-splines, hidden units and profiles."""
BASENJI2_SHAPE = basenji2.Shape(131_072, 64, 15, (288, 339, 399, 470, 554, 652, 768), 11, 384, 1_536, 5_313)
"""``params_human.json``."""
BORZOI_SHAPE = borzoi_network.Shape(
    524_288, 16, 15, (512, 608, 736, 896, 1_056, 1_280, 1_536), 8, 8, 64, 32, 1_920, 7_611
)
"""``params_pred.json``."""
ENFORMER_SIZES = Sizes(
    filters=(768, 768, 896, 1_024, 1_152, 1_280, 1_536),
    blocks=11,
    heads=8,
    key=64,
    value=192,
    features=192,
    hidden=3_072,
    final=3_072,
    tracks=(("human", 5_313), ("mouse", 1_643)),
)


def site(layout: Layout, sharing: int, seed: int, apart: int = 37) -> Site:
    """A window of random bases and substitutions of a base from its official place on, ``apart`` bases apart."""
    reference = np.eye(4, dtype=np.float32)[np.random.default_rng(seed).integers(0, 4, layout.length)]
    alternates = []
    for number in range(sharing):
        alternate = reference.copy()
        place = layout.variant + apart * number
        alternate[place] = np.roll(alternate[place], 1)
        alternates.append(alternate)
    return reference, alternates


def drawn(network: Network) -> Network:
    """Weights of a spread that keeps signals in range, drawn in place."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for value in network.parameters():
            spread = 1.0 / value[0].numel() ** 0.5 if value.ndim > 1 else 0.01
            value.uniform_(-spread, spread, generator=generator)
    return network


def sei_network() -> Sei:
    """Without memory for default weights beside its own: it holds 3.3 GB."""
    with torch.device("meta"):
        empty = Sei(*SEI_SIZES)
    full = empty.to_empty(device="cpu")
    full.basis.copy_(torch.from_numpy(spline_basis(*full.basis.shape)))
    return drawn(full)


def basenji2_network() -> basenji2.Network:
    """Its norms as training leaves them: they hold the statistics of a window."""
    torch.manual_seed(1)
    full = basenji2.Network(BASENJI2_SHAPE).requires_grad_(False)
    for norm in parts(full, nn.BatchNorm2d):
        norm.momentum = 1.0
    bases = torch.randint(0, 4, (1, BASENJI2_SHAPE.length), generator=torch.Generator().manual_seed(2))
    full.train()(nn.functional.one_hot(bases, 4).float())
    return full.eval()


def basenji2_model(full: basenji2.Network, device: str) -> basenji2.Basenji2:
    """The network with its norms folded, as it is loaded."""
    for block in parts(full, basenji2.Block):
        block.fold()
    return basenji2.Basenji2(torch_checkpoint.ready(full, device, "float32"), BASENJI2_SHAPE, ())


def _borzoi(device: str) -> TrackModel:
    full = drawn(borzoi_network.Network(BORZOI_SHAPE))
    squash = Squash(clip=384.0, power=4 / 3, offset=0.0, scale=0.3)  # as that of the publication's RNA
    targets = [
        TrackTarget(number, f"T{number}", "RNA", "", "", "", squash=squash)
        for number in range(BORZOI_SHAPE.tracks)
    ]
    return model.Borzoi(torch_checkpoint.ready(full, device, "float32"), BORZOI_SHAPE, targets)


def _enformer(device: str) -> TrackModel:
    full = drawn(Enformer(ENFORMER_SIZES)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return enformer_model.EnformerTracks(torch_checkpoint.ready(full, device, "float32"))


def _deepsea(device: str) -> TrackModel:
    full = drawn(deepsea.DeepSEA((320, 480, 960), 925, 919))
    return WholeWindow(deepsea.DEEPSEA, deepsea.LAYOUT, torch_checkpoint.ready(full, device, "float32"), ())


def _beluga(device: str) -> TrackModel:
    full = drawn(beluga.Beluga((320, 480, 640), 2_003, 2_002))
    return WholeWindow(beluga.BELUGA, beluga.LAYOUT, torch_checkpoint.ready(full, device, "float32"), ())


MODELS: Mapping[str, Callable[[str], TrackModel]] = {
    "enformer": _enformer,
    "borzoi": _borzoi,
    "basenji2": lambda device: basenji2_model(basenji2_network(), device),
    "sei": lambda device: sei_model.Model(torch_checkpoint.ready(sei_network(), device, "float32")),
    "deepsea": _deepsea,
    "beluga": _beluga,
}
"""Each by the device it runs on."""
