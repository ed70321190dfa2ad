"""Scores kept between runs: computed once, found again only where everything that they depend on is the same."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.audit import qualify
from landfall.config.sections import ModelSettings
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.io.parquet import DamagedTableError
from landfall.models.registry import splice_model
from landfall.models.runtime.score_cache import work_in_words
from landfall.splicing import score_rows, scoring
from landfall.splicing.score_cache import ScoreCache
from landfall.splicing.windows import Placement, Reach, place
from landfall.stages.splicing.score import Shard
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import ToyModel

SEQUENCE = builders.bases(2000, seed=5)
GENE = builders.transcript("GENE", [(100, 300), (900, 1000), (1500, 1900)])
SPEC = replace(splice_model("spliceai"), context=ToyModel.context)
SETTINGS = qualify.model_settings("spliceai").changed(distance=15)
VARIANTS = [
    Variant("chr1", pos, SEQUENCE[pos - 1], "ACGT"["CGTA".index(SEQUENCE[pos - 1])])
    for pos in (700, 895, 1200)
]


@dataclass(frozen=True)
class Job:
    """A reference in memory."""

    transcripts: Sequence[Transcript]
    genome: MemoryGenome


class ToyShard(Shard):
    """The same job with a toy network in place of the real one; ``computed`` is what it was asked for."""

    computed: ClassVar[list[Placement]] = []

    def compute(self, model: ToyModel, placements: Sequence[Placement]) -> tuple[list[dict], list[dict]]:
        self.computed.extend(placements)
        found = list(scoring.score_windows(model, self.windows, placements, self.settings.distance, 2))
        sites = scoring.splice_sites(self.reference.transcripts, self.genes)["chr1", "GENE"]
        rows = [row for s in found for row in score_rows.score_rows(s, "spliceai", sites)]
        return rows, [score_rows.probability_row(s, "spliceai") for s in found[:1]]


def run(
    cache: ScoreCache | None,
    chosen: Sequence[Variant] = VARIANTS,
    gene: Transcript = GENE,
    sequence: str = SEQUENCE,
    settings: ModelSettings = SETTINGS,
) -> tuple[list[str], list[dict], list[dict]]:
    """What was computed, and the rows of scores and of probabilities."""
    reach = Reach(SPEC.context, settings.distance, settings.max_unknown_fraction)
    job = Job([gene], MemoryGenome({"chr1": sequence}))
    made, placed = place([(variant, gene) for variant in chosen], job.genome, reach)
    ToyShard.computed = []
    scores, probabilities = ToyShard(settings, job, made, placed).score(ToyModel, cache)
    return [str(p.variant) for p in ToyShard.computed], _sorted(scores), _sorted(probabilities)


def _sorted(rows: list[dict]) -> list[dict]:
    plain = [{k: list(v) if hasattr(v, "tolist") else v for k, v in row.items()} for row in rows]
    return sorted(plain, key=lambda row: (row["pos"], row["ref"], row.get("track", "")))


@pytest.fixture
def cache(tmp_path: Path) -> ScoreCache:
    return ScoreCache(tmp_path, SPEC, SETTINGS, "cpu")


def test_an_allele_is_scored_once_and_comes_back_as_it_was(cache: ScoreCache) -> None:
    first, scores, probabilities = run(cache)
    again, same_scores, same_probabilities = run(cache)
    assert first == [str(variant) for variant in VARIANTS]
    assert again == []
    assert (same_scores, same_probabilities) == (scores, probabilities)
    assert probabilities
    assert run(None) == (first, scores, probabilities)


@pytest.mark.parametrize(
    ("cached", "words"), [(True, "2 alleles to score, 3 in the score cache"), (False, "5 alleles to score")]
)
def test_the_score_cache_is_in_the_log_only_where_there_is_one(cached: bool, words: str) -> None:
    assert work_in_words(2 if cached else 5, 5, cached) == words


def test_only_what_is_new_is_computed(cache: ScoreCache) -> None:
    run(cache, VARIANTS[:2])
    computed, scores, _ = run(cache)
    assert computed == [str(VARIANTS[2])]
    assert {row["pos"] for row in scores} == {variant.pos for variant in VARIANTS}


def test_the_devices_are_those_that_computed_the_scores(cache: ScoreCache, tmp_path: Path) -> None:
    """Not the one that the job has found, if it computed nothing."""
    run(cache, VARIANTS[:2])
    assert cache.computed_on == "cpu"
    later = ScoreCache(tmp_path, SPEC, SETTINGS, "cuda")
    assert later.computed_on == "cuda"
    run(later, VARIANTS[:1])
    assert later.computed_on == "cpu"
    run(later, VARIANTS)
    assert later.computed_on == "cpu; cuda"
    (former,) = [path for path in cache.folder.iterdir() if parquet.metadata(path)["device"] == "cpu"]
    parquet.write(cache.table, parquet.read(cache.table, former), former)
    unnamed = ScoreCache(tmp_path, SPEC, SETTINGS, "cpu")
    run(unnamed, VARIANTS[:1])
    assert unnamed.computed_on == "unrecorded device"


def test_a_model_is_not_loaded_for_what_is_known(cache: ScoreCache) -> None:
    run(cache)
    job = Job([GENE], MemoryGenome({"chr1": SEQUENCE}))
    made, placed = place([(v, GENE) for v in VARIANTS], job.genome, cache.reach)

    def never() -> None:
        raise AssertionError("the model was loaded")

    assert ToyShard(SETTINGS, job, made, placed).score(never, cache)[0]


@pytest.mark.parametrize(("at", "known"), [(720, False), (1510, False), (1530, True)])
def test_a_base_within_reach_makes_another_row_and_one_beyond_does_not(
    cache: ScoreCache, at: int, known: bool
) -> None:
    """The reach is that of the outcomes: as far as the exon that begins at 1500, and 20 bases of context more."""
    run(cache, VARIANTS[:1])
    other = "A" if SEQUENCE[at - 1] != "A" else "C"
    computed, _, _ = run(cache, VARIANTS[:1], sequence=SEQUENCE[: at - 1] + other + SEQUENCE[at:])
    assert (computed == []) == known


@pytest.mark.parametrize(
    ("exons", "known"),
    [
        ([(100, 300), (905, 1000), (1500, 1900)], False),
        ([(100, 300), (900, 1000), (1400, 1900)], False),
        ([(100, 300), (900, 1000), (1500, 1950)], True),
    ],
)
def test_an_annotated_exon_counts_within_reach(
    cache: ScoreCache, exons: list[tuple[int, int]], known: bool
) -> None:
    """What is masked, and where a model of exons reads, follows from the annotation near the allele alone."""
    run(cache, VARIANTS[1:2])
    moved = builders.transcript("GENE", exons)
    assert (run(cache, VARIANTS[1:2], moved)[0] == []) == known


def test_the_same_neighbourhood_elsewhere_is_the_same_row(cache: ScoreCache) -> None:
    """As after an annotation renamed its transcripts: the row comes back under the names at hand."""
    run(cache, VARIANTS[:1])
    computed, scores, _ = run(cache, VARIANTS[:1], replace(GENE, transcript="GENE.2"))
    assert computed == []
    assert {row["transcript"] for row in scores} == {"GENE.2"}


def test_settings_that_change_a_score_are_another_store_and_others_are_not(tmp_path: Path) -> None:
    folder = ScoreCache(tmp_path, SPEC, SETTINGS, "cpu").folder
    assert (
        ScoreCache(
            tmp_path, SPEC, SETTINGS.changed(shards=9, threads=2, batch=1, device="cuda"), "cuda"
        ).folder
        == folder
    )
    assert ScoreCache(tmp_path, SPEC, SETTINGS.changed(distance=50), "cpu").folder != folder
    other = replace(SPEC.info, weights=splice_model("cispliceai").info.weights)
    assert ScoreCache(tmp_path, replace(SPEC, info=other), SETTINGS, "cpu").folder != folder
    words = replace(SPEC.info, title="other words", citation="other words")
    assert ScoreCache(tmp_path, replace(SPEC, info=words), SETTINGS, "cpu").folder == folder


def test_what_a_killed_job_left_is_not_read(cache: ScoreCache) -> None:
    run(cache, VARIANTS[:1])
    (cache.folder / ".half.parquet.partial").write_bytes(b"PAR1")
    assert run(cache, VARIANTS[:1])[0] == []


def test_two_jobs_may_write_the_same_row(cache: ScoreCache) -> None:
    other = ScoreCache(cache.folder.parents[1], SPEC, SETTINGS, "cpu")
    rows = [{**row, "key": "k"} for row in _stored(cache)]
    cache.add(rows)
    other.add(rows)
    assert list(cache.read(["k"])) == ["k"]
    assert len(list(cache.folder.glob("*.parquet"))) == 3


def _stored(cache: ScoreCache) -> list[dict]:
    run(cache, VARIANTS[:1])
    import pyarrow.dataset as ds

    return ds.dataset(sorted(cache.folder.glob("*.parquet"))).to_table().to_pylist()


def test_a_refusal_is_not_kept(cache: ScoreCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(
        self: ToyShard, model: ToyModel, placements: Sequence[Placement]
    ) -> tuple[list[dict], list[dict]]:
        return [score_rows.refused_row(_base(p), "not_finite", "") for p in placements], []

    monkeypatch.setattr(ToyShard, "compute", refusing)
    run(cache, VARIANTS[:1])
    assert not list(cache.folder.glob("*.parquet"))


def _base(placement: Placement) -> dict[str, object]:
    return {**vars(placement.variant), "gene": "GENE", "transcript": "GENE.1", "model": "spliceai"}


def test_a_damaged_file_of_the_cache_is_named_with_the_remedy(cache: ScoreCache) -> None:
    run(cache)
    (path,) = cache.folder.glob("*.parquet")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedTableError, match=f"{path.name} is damaged.*delete it and repeat the command"):
        run(cache)
    path.unlink()
    assert run(cache)[0] == [str(variant) for variant in VARIANTS]


def test_a_foreign_file_of_the_cache_is_named(cache: ScoreCache) -> None:
    run(cache)
    path = cache.folder / "foreign.parquet"
    for columns in ({"a": [1]}, {"key": [3]}):
        pq.write_table(pa.table(columns), path)
        with pytest.raises(DamagedTableError, match=r"foreign.parquet is damaged"):
            run(cache)


def run_often(root: Path, seed: int) -> None:
    """A run with a score cache, again and again: each takes what the others have put there meanwhile."""
    for _ in range(6):
        chosen = random.Random(seed).sample(MANY, 20)
        computed, scores, _ = run(ScoreCache(root, SPEC, SETTINGS, "cpu"), chosen)
        assert len(computed) <= 20
        assert {row["pos"] for row in scores} == {variant.pos for variant in chosen}
        seed += 2


MANY = [
    Variant("chr1", pos, SEQUENCE[pos - 1], "ACGT"["CGTA".index(SEQUENCE[pos - 1])])
    for pos in range(400, 1400, 25)
]


def test_several_processes_use_one_store_at_once(tmp_path: Path) -> None:
    """Every run ends with all scores, as without a score cache, and what one has put there none computes again."""
    at_once = [
        multiprocessing.get_context("spawn").Process(target=run_often, args=(tmp_path, n)) for n in range(2)
    ]
    for process in at_once:
        process.start()
    for process in at_once:
        process.join()
    assert [process.exitcode for process in at_once] == [0] * 2
    cache = ScoreCache(tmp_path, SPEC, SETTINGS, "cpu")
    computed, scores, _ = run(cache, MANY)
    assert len(computed) < len(MANY) / 2
    fresh = run(None, MANY)[1]
    assert [row["value"] for row in scores] == pytest.approx([row["value"] for row in fresh], abs=1e-6)
    assert run(cache, MANY)[0] == []


def test_where_an_allele_is_laid_makes_another_row(cache: ScoreCache) -> None:
    genome = MemoryGenome({"chr1": SEQUENCE})
    _, (placed, *_) = place([(v, GENE) for v in VARIANTS], genome, cache.reach)
    assert cache.key(genome, placed, None) != cache.key(genome, replace(placed, moved=2), None)
