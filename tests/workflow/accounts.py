"""The ledger held against the input's own text, and results against one another; nothing of landfall is used."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.workflow.runner import Run

STATUSES = ("kept", "dropped", "not_scored")


def alleles_of(vcf: Path) -> Counter[tuple[str, int, str, str]]:
    """Every alternate allele as written, '.' for a record without one."""
    opener = gzip.open if vcf.suffix == ".gz" else open
    found: Counter[tuple[str, int, str, str]] = Counter()
    with opener(vcf, "rt") as handle:
        for line in handle:
            if not line.startswith("#") and line.strip():
                chrom, pos, _, ref, alts, *_ = line.rstrip("\n").split("\t")
                found.update((chrom, int(pos), ref, alt) for alt in alts.split(","))
    return found


def assert_conserved(run: Run, vcf: Path, sample: str = "demo") -> None:
    """Alleles in = kept + dropped + not scored, each once, each with its rule; those scored are the table's."""
    given, ledger = alleles_of(vcf), run.table("ledger", sample)
    accounted = Counter(zip(ledger["chrom"], ledger["pos"], ledger["ref"], ledger["alt"], strict=True))
    assert accounted == given
    assert not ledger.duplicated(["record", "allele"]).any()
    assert sum((ledger["status"] == status).sum() for status in STATUSES) == given.total()
    assert (ledger["rule"] != "").all()
    table = run.table("prioritised", sample)
    names = table["chrom"] + "-" + table["pos"].astype(str) + "-" + table["ref"] + "-" + table["alt"]
    kept = set(ledger.loc[ledger["status"] == "kept", "variant"])
    assert kept == set(names[table["status"] == "scored"])
    unscored = set(ledger.loc[ledger["status"] == "not_scored", "variant"])
    assert unscored == set(names[table["status"] == "not_scored"]) - kept


def rows(parquet: Path) -> list[dict[str, Any]]:
    """Rows as Python values, whole numbers whole, nulls None."""
    found: list[dict[str, Any]] = pq.read_table(parquet).to_pylist()
    return found


def assert_same_text(parquet: Path, tsv: Path) -> None:
    """Every cell of the text says what the Parquet says."""
    header, *lines = [line.split("\t") for line in tsv.read_text().splitlines()]
    table = rows(parquet)
    assert header == list(table[0])
    assert len(lines) == len(table)
    for cells, row in zip(lines, table, strict=True):
        for cell, (name, value) in zip(cells, row.items(), strict=True):
            if value is None:
                assert cell == "", name
            elif isinstance(value, float):
                assert float(cell) == value, name
            else:
                assert cell == str(value), name
