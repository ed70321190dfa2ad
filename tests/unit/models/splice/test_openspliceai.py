"""OpenSpliceAI: a published state dict is SpliceAI's layers, another is refused, the real ones give their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from landfall.genome.encoding import one_hot
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice.openspliceai import model as openspliceai
from landfall.models.splice.spliceai.model import CONTEXT
from landfall.models.weights.integrity import check_weights
from landfall.testing import published_networks
from landfall.testing.toy_networks import sequence
from tests.unit.models.splice_toys import seeded


@pytest.fixture(scope="module")
def published() -> nn.Module:
    return published_networks.randomised(published_networks.OpenSpliceAI(), 3)


def test_a_checkpoint_is_the_network_of_its_authors(tmp_path: Path, published: nn.Module) -> None:
    torch.save(published.state_dict(), tmp_path / "model.pt")
    x = torch.from_numpy(one_hot([sequence(2 * CONTEXT + 40, 1)]))
    found = openspliceai.load_checkpoint(tmp_path / "model.pt")(x)
    torch.testing.assert_close(found, published(x), atol=1e-6, rtol=0)


def test_every_tensor_of_a_network_has_its_place_in_a_checkpoint(published: nn.Module) -> None:
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
    tmp_path: Path, published: nn.Module, change: str, words: str
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
    x = torch.from_numpy(one_hot(["".join("ACGT"[base] for base in stored["bases"])]))
    ensemble = openspliceai.Ensemble(weights)
    expected = [stored[weight.name] for weight in ensemble.info.weights]
    for network, values in zip(ensemble.networks, expected, strict=True):
        assert values.shape == (3, 2000)
        assert np.abs(network(x)[0].numpy() - values).max() < 1e-6
    assert np.abs(ensemble.predict(x.numpy())[0].T - np.mean(expected, axis=0)).max() < 1e-6
