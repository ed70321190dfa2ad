"""The stages of a network of tracks one after the other, by a small DeepSEA with tables of E-values."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from landfall.config.regulation import TrackModelSettings
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.info import WeightsError
from landfall.models.tracks.deepsea import model as deepsea
from landfall.regulation import scoring
from landfall.regulation.network import read
from landfall.regulation.windows import Genes, Rules, assign_windows, place
from landfall.stages.regulation import merge, network, score, summarise
from landfall.testing import toy_tracks as toy
from landfall.testing.toy_networks import saved, seeded

TRACKS = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stages")
    toy.genome(made)
    saved(seeded(deepsea.DeepSEA((6, 7, 8), 20, TRACKS)).layers, made / "deepsea_small.pth", "1.")
    steps = np.geomspace(1e-9, 1e-3, 40)
    np.savez(made / "e_values.npz", x=np.stack([steps] * TRACKS), y=np.linspace(0, 1, 40))
    parquet.write(TRANSCRIPTS, reader.to_table([toy.transcript()]), made / "transcripts.parquet")
    return made


def settings(folder: Path, **changes: Any) -> TrackModelSettings:
    weights = folder / "deepsea_small.pth"
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    own = toy.settings(name="deepsea", weights=weights, sha256=digest, e_values=folder / "e_values.npz")
    return own.changed(**changes)


def scored(folder: Path, own: TrackModelSettings, variants: list[Variant], name: str) -> Path:
    """Placements and tracks of some variants: ``<name>.placements.parquet`` and what is returned."""
    reference = Reference(folder / "toy.fa", folder / "transcripts.parquet")
    rules = Rules(read(folder / "model.json").layout, "variant", 0.5, 100)
    pairs = [(variant, ["G"]) for variant in variants]
    placed = assign_windows(place(pairs, Genes(reference.transcripts), reference.genome, rules), 1)
    placements, output = folder / f"{name}.placements.parquet", folder / f"{name}.parquet"
    scoring.write(placed, placements)
    score.score_tracks(own, reference, folder / "model.json", placements, 1, 1, None, output)
    return output


def variants(folder: Path) -> list[Variant]:
    """Substitutions, and four deletions, so that either kind has a background."""
    genome = Reference(folder / "toy.fa", folder / "transcripts.parquet").genome
    found = []
    for pos in range(1_501, 2_501, 100):
        base = genome.fetch("c1", pos - 1, pos)
        found.append(Variant("c1", pos, base, "A" if base != "A" else "C"))
    for pos in range(1_551, 1_951, 100):
        ref = genome.fetch("c1", pos - 1, pos + 2)
        found.append(Variant("c1", pos, ref, ref[0]))
    return found


def merged(folder: Path, own: TrackModelSettings) -> dict[str, pd.DataFrame]:
    network.check_network(own, folder / "model.json", folder / "targets.parquet")
    everything = variants(folder)
    background = scored(folder, own, everything, "background")
    tracks = scored(folder, own, everything[:3], "tracks")
    sources = {name: folder / f"{name}.parquet" for name in ("targets",)}
    sources |= {"model": folder / "model.json", "tracks": tracks, "background": background}
    sources |= {"placements": folder / "tracks.placements.parquet"}
    outputs = {name: folder / f"{name}.parquet" for name in ("strongest", "classes", "scores")}
    reference = Reference(folder / "toy.fa", folder / "transcripts.parquet")
    merge.compare_with_background(own, reference, sources, outputs)
    whole = {name: folder / f"{name}.parquet" for name in ("regulatory", "regulation", "all_classes")}
    named = {"placements": [sources["placements"]], "scores": [outputs["scores"]]}
    named |= {"strongest": [outputs["strongest"]], "classes": [outputs["classes"]]}
    summarise.summarise_networks(2, reference, named, {**whole, "classes": whole["all_classes"]})
    return {name: pd.read_parquet(path) for name, path in (outputs | whole).items() if path.is_file()}


def test_e_values_go_from_the_tables_to_the_strongest_tracks(folder: Path) -> None:
    found = merged(folder, settings(folder))
    strongest = found["strongest"]
    assert strongest["e_value"].between(1e-6, 1).all()
    assert strongest["log_odds"].abs().max() > 0
    numbers = found["scores"].set_index("track").loc["functional_significance", "value"]
    by_variant = strongest.groupby("pos")["functional_significance"].first()
    assert sorted(numbers) == pytest.approx(sorted(by_variant))
    regulatory = found["regulatory"]
    assert regulatory["networks"].tolist() == [1, 1, 1]
    largest = strongest.loc[strongest.groupby("pos")["z"].apply(lambda z: z.abs().idxmax())].set_index("pos")
    assert regulatory.set_index("pos")["target"].to_dict() == largest["target"].to_dict()


def test_without_tables_there_are_no_e_values_and_all_else_is_the_same(folder: Path) -> None:
    with_tables = merged(folder, settings(folder))["strongest"]
    without = merged(folder, settings(folder, e_values=None))["strongest"]
    assert without["e_value"].isna().all()
    expected = with_tables.drop(columns=["e_value", "functional_significance"])
    pd.testing.assert_frame_equal(without.drop(columns=["e_value", "functional_significance"]), expected)


def test_tables_of_another_network_end_its_first_job(folder: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", x=np.zeros((3, 2)), y=[0.0, 1.0])
    own = settings(folder, e_values=tmp_path / "other.npz")
    with pytest.raises(WeightsError, match=rf"other.npz: expected x of shape \({TRACKS}, 2\)"):
        network.check_network(own, tmp_path / "model.json", tmp_path / "targets.parquet")
    assert not (tmp_path / "model.json").exists()
