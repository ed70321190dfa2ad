"""What ``splice`` says that -A takes."""

from __future__ import annotations

import subprocess
import sys


def test_the_help_names_every_format_that_is_read() -> None:
    command = [sys.executable, "-m", "landfall", "splice", "--help"]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "GTF or GFF3" in " ".join(words.split())
