"""Nothing half-written stands under a final name: two writers at once, a killed one, a full disk."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from landfall.io import atomic, parquet
from landfall.stages import job
from landfall.variants.tables import DECISIONS

ROWS = [
    {"record": n, "allele": 1, "status": "kept", "stage": "filter", "rule": f"rule {n * n}", "detail": str(n)}
    for n in range(40_000)
]


def decisions() -> pa.Table:
    return parquet.from_rows(DECISIONS, ROWS)


def test_two_writers_of_one_file_do_not_write_into_one_another(tmp_path: Path) -> None:
    path = tmp_path / "made" / "table"
    with atomic.written(path) as one, atomic.written(path) as other:
        one.write_text("one")
        other.write_text("the other")
        assert not path.exists()
    assert path.read_text() == "one"  # the last to end; each was whole
    assert [file.name for file in path.parent.iterdir()] == ["table"]


WRITER = """
import sys
from pathlib import Path
from landfall.io import atomic as whole
with whole.written(Path(sys.argv[1])) as scratch:
    scratch.write_text("half")
    print("begun", flush=True)
    sys.stdin.read()
"""


def test_a_killed_writer_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text("whole")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdin=pipe, stdout=pipe) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    assert path.read_text() == "whole"
    with atomic.written(path) as scratch:
        scratch.write_text("new")
    assert path.read_text() == "new"


SMALL = pytest.mark.parametrize("small_disk", ["100k"], indirect=True)


@SMALL
def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    path = small_disk / "table.parquet"
    with pytest.raises(SystemExit), job.logged(tmp_path / "log"):
        parquet.write(DECISIONS, decisions(), path)
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert "No space left on device" in line
    assert line.endswith("free disk space and repeat the command; completed files are kept")
    assert not list(small_disk.iterdir())
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True)
    parquet.write(DECISIONS, decisions(), path)
    assert parquet.read(DECISIONS, path).num_rows == len(ROWS)


@SMALL
def test_a_table_written_in_parts_leaves_nothing_on_a_full_disk(small_disk: Path) -> None:
    path = small_disk / "table.parquet"
    with pytest.raises(OSError, match="No space left"), parquet.TableWriter(DECISIONS, path) as sink:
        sink.add_table(decisions())
    assert not list(small_disk.iterdir())
