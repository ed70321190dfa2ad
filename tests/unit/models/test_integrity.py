"""Weights that the user fetched: nothing is used that nobody vouches for."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import h5py
import pytest

from landfall.models.info import FetchedFile, WeightsError
from landfall.models.registry import splice_models, track_model, track_models
from landfall.models.spec import TrackModelSpec
from landfall.models.weights import integrity
from landfall.regulation import network as regulation_network
from landfall.testing import toy_tracks as toy

BASENJI2 = track_model("basenji2").info


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.h5"
    path.write_bytes(b"numbers")
    return path


def test_the_digest_in_the_configuration_vouches_for_a_file(weights: Path) -> None:
    known = hashlib.sha256(b"numbers").hexdigest()
    assert integrity.check(BASENJI2, weights, known) == known


def test_a_file_that_nobody_vouches_for_is_refused_with_what_to_do(weights: Path) -> None:
    with pytest.raises(WeightsError, match=r"Basenji2.*model.h5.*states no digest.*set sha256") as error:
        integrity.check(BASENJI2, weights)
    assert hashlib.sha256(b"numbers").hexdigest() in str(error.value)


def test_the_publishers_digest_vouches_and_is_not_overruled(weights: Path) -> None:
    md5 = hashlib.md5(b"numbers", usedforsecurity=False).hexdigest()
    own = hashlib.sha256(b"numbers").hexdigest()
    published = replace(BASENJI2, fetched=(FetchedFile("model.h5", "https://x", md5=md5, size=7),))
    assert integrity.check(published, weights) == own
    altered = replace(BASENJI2, fetched=(FetchedFile("model.h5", "https://x", md5="0" * 32, size=8),))
    with pytest.raises(WeightsError, match=f"MD5 {md5}, expected {'0' * 32}; bytes 7, expected 8"):
        integrity.check(altered, weights, own)


def test_a_wrong_digest_is_told_with_what_was_found(weights: Path) -> None:
    own = hashlib.sha256(b"numbers").hexdigest()
    with pytest.raises(WeightsError, match=f"Basenji2, .*model.h5, .*SHA-256 {own}, expected {'1' * 64}"):
        integrity.check(BASENJI2, weights, "1" * 64)


def test_weights_that_are_not_there_are_told_with_their_addresses(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"Basenji2 are not at .*storage.googleapis.com"):
        integrity.check(BASENJI2, tmp_path / "absent.h5")


def test_a_folder_has_the_digest_that_the_shell_prints(tmp_path: Path) -> None:
    for name in ("b.index", "B.data", "a"):
        (tmp_path / name).write_text(name)
    printed = subprocess.run(
        "LC_ALL=C; sha256sum * | sha256sum", shell=True, cwd=tmp_path, capture_output=True, check=True
    )
    assert integrity.digest(tmp_path) == printed.stdout.decode().split()[0]


def test_every_model_of_tracks_says_where_its_weights_are() -> None:
    assert not track_models().keys() & splice_models().keys()
    for name, spec in track_models().items():
        info = spec.info
        assert info.name == name
        assert info.fetched
        assert not info.weights
        assert all(file.url.startswith(("https://", "gs://")) for file in info.fetched)


@pytest.mark.parametrize("ending", [".pth", ".h5", ".index", ".bin"])
@pytest.mark.parametrize("network", track_models().values(), ids=lambda network: network.name)
def test_a_file_of_another_kind_is_told_with_the_network_and_the_file(
    network: TrackModelSpec, ending: str, tmp_path: Path
) -> None:
    """Text, a file that is not there, and a Keras file of another form: never a stack trace."""
    table = tmp_path / "targets.txt"
    table.write_text("index\tidentifier\tdescription\n0\tT0\tDNASE:brain\n")
    (tmp_path / f"text{ending}").write_text("no weights")
    paths = [tmp_path / f"text{ending}", tmp_path / f"nowhere{ending}"]
    if ending == ".h5":
        with h5py.File(tmp_path / "old.h5", "w") as handle:
            handle.attrs["model_config"] = json.dumps({"config": [{"class_name": "Conv1D"}]})
            handle.create_group("model_weights")
        paths.append(tmp_path / "old.h5")
    for path in paths:
        own = toy.settings(name=network.name, weights=path, targets=table)
        with pytest.raises(WeightsError) as error:
            regulation_network.load(own, "cpu")
        assert str(error.value).startswith(f"{network.info.title}: ")
        assert path.name in str(error.value)
