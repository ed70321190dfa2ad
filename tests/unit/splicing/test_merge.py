"""Shards become one table: however many there were, only if they rest on the same, and only if they are whole."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from landfall.audit import qualify
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.tables import TRANSCRIPTS
from landfall.io import parquet
from landfall.io.parquet import DamagedTableError
from landfall.models.spec import SpliceModelSpec
from landfall.splicing import merge as splicing_merge
from landfall.splicing.tables import SCORES
from landfall.stages import job
from landfall.stages.splicing import merge, score, windows
from landfall.testing import builders
from landfall.variants.tables import VARIANTS

SEQUENCE = builders.bases(3_000, seed=3)
GENES = [
    replace(builders.transcript(f"G{at}", [(at, at + 300), (at + 500, at + 700)]), transcript=f"T{at}")
    for at in (100, 1_100, 2_100)
]
POSITIONS = (390, 1_598, 2_500)
SETTINGS = qualify.model_settings("spliceai").changed(distance=20, keep_probabilities_above=0.0)


@dataclass(frozen=True)
class Inputs:
    """What scoring starts from, on disk."""

    reference: Reference
    variants: Path


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    folder = tmp_path_factory.mktemp("inputs")
    reference = Reference(builders.genome(folder, {"chr1": SEQUENCE}).path, folder / "transcripts.parquet")
    parquet.write(TRANSCRIPTS, reader.to_table(GENES), reference.transcripts_table)
    variants = folder / "variants.parquet"
    parquet.write(VARIANTS, parquet.from_rows(VARIANTS, map(_variant, POSITIONS)), variants)
    return Inputs(reference, variants)


def _variant(pos: int) -> dict[str, Any]:
    ref = SEQUENCE[pos - 1]
    given = {"chrom": "chr1", "pos": pos, "ref": ref, "alt": "ACGT"["CGTA".index(ref)]}
    blank = {c.name: "" if "string" in str(c.type) else 1 for c in VARIANTS.columns if c.required}
    return blank | given


@dataclass(frozen=True)
class Scored:
    """The shards of a model, and the tables that they become."""

    inputs: Inputs
    folder: Path
    shards: int

    def of(self, shard: int) -> tuple[Path, Path]:
        return self.folder / f"scores.{shard}.parquet", self.folder / f"probabilities.{shard}.parquet"

    def merge(self) -> tuple[bytes, bytes]:
        made = self.folder / "scores.parquet", self.folder / "probabilities.parquet"
        placements = self.folder / "placements.parquet"
        shards = [self.of(shard) for shard in range(1, self.shards + 1)]
        merge.merge_shards("spliceai", self.inputs.reference, self.inputs.variants, placements, shards, *made)
        return made[0].read_bytes(), made[1].read_bytes()

    def record_of(self, shard: int, changes: Mapping[str, Any]) -> None:
        """Write a shard anew, as if it had been computed with something else."""
        path = self.of(shard)[0]
        parquet.write(SCORES, parquet.read(SCORES, path), path, parquet.metadata(path) | dict(changes))


@pytest.fixture(scope="module")
def scored(inputs: Inputs, tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path):
    """Scores the three variants in a number of shards, as the workflow's jobs do."""

    @cache
    def run(shards: int) -> Scored:
        folder = tmp_path_factory.mktemp("scored") / str(shards)
        placed = folder / "windows.parquet", folder / "placements.parquet"
        model = SETTINGS.changed(shards=shards)
        windows.place_windows(model, inputs.reference, [inputs.variants], *placed)
        made = Scored(inputs, folder, shards)
        for shard in range(1, shards + 1):
            score.score_shard(
                model, inputs.reference, *placed, spliceai_weights, shard, 1, None, *made.of(shard)
            )
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SpliceModelSpec, "load", cache(SpliceModelSpec.load))
        yield run


@pytest.fixture
def three(scored, tmp_path: Path) -> Scored:
    """A copy of three shards, to be spoilt."""
    merged = shutil.ignore_patterns("scores.parquet", "probabilities.parquet")
    shutil.copytree(scored(3).folder, tmp_path / "3", ignore=merged)
    return replace(scored(3), folder=tmp_path / "3")


@pytest.mark.parametrize("shards", [3, 5, pytest.param(50, marks=pytest.mark.slow)])
def test_one_and_more_shards_of_three_variants_give_the_same_bytes(scored, shards: int) -> None:
    """Of five and of fifty most are empty."""
    assert scored(shards).merge() == scored(1).merge()


def test_three_shards_of_three_variants_hold_one_each(scored) -> None:
    assert all(pq.read_table(path).num_rows for shard in (1, 2, 3) for path in scored(3).of(shard))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"weights": {"spliceai1.h5": "0" * 64}}, "weights"),
        ({"settings": {"distance": 500}, "code": "0" * 64}, "code, settings"),
    ],
)
def test_shards_made_before_and_after_a_change_are_not_mixed(three: Scored, changes, named) -> None:
    three.record_of(3, changes)
    with pytest.raises(splicing_merge.ShardsDifferError) as error:
        three.merge()
    for said in (str(three.of(3)[0]), f"different {named}:", "Delete scores.*.parquet", "same command again"):
        assert said in str(error.value)


def test_shards_from_several_devices_name_them_all(three: Scored) -> None:
    three.record_of(2, {"device": "cuda", "torch": "2.13.0+cu130"})
    three.merge()
    record = parquet.metadata(three.folder / "scores.parquet")
    assert record["device"].split("; ")[1] == "cuda"
    assert record["device"].startswith("cpu")
    assert "2.13.0+cu130" in record["torch"].split("; ")


def test_shards_scored_in_other_batches_and_on_another_device_by_the_configuration_are_merged(
    three: Scored, spliceai_weights: Path
) -> None:
    """A run that ran out of memory is taken up with other keys of speed."""
    changed = SETTINGS.changed(shards=3, batch=SETTINGS.batch + 5, device="auto", threads=2)
    placed = three.folder / "windows.parquet", three.folder / "placements.parquet"
    score.score_shard(changed, three.inputs.reference, *placed, spliceai_weights, 2, 2, None, *three.of(2))
    three.merge()
    record = parquet.metadata(three.folder / "scores.parquet")
    assert (record["batch"], record["threads"]) == (SETTINGS.batch + 5, 2)
    assert not {"device", "batch", "threads", "shards"} & record["settings"].keys()


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize("damage", [cut_short, lambda _: b""])
def test_a_damaged_shard_is_named_with_the_remedy(three: Scored, damage, tmp_path: Path) -> None:
    path = three.of(1)[0]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedTableError, match="delete it and repeat the command"):
        three.merge()
    with pytest.raises(SystemExit), job.logged(tmp_path / "log"):
        three.merge()
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert str(path) in line
    assert not (three.folder / "scores.parquet").exists()
