"""Pangolin: a published state dict is its authors' network, another is refused, the real ones give torch's numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from landfall.genome.encoding import one_hot
from landfall.models.inference.edits import Edit, read_whole
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice.outputs import TISSUES
from landfall.models.splice.pangolin import model as pangolin
from landfall.models.splice.spliceai.model import CONTEXT
from landfall.models.weights.integrity import check_weights
from landfall.testing import published_networks
from landfall.testing.toy_networks import sequence
from tests.unit.models.splice_toys import seeded

HEADS = (0, 2, 4, 6)


@pytest.fixture(scope="module")
def published() -> nn.Module:
    return published_networks.randomised(published_networks.Pangolin(), 3)


@pytest.mark.parametrize("head", HEADS, ids=TISSUES)
def test_a_checkpoint_is_the_head_of_its_tissue(tmp_path: Path, published: nn.Module, head: int) -> None:
    path = tmp_path / f"final.1.{head}.3.v2"
    torch.save(published.state_dict(), path)
    x = torch.from_numpy(one_hot([sequence(2 * CONTEXT + 40, 1)]))
    found = pangolin.load_checkpoint(path)(x)
    channel = published_networks.site_channel(head)
    torch.testing.assert_close(found, published(x)[:, channel : channel + 1], atol=1e-6, rtol=0)


def test_every_tensor_of_a_network_has_its_place_in_a_checkpoint(published: nn.Module) -> None:
    state = published.state_dict()
    assert len(state) == 252
    own = {name: tensor.shape for name, tensor in seeded(1, pangolin.Pangolin).state_dict().items()}
    stored = pangolin.renamed(state, pangolin.head_of("final.2.4.3.v2"))
    assert {name: tensor.shape for name, tensor in stored.items()} == own


@pytest.mark.parametrize("name", ["final.1.0.3", "model.pt", "final.1.0.3.v2.gz"])
def test_a_file_of_another_name_has_no_head(name: str) -> None:
    with pytest.raises(ValueError, match="not a file of Pangolin's networks"):
        pangolin.head_of(name)


@pytest.mark.parametrize(
    ("change", "words"),
    [("missing", "1 missing"), ("extra", "1 not of this"), ("shape", "1 of another shape")],
)
def test_the_checkpoint_of_another_network_is_refused(
    tmp_path: Path, published: nn.Module, change: str, words: str
) -> None:
    state = dict(published.state_dict())
    if change == "missing":
        del state["conv_last1.bias"]
    elif change == "extra":
        state["convs.4.bias"] = torch.zeros(32)
    else:
        state["conv_last1.weight"] = torch.zeros(3, 32, 1)
    torch.save(state, tmp_path / "final.1.0.3.v2")
    with pytest.raises(WeightsError, match=words):
        pangolin.load_checkpoint(tmp_path / "final.1.0.3.v2")


@pytest.fixture
def weights(shared_data: Path) -> Path:
    """The published networks."""
    return shared_data / "models" / "pangolin" / "weights"


@pytest.mark.shared_data
def test_the_shared_networks_are_the_declared_ones(weights: Path) -> None:
    check_weights(splice_model("pangolin").info, weights)


@pytest.mark.shared_data
def test_the_real_networks_give_the_numbers_of_torch(shared_data: Path, weights: Path) -> None:
    stored = np.load(shared_data / "models" / "pangolin" / "torch_reference_random12k.npz")
    x = one_hot(["".join("ACGT"[base] for base in stored["bases"])])
    ensemble = pangolin.Ensemble(weights)
    found = ensemble.predict(x)[0].T
    plain = published_networks.OneByOne("pangolin", weights).predict(x)[0].T
    assert found.shape == plain.shape == (len(ensemble.info.weights), 2000)
    for ours, torchs, weight in zip(found, plain, ensemble.info.weights, strict=True):
        channel = published_networks.site_channel(int(weight.name.split(".")[2]))
        assert stored[weight.name].shape == (12, 2000)
        assert np.abs(ours - stored[weight.name][channel]).max() < 1e-6
        assert np.abs(torchs - stored[weight.name][channel]).max() < 1e-6


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["openspliceai", "pangolin"])
def test_the_real_networks_read_a_change_as_whole_passes_of_plain_torch_do(
    shared_data: Path, name: str
) -> None:
    """Edits of each kind together in one window, as the engine shares it."""
    folder = shared_data / "models" / name / "weights"
    text = sequence(2 * CONTEXT + 140, 7)
    at = CONTEXT + 60
    changes = ((at, 1, "A" if text[at] != "A" else "G"), (at + 4, 0, "GTAAGT"), (at + 9, 6, ""))
    edits = [Edit(start, start + size, alt, at - 50, at + 51) for start, size, alt in changes]
    found = splice_model(name).load(folder, "cpu").read(text, edits, 4)
    plain = published_networks.OneByOne(name, folder)
    expected = read_whole(plain.predict, CONTEXT, text, edits, 1)
    for pair, other in zip(found, expected, strict=True):
        for ours, torchs in zip(pair, other, strict=True):
            np.testing.assert_allclose(ours, torchs, rtol=0, atol=1e-5)
