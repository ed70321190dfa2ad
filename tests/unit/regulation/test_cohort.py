"""Networks of tracks for several patients: what they share is read once, and each gets what it would have alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.tracks.base import Tracks, Window
from landfall.regulation import network, scoring
from landfall.regulation import windows as regulation_windows
from landfall.regulation.score_cache import TrackScoreCache
from landfall.regulation.tables import CLASSES, REGULATION, TARGETS, TRACKS
from landfall.regulation.windows import Genes, Rules, place
from landfall.splicing import merge as splicing_merge
from landfall.splicing.tables import SCORES
from landfall.stages.regulation import join, merge, score
from landfall.stages.regulation.placements import gather_placements
from landfall.testing import toy_tracks as toy

RULES = Rules(toy.LAYOUT, "variant", 0.1, 100)
ONE, OTHER = (2_010, 2_030, 2_040, 2_400), (2_030, 2_040, 2_700, 5_900)
"""Places of the variants of two patients; the last lies in unknown sequence."""


@dataclass(frozen=True)
class Case:
    """A folder with the reference, its transcripts, and what a checked network is."""

    folder: Path
    reference: Reference

    def placements(self, name: str, places: Sequence[int]) -> Path:
        """tables.TRACK_PLACEMENTS of one patient: substitutions, and a deletion at every place divisible by 20."""
        genome = self.reference.genome
        pairs = [(_variant(genome, at), ["G"]) for at in places]
        path = self.folder / f"{name}.parquet"
        scoring.write(place(pairs, Genes([toy.transcript()]), genome, RULES), path)
        return path

    def scored(self, patients: Sequence[Path], shards: int) -> Path:
        """tables.TRACKS of all patients, by the stages of the workflow with a toy network."""
        together, made = self.folder / f"together.{shards}.parquet", []
        gather_placements(shards, self.reference, patients, together)
        placed = regulation_windows.read(together, self.reference)
        for shard in range(1, shards + 1):
            mine = [p for p in placed if p.shard == shard]
            rows = scoring.score(toy.Toy(), self.reference.genome, toy.settings(), mine)
            made.append(self.folder / f"tracks.{shard}.parquet")
            record = {"device": "cpu", "threads": 1, "batch": 8, "weights": {"toy": "0"}}
            parquet.write(TRACKS, parquet.from_rows(TRACKS, rows), made[-1], record)
        join.join_shards(made, self.folder / f"tracks.of.{shards}.parquet")
        return self.folder / f"tracks.of.{shards}.parquet"

    def merged(self, placements: Path, tracks: Path, background: Path) -> list[list[dict[str, Any]]]:
        """What one patient's tables say."""
        sources = {"placements": placements, "tracks": tracks, "background": background}
        for name in ("model.json", "targets.parquet"):
            sources[name.split(".")[0]] = self.folder / name
        outputs = {name: self.folder / f"out.{name}.parquet" for name in ("strongest", "classes", "scores")}
        merge.compare_with_background(toy.settings(), self.reference, sources, outputs)
        kinds = {"strongest": REGULATION, "classes": CLASSES, "scores": SCORES}
        return [parquet.read(kinds[name], path).to_pylist() for name, path in outputs.items()]


def _variant(genome: Genome, at: int) -> Variant:
    ref = genome.fetch("c1", at, at + (3 if at % 20 == 0 else 1))
    return Variant("c1", at + 1, ref, ref[0] if len(ref) > 1 else ("A" if ref != "A" else "C"))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    genome = toy.genome(tmp_path)
    transcripts = tmp_path / "transcripts.parquet"
    parquet.write(TRANSCRIPTS, reader.to_table([toy.transcript()]), transcripts)
    known = network.Known("0" * 64, toy.LAYOUT, len(toy.TARGETS), toy.Toy.classes)
    (tmp_path / "model.json").write_text(network.write(known))
    rows = [network.target_row(target, number) for number, target in enumerate(toy.TARGETS)]
    parquet.write(TARGETS, parquet.from_rows(TARGETS, rows), tmp_path / "targets.parquet")
    return Case(tmp_path, Reference(genome.path, transcripts))


def test_what_two_patients_share_is_read_once(case: Case) -> None:
    patients = [case.placements("one", ONE), case.placements("other", OTHER)]
    tracks = parquet.read(TRACKS, case.scored(patients, 1)).to_pylist()
    assert [row["pos"] for row in tracks] == [at + 1 for at in sorted({*ONE, *OTHER} - {5_900})]


@pytest.mark.parametrize("shards", [1, 3, 50])
def test_each_patient_gets_what_it_would_have_alone(case: Case, shards: int) -> None:
    background = case.scored([case.placements("background", range(2_000, 2_200, 10))], 1).rename(
        case.folder / "background.parquet"
    )
    one, other = case.placements("one", ONE), case.placements("other", OTHER)
    alone = [case.merged(path, case.scored([path], 1), background) for path in (one, other)]
    together = case.scored([one, other], shards)
    assert [case.merged(path, together, background) for path in (one, other)] == alone
    assert [len({row["pos"] for row in scores}) for *_, scores in alone] == [4, 4]
    assert {row["reason"] for row in alone[1][2]} == {"", "unknown_sequence"}


def test_shards_that_rest_on_other_weights_are_not_joined(case: Case) -> None:
    case.scored([case.placements("one", ONE)], 2)
    shards = [case.folder / f"tracks.{number}.parquet" for number in (1, 2)]
    table, record = parquet.read(TRACKS, shards[1]), parquet.metadata(shards[1])
    parquet.write(TRACKS, table, shards[1], record | {"weights": {"toy": "1"}})
    with pytest.raises(
        splicing_merge.ShardsDifferError, match=r"different weights.*Delete tracks\.\*\.parquet in"
    ):
        join.join_shards(shards, case.folder / "joined.parquet")
    assert not (case.folder / "joined.parquet").exists()


def test_with_a_store_nothing_is_read_twice(case: Case) -> None:
    known = network.read(case.folder / "model.json")
    cache = TrackScoreCache(case.folder / "score_cache", toy.settings(), known, "cpu")
    genome, load = case.reference.genome, toy.Toy
    placements = {
        name: [
            p
            for p in regulation_windows.read(case.placements(name, places), case.reference)
            if p.start is not None
        ]
        for name, places in (("one", ONE), ("other", OTHER))
    }
    first = score.scored(placements["one"], genome, toy.settings(), load, cache)
    plain = score.scored(placements["one"], genome, toy.settings(), load, None)
    assert _as_table(first) == _as_table(plain)

    def never() -> toy.Toy:
        raise AssertionError("the network was loaded")

    again = score.scored(placements["one"], genome, toy.settings(), never, cache)
    assert _as_table(again) == _as_table(plain)
    asked = toy.Toy()
    score.scored(placements["other"], genome, toy.settings(), lambda: asked, cache)
    assert (
        asked.references == 2
    )  # both strands at 2,700; the two that both patients have were in the score cache


def test_a_job_that_is_stopped_goes_on_where_it_was(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    known = network.read(case.folder / "model.json")
    cache, genome = (
        TrackScoreCache(case.folder / "score_cache", toy.settings(), known, "cpu"),
        case.reference.genome,
    )
    placed = regulation_windows.read(case.placements("one", ONE), case.reference)
    placements = [p for p in placed if p.start is not None]
    settings = toy.settings(batch=1)
    plain = score.scored(placements, genome, settings, toy.Toy, None)

    class Stopped(toy.Toy):
        def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
            if self.references == 4:
                raise KeyboardInterrupt
            return super().read(reference, alternates)

    monkeypatch.setattr(score, "KEPT_EVERY", 0)
    with pytest.raises(KeyboardInterrupt):
        score.scored(placements, genome, settings, Stopped, cache)
    resumed = toy.Toy()
    found = score.scored(placements, genome, settings, lambda: resumed, cache)
    assert _as_table(found) == _as_table(plain)
    assert resumed.references == 2 * len(placements) - 4


def _as_table(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = parquet.from_rows(TRACKS, rows).to_pylist()
    return table


def test_other_weights_targets_or_settings_are_another_store_and_speed_is_not(case: Case) -> None:
    known = network.read(case.folder / "model.json")

    def folder(changed: network.Known = known, **changes: Any) -> Path:
        return TrackScoreCache(case.folder, toy.settings(**changes), changed, "cpu").folder

    same = [folder(), folder(batch=1, shards=9, threads=2, device="cuda", weights=Path("elsewhere.h5"))]
    targets = case.folder / "targets.parquet"
    others = [folder(replace(known, sha256="1" * 64)), folder(shifts=(0, 1)), folder(targets=targets)]
    assert len(set(same)) == 1
    assert len({*same, *others}) == 4
    beside = case.folder / "beside"
    beside.mkdir()
    for content in ("{}", "{ }"):
        (beside / "params.json").write_text(content)
        others.append(folder(weights=beside / "model0_best.h5"))
    assert len({*same, *others}) == 6, "what is read beside the weights counts as they do"


@pytest.mark.parametrize("change", ["base in the window", "start of the gene", "exons", "strand"])
def test_the_window_and_the_place_of_the_gene_are_the_key(case: Case, change: str) -> None:
    cache = TrackScoreCache(case.folder, toy.settings(), network.read(case.folder / "model.json"), "cpu")
    genome = case.reference.genome
    placement = regulation_windows.read(case.placements("one", ONE[:1]), case.reference)[0]
    moved = replace(placement, transcript=toy.transcript("G", 2_001))
    far = replace(placement, start=placement.start + 1)
    gene = placement.transcript
    shorter = replace(placement, transcript=replace(gene, exons=gene.exons[:-1]))
    turned = replace(placement, transcript=replace(gene, strand="-"))
    changes = {"start of the gene": moved, "exons": shorter, "strand": turned}
    other = changes.get(change, far)
    assert cache.key(genome, other) != cache.key(genome, placement)
