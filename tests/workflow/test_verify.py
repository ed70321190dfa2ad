"""``landfall verify`` on a finished run, as it is and with one thing in it wrong."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.io import parquet
from landfall.io.text import write_tsv
from landfall.ranking.tables import PRIORITISED
from landfall.variants.tables import LEDGER
from tests.workflow.runner import Run


@pytest.fixture
def copied(dysf: Run, tmp_path: Path) -> Run:
    """The results of a run, free to be spoilt; its inputs stay where they were."""
    shutil.copytree(dysf.folder / "results", tmp_path / "results")
    return Run(tmp_path, dysf.status, dysf.output)


def verify(run: Run) -> tuple[int, list[str]]:
    command = [
        sys.executable,
        "-m",
        "landfall",
        "verify",
        str(run.folder / "results" / "demo"),
        "--rows",
        "2",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=run.folder)
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("DIFFERS")]


def test_an_untouched_result_follows_from_its_inputs(copied: Run) -> None:
    assert verify(copied) == (0, [])


def planted(run: Run, column: str, change: Callable[[float], float]) -> None:
    """One number of the first row changed, in the Parquet and in the text table alike."""
    path = run.result("prioritised.parquet")
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[0] = change(values[0])
    place = table.column_names.index(column)
    spoilt = table.set_column(
        place, table.schema.field(column), pa.array(values, table.schema.field(column).type)
    )
    pq.write_table(spoilt, path)
    write_tsv(parquet.read(PRIORITISED, path).select(table.column_names), run.result("prioritised.tsv"))


@pytest.mark.parametrize(
    "column",
    [
        pytest.param("spliceai_ds_dg", marks=pytest.mark.slow),
        "spliceai_masked_ds_ag",
        pytest.param("spliceai_dp_dg", marks=pytest.mark.slow),
    ],
)
def test_a_planted_wrong_value_is_found(copied: Run, column: str) -> None:
    planted(copied, column, lambda value: value + 1 if "_dp_" in column else value - 0.001)
    code, differing = verify(copied)
    assert code == 1
    (scores,) = [line for line in differing if "scores of SpliceAI" in line]
    assert column in scores
    assert [line.split()[1] for line in differing if line != scores] == [
        "prioritised.parquet:",
        "prioritised.tsv:",
    ]


def test_a_wrong_value_planted_in_a_table_that_is_not_computed_anew_is_found(copied: Run) -> None:
    path = copied.result("outcomes.parquet")
    table = pq.read_table(path)
    sizes = pa.array([(size or 0) + 1 for size in table["size_nt"].to_pylist()], table["size_nt"].type)
    place = table.column_names.index("size_nt")
    pq.write_table(table.set_column(place, table.schema.field("size_nt"), sizes), path)
    code, differing = verify(copied)
    assert code == 1
    assert differing == ["DIFFERS  outcomes.parquet: has changed since the run"]


def test_a_text_table_edited_by_hand_is_found(copied: Run) -> None:
    path = copied.result("prioritised.tsv")
    path.write_text(path.read_text().replace("DYSF", "DYSG", 1))
    code, lines = verify(copied)
    assert code == 1
    assert [line.split(": ")[1] for line in lines] == [
        "has changed since the run",
        "differs from prioritised.parquet",
    ]


def test_an_allele_gone_from_the_ledger_is_found(copied: Run) -> None:
    path = copied.result("ledger.parquet")
    ledger = pd.read_parquet(path)
    shortened = pa.Table.from_pandas(ledger.iloc[1:], LEDGER.schema, preserve_index=False)
    parquet.write(LEDGER, shortened, path)
    code, lines = verify(copied)
    assert code == 1
    assert lines == [
        "DIFFERS  ledger.parquet: has changed since the run",
        "DIFFERS  ledger: differ from the recorded numbers",
    ]


def test_another_input_and_other_weights_are_found(copied: Run) -> None:
    path = copied.result("provenance.json")
    record = json.loads(path.read_text())
    record["inputs"][0]["sha256"] = "0" * 64
    record["models"][0]["weights"][0]["sha256"] = "0" * 64
    path.write_text(json.dumps(record))
    code, lines = verify(copied)
    assert code == 1
    assert [("has changed since" in line, "weights" in line) for line in lines] == [
        (True, False),
        (False, True),
    ]


def test_a_folder_without_results_is_told_in_words(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "landfall", "verify", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "give the folder of a finished run" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_crate_holds_the_results_and_no_input(dysf: Run, tmp_path: Path) -> None:
    output = tmp_path / "crate.zip"
    command = [
        sys.executable,
        "-m",
        "landfall",
        "crate",
        str(dysf.folder / "results" / "demo"),
        "-O",
        str(output),
    ]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(output) as archive:
        graph = {e["@id"]: e for e in json.loads(archive.read("ro-crate-metadata.json"))["@graph"]}
        names = set(archive.namelist())
        for path in dysf.under_final_names():
            inside = f"results/{path.relative_to(dysf.folder / 'results' / 'demo')}"
            assert graph[inside]["sha256"] == hashlib.sha256(archive.read(inside)).hexdigest()
    (run,) = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
    assert graph[run["instrument"]["@id"]]["name"] == "landfall"
    assert {
        "workflow/Snakefile",
        "workflow/rules/splicing/score.smk",
        "landfall/splicing/scoring.py",
    } <= names
    read = [graph[part["@id"]] for part in run["object"] if part["@id"].startswith("ni:")]
    (variants,) = [entity for entity in read if entity["description"].startswith("variants")]
    given = json.loads(dysf.result("provenance.json").read_text())["inputs"]
    assert variants["sha256"] in {file["sha256"] for file in given}
    assert not any(name.endswith("proband.vcf.gz") for name in names)
