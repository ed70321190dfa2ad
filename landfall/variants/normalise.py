"""The first stage: every allele of the input normalised, or recorded with the reason why it is not."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome import chromosomes
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.io import columns as io_columns
from landfall.io import parquet
from landfall.io.external_sort import ExternalSort
from landfall.io.threads import in_order
from landfall.variants import alleles as variants_alleles
from landfall.variants import left_align, site_fields, vcf
from landfall.variants.calls import genotypes, split_calls
from landfall.variants.decisions import decisions
from landfall.variants.filters.call_quality import WITH_INFO
from landfall.variants.tables import DECISIONS, LEDGER, NORMALISED, NUMBERS
from landfall.variants.vcf import FIXED, VariantFileError
from landfall.variants.vcf_header import MOST_ALTERNATES

log = logging.getLogger(__name__)


MIN_MISMATCHES = 10
"""Reference mismatches below this number never stop a run, whatever their fraction."""
OF_ALLELES = ["record", *FIXED[:7]]
"""Columns of a record that each of its alleles holds."""


class WrongBuildError(VariantFileError):
    """Most reference alleles disagree with the reference sequence."""


def normalise(
    path: Path,
    sample: str | None,
    genome: Genome,
    alleles: Path,
    ledger: Path,
    repeats: Path,
    info_fields: Sequence[str] = (),
    max_mismatch_fraction: float = 0.1,
    threads: int = 2,
    info_columns: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """Read a VCF or BCF, normalise every allele, and write the alleles and the ledger.

    alleles: output of the normalised alleles (tables.NORMALISED); ledger: output of all alleles (tables.LEDGER, in the
    order of the input), normalised ones as kept; repeats: output of decisions on duplicates (tables.DECISIONS), which
    are known only when the whole file has been read. sample: the proband's column, None for a file of sites.
    info_fields: INFO names that hold population frequencies; info_columns: those that filters compare, by column
    (:func:`landfall.variants.filters.call_quality.info_columns`). The file is read once, block by block; memory holds
    one block, or the alleles of one stretch of the reference. threads: blocks processed in parallel beside the one
    being read.

    Returns the numbers of alleles in the ledger and of normalised ones. Raises VariantFileError for a file that
    cannot be read or has no records, and WrongBuildError where more than max_mismatch_fraction of the alleles disagree
    with the reference.
    """
    with ExternalSort(alleles.parent) as spool:
        with parquet.TableWriter(LEDGER, ledger) as accounts:
            info = _InfoFields(tuple(info_fields), info_columns or {})
            mismatches = _read(path, sample, genome, info, threads, spool, accounts)
            if not accounts.rows:
                raise vcf.VariantFileError(f"{path}: the file has no records")
            mismatches.check(path, max_mismatch_fraction)
        with (
            parquet.TableWriter(NORMALISED, alleles) as kept,
            parquet.TableWriter(DECISIONS, repeats) as again,
        ):
            for first, others in in_order(_parted, spool.stretches(), threads):
                kept.add_table(first)
                again.add_table(others)
    return accounts.rows, kept.rows


@dataclass(frozen=True)
class _InfoFields:
    """Names of INFO that are read: of population frequencies, and of what filters compare, by column."""

    frequencies: tuple[str, ...]
    columns: Mapping[str, str]


@dataclass
class _Mismatches:
    """Number of REF alleles compared with the reference, number of mismatches, and the first mismatch."""

    checked: int = 0
    wrong: int = 0
    example: str = ""

    @classmethod
    def of(cls, alleles: pd.DataFrame, verdict: pd.DataFrame) -> _Mismatches:
        wrong = verdict[verdict["rule"] == "ref_mismatch"]
        checked = len(alleles) - len(verdict) + len(wrong)
        if wrong.empty:
            return cls(checked)
        first = alleles.loc[wrong.index[0]]
        return cls(checked, len(wrong), f"{first['chrom']}:{first['pos']}, {wrong['detail'].iloc[0]}")

    def add(self, other: _Mismatches) -> None:
        self.checked, self.wrong = self.checked + other.checked, self.wrong + other.wrong
        self.example = self.example or other.example

    def check(self, path: Path, most: float) -> None:
        """Raises WrongBuildError."""
        if self.wrong >= MIN_MISMATCHES and self.wrong > most * self.checked:
            raise WrongBuildError(
                f"{path}: {self.wrong} of {self.checked} reference alleles disagree with the reference sequence "
                f"(first: {self.example}). The VCF was called on another genome "
                "build: use the FASTA and the annotation of that build, or lift the VCF over."
            )


def _read(
    path: Path,
    sample: str | None,
    genome: Genome,
    info: _InfoFields,
    threads: int,
    spool: ExternalSort,
    ledger: parquet.TableWriter,
) -> _Mismatches:
    """Write the ledger of every block, and its alleles to a temporary table."""
    mismatches, unreadable = _Mismatches(), Counter[str]()

    def work(records: pd.DataFrame) -> _Block:
        return _block(records, genome, info)

    records_of = vcf.read_records(path, sample, with_info=bool(info.frequencies or info.columns))
    for block in in_order(work, records_of, threads):
        mismatches.add(block.mismatches)
        unreadable.update(block.unreadable)
        ledger.add_table(block.ledger)
        spool.add(block.rows, block.rows["place"].to_numpy())
        log.info("%s: %d alleles read", path, ledger.rows)
    for name, count in sorted(unreadable.items()):
        log.warning("%s: %d values of FORMAT/%s cannot be read and count as missing", path, count, name)
    return mismatches


@dataclass(frozen=True)
class _Block:
    """Results of one block of the input: rows of the ledger, and of the alleles with their ``place``.

    unreadable: number of values that are invalid in their FORMAT field, by field.
    """

    mismatches: _Mismatches
    ledger: pa.Table
    rows: pa.Table
    unreadable: Mapping[str, int]


def _block(records: pd.DataFrame, genome: Genome, info: _InfoFields) -> _Block:
    """Alleles hold short columns of their record; calls and INFO stay with the record."""
    alleles = variants_alleles.split_alleles(records[OF_ALLELES])
    calls, site = split_calls.put_together(genotypes.read_calls(records, alleles), alleles)
    verdict, spelt = _spell(alleles, genome)
    kept = spelt.index.to_numpy()
    rows = _calls(records, alleles.loc[kept], spelt, calls.take(kept), site[kept], info)
    rows = rows.append_column("place", pa.array(variants_alleles.places(spelt, genome)))
    ledger = _ledger(alleles, verdict, spelt)
    return _Block(_Mismatches.of(alleles, verdict), ledger, rows, calls.unreadable)


def _spell(alleles: pd.DataFrame, genome: Genome) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rule and detail of each allele that cannot be normalised; and the normalised others."""
    verdict = _verdicts(alleles, genome)
    sound = alleles.drop(verdict.index) if len(verdict) else alleles
    spelt = left_align.normalise_spelling(sound, genome)
    if len(spelt) < len(sound):
        lost = sound.loc[sound.index.difference(spelt.index)]
        found = {"rule": "ref_mismatch", "detail": _what_reference_has(lost, genome)}
        verdict = pd.concat([verdict, pd.DataFrame(found, index=lost.index)]).sort_index()
    return verdict, spelt


def _verdicts(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Rule and detail of each allele that cannot be normalised."""
    alternates = np.bincount(alleles["row"])[alleles["row"]]
    crowded = alternates > MOST_ALTERNATES
    if not crowded.any():
        return variants_alleles.syntax_verdicts(alleles, genome)
    words = [
        f"the record has {n} alternate alleles, more than {MOST_ALTERNATES}" for n in alternates[crowded]
    ]
    found = pd.DataFrame({"rule": "too_many_alleles", "detail": words}, index=alleles.index[crowded])
    return pd.concat([variants_alleles.syntax_verdicts(alleles[~crowded], genome), found]).sort_index()


def _what_reference_has(lost: pd.DataFrame, genome: Genome) -> list[str]:
    found = []
    for chrom, pos, ref in zip(
        lost["chrom"].map(genome.aliases), lost["pos"].astype(int), lost["ref"], strict=True
    ):
        bases = genome.fetch(chrom, pos - 1, pos - 1 + min(len(ref), 20))
        found.append(f"REF is {ref[:20].upper()}, the reference has {bases}")
    return found


def _ledger(alleles: pd.DataFrame, verdict: pd.DataFrame, spelt: pd.DataFrame) -> pa.Table:
    """Rows of tables.LEDGER; the alleles are numbered from 0."""
    dropped = np.zeros(len(alleles), dtype=bool)
    dropped[verdict.index] = True
    gone, name = pa.array(dropped), variants_alleles.names(spelt)
    columns = {
        **{column: alleles[column] for column in ("record", "allele", "chrom")},
        "pos": variants_alleles.positions(alleles["pos"]).fillna(0).astype("int64"),
        **{column: alleles[column] for column in ("ref", "alt")},
        "status": pc.if_else(gone, "dropped", "kept"),
        "stage": pa.repeat("normalise", len(alleles)),
        "rule": _where(gone, verdict["rule"], "normalised"),
        "detail": _where(gone, verdict["detail"], ""),
        **dict.fromkeys(NUMBERS, pa.nulls(len(alleles))),
        "variant": name if len(name) == len(alleles) else name.reindex(alleles.index),
    }
    return pa.table(
        {
            name: column if isinstance(column, pa.Array) else pa.array(column, from_pandas=True)
            for name, column in columns.items()
        }
    )


def _where(rows: pa.Array, values: pd.Series[str], otherwise: str) -> pa.Array:
    """The values at the rows that are true, in their order; the same text everywhere else."""
    return pc.replace_with_mask(pa.repeat(otherwise, len(rows)), rows, pa.array(values, pa.string()))


def _calls(
    records: pd.DataFrame,
    alleles: pd.DataFrame,
    spelt: pd.DataFrame,
    calls: genotypes.CallFields,
    site: np.ndarray,
    info: _InfoFields,
) -> pa.Table:
    """Rows of tables.NORMALISED: alleles as written and as spelt, their calls, and the records of these calls."""
    numbers = pd.DataFrame(
        dict(site_fields.info_numbers(records, info.frequencies, alleles)), index=alleles.index
    )
    columns = {
        **{name: spelt[name] for name in ALLELE},
        "record": alleles["record"],
        "allele": alleles["allele"],
        "rsid": alleles["id"].where(alleles["id"] != "."),
        "qual": io_columns.numbers(alleles["qual"]),
        "filter": site_fields.canonical_filter(alleles["filter"]),
        "genotype": calls.genotype,
        "phase_set": calls.phase_set.where(calls.phase_set != "."),
        "zygosity": _zygosity(calls, _with_genotype(records)[alleles["row"]]),
        "depth": pd.array(np.rint(calls.depth), dtype="Float64").astype("Int64"),
        "genotype_quality": calls.quality,
        "allele_balance": calls.balance,
        "heteroplasmy": np.where(_mitochondrial(spelt["chrom"]) & (calls.copies > 0), calls.balance, np.nan),
        "call_site": pa.array(site, pa.string()),
        "info_frequency": numbers.max(axis=1).astype(float)
        if info.frequencies
        else np.full(len(alleles), np.nan),
        "info_field": pa.array(_highest_field(numbers), pa.string(), from_pandas=True),
        **dict.fromkeys((rule.observed for rule in WITH_INFO), np.full(len(alleles), np.nan)),
    }
    compared = site_fields.info_numbers(records, [*info.columns.values()], alleles)
    columns |= {column: compared[name] for column, name in info.columns.items()}
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})


def _mitochondrial(chrom: pd.Series[str]) -> np.ndarray:
    table = {name: chromosomes.kind(name, 0, "") == chromosomes.MITOCHONDRION for name in chrom.unique()}
    found: np.ndarray = io_columns.looked_up(chrom, table).astype(bool)
    return found


def _highest_field(numbers: pd.DataFrame) -> pd.Series[str]:
    """The name of the column that holds each row's highest value, null where the row has none."""
    field = pd.Series(None, index=numbers.index, dtype="str")
    known = numbers.notna().any(axis=1)
    if known.any():
        field.loc[known] = numbers[known].idxmax(axis=1)
    return field


ZYGOSITIES = ("heterozygous", "uncalled", "absent", "hemizygous", "homozygous", "unknown")


def _with_genotype(records: pd.DataFrame) -> np.ndarray:
    """Whether FORMAT holds a genotype; somatic callers write reads alone."""
    if "call" not in records:
        return np.zeros(len(records), dtype=bool)
    found: np.ndarray = records["format"].str.contains(r"(?:^|:)L?GT(?::|$)").to_numpy(dtype=bool)
    return found


def _zygosity(calls: genotypes.CallFields, given: np.ndarray) -> pa.Array:
    """The zygosity of each call; where no genotype is given it is unknown, without a read of the allele uncalled."""
    states = [~given & (calls.allele_depth != 0), calls.copies < 0, calls.copies == 0]
    states += [calls.ploidy == 1, calls.copies >= calls.ploidy]
    codes = np.select(states, [5, 1, 2, 3, 4], 0)
    return pa.DictionaryArray.from_arrays(codes.astype(np.int8), ZYGOSITIES).cast(pa.string())


def _parted(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The first allele of each spelling in a stretch, sorted, and the decisions on the others.

    By contig of the reference, position and alleles; among equal spellings the carried one first.
    """
    carried = pc.invert(pc.is_in(rows["zygosity"], pa.array(["absent", "uncalled"])))
    keys = [("place", "ascending"), ("ref", "ascending"), ("alt", "ascending"), ("carried", "descending")]
    keys += [("record", "ascending"), ("allele", "ascending")]
    rows = rows.append_column("carried", carried.cast(pa.int8()))
    rows = rows.take(pc.sort_indices(rows, keys)).combine_chunks()
    again = _repeated(rows)
    if not again.any():
        return rows, DECISIONS.schema.empty_table()
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(again))))[again]
    gone = rows.filter(pa.array(again))
    words = pc.binary_join_element_wise(
        "the same allele as record", rows["record"].take(pa.array(first)).cast(pa.string()), " "
    )
    return rows.filter(pa.array(~again)), decisions(gone, "dropped", "normalise", "duplicate", words)


def _repeated(rows: pa.Table) -> np.ndarray:
    """Whether each row has the position, ref and alt of the row before it."""
    again = np.zeros(rows.num_rows, dtype=bool)
    if rows.num_rows > 1:
        same = [pc.equal(rows[name][1:], rows[name][:-1]) for name in ("place", "ref", "alt")]
        again[1:] = pc.and_(pc.and_(same[0], same[1]), same[2]).to_numpy()
    return again
