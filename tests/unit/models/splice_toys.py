"""Small splice models with seeded weights, by name: as their modules build them, but for the files of weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from landfall.models.spec import SpliceModelSpec
from landfall.models.splice import outputs
from landfall.models.splice.cispliceai import model as cispliceai
from landfall.models.splice.openspliceai import model as openspliceai
from landfall.models.splice.pangolin import model as pangolin
from landfall.models.splice.spliceai import model as spliceai
from landfall.testing.parity import fetched

NETWORKS = 2


def seeded(seed: int, make: Callable[[], spliceai.SpliceAI] = spliceai.SpliceAI) -> spliceai.SpliceAI:
    """A network of SpliceAI's layers whose norms hold statistics that matter."""
    torch.manual_seed(seed)
    network = make().eval().requires_grad_(False)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            layer.running_mean.copy_(torch.randn(spliceai.FILTERS) * 0.3)
            layer.running_var.copy_(torch.rand(spliceai.FILTERS) + 0.5)
    return network


def _sites(
    ensemble: type[spliceai.Ensemble], make: Callable[[], spliceai.SpliceAI] = spliceai.SpliceAI
) -> Callable[[str], spliceai.Ensemble]:
    class Toy(ensemble):  # type: ignore[misc,valid-type]
        def load(self, directory: Path) -> list[spliceai.SpliceAI]:
            return [seeded(number, make) for number in range(NETWORKS)]

    return lambda device: Toy(Path(), device)


class Tissues(pangolin.Ensemble):
    """One network a tissue."""

    def load(self, directory: Path) -> list[pangolin.Pangolin]:
        networks = [seeded(number, pangolin.Pangolin) for number in range(len(outputs.TISSUES))]
        return [network for network in networks if isinstance(network, pangolin.Pangolin)]


SMALL: dict[str, Callable[[str], Any]] = {
    "spliceai": _sites(spliceai.Ensemble),
    "cispliceai": _sites(cispliceai.Ensemble),
    "openspliceai": _sites(openspliceai.Ensemble, openspliceai.network),
    "pangolin": lambda device: Tissues(Path(), device),
}
"""By the device it runs on. A model without a toy is tried with its trained weights."""


def loaded(spec: SpliceModelSpec, device: str = "cpu") -> Any:
    """A model of the catalogue, ready to be tried; skips the test where its weights are needed and cannot be had."""
    return SMALL[spec.name](device) if spec.name in SMALL else spec.load(fetched(spec.info), device)
