"""The network of SpliceAI: a file that is not it is refused, the real one gives Keras's numbers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from landfall.genome.variant import Variant
from landfall.io.digests import sha256
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice.spliceai.model import CONTEXT, Ensemble, SpliceAI, layers, load_keras
from landfall.models.weights import fetching
from landfall.models.weights.integrity import check_weights
from landfall.splicing.scoring import score_windows
from landfall.splicing.windows import Reach, place
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome

SPLICEAI = splice_model("spliceai").info


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def write_keras(network: SpliceAI, path: Path) -> Path:
    """A network in the layout of Illumina's files."""
    with h5py.File(path, "w") as handle:
        for name, layer in layers(network):
            group = handle.create_group(f"model_weights/{name}/{name}")
            if isinstance(layer, torch.nn.Conv2d):
                group["kernel:0"] = layer.weight.detach().numpy()[:, :, 0, :].transpose(2, 1, 0)
                group["bias:0"] = layer.bias.detach().numpy()
            else:
                names = ("gamma", "beta", "moving_mean", "moving_variance")
                tensors = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
                for dataset, tensor in zip(names, tensors, strict=True):
                    group[f"{dataset}:0"] = tensor.detach().numpy()
    return path


@pytest.fixture
def seeded(tmp_path: Path) -> tuple[SpliceAI, Path]:
    torch.manual_seed(7)
    network = SpliceAI().eval()
    with torch.no_grad():
        for name, layer in layers(network):
            if name.startswith("batch"):
                for tensor in (layer.weight, layer.bias, layer.running_mean):
                    tensor.copy_(torch.randn(32) * 0.3)
                layer.running_var.copy_(torch.rand(32) + 0.5)
    return network, write_keras(network, tmp_path / "spliceai1.h5")


def test_a_network_is_read_back_as_it_was_written(seeded):
    network, path = seeded
    loaded = load_keras(path)
    stored = loaded.state_dict()
    for name, tensor in network.state_dict().items():
        assert torch.equal(stored[name], tensor), name
    assert not loaded.training


def test_the_network_has_the_published_layers():
    names = [name for name, _ in layers(SpliceAI())]
    assert [names.count(f"conv1d_{n}") for n in range(1, 40)] == [1] * 39
    assert [names.count(f"batch_normalization_{n}") for n in range(1, 33)] == [1] * 32
    assert len(names) == 71


def edit(path: Path, change: str) -> None:
    with h5py.File(path, "a") as handle:
        stored = handle["model_weights"]
        if change == "missing layer":
            del stored["conv1d_17"]
        elif change == "missing norm":
            del stored["batch_normalization_32"]
        elif change == "wrong shape":
            del stored["conv1d_1/conv1d_1/kernel:0"]
            stored["conv1d_1/conv1d_1/kernel:0"] = np.zeros((1, 4, 33), dtype=np.float32)
        elif change == "wrong width":
            del stored["conv1d_3/conv1d_3/kernel:0"]
            stored["conv1d_3/conv1d_3/kernel:0"] = np.zeros((21, 32, 32), dtype=np.float32)
        elif change == "extra dataset":
            stored["conv1d_99/conv1d_99/bias:0"] = np.zeros(3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("missing layer", "layer conv1d_17 is missing"),
        ("missing norm", "layer batch_normalization_32 is missing"),
        ("wrong shape", r"conv1d_1: shape \(33, 4, 1, 1\) does not fit"),
        ("wrong width", r"conv1d_3: shape \(32, 32, 1, 21\) does not fit"),
        ("extra dataset", "207 datasets in the file, 206 used"),
    ],
)
def test_a_file_of_another_network_is_refused(seeded, change, words):
    _, path = seeded
    edit(path, change)
    with pytest.raises(WeightsError, match=words) as caught:
        load_keras(path)
    assert path.name in str(caught.value)


def test_bug_a_file_that_is_no_keras_file_is_refused_by_its_name(tmp_path):
    for name, content in (("text.h5", b"not HDF5"), ("empty.h5", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(WeightsError, match=name):
            load_keras(tmp_path / name)
    h5py.File(tmp_path / "other.h5", "w").close()
    with pytest.raises(WeightsError, match=r"other\.h5"):
        load_keras(tmp_path / "other.h5")


@pytest.fixture
def altered(tmp_path: Path, spliceai_weights: Path) -> Path:
    """A copy of the real weights, to be spoilt."""
    return Path(shutil.copytree(spliceai_weights, tmp_path / "weights"))


def test_the_fetched_weights_are_the_published_ones(spliceai_weights):
    check_weights(SPLICEAI, spliceai_weights)
    assert [sha256(spliceai_weights / w.name) for w in SPLICEAI.weights] == [
        w.sha256 for w in SPLICEAI.weights
    ]
    assert "non-commercial" in (spliceai_weights / "LICENCE.txt").read_text()


def test_every_altered_or_missing_weight_file_is_named(altered):
    first, second, third = (altered / f"spliceai{n}.h5" for n in (1, 2, 3))
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    second.write_bytes(second.read_bytes()[:-1])
    third.unlink()
    with pytest.raises(WeightsError) as caught:
        check_weights(SPLICEAI, altered)
    words = str(caught.value)
    assert (
        f"{first}: SHA-256 {sha256(first)}, expected {splice_model('spliceai').info.weights[0].sha256}"
        in words
    )
    assert f"{second}: 3131719 bytes, expected 3131720" in words
    assert f"{third}: no such file" in words
    assert "spliceai4.h5" not in words


def test_a_package_with_another_digest_is_not_unpacked(tmp_path, monkeypatch):
    def download(command, **_):
        (Path(command[command.index("--dest") + 1]) / "spliceai.whl").write_bytes(b"something else")
        return type("Run", (), {"returncode": 0, "stderr": ""})

    monkeypatch.setattr(fetching.subprocess, "run", download)
    with pytest.raises(WeightsError, match="nothing was unpacked"):
        fetching.fetch(SPLICEAI, tmp_path / "w")
    assert list((tmp_path / "w").iterdir()) == []


def test_a_package_that_cannot_be_had_is_an_error_with_pips_words(tmp_path, monkeypatch):
    failed = type("Run", (), {"returncode": 1, "stderr": "no network"})
    monkeypatch.setattr(fetching.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(WeightsError, match=r"spliceai==1\.3\.1 could not be fetched with pip:\nno network"):
        fetching.fetch(SPLICEAI, tmp_path)


def test_the_ensemble_is_the_mean_of_its_networks(tmp_path):
    networks = []
    for number in range(1, 6):
        torch.manual_seed(number)
        networks.append(SpliceAI().eval())
        write_keras(networks[-1], tmp_path / f"spliceai{number}.h5")
    x = np.zeros((1, 4, 2 * CONTEXT + 3), dtype=np.float32)
    x[:, np.random.default_rng(1).integers(0, 4, x.shape[2]), np.arange(x.shape[2])] = 1
    found = Ensemble(tmp_path).predict(x)
    with torch.inference_mode():
        single = [network(torch.from_numpy(x)).transpose(1, 2).numpy() for network in networks]
    assert found.shape == (1, 3, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.mean(single, axis=0), rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=2), 1, rtol=0, atol=1e-6)


def test_a_model_is_found_by_its_name():
    assert splice_model("spliceai").network.Ensemble is Ensemble


@pytest.mark.shared_data
def test_the_real_networks_give_the_numbers_of_keras(shared_data, spliceai_weights):
    stored = np.load(shared_data / "models" / "spliceai" / "keras_reference_random12k.npz")
    x = np.ascontiguousarray(stored["x"].astype(np.float32).transpose(0, 2, 1))
    found = Ensemble(spliceai_weights).predict(x)
    assert found.shape == stored["y"].shape == (1, 2000, 3)
    assert np.abs(found - stored["y"]).max() < 1e-6


def test_a_reference_as_its_own_alternate_gives_exactly_zero(spliceai_weights):
    sequence = builders.bases(600, seed=8)
    gene = builders.transcript(exons=[(50, 200), (380, 550)], strand="-")
    same = Variant("chr1", 300, sequence[299:303], sequence[299:303])
    reach = Reach(CONTEXT, 10, max_unknown_fraction=1.0)
    made, placements = place([(same, gene)], MemoryGenome({"chr1": sequence}), reach)
    (result,) = score_windows(Ensemble(spliceai_weights), made, placements, 10, 1)
    np.testing.assert_array_equal(result.ref, result.alt)


def test_a_folder_of_weights_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        WeightsError, match="file/weights: the weights cannot be written there: Not a directory"
    ):
        fetching.fetch(SPLICEAI, tmp_path / "file" / "weights")
