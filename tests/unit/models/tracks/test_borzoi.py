"""Borzoi: the small trained model against baskerville's tracks and scores on real sequence; files that do not fit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from landfall.genome.sequence import Genome
from landfall.models.info import WeightsError
from landfall.models.interpret.attribution import contributions
from landfall.models.tracks.base import Window
from landfall.models.tracks.borzoi import model as borzoi_model
from landfall.models.tracks.borzoi import network as borzoi_network
from landfall.models.tracks.borzoi.model import Borzoi
from landfall.models.tracks.effect_scores import SCORES, WindowEdit, alternate, joined, partners, predict
from landfall.testing import toy_networks

FLOAT16 = 1e-3
"""Relative precision of the official scores, which are stored as float16."""


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "models" / "borzoi_tiny"


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Borzoi:
    return borzoi_model.load(folder)


def windows(model: Borzoi, genome: Genome, pos: int, ref: str, alt: str) -> tuple[Window, Window]:
    """Reference and alternate of a variant on chr1 at the official place; ``pos`` is 1-based."""
    layout = model.layout
    start = layout.window_start(pos - 1)
    bases = genome.fetch("chr1", start, start + layout.length + len(ref))
    change = WindowEdit(layout.variant, layout.variant + len(ref), alt)
    assert bases[change.start : change.end] == ref
    return layout.encode(bases[: layout.length]), layout.encode(alternate(bases, layout.length, change))


def official_windows(model: Borzoi, genome: Genome, official: h5py.File) -> list[tuple[Window, Window]]:
    """Those of each variant with official scores."""
    columns = (official["pos"], official["ref_allele"], official["alt_allele"])
    rows = zip(*columns, strict=True)
    return [windows(model, genome, int(pos), ref.decode(), alt.decode()) for pos, ref, alt in rows]


@pytest.mark.shared_data
def test_the_tracks_are_those_of_baskerville(tiny: Borzoi, folder: Path, shared_data: Path):
    official = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")
    ref, alt = windows(tiny, Genome(shared_data / "loci" / "GRCh38.fa.gz"), 108_230, "C", "T")
    assert (ref == official["ref"]).all()
    assert (alt == official["alt"]).all()
    ref_tracks, (alt_tracks,) = tiny.read(ref, [alt])
    np.testing.assert_allclose(ref_tracks, official["pred_ref"], atol=1e-5)
    np.testing.assert_allclose(alt_tracks, official["pred_alt"], atol=1e-5)


@pytest.mark.shared_data
def test_the_scores_are_those_of_the_official_pipeline(tiny: Borzoi, folder: Path, shared_data: Path):
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    official = h5py.File(folder / "official_scores_eqtl.h5")
    pairs = official_windows(tiny, genome, official)
    names = {"SUM": "sad", "logSUM": "logsad", "logSED": "sar", "D2": "d2", "logD2": "logd2"}
    for row, pair in enumerate(pairs):
        found_ref, (found_alt,) = predict(tiny, pair[0], [pair[1]], both_strands=False)
        for official_name, name in names.items():
            expected = official[official_name][row].astype(float)
            scores = joined(name, SCORES[name](found_ref, found_alt), tiny.targets)
            tolerance = FLOAT16 * np.abs(expected).max()
            np.testing.assert_allclose(scores, expected, rtol=FLOAT16, atol=tolerance, err_msg=official_name)


@pytest.mark.shared_data
def test_small_changes_are_those_of_double_precision(tiny: Borzoi, folder: Path, shared_data: Path):
    exact = borzoi_model.load(folder)
    exact.network.double()
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    official = h5py.File(folder / "official_scores_eqtl.h5")
    for pair in official_windows(tiny, genome, official)[:3]:
        found, expected = (
            SCORES["sad"](tracks, changed)
            for tracks, (changed,) in (model.read(pair[0], [pair[1]]) for model in (tiny, exact))
        )
        assert np.abs(expected).max() > 0.05
        np.testing.assert_allclose(found, expected, atol=5e-5)


@pytest.mark.shared_data
def test_strands_agree_as_they_do_for_a_network_trained_on_both(tiny: Borzoi, folder: Path):
    window = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")["ref"].astype(np.float32)
    forward, _ = tiny.read(window, [])
    mirrored, _ = tiny.read(tiny.layout.mirrored(window), [])
    backward = mirrored[::-1, partners(tiny.targets, mirrored.shape[1])]
    likeness = [np.corrcoef(forward[:, track], backward[:, track])[0, 1] for track in range(74)]
    assert (
        np.mean(likeness) > 0.75
    )  # -0.04 without turning the bins round, 0.40 without the strands' partners


@pytest.mark.shared_data
def test_a_mirrored_locus_gives_mirrored_tracks_and_scores(tiny: Borzoi, folder: Path):
    official = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")
    ref, alt = (official[name].astype(np.float32) for name in ("ref", "alt"))
    forward, (changed,) = predict(tiny, ref, [alt])
    mirrored, (changed_there,) = predict(tiny, tiny.layout.mirrored(ref), [tiny.layout.mirrored(alt)])
    other = partners(tiny.targets, 74)
    np.testing.assert_allclose(mirrored[::-1, other], forward, rtol=1e-4, atol=1e-6)
    scores, there = SCORES["sad"](forward, changed), SCORES["sad"](mirrored, changed_there)[other]
    np.testing.assert_allclose(there, scores, rtol=1e-3, atol=1e-3 * np.abs(scores).max())


@pytest.mark.shared_data
def test_an_alternate_does_not_depend_on_its_company_or_the_way_it_is_computed(tiny: Borzoi, folder: Path):
    official = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")
    ref, alt = (official[name].astype(np.float32) for name in ("ref", "alt"))
    deletion = np.concatenate([ref[:65_000], ref[65_003:], ref[:3]])
    tracks, (one, other, itself) = tiny.read(ref, [alt, deletion, ref.copy()])
    assert (itself == tracks).all()
    assert (tiny.read(ref, [deletion])[1][0] == other).all()
    for window, found in ((alt, one), (deletion, other)):
        whole = tiny.network(torch.from_numpy(window)[None])[0].numpy()
        np.testing.assert_allclose(found, whole, rtol=1e-4, atol=1e-6)


def test_the_last_references_are_kept_and_nobody_can_change_them(
    tiny: Borzoi, shared_data: Path, monkeypatch: pytest.MonkeyPatch
):
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    window, alternate = windows(tiny, genome, 923_963, "C", "T")
    computed: list[int] = []
    attend = tiny.network.attend
    monkeypatch.setattr(tiny.network, "attend", lambda *given: computed.append(1) or attend(*given))
    for _ in range(2):
        reference, (_, same) = tiny.read(window, [alternate, window.copy()])
    assert len(computed) <= 3, "the reference once, its alternate twice"
    assert same is reference
    with pytest.raises(ValueError, match="read-only"):
        reference[:] = 0


def test_a_distance_lies_in_widths_that_grow_by_a_factor():
    features = borzoi_network.position_features(8, 8)  # widths 3**(1/2) - 1, 2, 3**(3/2) - 1, 8
    assert features.shape == (15, 8)
    assert features[7].tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    assert features[7 + 1].tolist() == [0, 1, 1, 1, 0, 1, 1, 1]
    assert features[7 - 3].tolist() == [0, 0, 1, 1, 0, 0, -1, -1]
    assert features[0].tolist() == [0, 0, 0, 1, 0, 0, 0, -1]


@pytest.mark.shared_data
def test_attention_is_told_by_bins_and_sums_to_one(tiny: Borzoi, folder: Path):
    window = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")["ref"].astype(np.float32)
    paid = tiny.attention(window, [1_023, 1_024])
    assert paid.shape == (131_072 // 32,)
    assert paid.sum() == pytest.approx(1, abs=1e-5)
    assert np.ptp(paid.reshape(-1, 4), axis=1).max() == 0
    near = slice(2_048 - 100, 2_048 + 100)
    assert paid[near].sum() > 2 * 200 / len(paid)  # more than at random is paid to what lies near
    with pytest.raises(ValueError, match="bins of the output, 0 to 2047"):
        tiny.attention(window, [2_048])


@pytest.mark.shared_data
def test_bfloat16_drowns_the_change_of_a_weak_variant(folder: Path):
    official = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")
    ref, alt = (official[name].astype(np.float32) for name in ("ref", "alt"))
    tracks, (changed,) = borzoi_model.load(folder, dtype="bfloat16").read(ref, [alt])
    assert np.corrcoef(tracks.ravel(), official["pred_ref"].ravel())[0, 1] > 0.99
    exact = SCORES["sad"](official["pred_ref"], official["pred_alt"])
    error = np.abs(SCORES["sad"](tracks, changed) - exact)
    assert error.max() > 0.5 * np.abs(exact).max()  # as docs/science.md says of this precision


@pytest.mark.shared_data
def test_a_contribution_is_taken_through_the_whole_network(tiny: Borzoi, folder: Path):
    window = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")["ref"].astype(np.float32)
    scores = contributions(tiny.network, window, [1_023, 1_024], [0])
    assert np.isfinite(scores).all()
    near = np.abs(scores[65_036:66_036]).sum()
    assert near > 0.2 * np.abs(scores).sum()  # of what lies within 500 bases, a share of 0.34


@pytest.mark.shared_data
def test_the_state_dict_of_borzoi_pytorch_fits_at_full_size(shared_data: Path, tmp_path: Path):
    keys = json.loads((shared_data / "models/borzoi/borzoi_pytorch_state_dict_keys.json").read_text())
    path = toy_networks.synthetic(keys, tmp_path / "pytorch_model.bin")
    network, sizes = borzoi_model._from_torch(path)
    human = sum(value.numel() for value in network.parameters())
    mouse_head = 2_608 * (1_920 + 1)
    assert human + mouse_head == 190_902_667
    assert (sizes.length, sizes.tracks, sizes.blocks, sizes.heads) == (524_288, 7_611, 8, 8)


@pytest.mark.shared_data
def test_the_port_names_the_same_network_otherwise(tiny: Borzoi, shared_data: Path):
    keys = json.loads((shared_data / "models/borzoi/borzoi_pytorch_state_dict_keys.json").read_text())
    named = {borzoi_model.parameter_name(name) for name in keys}
    assert (
        set(tiny.network.state_dict()) <= named
    )  # the small network has fewer blocks, and none before the head
    assert borzoi_model.parameter_name("res_tower.8.conv_layer.weight") == "tower.4.conv.weight"
    assert (
        borzoi_model.parameter_name("transformer.7.0.fn.1.rel_pos_bias")
        == "transformer.7.attention.rel_pos_bias"
    )


def copied(folder: Path, place: Path) -> Path:
    for name in ("model.h5", "params.json", "targets.txt"):
        shutil.copyfile(folder / name, place / name)
    return place


@pytest.mark.shared_data
def test_files_that_do_not_fit_are_named(folder: Path, shared_data: Path, tmp_path: Path):
    with pytest.raises(WeightsError, match=r"Borzoi: .*nowhere: expected weights .* found none"):
        borzoi_model.load(tmp_path / "nowhere")
    other = shared_data / "models/basenji2/model_human_small.h5"
    with pytest.raises(WeightsError, match=r"(?s)Borzoi: .*model_human_small.h5 holds another network"):
        borzoi_model.load(other, targets=folder / "targets.txt")
    place = copied(folder, tmp_path)
    (place / "model.h5").write_bytes((folder / "model.h5").read_bytes()[:100_000])
    with pytest.raises(WeightsError, match=r"Borzoi: .*model.h5: expected a Keras file"):
        borzoi_model.load(place)


@pytest.mark.shared_data
def test_a_table_of_other_tracks_is_refused(folder: Path, tmp_path: Path):
    place = copied(folder, tmp_path)
    table = place / "targets.txt"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join(lines[:-2]))
    with pytest.raises(WeightsError, match=r"targets.txt: expected 74 tracks as in .*, found 72"):
        borzoi_model.load(place)
    table.write_text("".join(lines[:-1]))
    with pytest.raises(WeightsError, match=r"tabula399.: strand_pair 73 is not a line"):
        borzoi_model.load(place)
    table.write_text("name\tdescription\n")
    with pytest.raises(WeightsError, match=r"expected a table of tracks .*not found: identifier"):
        borzoi_model.load(place)


@pytest.mark.shared_data
def test_the_parameter_file_beside_the_weights_sets_the_crop(folder: Path, tmp_path: Path):
    place = copied(folder, tmp_path)
    parameters = json.loads((place / "params.json").read_text())
    parameters["model"]["trunk"][-1]["cropping"] = 1_000
    (place / "params.json").write_text(json.dumps(parameters))
    assert (borzoi_model.load(place).layout.first, borzoi_model.load(place).layout.bins) == (32_000, 2_096)
    (place / "params.json").write_text('{"model": {}}')
    with pytest.raises(WeightsError, match=r"params.json: expected seq_length"):
        borzoi_model.load(place)
    (place / "params.json").unlink()
    assert (borzoi_model.load(place).layout.first, borzoi_model.load(place).layout.bins) == (32_768, 2_048)
