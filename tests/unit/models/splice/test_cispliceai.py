"""CI-SpliceAI: a frozen graph is read without TensorFlow, another is refused, the real one gives its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from landfall.models.inference.edits import Edit
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice.cispliceai import model as cispliceai
from landfall.models.splice.delta_scores import delta_scores, spreads
from landfall.models.splice.ensemble import EachNetwork
from landfall.models.splice.spliceai.model import CONTEXT, SpliceAI, layers
from landfall.models.weights.tf_frozen_graph import read_constants
from landfall.testing.parity import fetched


def varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def constant(name: str, values: np.ndarray, dtype: int = 1) -> bytes:
    """A node of a frozen graph that holds a constant, as TensorFlow writes it."""
    shape = b"".join(field(2, field(1, size)) for size in values.shape)
    tensor = field(1, dtype) + field(2, shape) + field(4, values.tobytes())
    entries = [("dtype", field(6, dtype)), ("value", field(8, tensor))]
    attributes = b"".join(field(5, field(1, key.encode()) + field(2, value)) for key, value in entries)
    return field(1, field(1, name.encode()) + field(2, b"Const") + attributes)


OTHER_NODE = field(
    1,
    field(1, b"x")
    + field(2, b"Placeholder")
    + varint(9 << 3 | 5)
    + b"1234"
    + varint(9 << 3 | 1)
    + b"12345678",
)


def graph(path: Path, constants: Mapping[str, np.ndarray]) -> Path:
    path.write_bytes(OTHER_NODE + b"".join(constant(name, values) for name, values in constants.items()))
    return path


@pytest.fixture(scope="module")
def networks() -> list[SpliceAI]:
    found = []
    for seed in range(5):
        torch.manual_seed(seed)
        found.append(SpliceAI().eval().requires_grad_(False))
        for name, layer in layers(found[-1]):
            if name.startswith("batch"):
                layer.running_mean.copy_(torch.randn(32) * 0.3)
                layer.running_var.copy_(torch.rand(32) + 0.5)
    return found


@pytest.fixture
def constants(networks: list[SpliceAI]) -> dict[str, np.ndarray]:
    """The networks under the names of the published graph."""
    stored: dict[str, np.ndarray] = {}
    for number, network in enumerate(networks):
        s = f"_{number}" if number else ""
        for name, layer in layers(network):
            if name.startswith("conv"):
                kernel = layer.weight.numpy()[:, :, 0, :].transpose(2, 1, 0)
                stored[f"model_1/{name}/conv1d{s}/ExpandDims_1/ReadVariableOp/resource"] = kernel
                stored[f"model_1/{name}/BiasAdd{s}/ReadVariableOp/resource"] = layer.bias.numpy()
            else:
                place = f"model_1/{name}/batchnorm{s}"
                stored[f"{place}/ReadVariableOp/resource"] = layer.running_var.numpy()
                stored[f"{place}/mul/ReadVariableOp/resource"] = layer.weight.numpy()
                stored[f"{place}/ReadVariableOp_1/resource"] = layer.running_mean.numpy()
                stored[f"{place}/ReadVariableOp_2/resource"] = layer.bias.numpy()
    return stored


def test_constants_are_read_in_their_shape_and_other_nodes_and_types_passed_over(tmp_path):
    wanted = {"a": np.arange(600, dtype="f4").reshape(2, 3, 100), "b": np.array([-1.5], dtype="f4")}
    path = graph(tmp_path / "g.pb", wanted)
    path.write_bytes(path.read_bytes() + constant("whole", np.array([3], dtype="i4"), dtype=3))
    found = read_constants(path)
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize(
    "content", [b"", b"no graph at all", OTHER_NODE, constant("a", np.zeros(9, "f4"))[:-5], b"\x0b\x0c"]
)
def test_a_file_that_is_no_frozen_graph_is_refused_by_its_name(tmp_path, content):
    (tmp_path / "bad.pb").write_bytes(content)
    with pytest.raises(WeightsError, match=r"bad\.pb: no frozen TensorFlow graph"):
        read_constants(tmp_path / "bad.pb")


def test_networks_are_read_back_as_they_were_written(tmp_path, networks, constants):
    loaded = cispliceai.load_frozen(graph(tmp_path / "g.pb", constants))
    for network, read in zip(networks, loaded, strict=True):
        stored = read.state_dict()
        for name, tensor in network.state_dict().items():
            assert torch.equal(stored[name], tensor), name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("missing", "missing or left over"),
        ("extra", "left over"),
        ("shape", r"shape \(33, 4, 1, 1\) does not fit"),
    ],
)
def test_the_graph_of_another_network_is_refused(tmp_path, constants, change, words):
    first = "model_1/conv1d_1/conv1d/ExpandDims_1/ReadVariableOp/resource"
    if change == "missing":
        del constants[first]
    elif change == "extra":
        constants["model_1/conv1d_40/BiasAdd/ReadVariableOp/resource"] = np.zeros(3, dtype="f4")
    else:
        constants[first] = np.zeros((1, 4, 33), dtype="f4")
    with pytest.raises(WeightsError, match=words):
        cispliceai.load_frozen(graph(tmp_path / "g.pb", constants))


def test_each_network_stands_beside_the_others_and_their_mean_is_the_ensemble(tmp_path, constants):
    torch.set_num_threads(1)
    graph(tmp_path / "CI-SpliceAI.pb", constants)
    ensemble = cispliceai.Ensemble(tmp_path)
    rng = np.random.default_rng(4)
    sequence = "".join(rng.choice(list("ACGT"), 2 * CONTEXT + 41))
    edit = Edit(
        CONTEXT + 20,
        CONTEXT + 21,
        "ACGT"[("ACGT".index(sequence[CONTEXT + 20]) + 1) % 4],
        CONTEXT,
        CONTEXT + 41,
    )
    ((ref, alt),) = ensemble.read(sequence, [edit], 1)
    ((refs, alts),) = EachNetwork(ensemble).read(sequence, [edit], 1)
    assert refs.shape == alts.shape == (41, 15)
    by_network = refs.reshape(41, 5, 3), alts.reshape(41, 5, 3)
    np.testing.assert_allclose(by_network[0].mean(1), ref, rtol=0, atol=1e-7)
    np.testing.assert_allclose(by_network[1].mean(1), alt, rtol=0, atol=1e-7)
    assert by_network[0].std(1).max() > 0.01


def test_the_spread_is_that_of_the_networks_at_the_position_of_the_score():
    refs = np.zeros((2, 5, 3), dtype=np.float32)
    alts = refs.copy()
    alts[:, 3, 2] = 0.2, 0.6
    alts[:, 1, 1] = 0.1, 0.1
    scores = delta_scores(refs.mean(0), alts.mean(0), origin=2)
    found = spreads(refs, alts, scores, origin=2)
    assert (scores["dp_dg"], scores["dp_ag"]) == (1, -1)
    assert found["sd_dg"] == pytest.approx(0.2)
    assert found["sd_ag"] == 0


@pytest.mark.shared_data
def test_the_real_networks_give_the_numbers_of_tensorflow(shared_data):
    torch.set_num_threads(1)
    stored = np.load(shared_data / "models" / "cispliceai" / "tf_reference_random12k.npz")
    x = np.ascontiguousarray(stored["x"].astype(np.float32).transpose(0, 2, 1))
    found = cispliceai.Ensemble(fetched(splice_model("cispliceai").info)).predict(x)
    assert found.shape == stored["y"].shape == (1, 2000, 3)
    assert np.abs(found - stored["y"]).max() < 1e-6
