"""The first stage: every allele of the input in one spelling, or with the reason why it has none."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from landfall import tables, variants
from landfall.genome import Genome

log = logging.getLogger(__name__)

MISMATCHES_TO_JUDGE = 10
"""Reference mismatches below this number never stop a run, whatever their share."""


@dataclass(frozen=True)
class Normalised:
    """The alleles that go on (tables.NORMALISED) and the account of all of them (tables.LEDGER)."""

    alleles: pa.Table
    ledger: pa.Table


def normalise(
    path: Path,
    sample: str | None,
    genome: Genome,
    info_fields: Sequence[str] = (),
    max_mismatch_fraction: float = 0.1,
) -> Normalised:
    """Read a VCF or BCF and bring every allele to one spelling.

    sample: the proband's column, None for a file of sites. info_fields: INFO names that hold population
    frequencies. Raises VariantFileError for a file that cannot be read or has no records, and WrongBuildError
    where more than max_mismatch_fraction of the alleles disagree with the reference.
    """
    ledgers: list[pd.DataFrame] = []
    kept: list[pd.DataFrame] = []
    for records in variants.read_records(path, sample):
        alleles = variants.split_alleles(records)
        ledger, spelt = _block(alleles, genome, info_fields)
        ledgers.append(ledger)
        kept.append(spelt)
        log.info("%s: %d records read", path, int(records["record"].iloc[-1]))
    if not ledgers:
        raise variants.VariantFileError(f"{path}: the file has no records")
    ledger = pd.concat(ledgers, ignore_index=True)
    _check_build(ledger, path, max_mismatch_fraction)
    alleles = _sorted(pd.concat(kept, ignore_index=True), genome)
    alleles, ledger = _drop_duplicates(alleles, ledger)
    return Normalised(_to_arrow(tables.NORMALISED, alleles), _to_arrow(tables.LEDGER, ledger))


def _block(
    alleles: pd.DataFrame, genome: Genome, info_fields: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger rows of one block and its alleles in their one spelling."""
    verdict = variants.syntax_verdicts(alleles, genome)
    sound = alleles[verdict["rule"] == ""]
    spelt = variants.normalise_spelling(sound, genome)
    lost = sound.index.difference(spelt.index)
    verdict.loc[lost, "rule"] = "ref_mismatch"
    verdict.loc[lost, "detail"] = _what_reference_has(sound.loc[lost], genome)
    return _ledger(alleles, verdict, spelt), _calls(alleles.loc[spelt.index], spelt, info_fields)


def _what_reference_has(lost: pd.DataFrame, genome: Genome) -> list[str]:
    found = []
    for chrom, pos, ref in zip(
        lost["chrom"].map(genome.aliases), lost["pos"].astype(int), lost["ref"], strict=True
    ):
        bases = genome.fetch(chrom, pos - 1, pos - 1 + min(len(ref), 20))
        found.append(f"REF is {ref[:20].upper()}, the reference has {bases}")
    return found


def _ledger(alleles: pd.DataFrame, verdict: pd.DataFrame, spelt: pd.DataFrame) -> pd.DataFrame:
    ledger = alleles[["record", "allele", "chrom", "ref", "alt"]].copy()
    ledger["pos"] = variants.positions(alleles["pos"]).fillna(0).astype("int64")
    ledger["fate"] = np.where(verdict["rule"] == "", "kept", "dropped")
    ledger["stage"] = "normalise"
    ledger["rule"] = verdict["rule"].where(verdict["rule"] != "", "normalised")
    ledger["detail"] = verdict["detail"]
    name = spelt["chrom"] + "-" + spelt["pos"].astype("str") + "-" + spelt["ref"] + "-" + spelt["alt"]
    ledger["variant"] = name.reindex(ledger.index)
    return ledger


def _calls(alleles: pd.DataFrame, spelt: pd.DataFrame, info_fields: Sequence[str]) -> pd.DataFrame:
    calls = variants.read_calls(alleles)
    frame = spelt[["chrom", "pos", "ref", "alt"]].copy()
    frame["record"], frame["allele"] = alleles["record"], alleles["allele"]
    frame["rsid"] = alleles["id"].where(alleles["id"] != ".")
    frame["qual"] = pd.to_numeric(alleles["qual"], errors="coerce").astype(float)
    frame["filter"] = alleles["filter"]
    frame["genotype"] = calls.genotype
    frame["phase_set"] = calls.phase_set.where(calls.phase_set != ".")
    frame["zygosity"] = _zygosity(calls, with_genotypes="call" in alleles)
    frame["depth"] = pd.array(calls.depth, dtype="Float64").astype("Int64")
    frame["genotype_quality"] = calls.quality
    with np.errstate(invalid="ignore", divide="ignore"):
        balance = calls.allele_depth / calls.total_depth
    frame["allele_balance"] = np.where(np.isfinite(balance), balance, np.nan)
    numbers = pd.DataFrame(dict(variants.info_numbers(alleles, info_fields)), index=alleles.index)
    frame["info_frequency"] = numbers.max(axis=1).astype(float) if info_fields else np.nan
    frame["info_field"] = _highest_field(numbers)
    return frame


def _highest_field(numbers: pd.DataFrame) -> pd.Series[str]:
    """The name of the column that holds each row's highest value, null where the row has none."""
    field = pd.Series(None, index=numbers.index, dtype="str")
    known = numbers.notna().any(axis=1)
    if known.any():
        field.loc[known] = numbers[known].idxmax(axis=1)
    return field


def _zygosity(calls: variants.CallFields, with_genotypes: bool) -> np.ndarray:
    if not with_genotypes:
        return np.full(len(calls.copies), "unknown", dtype=object)
    states = [calls.copies < 0, calls.copies == 0, calls.ploidy == 1, calls.copies >= calls.ploidy]
    return np.select(states, ["uncalled", "absent", "hemizygous", "homozygous"], "heterozygous").astype(
        object
    )


def _check_build(ledger: pd.DataFrame, path: Path, max_fraction: float) -> None:
    checked = ledger["rule"].isin(["normalised", "ref_mismatch"])
    wrong = ledger["rule"] == "ref_mismatch"
    if wrong.sum() >= MISMATCHES_TO_JUDGE and wrong.sum() > max_fraction * checked.sum():
        example = ledger[wrong].iloc[0]
        raise variants.WrongBuildError(
            f"{path}: {wrong.sum()} of {checked.sum()} reference alleles disagree with the reference sequence "
            f"(first: {example['chrom']}:{example['pos']}, {example['detail']}). The file was made on another genome "
            "build: give the FASTA and the annotation of that build, or lift the file over."
        )


def _sorted(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """By contig of the reference, position and alleles; among equal spellings the carried one first."""
    order = {name: number for number, name in enumerate(genome.lengths)}
    not_carried = alleles["zygosity"].isin(["absent", "uncalled"])
    keys = alleles.assign(contig=alleles["chrom"].map(order), not_carried=not_carried)
    by = ["contig", "pos", "ref", "alt", "not_carried", "record", "allele"]
    return alleles.loc[keys.sort_values(by, kind="stable").index].reset_index(drop=True)


def _drop_duplicates(alleles: pd.DataFrame, ledger: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the first of each spelling; the ledger names the record that stands for the others."""
    key = ["chrom", "pos", "ref", "alt"]
    again = alleles.duplicated(key)
    if not again.any():
        return alleles, ledger
    first = alleles.groupby(key, sort=False)["record"].transform("first")
    decisions = alleles.loc[again, ["record", "allele"]].assign(
        fate="dropped",
        stage="normalise",
        rule="duplicate",
        detail="the same allele as record " + first[again].astype("str"),
    )
    return alleles[~again].reset_index(drop=True), decide(ledger, decisions)


def decide(ledger: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The ledger with later decisions (record, allele, fate, stage, rule, detail) written over earlier ones.

    Raises KeyError for a decision on an allele that the ledger does not have.
    """
    ledger = ledger.set_index(["record", "allele"])
    decisions = decisions.set_index(["record", "allele"])
    unknown = decisions.index.difference(ledger.index)
    if len(unknown):
        raise KeyError(f"decisions on alleles that are not in the input: {list(unknown[:3])}")
    columns = ["fate", "stage", "rule", "detail"]
    ledger.loc[decisions.index, columns] = decisions[columns]
    return ledger.reset_index()


def combine(ledger: pd.DataFrame, stages: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The whole account: the first stage's ledger with each later stage's decisions in turn."""
    for decisions in stages:
        ledger = decide(ledger, decisions)
    return ledger


def _to_arrow(table: tables.Table, frame: pd.DataFrame) -> pa.Table:
    return tables.check(table, pa.Table.from_pandas(frame[table.names], preserve_index=False))
