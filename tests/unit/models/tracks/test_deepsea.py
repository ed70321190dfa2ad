"""DeepSEA and Beluga: layers, base order, threshold, how a variant is judged, checkpoints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.info import WeightsError
from landfall.models.registry import track_model
from landfall.models.tracks import e_values as deepsea_e_values
from landfall.models.tracks import targets
from landfall.models.tracks.beluga import model as beluga
from landfall.models.tracks.deepsea import model as deepsea
from landfall.models.tracks.sei import model as sei_model
from landfall.models.tracks.sei import network as sei_network
from landfall.models.tracks.whole_window import Model
from landfall.models.weights import integrity
from landfall.regulation import scoring
from landfall.regulation.tables import TRACKS
from landfall.regulation.windows import TrackPlacement
from landfall.testing import toy_tracks
from landfall.testing.toy_networks import saved, seeded, sequence, substituted, synthetic, windows

TRACK_COUNT = 15
ROUNDING = 2e-6


def as_published(network: nn.Module, prefix: str) -> dict[str, Tensor]:
    """A state dict as the authors' files hold it: convolutions over a row of height 1."""
    return {
        prefix + key: value.unsqueeze(2) if value.ndim == 3 else value
        for key, value in network.state_dict().items()
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deepsea")
    small = seeded(deepsea.DeepSEA((6, 7, 8), 20, TRACK_COUNT)).layers
    torch.save(as_published(small, "1."), folder / "deepsea_variant_effects.pth")
    torch.save(as_published(small, "2."), folder / "deepsea_predict.pth")
    torch.save(
        as_published(seeded(beluga.Beluga((6, 7, 8), 20, TRACK_COUNT), 1.2), ""),
        folder / "deepsea.beluga.pth",
    )
    return folder


@pytest.fixture(scope="module")
def models(files: Path) -> dict[str, Model]:
    return {
        "DeepSEA": deepsea.load(files / "deepsea_variant_effects.pth"),
        "Beluga": beluga.load(files / "deepsea.beluga.pth"),
    }


def official_deepsea(state: dict[str, Tensor], x: Tensor) -> Tensor:
    """kipoi's ``model_architecture.py`` but for its order of bases, in functions: (n, 4, 1, 1000) to (n, tracks)."""

    def above(x: Tensor) -> Tensor:
        return torch.where(x > 0, x, torch.tensor(1e-6))

    for layer in (0, 4, 8):
        x = above(F.conv2d(x, state[f"1.{layer}.weight"], state[f"1.{layer}.bias"]))
        x = F.max_pool2d(x, (1, 4), (1, 4)) if layer < 8 else x
    x = above(F.linear(x.flatten(1), state["1.12.1.weight"], state["1.12.1.bias"]))
    return torch.sigmoid(F.linear(x, state["1.14.1.weight"], state["1.14.1.bias"]))


def official_beluga(state: dict[str, Tensor], x: Tensor) -> Tensor:
    """ExPecto's ``chromatin.py``, in functions: (n, 4, 1, 2000) to (n, tracks)."""
    for layer in (0, 2, 6, 8, 12, 14):
        x = F.relu(F.conv2d(x, state[f"model.0.{layer}.weight"], state[f"model.0.{layer}.bias"]))
        x = F.max_pool2d(x, (1, 4), (1, 4)) if layer in (2, 8) else x
    x = F.relu(F.linear(x.flatten(1), state["model.1.2.1.weight"], state["model.1.2.1.bias"]))
    return torch.sigmoid(F.linear(x, state["model.1.4.1.weight"], state["model.1.4.1.bias"]))


@pytest.mark.parametrize(
    ("name", "file", "official"),
    [
        ("DeepSEA", "deepsea_variant_effects.pth", official_deepsea),
        ("Beluga", "deepsea.beluga.pth", official_beluga),
    ],
)
def test_the_networks_are_the_official_ones_layer_by_layer(models, files: Path, name, file, official):
    model = models[name]
    length = model.layout.length
    bases = [sequence(length, 1), sequence(length - 50, 2) + "N" * 50]
    onehot = np.zeros((2, 4, 1, length), dtype=np.float32)  # A, G, C, T; zeros for N
    for row, string in enumerate(bases):
        for place, base in enumerate(string.replace("N", " ")):
            if base != " ":
                onehot[row, "AGCT".index(base), 0, place] = 1
    expected = official(torch.load(files / file), torch.from_numpy(onehot)).numpy()
    assert expected.std(axis=0).max() > 1e-3
    first, second = windows(model.layout, *bases)
    ref, (alt,) = model.read(first, [second])
    np.testing.assert_allclose([ref[0], alt[0]], expected, atol=ROUNDING)
    assert model.layout.variant == length // 2 - 1


def test_both_files_of_deepsea_hold_one_network(models, files: Path):
    (ref,) = windows(deepsea.LAYOUT, sequence(1000, 3))
    other = deepsea.load(files / "deepsea_predict.pth").read(ref, [])[0]
    assert (other == models["DeepSEA"].read(ref, [])[0]).all()


@pytest.mark.parametrize("name", ["DeepSEA", "Beluga"])
def test_batches_references_and_strands(models, name):
    model = models[name]
    bases = sequence(model.layout.length, 4)
    places = (model.layout.variant, 10, 300)
    ref, *alts = windows(model.layout, bases, *(substituted(bases, at) for at in places), bases)
    tracks, together = model.read(ref, alts)
    for alt, found in zip(alts, together, strict=True):
        np.testing.assert_allclose(found, model.read(ref, [alt])[1][0], atol=ROUNDING)
    assert (together[-1] == tracks).all()
    *found, same = deepsea_e_values.changes(model, ref, alts)
    assert not same.log_odds.any()
    assert not same.difference.any()
    assert all(abs(change.difference).max() > 1e-5 for change in found)
    mirrored = deepsea_e_values.changes(
        model, model.layout.mirrored(ref), [model.layout.mirrored(window) for window in alts]
    )
    for change, other in zip(found, mirrored, strict=False):
        np.testing.assert_allclose(change.log_odds, other.log_odds, atol=1e-9)
        np.testing.assert_allclose(change.difference, other.difference, atol=1e-9)


class Strands:
    """A model whose forward strand says one thing and whose other strand another."""

    layout = deepsea.LAYOUT

    def read(self, reference, alternates):
        forward = reference[0, 0] == 1  # the window begins with A
        ref, alt = ((0.5, 0.8), (0.25, 0.2)) if forward else ((0.5, 0.2), (0.5, 0.2))
        return np.array([ref], dtype=np.float32), [np.array([alt], dtype=np.float32)]


def test_log_odds_and_differences_are_taken_strand_by_strand_and_then_averaged():
    (ref,) = windows(deepsea.LAYOUT, "A" + sequence(998, 6) + "A")
    (change,) = deepsea_e_values.changes(Strands(), ref, [ref])
    np.testing.assert_allclose(
        change.log_odds, [(np.log2(1 / 3) + 0) / 2, (np.log2(1 / 4) - np.log2(4)) / 2], 1e-6
    )
    np.testing.assert_allclose(change.difference, [-0.125, -0.3], rtol=1e-6)


def test_a_scored_variant_has_the_log_odds_of_both_strands(models, tmp_path: Path):
    """The workflow's row of a variant against the official rule by hand; other networks have none."""
    bases = sequence(3_000, 8)
    (tmp_path / "toy.fa").write_text(f">c1\n{bases}\n")
    genome, variant = (
        Genome(tmp_path / "toy.fa"),
        Variant("c1", 1_501, bases[1_500], "A" if bases[1_500] != "A" else "C"),
    )
    start = 1_500 - deepsea.LAYOUT.variant
    placement = TrackPlacement(variant, None, 0, start, 1)
    settings = toy_tracks.settings(name="deepsea")
    (row,) = scoring.score(models["DeepSEA"], genome, settings, [placement])
    changed = bases[:1_500] + variant.alt + bases[1_501:]
    ref, alt = windows(deepsea.LAYOUT, *(text[start : start + 1_000] for text in (bases, changed)))
    (expected,) = deepsea_e_values.changes(models["DeepSEA"], ref, [alt])
    np.testing.assert_allclose(row["log_odds"], expected.log_odds, rtol=1e-5)
    np.testing.assert_allclose(row["sad"], expected.difference, atol=1e-7)
    assert np.abs(row["log_odds"]).max() > 1e-4
    parquet.from_rows(TRACKS, [row])


def test_e_values_count_background_variants_that_change_more(tmp_path: Path):
    steps = np.array([-np.inf, 0.1, 0.2, 0.3])
    np.savez(tmp_path / "background.npz", x=np.stack([steps] * 4), y=np.array([0, 1 / 3, 2 / 3, 1]))
    background = deepsea_e_values.load_background(tmp_path / "background.npz", 4)
    change = deepsea_e_values.EValueChange(np.array([0.5, -1.0, 1.0, 2.0]), np.array([0.1, -0.1, 0.25, 1.0]))
    e_values = background.e_values(deepsea_e_values.product(change))
    np.testing.assert_allclose(e_values, [1, 2 / 3, 1 / 3, 1e-6])
    of_difference = background.e_values(deepsea_e_values.difference(change))
    np.testing.assert_allclose(of_difference, [2 / 3, 2 / 3, 1 / 3, 1e-6])
    evolution = np.array([0.5, 0.1, 0.2, 1.0])
    alone = deepsea_e_values.functional_significance(e_values)
    assert alone == pytest.approx((1 * 2 / 3 * 1 / 3 * 1e-6) ** 0.25)
    assert deepsea_e_values.functional_significance(e_values, evolution) == pytest.approx(alone * 0.01**0.25)
    with pytest.raises(WeightsError, match=r"expected x of shape \(5, 4\)"):
        deepsea_e_values.load_background(tmp_path / "background.npz", 5)
    with pytest.raises(WeightsError, match=r"expected an .npz with x and y"):
        deepsea_e_values.load_background(tmp_path / "nothing.npz", 4)


def test_checkpoints_of_full_size_load_and_count_their_parameters(tmp_path: Path):
    with torch.device("meta"):
        small = deepsea.DeepSEA((320, 480, 960), 925, 919).layers
        large = beluga.Beluga((320, 480, 640), 2003, 2002)
    for module, state, count in (
        (deepsea, as_published(small, "1."), 52_843_119),
        (beluga, as_published(large, ""), 149_536_251),
    ):
        path = synthetic({key: value.shape for key, value in state.items()}, tmp_path / "full.pth")
        loaded = module.load(path).network
        assert sum(value.numel() for value in loaded.parameters()) == count


@pytest.mark.parametrize(("name", "module"), [("DeepSEA", deepsea), ("Beluga", beluga)])
def test_a_wrong_checkpoint_is_named_with_what_was_expected_and_found(
    files: Path, tmp_path: Path, name, module
):
    with pytest.raises(WeightsError, match=rf"{name}.*nowhere.pth: no such file"):
        module.load(tmp_path / "nowhere.pth")
    own, other = "deepsea_predict.pth", "deepsea.beluga.pth"
    own, other = (own, other) if name == "DeepSEA" else (other, own)
    with pytest.raises(
        WeightsError, match=rf"{name}.*{other}: expected .*weight of 3 axes, found no such tensor"
    ):
        module.load(files / other)
    with pytest.raises(WeightsError, match=rf"{name}.*sei.pth.*not a checkpoint of"):
        module.load(saved(sei_network.Sei((2, 2, 2), 16, 3, 3), tmp_path / "sei.pth", sei_model.PREFIX))
    cut = tmp_path / "cut.pth"
    cut.write_bytes((files / own).read_bytes()[:-300])
    with pytest.raises(WeightsError, match=rf"{name}.*cut.pth: \d+ bytes .*truncated"):
        module.load(cut)


@pytest.mark.parametrize(
    ("info", "file"),
    [
        (track_model("deepsea").info, "deepsea_predict.pth"),
        (track_model("beluga").info, "deepsea.beluga.pth"),
    ],
)
def test_a_file_that_is_not_the_published_one_is_refused_by_its_digest(files: Path, info, file):
    (published,) = (offered.md5 for offered in info.fetched if offered.name == file)
    with pytest.raises(
        WeightsError, match=rf"{info.title}, .*{file}.*MD5 [0-9a-f]{{32}}, expected {published}"
    ):
        integrity.check(info, files / file)


def test_names_of_deepseas_profiles_with_bars_or_underscores(files: Path, tmp_path: Path):
    lines = [
        "HSMM_emb_DNase_None",
        "A549_ATF3_EtOH_0.02pct",
        "K562|H3K27ac|None",
        "Monocytes-CD14+_RO01746_CTCF_None",
    ]
    table = tmp_path / "predictor.names"
    table.write_text("".join(f"{line}\n" for line in lines))
    found = deepsea.profiles(table)
    assert [(target.tissue, target.assay, target.mark) for target in found] == [
        ("HSMM emb", "DNASE", ""),
        ("A549", "CHIP", "ATF3"),
        ("K562", "CHIP", "H3K27ac"),
        ("Monocytes-CD14+ RO01746", "CHIP", "CTCF"),
    ]
    kinds = ["accessibility", "transcription factor", "histone mark", "transcription factor"]
    assert [targets.kind(target) for target in found] == kinds
    with pytest.raises(WeightsError, match=r"DeepSEA.*expected 15 names, .*found 4"):
        deepsea.load(files / "deepsea_predict.pth", targets=table)
    table.write_text("K562\n")
    with pytest.raises(WeightsError, match=r"names:1: expected cell\|assay\|treatment, found 'K562'"):
        deepsea.profiles(table)


@pytest.mark.shared_data
def test_belugas_published_table(shared_data: Path, files: Path):
    table = shared_data / "models" / "deepsea" / "deepsea_beluga_2002_features.tsv"
    found = beluga.profiles(table)
    assert len(found) == 2002
    assert found[0].tissue == "8988T"
    kinds = [targets.kind(target) for target in found]
    assert (kinds.count("accessibility"), kinds.count("transcription factor")) == (334, 690)
    with pytest.raises(WeightsError, match=r"Beluga.*expected 15 names, .*found 2002"):
        beluga.load(files / "deepsea.beluga.pth", targets=table)
