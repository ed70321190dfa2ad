"""``verify`` and ``crate`` on results that are damaged, or of another program."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.audit.preflight import run
from landfall.cli import main
from landfall.io import parquet
from landfall.io.text import write_tsv
from landfall.ranking.tables import PRIORITISED
from landfall.testing.builders import ROOT
from landfall.variants.tables import LEDGER


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """The smallest result that follows from its inputs: no allele, no model."""
    folder = tmp_path / "results" / "kid"
    folder.mkdir(parents=True)
    record = {
        "created": "2026-01-01 10:00 UTC",
        "version": "1",
        "sample": "kid",
        "settings": run.parse(ROOT / "config" / "config.yaml").plain,
        "inputs": [],
        "models": [],
        "software": {"python": "3.11"},
        "counts": {},
    }
    (folder / "provenance.json").write_text(json.dumps(record, default=str))
    parquet.write(LEDGER, parquet.from_rows(LEDGER, []), folder / "ledger.parquet")
    empty = parquet.from_rows(PRIORITISED, [])
    parquet.write(PRIORITISED, empty, folder / "prioritised.parquet")
    write_tsv(empty, folder / "prioritised.tsv")
    return folder


def test_a_sound_result_holds(results: Path) -> None:
    assert main.main(["verify", str(results)]) == 0


def _halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "half": _halved,
    "gone": Path.unlink,
    "empty": lambda path: os.truncate(path, 0),
    "of another program": lambda path: pq.write_table(pa.table({"a": [1]}), path),
    "text": lambda path: path.write_text("hello\n"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", ["ledger.parquet", "prioritised.parquet"])
def test_a_damaged_table_is_a_difference_that_verify_finds(
    results: Path, capsys: pytest.CaptureFixture[str], name: str, damage: Callable[[Path], object]
) -> None:
    damage(results / name)
    assert main.main(["verify", str(results)]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("DIFFERS")]
    assert any("cannot be compared with the record" in line for line in told), told


def test_a_text_table_that_is_gone_is_a_difference(results: Path) -> None:
    (results / "prioritised.tsv").unlink()
    assert main.main(["verify", str(results)]) == 1


@pytest.mark.parametrize("record", ["{}", "[]", "null", "3", "{", "[" * 10000, '{"settings": []}', ""])
@pytest.mark.parametrize("verb", ["verify", "crate"])
def test_a_record_that_is_none_leaves_nothing_to_ask(
    results: Path, caplog: pytest.LogCaptureFixture, verb: str, record: str
) -> None:
    (results / "provenance.json").write_text(record)
    output = ["-O", str(results.parent / "x.zip")] if verb == "crate" else []
    assert main.main([verb, str(results), *output]) == 2
    assert "record of a run" in caplog.text
    assert not (results.parent / "x.zip").exists()


def test_a_crate_asks_for_a_folder_that_is_there(results: Path, caplog: pytest.LogCaptureFixture) -> None:
    wanted = results.parent / "new" / "deep" / "kid.zip"
    assert main.main(["crate", str(results), "-O", str(wanted)]) == 2
    assert (
        f"{wanted}: no such folder: {wanted.parent}; give the name of a file in an existing folder"
        in caplog.text
    )
    assert not (results.parent / "new").exists()
    assert main.main(["crate", str(results), "-O", str(results.parent)]) == 2
    assert "is a folder" in caplog.text


def test_a_crate_is_written_into_a_folder_that_is_there(results: Path) -> None:
    assert main.main(["crate", str(results), "-O", str(results.parent / "kid.zip")]) == 0
    assert (results.parent / "kid.zip").is_file()


def test_a_crate_is_not_made_of_a_result_that_lacks_a_recorded_file(
    results: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, output = results / "provenance.json", results.parent / "kid.zip"
    record = json.loads(path.read_text())
    record["results"] = [
        {"name": name, "bytes": 1, "sha256": "0" * 64} for name in ("prioritised.tsv", "report.html")
    ]
    path.write_text(json.dumps(record))
    assert main.main(["crate", str(results), "-O", str(output)]) == 2
    assert f"{results}: report.html, recorded in provenance.json, no longer exists; " in caplog.text
    assert not output.exists()


def test_a_crate_does_not_take_the_place_of_a_pipe(results: Path, caplog: pytest.LogCaptureFixture) -> None:
    pipe = results.parent / "pipe"
    os.mkfifo(pipe)
    assert main.main(["crate", str(results), "-O", str(pipe)]) == 2
    assert f"{pipe}: cannot be written: it exists, and is not a file" in caplog.text
    assert pipe.is_fifo()


def test_a_crate_that_cannot_be_written_is_told(results: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main.main(["crate", str(results), "-O", "/proc/kid.zip"]) == 2
    assert "/proc/kid.zip: cannot be written: " in caplog.text


@pytest.mark.parametrize("text", ["[]", "{}", "5", "null"])
def test_why_of_a_record_of_another_program_is_told(
    results: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    (results / "provenance.json").write_text(text)
    assert main.main(["why", str(results), "chr1:1A>C"]) == 2
    assert "provenance.json: is not the record of a run of landfall" in caplog.text
