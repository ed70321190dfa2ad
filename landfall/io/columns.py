"""Columns of text as Arrow arrays: conversion, lookup, and their characters as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


def arrow(text: pd.Series[str]) -> pa.Array:
    """A column of text as one Arrow array."""
    found = pa.array(text, pa.string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def series(text: pa.Array, index: pd.Index | None = None) -> pd.Series[str]:
    """A column of text from an Arrow array."""
    return pd.Series(pd.array(text, dtype=TEXT), index=index)


def looked_up(text: pd.Series[str], table: Mapping[str, Any]) -> np.ndarray:
    """The value of each text in a table, None where it has none; each distinct text is looked up once."""
    codes, unique = pd.factorize(text)
    values = np.empty(len(unique) + 1, dtype=object)
    values[:-1] = [table.get(name) for name in unique]
    values[-1] = None
    found: np.ndarray = values[codes]
    return found


def letters(text: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """ASCII codes of all texts, one after another, and where each begins and the last ends; a null is an empty text."""
    _, offsets, codes = text.buffers()
    where = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1].astype(np.int64)
    data = np.frombuffer(codes, np.uint8) if codes else np.zeros(0, np.uint8)
    return data[where[0] : where[-1]], where - where[0]


def element(lists: pa.Array, place: np.ndarray, absent: str, row: np.ndarray | None = None) -> pa.Array:
    """The element at a place (0-based) of each list; ``absent`` where the place is -1 or beyond the end.

    row: the number of the list that is indexed at each place; None for each list once, in their order.
    """
    offsets = np.asarray(lists.offsets).astype(np.int64)
    row = np.arange(len(lists)) if row is None else row
    there = (place >= 0) & (place < np.diff(offsets)[row])
    picked = pc.take(lists.values, pa.array(offsets[row] + place, mask=~there))
    return pc.fill_null(pc.if_else(pc.equal(picked, ""), None, picked), absent)


def numbers(text: pa.Array | pd.Series[str]) -> np.ndarray:
    """Texts as numbers, NaN for a text that is not one."""
    text = arrow(text) if isinstance(text, pd.Series) else text
    try:
        written = pc.if_else(pc.equal(text, "."), None, text).cast(pa.float64())
        found: np.ndarray = written.to_numpy(zero_copy_only=False)
        return np.where(np.isinf(found), np.nan, found)
    except pa.ArrowInvalid:
        return _odd_numbers(text)


def _odd_numbers(text: pa.Array) -> np.ndarray:
    """As :func:`numbers`, where some are in a notation that only Python parses, or are words."""
    plain = pc.if_else(pc.match_substring_regex(text, r"^[0-9]+(\.[0-9]+)?$"), text, None)
    found: np.ndarray = plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(np.isnan(found) & pc.not_equal(text, ".").to_numpy(zero_copy_only=False))
    if len(odd):  # exponents, signs, words
        found = found.copy()
        rest = pd.Series(text.take(pa.array(odd)).to_pylist(), dtype=object)
        read = pd.to_numeric(rest, errors="coerce").to_numpy(dtype=float)
        found[odd] = np.where(np.isinf(read), np.nan, read)
    return found
