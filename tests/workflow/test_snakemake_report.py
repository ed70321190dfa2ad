"""Snakemake's own report of a finished run: made without a network, with the results by patient and their captions."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.workflow.runner import Run, command


def without_network() -> list[str]:
    """Put before a command, it cuts the network off, where the user may do that."""
    return ["unshare", "--net"] if os.getuid() == 0 and shutil.which("unshare") else []


def test_it_holds_the_results_of_each_patient_and_says_what_they_are(dysf: Run, tmp_path: Path) -> None:
    output = tmp_path / "report.zip"
    made = subprocess.run(
        [*without_network(), *command(dysf.folder, "--report", str(output))],
        capture_output=True,
        text=True,
        check=False,
        cwd=dysf.folder,
    )
    assert made.returncode == 0, made.stderr[-3000:]
    with zipfile.ZipFile(output) as archive:
        names = archive.namelist()
        page = archive.read("report/report.html").decode()
        (clinical,) = [name for name in names if name.endswith("/report.html") and "/data/" in name]
        assert archive.read(clinical) == dysf.result("report.html").read_bytes()
    held = {Path(name).name for name in names}
    assert {"prioritised.tsv", "assay.tsv", "provenance.json"} <= held
    for words in (
        "The clinical report of demo",
        "models spliceai",
        "1 Clinical report",
    ):
        assert words in page
