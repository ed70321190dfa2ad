"""Published tables kept as an .npz, read as data alone and within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.models.info import WeightsError

MOST_BYTES = 1 << 30
"""Of all arrays unpacked; the largest that is known, DeepSEA's distributions, has 15 MB."""


def arrays(path: Path, names: Sequence[str] | None = None) -> dict[str, NDArray[np.float64]]:
    """The named arrays of an .npz, or all, as float64.

    Raises WeightsError, in words without the path, if it is not one, is truncated, lacks one, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > MOST_BYTES:
            raise ValueError(f"it unpacks to {size:,} bytes")
        with np.load(path, allow_pickle=False) as stored:
            wanted = stored.files if names is None else names
            return {name: np.asarray(stored[name], dtype=np.float64) for name in wanted}
    except (
        AttributeError, EOFError, KeyError, MemoryError, NotImplementedError, OSError, OverflowError, TypeError,
        ValueError, zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        raise WeightsError(str(error)) from error
