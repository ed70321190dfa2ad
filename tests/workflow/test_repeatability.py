"""The same inputs give the same tables: run twice, killed half way, or dealt into another number of jobs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.workflow.runner import (
    DYSF_ALONE,
    Run,
    finished,
    merged,
    model,
    prepare,
    quick_config,
    run_demo_gene,
    running,
    same_bytes,
    snakemake,
    wait_for,
)

TABLES = ("prioritised.parquet", "prioritised.tsv", "outcomes.parquet", "ledger.parquet")


def assert_same_tables(one: Run, other: Run) -> None:
    for name in TABLES:
        assert same_bytes(one.result(name), other.result(name)), name
    for name in ("scores.parquet", "probabilities.parquet"):
        place = Path("work", "demo", "spliceai", name)
        assert same_bytes(one.folder / place, other.folder / place), name
    assert same_bytes(one.result("annotated.vcf.gz"), other.result("annotated.vcf.gz"))


def test_one_gene_of_the_panel_gives_the_same_answer(dysf: Run) -> None:
    table = dysf.table("prioritised")
    assert set(table["gene"]) == {"DYSF"}
    assert (table.loc[0, "hgvs_c"], table.loc[0, "event"]) == ("c.663+784C>T", "pseudoexon")


@pytest.mark.slow
def test_shards_and_batches_change_no_value(dysf: Run, tmp_path: Path) -> None:
    other = run_demo_gene(tmp_path, {"models": model(shards=1, batch=3)})
    for name in ("prioritised", "outcomes"):
        pd.testing.assert_frame_equal(dysf.table(name), other.table(name), rtol=0, atol=2e-5)
    pd.testing.assert_frame_equal(dysf.table("ledger"), other.table("ledger"))


def shards_done(folder: Path) -> list[Path]:
    return sorted((folder / "work" / "demo" / "spliceai").glob("scores.*.parquet"))


def killed_while_scoring(folder: Path) -> None:
    """Start the workflow and kill all of it, without warning, as soon as one shard is there."""
    with running(folder) as run:
        wait_for(lambda: shards_done(folder), run, folder / "first.log")


def assert_whole_under_final_names(folder: Path) -> None:
    """What stands under a final name can be read to its end."""
    for path in folder.rglob("*.parquet"):
        if not path.name.startswith("."):
            pq.read_table(path)


@pytest.mark.slow
def test_a_run_killed_while_scoring_is_taken_up_and_ends_the_same(dysf: Run, tmp_path: Path) -> None:
    """Byte for byte, in another folder: so a second undisturbed run gives the same tables all the more."""
    folder = prepare(tmp_path, merged(quick_config(), {"models": model(shards=4)}), DYSF_ALONE)
    killed_while_scoring(folder)
    done = shards_done(folder)
    assert 1 <= len(done) < 4
    made = {path.name for path in (folder / "results").rglob("*.*") if path.is_file() and path.name[0] != "."}
    assert made <= {"callset.parquet"}  # which rests on no score
    assert_whole_under_final_names(folder / "work")
    locked = snakemake(folder)
    assert locked.status != 0
    assert "--unlock" in locked.output
    finished(folder, "--unlock")
    resumed = finished(folder)
    assert "genes" not in resumed.all_jobs()  # what was done is not done again
    assert_same_tables(resumed, dysf)
