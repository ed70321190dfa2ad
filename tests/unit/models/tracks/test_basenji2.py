"""Basenji2: the official code's output on its small checkpoint, both forms of checkpoint, alternates, wrong files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from landfall.models.inference.memo import LruMemo
from landfall.models.info import WeightsError
from landfall.models.tracks.base import Tracks, Window
from landfall.models.tracks.basenji2 import model as basenji2
from landfall.models.tracks.basenji2.model import Basenji2, dilations, gelu, parameter_name
from landfall.testing import toy_networks


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "models" / "basenji2"


@pytest.fixture(scope="module")
def small(folder: Path) -> Basenji2:
    return basenji2.load(folder / "model_human_small.h5")


@pytest.fixture(scope="module")
def toy() -> Basenji2:
    return toy_networks.basenji2_toy()


def official(folder: Path) -> tuple[Window, Tracks]:
    stored = np.load(folder / "tf_reference.npz")
    return stored["x"][0].astype(np.float32), stored["y"][0]


def other_base(window: Window, *places: int) -> Window:
    changed = window.copy()
    for place in places:
        changed[place] = np.roll(changed[place], 1)
    return changed


@pytest.mark.shared_data
def test_the_small_checkpoint_gives_the_official_output(small: Basenji2, folder: Path):
    window, expected = official(folder)
    found, _ = small.read(window, [])
    assert np.abs(found - expected).max() < 1e-5
    assert small.layout.variant == 16_383
    assert (small.layout.first, small.layout.bin, small.layout.bins) == (8_192, 128, 128)


@pytest.mark.shared_data
def test_the_activation_is_that_of_2020(small: Basenji2, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """With the error function's GELU, as basenji2-pytorch has it, the same weights give other tracks."""
    window, expected = official(folder)
    monkeypatch.setattr(basenji2, "gelu", torch.nn.functional.gelu)
    monkeypatch.setattr(small, "_kept", LruMemo[basenji2.Reference](0))
    found, _ = small.read(window, [])
    assert np.abs(found - expected).max() > 1e-2


def test_the_activation_is_the_same_with_and_without_a_gradient():
    x = torch.linspace(-5, 5, 101)
    assert torch.equal(gelu(x.clone().requires_grad_()).detach(), gelu(x))


def test_the_dilations_are_those_of_the_paper():
    assert dilations(11) == [1, 2, 3, 4, 6, 9, 14, 21, 32, 48, 72]


@pytest.mark.parametrize("places", [(2_047,), (0,), (4_095,), (10, 4_000), (1_000, 1_001, 1_002)])
def test_an_alternate_computed_where_it_differs_is_a_whole_pass(toy: Basenji2, places: tuple[int, ...]):
    (ref,) = toy_networks.windows(toy.layout, toy_networks.sequence(4_096, seed=1))
    alt = other_base(ref, *places)
    tracks, (found,) = toy.read(ref, [alt])
    whole = toy.network(torch.from_numpy(alt)[None])[0].numpy()
    np.testing.assert_allclose(found, whole, rtol=1e-5, atol=1e-6)
    assert np.abs(found - tracks).max() > 1e-4 or places in ((0,), (4_095,))


def test_what_an_alternate_cannot_reach_is_the_reference(toy: Basenji2):
    (ref,) = toy_networks.windows(toy.layout, toy_networks.sequence(4_096, seed=1))
    tracks, (found,) = toy.read(ref, [other_base(ref, 2_047)])
    differing = np.flatnonzero((found != tracks).any(axis=1))
    assert 0 < len(differing) < 40
    assert abs(differing.mean() - toy.layout.bin_of(2_047)) < 3


def test_the_last_references_are_kept_and_nobody_can_change_them(
    toy: Basenji2, monkeypatch: pytest.MonkeyPatch
):
    windows = toy_networks.windows(toy.layout, *(toy_networks.sequence(4_096, seed=n) for n in range(6, 9)))
    computed: list[int] = []
    front = toy.network.front
    monkeypatch.setattr(toy.network, "front", lambda x: computed.append(1) or front(x))
    for number in (0, 1, 0, 1, 2, 0):
        reference, (same,) = toy.read(windows[number], [windows[number].copy()])
    assert len(computed) == 4, "0 and 1, then 2, which pushes out 0"
    assert same is reference
    with pytest.raises(ValueError, match="read-only"):
        reference[:] = 0


@pytest.mark.shared_data
def test_the_state_dict_of_the_port_fits_at_full_size(folder: Path, tmp_path: Path):
    keys = json.loads((folder / "basenji2_pytorch_state_dict_keys.json").read_text())
    network, shape = basenji2._from_torch(toy_networks.synthetic(keys, tmp_path / "basenji2.pth"))
    assert sum(value.numel() for value in network.parameters()) == 30_088_228
    assert (shape.length, shape.crop, shape.bin, shape.blocks, shape.tracks) == (131_072, 64, 128, 11, 5_313)


@pytest.mark.shared_data
def test_both_forms_of_checkpoint_give_the_same_tracks(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    network, shape = basenji2._from_keras(folder / "model_human_small.h5")
    keys = json.loads((folder / "basenji2_pytorch_state_dict_keys.json").read_text())
    state = network.state_dict()
    theirs = {
        key: state[parameter_name(key)].squeeze(2)
        if state[parameter_name(key)].ndim == 4
        else state[parameter_name(key)]
        for key in keys
    }
    torch.save(theirs, tmp_path / "basenji2.pth")
    monkeypatch.setattr(basenji2, "PUBLISHED_LENGTH", shape.length)
    window, expected = official(folder)
    found, _ = basenji2.load(tmp_path / "basenji2.pth").read(window, [])
    assert np.abs(found - expected).max() < 1e-5


@pytest.mark.shared_data
def test_bfloat16_stays_near(folder: Path):
    window, expected = official(folder)
    found, _ = basenji2.load(folder / "model_human_small.h5", dtype="bfloat16").read(window, [])
    assert 1e-5 < np.abs(found - expected).max() < 0.3


@pytest.mark.shared_data
def test_files_that_do_not_fit_are_named(folder: Path, shared_data: Path, tmp_path: Path):
    with pytest.raises(WeightsError, match=r"Basenji2: .*none.h5: expected weights"):
        basenji2.load(tmp_path / "none.h5")
    with pytest.raises(WeightsError, match=r"Basenji2: .*none.pth: expected weights"):
        basenji2.load(tmp_path / "none.pth")
    with pytest.raises(
        WeightsError, match=r"Basenji2: .*borzoi_tiny/model.h5 holds another network: .*9 dense"
    ):
        basenji2.load(shared_data / "models/borzoi_tiny/model.h5")
    cut = tmp_path / "cut.h5"
    cut.write_bytes((folder / "model_human_small.h5").read_bytes()[:50_000])
    with pytest.raises(WeightsError, match=r"Basenji2: .*cut.h5: expected a Keras file"):
        basenji2.load(cut)
    with pytest.raises(WeightsError, match=r"targets.txt: expected 12 tracks as in .*small.h5, found 74"):
        basenji2.load(folder / "model_human_small.h5", targets=shared_data / "models/borzoi_tiny/targets.txt")
    torch.save({"stem.conv.weight": torch.zeros(2, 2)}, tmp_path / "other.pth")
    with pytest.raises(WeightsError, match=r"(?s)Basenji2: .*other.pth: expected head.weight"):
        basenji2.load(tmp_path / "other.pth")
