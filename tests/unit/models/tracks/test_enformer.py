"""Enformer: the official outputs from the official checkpoint's form, what is refused, and what no route may change."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from landfall.models.info import WeightsError
from landfall.models.layers import attention
from landfall.models.layers.attention import Attention
from landfall.models.tracks.enformer import model as enformer_model
from landfall.models.tracks.enformer import network as enformer_network
from landfall.models.tracks.enformer.checkpoint import read_tensors, sonnet_name, sonnet_tensor
from landfall.models.tracks.enformer.network import distances
from landfall.testing.toy_enformer import (
    BINS,
    LENGTH,
    SIZES,
    load_toy,
    random_window,
    toy_tensors,
    twice,
    with_base,
    write_toy,
)

FULL_SIZE = 251_221_292


@pytest.fixture(scope="module")
def official(shared_data) -> Path:
    return shared_data / "models" / "enformer"


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> enformer_model.EnformerTracks:
    return load_toy(write_toy(tmp_path_factory.mktemp("enformer")))


@pytest.fixture(scope="module")
def small(official) -> enformer_model.EnformerTracks:
    return enformer_model.load(official / "tf_checkpoint_small", length=8_192, bins=40)


@pytest.mark.shared_data
def test_the_small_official_checkpoint_gives_the_official_codes_output(small, official):
    expected = np.load(official / "tf_checkpoint_small" / "tf_reference.npz")
    tracks, _ = small.read(expected["x"][0].astype(np.float32), [])
    assert np.abs(tracks - expected["human"][0]).max() < 1e-5


@pytest.mark.shared_data
def test_the_features_of_distances_are_the_official_ones(official):
    expected = np.load(official / "official_tf_positional_features_T64_F192.npy")
    ours = distances(64, 192).numpy()
    kinds = {"exponential": slice(0, 32), "mask": slice(32, 64), "gamma": slice(64, 96)}
    tolerance = {"exponential": 1e-6, "mask": 0, "gamma": 2.6e-3}  # TensorFlow's lgamma is a float32 one
    for kind, columns in kinds.items():
        signed = slice(columns.start + 96, columns.stop + 96)
        assert np.abs(ours[:, columns] - expected[:, columns]).max() <= tolerance[kind]
        assert np.abs(ours[:, signed] - expected[:, signed]).max() <= tolerance[kind]


def test_gamma_features_peak_at_1_over_positions_not_over_features():
    """enformer-pytorch 0.8.12 divides by the largest feature of each position instead."""
    gamma = distances(64, 192)[:, 64:96]
    assert torch.allclose(gamma.amax(dim=0), torch.ones(32))
    assert gamma.amax(dim=1).min() < 0.9


@pytest.mark.parametrize("features", [100, 191])
def test_features_that_cannot_be_parted_are_refused(features):
    with pytest.raises(ValueError, match="six kinds"):
        distances(64, features)


@pytest.mark.shared_data
def test_every_name_of_the_sonnet_checkpoint_becomes_the_official_pytorch_name(official):
    expected = json.loads((official / "sonnet_to_torch_key_map.json").read_text())
    assert {sonnet_name(key) for key, _ in expected.values()} == set(expected)
    for name, (key, rule) in expected.items():
        assert sonnet_name(key) == name
        stored = {
            "kio->oik": ((5, 3, 2), (2, 3, 5)),
            "io->oi": ((3, 2), (2, 3)),
            "io->oi11": ((3, 2), (2, 3, 1, 1)),
            "flatten": ((1, 1, 4), (4,)),
            "": ((1, 4, 1, 2), (1, 4, 1, 2)),
        }[rule]
        assert tuple(sonnet_tensor(key, np.zeros(stored[0], np.float32)).shape) == stored[1]


@pytest.mark.shared_data
def test_the_official_list_of_keys_is_the_full_size_network(official, tmp_path):
    """Loaded strictly from a file whose tensors are single zeros spread out, so that it takes no memory."""
    keys = json.loads((official / "enformer_pytorch_state_dict_keys.json").read_text())
    zero = {True: torch.zeros(()), False: torch.tensor(0)}
    path = tmp_path / "pytorch_model.bin"
    torch.save({key: zero[not key.endswith("tracked")].expand(shape) for key, shape in keys.items()}, path)
    assert path.stat().st_size < 1_000_000
    network = enformer_model.build(read_tensors(path), path)
    assert sum(value.numel() for value in network.parameters()) == FULL_SIZE
    assert (network.positions, network.crop, network.bin) == (1_536, 320, 128)
    assert {name: head.out_features for name, head in network.heads.items()} == {
        "human": 5_313,
        "mouse": 1_643,
    }


@pytest.mark.shared_data
def test_the_pytorch_form_of_the_small_checkpoint_gives_the_same(small, official, tmp_path):
    path = tmp_path / "pytorch_model.bin"
    torch.save(twice(read_tensors(official / "tf_checkpoint_small" / "enformer-small-1.index")), path)
    window = random_window(length=8_192)
    again = enformer_model.load(path, length=8_192, bins=40)
    assert np.array_equal(again.read(window, [])[0], small.read(window, [])[0])


def test_two_copies_of_a_tensor_that_differ_are_refused(tmp_path):
    tensors = twice(toy_tensors())
    tensors["_trunk.1.0.bias"] = tensors["_trunk.1.0.bias"] + 1
    torch.save(tensors, tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsError, match=r"pytorch_model\.bin: .* copies of stem\.0\.bias"):
        load_toy(tmp_path)


def test_copies_alone_are_enough(toy, tmp_path):
    twins = {name for name in twice(toy_tensors()) if name.startswith("_trunk.")}
    tensors = {
        name: value
        for name, value in twice(toy_tensors()).items()
        if name in twins or name.startswith("_heads.")
    }
    torch.save(tensors, tmp_path / "pytorch_model.bin")
    window = random_window()
    assert np.array_equal(load_toy(tmp_path).read(window, [])[0], toy.read(window, [])[0])


def without(name: str) -> dict[str, torch.Tensor]:
    return {key: value for key, value in toy_tensors().items() if key != name}


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (without("transformer.1.0.fn.1.to_q.weight"), r"to_q\.weight: expected \(16, 24\), found no such tensor"),
        (toy_tensors() | {"extra.weight": torch.zeros(3)}, r"extra\.weight: expected no such tensor, found \(3,\)"),
        (toy_tensors() | {"conv_tower.2.0.2.bias": torch.zeros(3)}, r"expected \(16,\), found \(3,\)"),
        (without("stem.0.weight"), "expected stem.0.weight of 3 axes, found no such tensor"),
        (without("_heads.human.0.weight"), "expected _heads.human.0.weight of 2 axes"),
        (toy_tensors() | {"transformer.0.0.fn.1.to_rel_k.weight": torch.zeros(16, 25)}, "25 features"),
        ({"model.lconv1.0.weight": torch.zeros(480, 4, 9)}, "not a checkpoint of Enformer"),
    ],
)  # fmt: skip
def test_another_networks_checkpoint_is_refused_with_what_was_expected_and_found(tensors, message, tmp_path):
    torch.save(tensors, tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsError, match=message) as raised:
        load_toy(tmp_path)
    assert "Enformer" in str(raised.value)
    assert "pytorch_model.bin" in str(raised.value)


def test_a_truncated_file_is_refused(tmp_path):
    path = write_toy(tmp_path)
    path.write_bytes(path.read_bytes()[:-1_000])
    with pytest.raises(WeightsError, match=r"Enformer: .*pytorch_model\.bin"):
        load_toy(path)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"Enformer: .*pytorch_model\.bin: no such file"):
        load_toy(tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsError, match=r"expected one file .* found none"):
        load_toy(tmp_path)


def test_a_table_of_another_networks_tracks_is_refused(tmp_path):
    path = write_toy(tmp_path)
    table = tmp_path / "targets_human.txt"
    table.write_text("index\tidentifier\tdescription\n0\tENCFF833POA\tDNASE:heart\n")
    with pytest.raises(WeightsError, match=r"targets_human\.txt: expected 5 tracks .* found 1"):
        load_toy(path)


def alternates() -> list[np.ndarray]:
    """Substitutions in the middle and at both ends, an insertion and a deletion."""
    window = random_window()
    inserted = np.concatenate([window[:2_000], random_window(9, 3), window[2_000:]])[:LENGTH]
    deleted = np.concatenate([window[:2_000], window[2_007:], random_window(9, 7)])
    return [*(with_base(window, at) for at in (0, 1_500, 2_048, LENGTH - 1)), inserted, deleted]


def whole(model: enformer_model.EnformerTracks, window: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return model.network(torch.from_numpy(window[None]))[0].numpy()


def test_what_is_computed_anew_of_an_alternate_gives_what_a_whole_pass_gives(toy):
    reference, found = toy.read(random_window(), alternates())
    for alternate, tracks in zip(alternates(), found, strict=True):
        np.testing.assert_allclose(tracks, whole(toy, alternate), rtol=1e-5)
        assert np.abs(tracks - reference).max() > 1e-5


@pytest.mark.parametrize("base", [0, 1, 127, 128, 255, 386, 387, 388, 2_047, 2_048, LENGTH - 260, LENGTH - 1])
def test_just_the_positions_that_see_a_base_are_computed_anew(toy, base):
    network = copy.deepcopy(toy.network).double()
    with torch.inference_mode():
        one, other = (
            network.embed(torch.from_numpy(window[None]).double())[0]
            for window in (random_window(), with_base(random_window(), base))
        )
    assert (one != other).any(dim=1).nonzero().flatten().tolist() == list(
        range(*network.reached(base, base + 1))
    )


def test_a_batch_through_the_attention_changes_nothing_but_rounding(toy):
    batched = enformer_model.EnformerTracks(toy.network, batch=4)
    for one, other in zip(
        toy.read(random_window(), alternates())[1],
        batched.read(random_window(), alternates())[1],
        strict=True,
    ):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_a_kept_reference_is_not_mistaken_for_another_window(toy):
    first, _ = toy.read(random_window(1), [])
    other, _ = toy.read(random_window(2), [])
    assert np.abs(first - other).max() > 1e-3
    assert np.array_equal(toy.read(random_window(1), [])[0], first)


def test_references_are_kept_and_the_oldest_forgotten(toy, monkeypatch):
    model = enformer_model.EnformerTracks(toy.network)
    computed = []
    embed = toy.network.embed
    monkeypatch.setattr(toy.network, "embed", lambda *given: computed.append(1) or embed(*given))
    for seed in (*range(enformer_model.KEPT), 0, 1, enformer_model.KEPT, 0, 2):
        model.read(random_window(seed), [])
    assert len(computed) == enformer_model.KEPT + 2  # 2 was the one used longest ago


def test_what_a_caller_does_to_the_result_does_not_reach_the_kept_reference(toy):
    first, _ = toy.read(random_window(), [])
    expected = first.copy()
    first[:] = 0
    assert np.array_equal(toy.read(random_window(), [])[0], expected)


def test_stretches_of_positions_do_not_show(toy, monkeypatch):
    window = random_window()
    plain = whole(toy, window)
    monkeypatch.setattr("landfall.models.tracks.enformer.network.STRETCH", 5)
    monkeypatch.setattr("landfall.models.layers.attention.STRIP", 7)
    monkeypatch.setattr("landfall.models.layers.winograd_conv5.STRETCH", 20)
    # no further apart than either is from double precision
    np.testing.assert_allclose(whole(toy, window), plain, rtol=1e-4)


def test_bfloat16_gives_nearly_the_same_tracks(tmp_path, toy):
    tracks, _ = load_toy(write_toy(tmp_path), dtype="bfloat16").read(random_window(), [])
    exact, _ = toy.read(random_window(), [])
    assert tracks.dtype == np.float32
    assert not np.array_equal(tracks, exact)
    assert np.corrcoef(tracks.ravel(), exact.ravel())[0, 1] > 0.99


def test_the_official_place_of_a_variant_is_the_first_base_of_the_middle_bin():
    """DeepMind's notebook takes bins 447 to 449 as those of the start of transcription in a window's middle."""
    with torch.device("meta"):
        network = enformer_network.Enformer(SIZES)
    layout = enformer_model.EnformerTracks(network).layout
    assert (layout.length, layout.variant, layout.first) == (196_608, 98_304, 40_960)
    assert layout.bin_of(layout.variant) == 448
    assert layout.bin_of(layout.variant - 1) == 447


def test_attention_sums_to_1_and_the_tracks_are_the_same_bits_with_and_without_it(toy):
    window = random_window()
    with torch.inference_mode():
        embedded = toy.network.embed(torch.from_numpy(window[None]))
        plain = toy.network.attend(embedded)
        watch = attention.Watch([6, 9, 25])
        watched = toy.network.attend(embedded, watch)
    assert torch.equal(plain, watched)
    assert watch.maps == 2 * 2 * 3
    assert float(watch.total.sum()) == pytest.approx(12, rel=1e-6)
    assert toy.attention(window, [0, 5, 19]).sum() == pytest.approx(1, rel=1e-6)


def test_attention_is_the_mean_of_plain_maps(toy, monkeypatch):
    """Maps computed anew, as the official code does: every distance for every row, then moved row by row."""
    maps = []

    def remember(self, x, features, first, last, watch):
        by_head = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # noqa: E731
        query, keys = by_head(self.to_q(x)) * self.key**-0.5, by_head(self.to_k(x))
        relative = by_head(self.to_rel_k(features)[None])
        content = (query + self.rel_content_bias) @ keys.transpose(-1, -2)
        distance = (query + self.rel_pos_bias) @ relative.transpose(-1, -2)
        positions = x.shape[1]
        rows = [distance[:, :, i, positions - 1 - i : 2 * positions - 1 - i] for i in range(positions)]
        maps.append((content + torch.stack(rows, dim=2)).softmax(dim=-1))
        return plain(self, x, features, first, last, watch)

    plain = Attention.forward
    monkeypatch.setattr("landfall.models.tracks.enformer.network.Attention.forward", remember)
    whole(toy, random_window())
    queries = [2, 11]
    rows = torch.cat(maps)[:, :, [query + toy.network.crop for query in queries]]
    monkeypatch.undo()
    found = toy.attention(random_window(), queries)
    np.testing.assert_allclose(found, rows.mean(dim=(0, 1, 2)).numpy(), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("queries", [[], [-1], [BINS]])
def test_attention_from_a_bin_that_is_not_there_is_refused(toy, queries):
    with pytest.raises(ValueError, match="bins of the output, 0 to 19"):
        toy.attention(random_window(), queries)
