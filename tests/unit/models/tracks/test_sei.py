"""Sei: the official layer order, what is computed once for reference and alternates, classes, checkpoints."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.regulation_sei import transcription
from landfall.models.info import WeightsError
from landfall.models.interpret.attribution import contributions
from landfall.models.tracks.base import Window
from landfall.models.tracks.effect_scores import WindowEdit, alternate, predict, predict_many
from landfall.models.tracks.sei import incremental, network, sequence_classes
from landfall.models.tracks.sei import model as sei_model
from landfall.models.tracks.targets import kind
from landfall.testing.toy_networks import saved, seeded, sequence, substituted, synthetic, windows

TRACKS = 30
ROUNDING = 2e-6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official folder ``model/`` of a small Sei."""
    folder = tmp_path_factory.mktemp("model")
    saved(seeded(network.Sei((8, 10, 12), 16, 25, TRACKS)), folder / "sei.pth", sei_model.PREFIX)
    random = np.random.default_rng(1)
    np.save(folder / "projvec_targets.npy", random.normal(size=(61, TRACKS)).astype(np.float32))
    np.save(folder / "histone_inds.npy", np.arange(3, 17))
    names = [f"E{number} Tissue" for number in range(40)]
    (folder / "seqclass.names").write_text("".join(f"{name}\n" for name in names))
    (folder / "target.names").write_text("".join(f"Liver | H3K27ac | ID:{n}\n" for n in range(TRACKS)))
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> sei_model.Model:
    return sei_model.load(folder)


@pytest.fixture(scope="module")
def exact(folder: Path) -> sei_model.Model:
    """The same network in float64, where another order of additions is seen from a wrong number."""
    return sei_model.Model(sei_model.load(folder).network.double())


def whole(model: sei_model.Model, *read: Window) -> np.ndarray:
    """A plain pass over every window: (windows, 1, tracks)."""
    x = torch.from_numpy(np.stack(read)).to(model.network.basis.dtype)
    with torch.inference_mode():
        return model.network(x).numpy()


def test_the_network_is_the_official_one_layer_by_layer(model: sei_model.Model):
    read = windows(model.layout, sequence(4096, 1), sequence(4000, 2) + "N" * 96)
    x = torch.from_numpy(np.stack(read)).transpose(1, 2)
    expected = transcription(model.network.state_dict(), x).numpy()
    assert expected.std(axis=0).max() > 1e-3
    np.testing.assert_allclose(whole(model, *read)[:, 0], expected, atol=ROUNDING)


def test_an_unknown_base_is_a_quarter_of_each_and_the_variant_lies_left_of_the_middle():
    assert sei_model.LAYOUT.encode("N" + "A" * 4095)[0].tolist() == [0.25] * 4
    assert sei_model.LAYOUT.variant == 2047


@pytest.mark.parametrize("at", [0, 3, 17, 2046, 2047, 2048, 2049, 2063, 4079, 4095])
def test_an_alternate_is_that_of_a_whole_pass_wherever_the_variant_lies(exact: sei_model.Model, at: int):
    bases = sequence(4096, at)
    ref, alt = windows(exact.layout, bases, substituted(bases, at))
    found_ref, (found_alt,) = exact.read(ref, [alt])
    expected_ref, expected_alt = whole(exact, ref, alt)
    assert abs(expected_alt - expected_ref).max() > 2e-5
    np.testing.assert_allclose(found_ref, expected_ref, atol=1e-7)
    np.testing.assert_allclose(found_alt - found_ref, expected_alt - expected_ref, atol=1e-7)


@pytest.mark.parametrize(
    "change",
    [
        WindowEdit(2047, 2051, "A"),
        WindowEdit(2047, 2048, "ACGTACG"),
        WindowEdit(2047, 2049, "TT"),
        WindowEdit(4090, 4096, ""),
    ],
)
def test_indels_are_read_on_the_true_haplotype(exact: sei_model.Model, change: WindowEdit):
    bases = sequence(4200, 5)
    carried = alternate(bases, 4096, change)
    assert carried == (bases[: change.start] + change.alt + bases[change.end :])[:4096]
    ref, alt = windows(exact.layout, bases[:4096], carried)
    _, (found,) = exact.read(ref, [alt])
    np.testing.assert_allclose(found, whole(exact, alt)[0], atol=1e-7)


def test_the_bases_that_selene_deletes_are_others_and_score_otherwise(exact: sei_model.Model):
    bases = sequence(4200, 6)
    start, end = 2047, 2051  # REF of four bases becomes its first
    position = start + 1  # 1-based, which Selene's _process_alt takes for 0-based and adds 1 to
    selene = (bases[: position + 1] + bases[start] + bases[position + 1 + 4 :])[:4096]
    carried = alternate(bases, 4096, WindowEdit(start, end, bases[start]))
    ref, own, other = windows(exact.layout, bases[:4096], carried, selene)
    _, (found, official) = exact.read(ref, [own, other])
    assert carried != selene
    assert abs(found - official).max() > 1e-4


def test_both_strands_are_the_mean_and_a_mirrored_window_scores_the_same(model: sei_model.Model):
    bases = sequence(4096, 7)
    ref, alt = windows(model.layout, bases, substituted(bases, 2047))
    mirrored = [model.layout.mirrored(window) for window in (ref, alt)]
    found_ref, (found_alt,) = predict(model, ref, [alt])
    forward, backward = model.read(ref, [alt]), model.read(mirrored[0], mirrored[1:])
    np.testing.assert_allclose(found_ref, (forward[0] + backward[0]) / 2, atol=ROUNDING)
    np.testing.assert_allclose(found_alt, (forward[1][0] + backward[1][0]) / 2, atol=ROUNDING)
    other_ref, (other_alt,) = predict(model, mirrored[0], mirrored[1:])
    np.testing.assert_allclose(other_ref, found_ref, atol=ROUNDING)
    np.testing.assert_allclose(other_alt, found_alt, atol=ROUNDING)


def test_both_strands_of_many_sites_go_to_the_dense_layers_together(
    model: sei_model.Model, monkeypatch: pytest.MonkeyPatch
):
    sites = []
    for seed in range(3):
        bases = sequence(4096, 20 + seed)
        ref, alt = windows(model.layout, bases, substituted(bases, 2047))
        sites.append((ref, [alt]))
    passes = []
    classify = model.network.classify
    monkeypatch.setattr(
        model.network, "classify", lambda features: passes.append(len(features)) or classify(features)
    )
    together = predict_many(model, sites, shifts=(0, 1))
    assert passes == [12, 12]
    for (ref, alts), (found_ref, found_alts) in zip(sites, together, strict=True):
        alone_ref, alone_alts = predict(model, ref, alts, shifts=(0, 1))
        np.testing.assert_allclose(found_ref, alone_ref, atol=ROUNDING)
        np.testing.assert_allclose(found_alts, alone_alts, atol=ROUNDING)


def test_contributions_of_bases_sum_to_the_change_of_a_slightly_larger_input(exact: sei_model.Model):
    (ref,) = windows(exact.layout, sequence(4096, 10))
    step = 1e-5
    x = torch.from_numpy(ref[None]).double()
    with torch.inference_mode():
        larger, smaller = (exact.network(x * scale)[0, 0, 3].item() for scale in (1 + step, 1 - step))
    found = contributions(exact.network, ref, [0], [3])
    assert found.sum() == pytest.approx((larger - smaller) / (2 * step), rel=1e-3)
    assert np.count_nonzero(found) == 4096


def test_bfloat16_is_a_rougher_float32(folder: Path, model: sei_model.Model):
    (ref,) = windows(model.layout, sequence(4096, 9))
    rough = sei_model.load(folder, dtype="bfloat16").read(ref, [])[0]
    assert rough.dtype == np.float32
    np.testing.assert_allclose(rough, model.read(ref, [])[0], atol=0.1)


def test_class_scores_are_the_official_algebra(model: sei_model.Model, folder: Path):
    random = np.random.default_rng(3)
    ref, alt = random.uniform(size=(2, 1, TRACKS)).astype(np.float32)
    found = model.class_scores(ref, alt)
    vectors, columns = np.load(folder / "projvec_targets.npy"), np.load(folder / "histone_inds.npy")
    half = ref[:, columns].sum(axis=1) * 0.5 + alt[:, columns].sum(axis=1) * 0.5
    expected = []
    for allele in (ref, alt):  # sc_hnorm_varianteffect of the official utils.py
        adjusted = allele.copy()
        adjusted[:, columns] *= (half / allele[:, columns].sum(axis=1))[:, None]
        expected.append((adjusted @ vectors.T / np.linalg.norm(vectors, axis=1))[0, :40])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert sequence_classes.largest(*found) == pytest.approx(abs(expected[1] - expected[0]).max(), rel=1e-5)
    same = model.class_scores(ref, ref)
    assert (same[0] == same[1]).all()
    classes = sequence_classes.load(folder, TRACKS)
    np.testing.assert_allclose(
        classes.raw(ref)[0], (ref @ vectors.T / np.linalg.norm(vectors, axis=1))[0, :40], 1e-5
    )


def test_a_loss_of_nucleosomes_alone_is_no_change_of_class(folder: Path):
    classes = sequence_classes.load(folder, TRACKS)
    ref = np.random.default_rng(4).uniform(size=TRACKS).astype(np.float32)
    alt = ref.copy()
    alt[classes.histones] *= np.float32(0.25)
    assert sequence_classes.largest(*classes.both(ref, alt)) < 1e-6


@pytest.mark.shared_data
def test_published_names_and_splines(shared_data: Path):
    tables = shared_data / "models" / "sei"
    names = (tables / "seqclass.names").read_text().splitlines()
    groups = [sequence_classes.group(name) for name in names]
    assert groups.count("enhancer") == 12
    assert groups.count("promoter") == 1
    np.testing.assert_allclose(
        network.spline_basis(256, 16), np.load(tables / "spline_256x16.npy"), atol=1e-7
    )


@pytest.mark.shared_data
def test_a_checkpoint_of_full_size_loads_without_its_memory(shared_data: Path, tmp_path: Path):
    tables = shared_data / "models" / "sei"
    path = synthetic(json.loads((tables / "sei_state_dict_keys.json").read_text()), tmp_path / "sei.pth")
    model = sei_model.load(path, targets=tables / "target.names")
    assert sum(value.numel() for value in model.network.parameters()) == 889_979_983
    assert len(model.targets) == 21_907
    assert {kind(target) for target in model.targets} == {
        "accessibility",
        "histone mark",
        "transcription factor",
    }


def test_a_wrong_checkpoint_is_named_with_what_was_expected_and_found(folder: Path, tmp_path: Path):
    with pytest.raises(WeightsError, match=r"Sei: .*nowhere/sei.pth: no such file"):
        sei_model.load(tmp_path / "nowhere" / "sei.pth")
    cut = tmp_path / "sei.pth"
    cut.write_bytes((folder / "sei.pth").read_bytes()[:-500])
    with pytest.raises(WeightsError, match=rf"Sei: {cut}: \d+ bytes that PyTorch cannot read.*truncated"):
        sei_model.load(cut)
    other = saved(torch.nn.Linear(2, 3), tmp_path / "other.pth")
    with pytest.raises(
        WeightsError, match=r"Sei: .*other.pth: expected lconv1.1.weight.*bias; weight.*not a checkpoint"
    ):
        sei_model.load(other)
    state = torch.load(folder / "sei.pth")
    state["module.model.conv3.3.bias"] = torch.zeros(5)
    del state["module.model.dconv2.1.bias"]
    torch.save(state, tmp_path / "mixed.pth")
    with pytest.raises(
        WeightsError, match=r"1 missing: dconv2.1.bias\n.*conv3.3.bias: expected \(12,\), found \(5,\)"
    ):
        sei_model.load(tmp_path / "mixed.pth")
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(WeightsError, match="expected a state dict of tensors, found list"):
        sei_model.load(tmp_path / "list.pth")


def test_tables_that_do_not_fit_are_named_all_at_once(folder: Path, tmp_path: Path):
    for name in ("projvec_targets.npy", "histone_inds.npy"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(WeightsError) as error:
        sequence_classes.load(tmp_path, 12)
    for part in (
        r"rows of 12 profiles, found shape (61, 30)",
        "columns from 0 to 11",
        "expected 40 names, found 0",
    ):
        assert part in str(error.value)
    short = tmp_path / "target.names"
    short.write_text("Liver | DNase | ID:1\n")
    with pytest.raises(WeightsError, match="expected 30 names, one for each profile of the network, found 1"):
        sei_model.load(folder, targets=short)
    short.write_text("Liver, DNase\n")
    with pytest.raises(WeightsError, match=r"target.names:1: expected tissue \| mark \| source"):
        sei_model.load(folder, targets=short)


def test_a_variant_has_one_stretch_on_both_strands():
    middle = sei_model.LAYOUT.variant
    ahead = incremental.cell(middle, middle + 1, network.LENGTH)
    assert ahead == incremental.cell(network.LENGTH - middle - 1, network.LENGTH - middle, network.LENGTH)
    assert ahead[0] <= middle < ahead[1]


@pytest.mark.parametrize(("start", "end"), [(0, 1), (7, 9), (100, 164), (4_090, 4_096), (0, 4_096)])
def test_a_stretch_covers_its_bases_and_stays_in_the_window(start: int, end: int):
    first, last = incremental.cell(start, end, network.LENGTH)
    assert 0 <= first <= start < end <= last <= network.LENGTH
    assert last - first < end - start + 2 * incremental.CELL
