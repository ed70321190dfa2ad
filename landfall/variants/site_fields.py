"""The FILTER and INFO columns of a VCF as values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.io.columns import arrow, element, looked_up, numbers, series

ONE_AT_A_TIME = Lock()
"""bcftools holds its options in global variables of the process."""


def canonical_filter(text: pd.Series[str]) -> pd.Series[str]:
    """FILTER as the specification writes it: ``PASS``, '.', or names joined by ';' (some tools write ``PASS;``)."""
    table = {written: _filters_of(written) for written in text.unique()}
    return series(pa.array(looked_up(text, table), pa.string()), text.index)


def _filters_of(text: str) -> str:
    names = [name.strip() for name in text.split(";")]
    return ";".join("PASS" if name.upper() == "PASS" else name for name in names if name) or "."


def passes(text: str, passing: Collection[str]) -> bool:
    """Whether every value of a FILTER column is among those that pass."""
    return set(text.split(";")) <= set(passing)


def info_numbers(
    records: pd.DataFrame, names: Sequence[str], alleles: pd.DataFrame | None = None
) -> Mapping[str, np.ndarray]:
    """Numbers of INFO fields, the value of the allele where there is one per allele; NaN where absent.

    alleles: ``row``, the number of the record from 0, and ``allele``; None where the records are one for each allele.
    Of several values joined by '&', as VEP writes them, the highest counts.
    """
    alleles = records.assign(row=np.arange(len(records))) if alleles is None else alleles
    return {name: _info_number(records, name, alleles) for name in names}


def info_text(alleles: pd.DataFrame, name: str) -> pa.Array:
    """An INFO field as text, empty where absent."""
    pattern = f"(?:^|;){re.escape(name)}=(?P<value>[^;]*)"
    found = pc.extract_regex(arrow(alleles["info"]), pattern)
    return pc.fill_null(pc.struct_field(found, "value"), "")


def _info_number(records: pd.DataFrame, name: str, alleles: pd.DataFrame) -> np.ndarray:
    lists, row = pc.split_pattern(info_text(records, name), ","), alleles["row"].to_numpy()
    single = pc.list_value_length(lists).to_numpy(zero_copy_only=False)[row] == 1
    return _highest(element(lists, np.where(single, 0, alleles["allele"].to_numpy() - 1), ".", row))


def _highest(text: pa.Array) -> np.ndarray:
    """The highest of numbers joined by '&'."""
    lists = pc.split_pattern(text, "&")
    values = numbers(lists.values)
    if len(values) == len(text):
        return values
    highest: np.ndarray = np.fmax.reduceat(values, np.asarray(lists.offsets)[:-1])
    return highest


def escaped(value: Any, further: str = "") -> str:
    """A value as INFO may hold it: characters with a meaning there, and ``further``, percent-encoded (VCF 4.3, 1.2)."""
    strange = f"%;=,\t\r\n {further}"
    return "".join(f"%{ord(c):02X}" if c in strange else c for c in str(value))
