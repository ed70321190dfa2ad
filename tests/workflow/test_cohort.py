"""Several samples in one run: each is scored alone, and with the score cache an allele is computed once ever."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.runner import DYSF_ALONE, Run, finished, merged, prepare, quick_config

SAMPLES = ({"sample": "one"}, {"sample": "two", "genes": "DYSF,SGCA"})


def cohort(folder: Path, cache: Path) -> Run:
    """The demo's patient twice, with other candidate genes, as far as the scores of each."""
    config = merged(quick_config(), {"score_cache": str(cache)})
    prepare(folder, config, *({**DYSF_ALONE, **sample} for sample in SAMPLES))
    return finished(folder, "--until", "merge")


def to_score(run: Run, sample: str) -> tuple[int, int]:
    """Alleles that the model computed and that it was given, of all jobs of a sample, by their logs."""
    logs = (run.folder / "work" / "logs" / sample / "scoring").glob("spliceai.?.log")
    found = [
        re.search(r"(\d+) alleles to score(?:, (\d+) in the score cache)?", path.read_text()) for path in logs
    ]
    numbers = [(int(match[1]), int(match[2] or 0)) for match in found if match]
    return sum(new for new, _ in numbers), sum(new + cached for new, cached in numbers)


def scores(run: Run, sample: str) -> pd.DataFrame:
    return pd.read_parquet(run.folder / "work" / sample / "spliceai" / "scores.parquet")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    folder = tmp_path_factory.mktemp("cohort")
    return cohort(folder / "run", folder / "score_cache")


def test_each_sample_is_given_its_own_alleles(first: Run) -> None:
    key = ["chrom", "pos", "ref", "alt", "gene"]
    one, two = (scores(first, name)[key].drop_duplicates() for name in ("one", "two"))
    assert len(one) < len(two)
    assert one.merge(two, on=key).shape[0] == len(one)
    assert (to_score(first, "one")[1], to_score(first, "two")[1]) == (len(one), len(two))


def test_both_samples_get_the_same_numbers(first: Run) -> None:
    one, two = scores(first, "one"), scores(first, "two")
    of_two = two[two["gene"].isin(one["gene"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, of_two, rtol=0, atol=2e-5)


@pytest.mark.slow
def test_nothing_is_scored_again_where_there_is_a_store(first: Run, tmp_path: Path) -> None:
    again = cohort(tmp_path / "run", first.folder.parent / "score_cache")
    for name in ("one", "two"):
        assert to_score(again, name) == (0, to_score(first, name)[1])
        pd.testing.assert_frame_equal(scores(again, name), scores(first, name), rtol=0, atol=2e-5)
