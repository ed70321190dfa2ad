"""One-hot encoding of sequences, as the networks take them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

BASES = "ACGT"
_CODE = np.full(256, 4, dtype=np.uint8)
for _index, _base in enumerate(BASES):
    _CODE[ord(_base)] = _CODE[ord(_base.lower())] = _index
_ONEHOT = np.vstack([np.eye(4, dtype=np.float32), np.zeros((1, 4), dtype=np.float32)])


def one_hot(sequences: Iterable[str]) -> NDArray[np.float32]:
    """(batch, 4, length) float32 in the order A, C, G, T; a base that is none of these is all zero."""
    codes = np.stack([_CODE[np.frombuffer(s.encode("ascii"), dtype=np.uint8)] for s in sequences])
    return np.ascontiguousarray(_ONEHOT[codes].transpose(0, 2, 1))
