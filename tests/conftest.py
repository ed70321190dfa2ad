"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared public data beside the project; skips the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"shared public data not found at {SHARED}")
    return SHARED
