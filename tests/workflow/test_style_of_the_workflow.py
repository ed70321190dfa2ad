"""What the public catalogue of workflows checks as well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.workflow.runner import REPO, demo_config, demo_row, prepare


def test_snakemake_finds_nothing_to_lint(tmp_path: Path) -> None:
    folder = prepare(tmp_path, demo_config(), demo_row())
    options = ["--snakefile", str(REPO / "Snakefile"), "--directory", str(folder)]
    lint = subprocess.run(
        [sys.executable, "-m", "snakemake", "--lint", *options, "--configfile", str(folder / "my.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_snakefmt_would_change_nothing() -> None:
    tool = Path(sys.executable).parent / "snakefmt"
    check = subprocess.run(
        [tool, "--check", "Snakefile", "workflow"], cwd=REPO, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
