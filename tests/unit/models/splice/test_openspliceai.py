"""OpenSpliceAI: a published state dict is SpliceAI's layers, another is refused, the real ones give their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice.openspliceai import model as openspliceai
from landfall.models.splice.spliceai.model import CONTEXT, GROUPS
from landfall.models.weights.integrity import check_weights
from tests.unit.models.splice_toys import seeded


class Published(nn.Module):
    """The network as its authors lay it out: padded convolutions, units and skips in one list."""

    def __init__(self) -> None:
        super().__init__()
        self.initial_conv = nn.Conv1d(4, 32, 1)
        self.initial_skip = Skip()
        self.residual_units = nn.ModuleList(
            layer
            for width, dilation in GROUPS
            for layer in (*(Unit(width, dilation) for _ in range(4)), Skip())
        )
        self.final_conv = nn.Conv1d(32, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.initial_conv(x)
        skip = self.initial_skip.conv(x)
        for layer in self.residual_units:
            if isinstance(layer, Skip):
                skip = skip + layer.conv(x)
            else:
                x = layer(x)
        return torch.softmax(self.final_conv(skip)[..., CONTEXT:-CONTEXT], dim=1)


class Skip(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(32, 32, 1)


class Unit(nn.Module):
    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.batchnorm1, self.batchnorm2 = nn.BatchNorm1d(32), nn.BatchNorm1d(32)
        self.conv1, self.conv2 = (nn.Conv1d(32, 32, width, dilation=dilation, padding="same") for _ in "12")

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.leaky_relu(self.batchnorm1(x), 0.1))
        h = self.conv2(F.leaky_relu(self.batchnorm2(h), 0.1))
        return x + h


@pytest.fixture(scope="module")
def published() -> Published:
    torch.manual_seed(3)
    network = Published().eval().requires_grad_(False)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            layer.running_mean.copy_(torch.randn(32) * 0.3)
            layer.running_var.copy_(torch.rand(32) + 0.5)
    return network


def onehot(bases: np.ndarray) -> np.ndarray:
    x = np.zeros((1, 4, len(bases)), dtype=np.float32)
    x[0, bases, np.arange(len(bases))] = 1
    return x


def test_a_checkpoint_is_the_network_of_its_authors(tmp_path: Path, published: Published) -> None:
    torch.save(published.state_dict(), tmp_path / "model.pt")
    x = torch.from_numpy(onehot(np.random.default_rng(1).integers(0, 4, 2 * CONTEXT + 40)))
    found = openspliceai.load_checkpoint(tmp_path / "model.pt")(x)
    torch.testing.assert_close(found, published(x), atol=1e-6, rtol=0)


def test_every_tensor_of_a_network_has_its_place_in_a_checkpoint(published: Published) -> None:
    stored = openspliceai.renamed(published.state_dict())
    assert len(stored) == 238
    assert {name: tensor.shape for name, tensor in stored.items()} == {
        name: tensor.shape for name, tensor in seeded(1, openspliceai.network).state_dict().items()
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [("missing", "1 missing"), ("extra", "1 not of this"), ("shape", "1 of another shape")],
)
def test_the_checkpoint_of_another_network_is_refused(
    tmp_path: Path, published: Published, change: str, words: str
) -> None:
    state = dict(published.state_dict())
    if change == "missing":
        del state["final_conv.bias"]
    elif change == "extra":
        state["residual_units.20.conv.bias"] = torch.zeros(32)
    else:
        state["final_conv.weight"] = torch.zeros(2, 32, 1)
    torch.save(state, tmp_path / "other.pt")
    with pytest.raises(WeightsError, match=words):
        openspliceai.load_checkpoint(tmp_path / "other.pt")


@pytest.fixture
def weights(shared_data: Path) -> Path:
    """The published networks."""
    return shared_data / "models" / "openspliceai" / "weights"


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.shared_data
def test_the_shared_networks_are_the_declared_ones(weights: Path) -> None:
    check_weights(splice_model("openspliceai").info, weights)


@pytest.mark.shared_data
@pytest.mark.usefixtures("one_thread")
def test_the_real_networks_give_the_numbers_of_torch(shared_data: Path, weights: Path) -> None:
    stored = np.load(shared_data / "models" / "openspliceai" / "torch_reference_random12k.npz")
    x = torch.from_numpy(onehot(stored["bases"]))
    ensemble = openspliceai.Ensemble(weights)
    expected = [stored[weight.name] for weight in ensemble.info.weights]
    for network, values in zip(ensemble.networks, expected, strict=True):
        assert values.shape == (3, 2000)
        assert np.abs(network(x)[0].numpy() - values).max() < 1e-6
    assert np.abs(ensemble.predict(x.numpy())[0].T - np.mean(expected, axis=0)).max() < 1e-6
