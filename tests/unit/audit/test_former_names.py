"""Why, verify and reanalysis read a result of an older landfall, under former names of columns, tables and values."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.audit import reanalysis, variant_fate, variant_fate_text, verify
from landfall.config.fields import plain
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.io.parquet import TableError
from landfall.io.text import write_tsv
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from landfall.splicing.tables import ANTISENSE_SCAN, OUTCOMES
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS
from landfall.variants.tables import DECISIONS, LEDGER
from tests.unit.report import report_example as example

FORMER = {
    "ledger": {"status": "fate"},
    "prioritised": {
        "best_inheritance_mode": "explaining_mode",
        "gene_moi": "gene_modes",
        "popmax_af": "frequency",
        "nhomalt": "homozygotes",
        "clinvar": "known",
    },
    "outcomes": {"is_gain": "gained", "transcript_proportion": "share"},
    "evidence": {},
}
LATER = {
    "prioritised": [
        "hemizygotes", "call_doubt", "heteroplasmy", "finding_level", "finding_kinds", "finding_reason", "relatives",
    ]
}  # fmt: skip
"""Columns that the older version did not write."""
AT = {"chrom": "chr1", "pos": 30, "ref": "G", "alt": "T"}
KEPT = "chr1-30-G-T"
CANDIDATE = example.row(
    **{**example.PSEUDOEXON, **AT, "nhomalt": 3, "popmax_af": 0.25, "clinvar": "7 Pathogenic"}
)
SETTINGS = {
    "results": "results",
    "work": "work",
    "genome": {"fasta": "genome.fa", "annotation": "genes.gtf"},
    "filter": plain(THRESHOLDS),
    "phenotype": {"candidates": "terms"},
    "models": [{"name": "spliceai", "distance": 500}],
}
RECORD: dict[str, Any] = {
    "created": "2026-01-01 10:00 UTC", "version": "0.8.0", "code": "c", "genes": [], "hpo_release": None,
    "phenotype": [], "phenotype_excluded": [], "software": {}, "inputs": [], "models": [], "assembly": "GRCh38",
    "cutoff": 0.5, "settings": SETTINGS, "counts": {"kept/score/scored": 1, "dropped/filter/depth": 1},
}  # fmt: skip


def account(record: int, pos: int, status: str, stage: str, rule: str, detail: str) -> dict[str, Any]:
    key = {"record": record, "allele": 1, **AT, "pos": pos, "variant": f"chr1-{pos}-G-T"}
    return {**key, "status": status, "stage": stage, "rule": rule, "detail": detail}


def write_former(table: parquet.Table, rows: list[dict[str, Any]], folder: Path) -> pa.Table:
    """A table as the older version wrote it."""
    former = FORMER[table.name]
    data = parquet.from_rows(table, rows).drop_columns(LATER.get(table.name, []))
    data = data.rename_columns([former.get(name, name) for name in data.column_names])
    data = data.replace_schema_metadata(
        {"landfall.table": table.name, "landfall.provenance": '{"model": "toy"}'}
    )
    pq.write_table(data, folder / f"{table.name}.parquet")
    return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """results/S of an older landfall: one candidate, and one allele that a filter dropped."""
    tmp_path = tmp_path_factory.mktemp("older")
    builders.genome(tmp_path, {"chr1": "ACGT" * 20})
    results = tmp_path / "results" / "S"
    results.mkdir(parents=True)
    ledger = [
        account(1, 30, "kept", "score", "scored", "scored in ALPHA1"),
        account(2, 34, "dropped", "filter", "depth", "DP 3 < 10"),
    ]
    write_former(LEDGER, ledger, results)
    write_tsv(write_former(PRIORITISED, [CANDIDATE], results), results / "prioritised.tsv")
    same = {name: CANDIDATE[name] for name in (*ALLELE, "gene", "transcript")}
    write_former(OUTCOMES, [{**example.outcomes()[0], **same}], results)
    criterion = {
        **same, "rank": 1, "order": 1, "criterion": "PS1", "status": "not_judged", "strength": None, "points": 0,
        "draft_class": None, "reason": "no file", "source": "ACMG",
    }  # fmt: skip
    write_former(EVIDENCE, [criterion], results)
    (results / "provenance.json").write_text(json.dumps(RECORD, default=str))
    return results


def test_why_answers_from_an_older_result(folder: Path) -> None:
    (answer,) = variant_fate.ask(folder, KEPT)
    (candidate,) = answer.candidates
    names = ("popmax_af", "nhomalt", "clinvar", "best_inheritance_mode", "hemizygotes")
    assert [candidate[name] for name in names] == [
        0.25,
        3,
        "7 Pathogenic",
        CANDIDATE["best_inheritance_mode"],
        None,
    ]
    (outcome,) = candidate["outcomes"]
    assert (outcome["is_gain"], outcome["transcript_proportion"]) == (
        True,
        example.outcomes()[0]["transcript_proportion"],
    )
    assert [row["status"] for row in candidate["evidence"]] == ["not_assessed"]
    assert "0.25 in" in variant_fate_text.text([answer])
    (dropped,) = variant_fate.ask(folder, "chr1-34-G-T")
    assert [(a.row["status"], a.row["rule"]) for a in dropped.accounts] == [("dropped", "depth")]


def test_verify_checks_the_tables_of_an_older_result(folder: Path) -> None:
    findings = [*verify._counts(RECORD, folder), *verify._text(folder)]
    assert [(found.what, found.holds) for found in findings] == [("ledger", True), ("prioritised.tsv", True)]


def test_verify_finds_a_changed_text_table_of_an_older_result(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "prioritised.tsv").read_text()
    (tmp_path / "prioritised.tsv").write_text(text.replace("7 Pathogenic", "7 Benign"))
    assert [found.holds for found in verify._text(tmp_path)] == [False]


def test_reanalysis_compares_with_an_older_result(folder: Path, tmp_path: Path) -> None:
    later = {**CANDIDATE, "pos": 34, "hemizygotes": 1}
    now = tmp_path / "S"
    now.mkdir()
    ledger = [
        account(1, 34, "kept", "score", "scored", ""),
        account(2, 30, "dropped", "filter", "depth", "DP 3 < 10"),
    ]
    parquet.write(LEDGER, parquet.from_rows(LEDGER, ledger), now / "ledger.parquet")
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, [later]), now / "prioritised.parquet")
    record = json.loads(json.dumps(RECORD, default=str))
    record["settings"]["filter"]["min_depth"] = 3
    (now / "provenance.json").write_text(json.dumps(record))
    rows = reanalysis.changes(reanalysis.Result.of(folder), reanalysis.Result.of(now))
    assert [(row["pos"], row["change"], row["causes"]) for row in rows] == [
        (30, "gone", "settings"),
        (34, "new", "settings"),
    ]
    assert rows[1]["detail"].startswith("dropped before by rule depth: DP 3 < 10")


def test_former_names_are_reported_once_for_a_file(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = Path(shutil.copy(folder / "ledger.parquet", tmp_path))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert parquet.read(LEDGER, path, ["status", "rule"])["status"].to_pylist() == ["kept", "dropped"]
            assert [part["status"].to_pylist() for part in parquet.parts(LEDGER, path)] == [
                ["kept", "dropped"]
            ]
    assert caplog.messages == [f"{path} was written by an older landfall, with the column fate (now status)"]
    assert parquet.metadata(path) == {"model": "toy"}


def test_the_input_of_a_stage_lacks_no_column(folder: Path) -> None:
    """Nulls for columns that an older version did not write are for readers of older results alone."""
    with pytest.raises(TableError, match=r"table prioritised lacks .*hemizygotes"):
        parquet.read(PRIORITISED, folder / "prioritised.parquet")
    assert parquet.read(PRIORITISED, folder / "prioritised.parquet", older=True)[
        "hemizygotes"
    ].to_pylist() == [None]


def test_a_required_column_is_missed_in_an_older_table_too(tmp_path: Path) -> None:
    pq.write_table(pa.table({"record": [1], "allele": [1], "fate": ["kept"]}), tmp_path / "old.parquet")
    with pytest.raises(TableError, match="table decisions lacks stage, rule, detail"):
        parquet.read(DECISIONS, tmp_path / "old.parquet", older=True)


def test_a_table_is_found_under_its_former_name(tmp_path: Path) -> None:
    assert parquet.location(ANTISENSE_SCAN, tmp_path) == tmp_path / "antisense_scan.parquet"
    (tmp_path / "rescue.parquet").touch()
    assert parquet.location(ANTISENSE_SCAN, tmp_path) == tmp_path / "rescue.parquet"
    (tmp_path / "antisense_scan.parquet").touch()
    assert parquet.location(ANTISENSE_SCAN, tmp_path) == tmp_path / "antisense_scan.parquet"
