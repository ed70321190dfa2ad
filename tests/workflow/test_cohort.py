"""Several samples in one run: what they share is scored once, and with a score cache once ever."""

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


def to_score(run: Run) -> tuple[int, int]:
    """Alleles that the models computed and that they were asked for, of all jobs, as their logs say."""
    said = [path.read_text() for path in (run.folder / "work" / "logs" / "scoring").glob("spliceai.?.log")]
    found = [re.search(r"(\d+) of (\d+) alleles to score", text) for text in said]
    return sum(int(match[1]) for match in found if match), sum(int(match[2]) for match in found if match)


def scores(run: Run, sample: str) -> pd.DataFrame:
    return pd.read_parquet(run.folder / "work" / sample / "spliceai" / "scores.parquet")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    folder = tmp_path_factory.mktemp("cohort")
    return cohort(folder / "run", folder / "score_cache")


def test_an_allele_of_two_samples_is_scored_once(first: Run) -> None:
    key = ["chrom", "pos", "ref", "alt", "gene"]
    one, two = (scores(first, name)[key].drop_duplicates() for name in ("one", "two"))
    assert len(one) < len(two)
    assert to_score(first) == (len(two), len(two)), (
        "the candidates of the one are all among those of the other"
    )
    assert one.merge(two, on=key).shape[0] == len(one)


def test_both_samples_get_the_same_numbers(first: Run) -> None:
    one, two = scores(first, "one"), scores(first, "two")
    of_two = two[two["gene"].isin(one["gene"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, of_two)


@pytest.mark.slow
def test_nothing_is_scored_again_where_there_is_a_store(first: Run, tmp_path: Path) -> None:
    again = cohort(tmp_path / "run", first.folder.parent / "score_cache")
    computed, asked = to_score(again)
    assert (computed, asked) == (0, to_score(first)[1])
    for name in ("one", "two"):
        pd.testing.assert_frame_equal(scores(again, name), scores(first, name))
