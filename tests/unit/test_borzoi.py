"""Borzoi: the small trained model against baskerville's tracks and scores on real sequence; files that do not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from landfall.genome import Genome
from landfall.models import borzoi, borzoi_network
from landfall.models.borzoi import Borzoi
from landfall.models.borzoi_network import Attention, Shape, position_features
from landfall.models.track_scores import SCORES, Change, alternate, joined, partners, predict
from landfall.models.tracks import Window

FLOAT16 = 1e-3
"""Relative precision of the official scores, which are stored as float16."""


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "models" / "borzoi_tiny"


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Borzoi:
    return borzoi.load(folder)


def windows(model: Borzoi, genome: Genome, pos: int, ref: str, alt: str) -> tuple[Window, Window]:
    """Reference and alternate of a variant on chr1 at the official place; ``pos`` is 1-based."""
    layout = model.layout
    start = layout.window_start(pos - 1)
    bases = genome.fetch("chr1", start, start + layout.length + len(ref))
    change = Change(layout.variant, layout.variant + len(ref), alt)
    assert bases[change.start : change.end] == ref
    return layout.encode(bases[: layout.length]), layout.encode(alternate(bases, layout.length, change))


@pytest.mark.shared
def test_the_tracks_are_those_of_baskerville(tiny: Borzoi, folder: Path, shared_data: Path):
    official = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")
    ref, alt = windows(tiny, Genome(shared_data / "loci" / "GRCh38.fa.gz"), 108_230, "C", "T")
    assert (ref == official["ref"]).all()
    assert (alt == official["alt"]).all()
    ref_tracks, (alt_tracks,) = tiny.read(ref, [alt])
    np.testing.assert_allclose(ref_tracks, official["pred_ref"], atol=1e-5)
    np.testing.assert_allclose(alt_tracks, official["pred_alt"], atol=1e-5)


@pytest.mark.shared
def test_the_scores_are_those_of_the_official_pipeline(tiny: Borzoi, folder: Path, shared_data: Path):
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    official = h5py.File(folder / "official_scores_eqtl.h5")
    names = {"SUM": "sad", "logSUM": "logsad", "logSED": "sar", "D2": "d2", "logD2": "logd2"}
    for row in range(len(official["pos"])):
        ref, alt = (official[f"{allele}_allele"][row].decode() for allele in ("ref", "alt"))
        pair = windows(tiny, genome, int(official["pos"][row]), ref, alt)
        found_ref, (found_alt,) = predict(tiny, pair[0], [pair[1]], both_strands=False)
        for official_name, name in names.items():
            expected = official[official_name][row].astype(float)
            scores = joined(name, SCORES[name](found_ref, found_alt), tiny.targets)
            tolerance = FLOAT16 * np.abs(expected).max()
            np.testing.assert_allclose(scores, expected, rtol=FLOAT16, atol=tolerance, err_msg=official_name)


@pytest.mark.shared
def test_strands_agree_as_they_do_for_a_network_trained_on_both(tiny: Borzoi, folder: Path):
    window = np.load(folder / "tf_reference_forward_chr1_108230_C_T.npz")["ref"].astype(np.float32)
    forward, _ = tiny.read(window, [])
    mirrored, _ = tiny.read(tiny.layout.mirrored(window), [])
    backward = mirrored[::-1, partners(tiny.targets, mirrored.shape[1])]
    likeness = [np.corrcoef(forward[:, track], backward[:, track])[0, 1] for track in range(74)]
    assert (
        np.mean(likeness) > 0.75
    )  # -0.04 without turning the bins round, 0.40 without the strands' partners


@pytest.mark.shared
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


def shape(**changes: int) -> Shape:
    small = Shape(2_048, 2, 7, (4, 4, 4, 4, 4, 6, 8), blocks=1, heads=2, key=3, features=8, last=5, tracks=3)
    return replace(small, **changes)


def test_attention_in_rows_is_attention_at_once(monkeypatch: pytest.MonkeyPatch):
    torch.manual_seed(1)
    attention = Attention(8, heads=2, key=3, features=8)
    torch.nn.init.normal_(attention.position_bias)
    x = torch.randn(2, 21, 8)
    at_once = attention(x)
    monkeypatch.setattr(borzoi_network, "ROWS", 5)
    torch.testing.assert_close(attention(x), at_once)
    q, k = (attention._split(layer(x)) for layer in (attention.query, attention.key))
    r = attention._split(attention.relative(position_features(21, 8))[None])
    weights = attention.weights(q, k, r, 0)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 2, 21))
    by_hand = (q[0, 1, 4] + attention.content_bias[1]) @ k[0, 1].T
    by_hand += torch.stack(
        [(q[0, 1, 4] + attention.position_bias[1, 0]) @ r[0, 1, j - 4 + 20] for j in range(21)]
    )
    torch.testing.assert_close(weights[0, 1, 4], torch.softmax(by_hand[0], -1))
