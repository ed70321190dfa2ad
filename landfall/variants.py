"""Alleles of a patient: read from any VCF, brought to one spelling, each accounted for.

A VCF is read as the table it is, in blocks of columns, so that a whole genome passes at the speed of Arrow and
bcftools instead of one Python object per record. Every allele of the input keeps its number (record, allele);
an allele that cannot go on gets a rule and a detail, and nothing else ever leaves the table.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pysam
import pysam.bcftools

from landfall import chromosomes
from landfall.genome import Genome
from landfall.records import TEXT as TEXT
from landfall.records import VariantFileError as VariantFileError
from landfall.records import read_records as read_records

SPELLING = ["chrom", "pos", "ref", "alt"]
ONE_AT_A_TIME = Lock()
"""bcftools keeps its options in variables of the process."""
FEW = 200
"""Alleles of a contig in one block below which bcftools looks the reference up, one by one."""


class WrongBuildError(VariantFileError):
    """Most reference alleles disagree with the reference sequence."""


# Rules of normalisation, in the order in which they are asked of an allele: the first that holds decides.
SYNTAX_RULES: tuple[tuple[str, str, str], ...] = (
    ("no_alternate", r"^\.?$", "the record has no alternate allele"),
    ("reference_block", r"^<(?:NON_REF|\*|X)>$", "a gVCF reference block"),
    ("spanning_deletion", r"^\*$", "stands for a deletion called at another record"),
    ("breakend", r"[\[\]]|^\.[ACGTNacgtn]+$|^[ACGTNacgtn]+\.$", "a breakend of a rearrangement"),
    ("symbolic", r"^<.*>$", "a symbolic allele without its sequence"),
    ("non_acgt", r"[^ACGTacgt]", "ALT holds a letter that is not A, C, G or T"),
)


def split_alleles(records: pd.DataFrame) -> pd.DataFrame:
    """One row per alternate allele, numbered from 1 in ``allele``; a record without one keeps one row, '.'.

    ``row``: the number of its record in the block, from 0, by which its calls are read.
    """
    lists = pc.split_pattern(arrow(records["alt"]), ",")
    parents = pc.list_parent_indices(lists).to_numpy()
    first = np.asarray(lists.offsets)[parents]
    others = records.drop(columns="alt")  # a list of all alternates is not copied for each of them
    alleles = others if len(parents) == len(records) else others.take(parents)
    return alleles.reset_index(drop=True).assign(
        alt=series(pc.list_flatten(lists)),
        allele=(np.arange(len(parents)) - first + 1).astype(np.int32),
        row=parents.astype(np.int64),
    )


def arrow(text: pd.Series[str]) -> pa.Array:
    """A column of text as one Arrow array."""
    found = pa.array(text, pa.string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def series(text: pa.Array, index: pd.Index | None = None) -> pd.Series[str]:
    """A column of text from an Arrow array."""
    return pd.Series(pd.array(text, dtype=TEXT), index=index)


def names(alleles: pd.DataFrame) -> pd.Series[str]:
    """chrom-pos-ref-alt of each allele."""
    parts = [arrow(alleles[name]) for name in ("chrom", "ref", "alt")]
    pos = pa.array(alleles["pos"]).cast(pa.string())
    return series(pc.binary_join_element_wise(parts[0], pos, *parts[1:], "-"), alleles.index)


def places(alleles: pd.DataFrame, genome: Genome) -> np.ndarray:
    """Number of each allele's first base, counted through the whole reference; chrom named as the reference does."""
    before: np.ndarray = looked_up(alleles["chrom"], genome.starts).astype(np.int64)
    found: np.ndarray = before + alleles["pos"].to_numpy(dtype=np.int64)
    return found


def looked_up(text: pd.Series[str], table: Mapping[str, Any]) -> np.ndarray:
    """The value of each text in a table, None where it has none; each text that occurs is asked once."""
    codes, unique = pd.factorize(text)
    values = np.empty(len(unique) + 1, dtype=object)
    values[:-1] = [table.get(name) for name in unique]
    values[-1] = None
    found: np.ndarray = values[codes]
    return found


def kinds(alleles: pd.DataFrame, build: str) -> np.ndarray:
    """The kind of chromosome at each chrom and (numeric) pos: :func:`landfall.chromosomes.kind`."""
    where = {name: chromosomes.kind(name, 0, build) for name in alleles["chrom"].unique()}
    found, pos = looked_up(alleles["chrom"], where), alleles["pos"].to_numpy()
    for name in where:
        for start, end in chromosomes.pseudoautosomal(name, build):
            inside = (pos > start) & (pos <= end) & (alleles["chrom"] == name).to_numpy(dtype=bool)
            found[inside] = chromosomes.AUTOSOME
    return found


def syntax_verdicts(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Rule and detail of every allele that cannot be brought to a spelling; the others have no row."""
    verdict = _verdicts(alleles[~_plainly_sound(alleles, genome)], genome)
    return verdict[verdict["rule"] != ""]


def _plainly_sound(alleles: pd.DataFrame, genome: Genome) -> np.ndarray:
    """Whether an allele is beyond doubt: two different stretches of A, C, G, T that lie on a contig."""
    ref, alt = arrow(alleles["ref"]), arrow(alleles["alt"])
    differ = pc.not_equal(pc.ascii_upper(ref), pc.ascii_upper(alt)).to_numpy(zero_copy_only=False)
    lengths = {name: genome.lengths[here] for name, here in genome.aliases.items()}
    length = looked_up(alleles["chrom"], lengths).astype(float)
    start = positions(alleles["pos"]).to_numpy()
    inside = (start >= 1) & (start + np.diff(letters(ref)[1]) - 1 <= length)
    sound: np.ndarray = inside & differ & _plain_bases(ref) & _plain_bases(alt)
    return sound


def letters(text: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """ASCII codes of all texts, one after another, and where each begins and the last ends; a null has no letters."""
    _, offsets, codes = text.buffers()
    where = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1].astype(np.int64)
    data = np.frombuffer(codes, np.uint8) if codes else np.zeros(0, np.uint8)
    return data[where[0] : where[-1]], where - where[0]


_IS_BASE = np.isin(np.arange(256, dtype=np.uint8), np.frombuffer(b"ACGTacgt", np.uint8))


def _plain_bases(text: pa.Array) -> np.ndarray:
    """Whether each text is one or more of A, C, G, T."""
    codes, where = letters(text)
    strange = ~_IS_BASE[codes]
    plain: np.ndarray = np.diff(where) > 0
    if strange.any():
        plain &= np.diff(np.concatenate([[0], np.cumsum(strange)])[where]) == 0
    return plain


def _verdicts(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Rule and detail of alleles, asked rule by rule."""
    verdict = pd.DataFrame({"rule": "", "detail": ""}, index=alleles.index, dtype=object)
    alt, ref, chrom = alleles["alt"], alleles["ref"], alleles["chrom"]
    for rule, pattern, detail in SYNTAX_RULES:
        _decide(verdict, alt.str.contains(pattern, regex=True), rule, detail)
    unreadable = ref.str.contains("[^ACGTacgt]") | (ref == "")
    _decide(verdict, unreadable, "non_acgt", "REF holds a letter that is not A, C, G or T")
    _decide(verdict, ref.str.upper() == alt.str.upper(), "no_alternate", "ALT equals REF")
    contig = chrom.map(genome.aliases)
    _decide(verdict, contig.isna(), "contig_unknown", "the reference has no contig " + chrom)
    number = positions(alleles["pos"])
    _decide(verdict, ~(number >= 1), "position", "POS is no position: " + alleles["pos"])
    beyond = number + ref.str.len() - 1 > contig.map(genome.lengths).astype(float)
    _decide(verdict, beyond, "position", "the contig ends before the end of REF at " + alleles["pos"])
    return verdict


def positions(text: pd.Series[str]) -> pd.Series[float]:
    """POS as a number, NaN where it is not written in digits alone or beyond what a VCF can hold."""
    written = arrow(text)
    codes, where = letters(written)
    length = np.diff(where)
    if ((codes >= ord("0")) & (codes <= ord("9"))).all() and ((length >= 1) & (length <= 10)).all():
        found = written.cast(pa.int64()).to_numpy(zero_copy_only=False).astype(float)
    else:
        digits = pc.match_substring_regex(written, "^[0-9]{1,10}$")
        found = pc.if_else(digits, written, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return pd.Series(found, index=text.index)


def _decide(verdict: pd.DataFrame, holds: pd.Series[bool], rule: str, detail: str | pd.Series[str]) -> None:
    """Give a rule to the rows where it holds and none was given before; detail: one text, or one a row."""
    rows = holds.fillna(False).astype(bool) & (verdict["rule"] == "")
    if rows.any():
        verdict.loc[rows, "rule"] = rule
        verdict.loc[rows, "detail"] = detail if isinstance(detail, str) else detail[rows]


def normalise_spelling(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Left-align, trim and check against the reference: what ``bcftools norm`` makes of the alleles.

    Takes chrom, pos, ref, alt; returns the same columns on the same index, upper-case and with the reference's
    contig names, without the rows whose REF disagrees with the reference. An allele that has its one spelling
    already and agrees with the reference is seen at once; bcftools decides on the others.
    """
    upper = alleles[["chrom", "pos", "ref", "alt"]].assign(
        chrom=series(pa.array(looked_up(alleles["chrom"], genome.aliases), pa.string()), alleles.index),
        pos=alleles["pos"].astype("int64"),
        ref=series(pc.ascii_upper(arrow(alleles["ref"])), alleles.index),
        alt=series(pc.ascii_upper(arrow(alleles["alt"])), alleles.index),
    )
    settled = parsimonious(upper) & _as_in_reference(upper, genome)
    return upper if settled.all() else _respelt(upper, np.flatnonzero(~settled), genome)


def _respelt(alleles: pd.DataFrame, rows: np.ndarray, genome: Genome) -> pd.DataFrame:
    """The alleles with those at ``rows`` as ``bcftools norm`` spells them, or left out."""
    spelt = _norm(alleles.iloc[rows], genome)
    new = np.zeros(len(alleles), dtype=bool)
    new[rows[spelt["row"]]] = True
    pos = alleles["pos"].to_numpy().copy()
    pos[new] = spelt["pos"]
    written = {
        name: series(
            pc.replace_with_mask(arrow(alleles[name]), pa.array(new), arrow(spelt[name])), alleles.index
        )
        for name in ("ref", "alt")
    }
    whole = alleles.assign(pos=pos, **written)
    if len(spelt) == len(rows):
        return whole
    there = new
    there[np.setdiff1d(np.arange(len(alleles)), rows)] = True
    return whole[there]


def parsimonious(alleles: pd.DataFrame) -> np.ndarray:
    """Whether nothing can be trimmed or shifted: the alleles end in different bases and begin in different ones,
    or one of them is a single base (Tan, Abecasis and Kang 2015).
    """
    ref, alt = arrow(alleles["ref"]), arrow(alleles["alt"])
    ends = pc.not_equal(pc.utf8_slice_codeunits(ref, -1), pc.utf8_slice_codeunits(alt, -1))
    begins = pc.not_equal(pc.utf8_slice_codeunits(ref, 0, 1), pc.utf8_slice_codeunits(alt, 0, 1))
    single = pc.equal(pc.min_element_wise(pc.binary_length(ref), pc.binary_length(alt)), 1)
    found: np.ndarray = pc.and_(ends, pc.or_(begins, single)).to_numpy(zero_copy_only=False)
    return found


def _as_in_reference(alleles: pd.DataFrame, genome: Genome) -> np.ndarray:
    """Whether every base of REF is the reference's; False as well where the alleles are too few to look that up."""
    agrees = np.zeros(len(alleles), dtype=bool)
    chrom, starts = looked_up(alleles["chrom"], genome.aliases), alleles["pos"].to_numpy() - 1
    for name in pd.unique(chrom):
        rows = np.flatnonzero(chrom == name)
        if len(rows) >= FEW:
            agrees[rows] = _agree(alleles["ref"].iloc[rows], starts[rows], name, genome)
    return agrees


def _agree(ref: pd.Series[str], starts: np.ndarray, chrom: str, genome: Genome) -> np.ndarray:
    """Whether each REF stands in the contig at its start (0-based)."""
    codes, first = letters(arrow(ref))
    where = np.arange(len(codes)) + np.repeat(starts - first[:-1], np.diff(first))
    wrong = codes != genome.letters(chrom, where)
    agrees: np.ndarray = np.add.reduceat(wrong, first[:-1]) == 0
    return agrees


def _norm(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """The alleles as ``bcftools norm`` spells them, without those whose REF disagrees with the reference.

    Columns row (the number in ``alleles``, ascending), chrom, pos, ref, alt.
    """
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory() as scratch:
        before, after = (str(Path(scratch) / name) for name in ("in.vcf", "out.vcf"))
        _write_sites(alleles, genome, before)
        pysam.bcftools.norm("-f", str(genome.path), "-c", "x", "-Ov", "-o", after, before, catch_stdout=False)
        blocks = [block[["id", *SPELLING]] for block in read_records(Path(after), None, with_info=False)]
    if not blocks:
        return alleles[SPELLING][:0].assign(row=np.zeros(0, np.int64))
    frame = pd.concat(blocks, ignore_index=True).rename(columns={"id": "row"})
    return frame.astype({"row": "int64", "pos": "int64"}).sort_values("row")


def _write_sites(alleles: pd.DataFrame, genome: Genome, path: str) -> None:
    """A VCF of sites whose ID is the row number, in the order of the reference."""
    order = pa.array(np.argsort(places(alleles, genome), kind="stable"))
    columns = [arrow(alleles["chrom"]), pa.array(alleles["pos"]).cast(pa.string())]
    columns += [
        pa.array(np.arange(len(alleles))).cast(pa.string()),
        arrow(alleles["ref"]),
        arrow(alleles["alt"]),
    ]
    lines = pc.binary_join_element_wise(*(column.take(order) for column in columns), ".\t.\t.\n", "\t")
    with Path(path).open("wb") as handle:
        handle.write(b"##fileformat=VCFv4.2\n")
        for name, length in genome.lengths.items():
            handle.write(f"##contig=<ID={name},length={length}>\n".encode())
        handle.write(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        handle.write(letters(lines)[0].tobytes())


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


def element(lists: pa.Array, place: np.ndarray, absent: str, row: np.ndarray | None = None) -> pa.Array:
    """The element at a place (0-based) of each list; ``absent`` where the place is -1 or beyond the end.

    row: the number of the list that is asked at each place; None for each list once, in their order.
    """
    offsets = np.asarray(lists.offsets).astype(np.int64)
    row = np.arange(len(lists)) if row is None else row
    there = (place >= 0) & (place < np.diff(offsets)[row])
    picked = pc.take(lists.values, pa.array(offsets[row] + place, mask=~there))
    return pc.fill_null(pc.if_else(pc.equal(picked, ""), None, picked), absent)


def numbers(text: pa.Array | pd.Series[str]) -> np.ndarray:
    """Numbers of text, NaN where it is none."""
    text = arrow(text) if isinstance(text, pd.Series) else text
    try:
        written = pc.if_else(pc.equal(text, "."), None, text).cast(pa.float64())
        found: np.ndarray = written.to_numpy(zero_copy_only=False)
        return np.where(np.isinf(found), np.nan, found)
    except pa.ArrowInvalid:
        return _odd_numbers(text)


def _odd_numbers(text: pa.Array) -> np.ndarray:
    """As :func:`numbers`, where some are written in a way that only Python reads, or are words."""
    plain = pc.if_else(pc.match_substring_regex(text, r"^[0-9]+(\.[0-9]+)?$"), text, None)
    found: np.ndarray = plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(np.isnan(found) & pc.not_equal(text, ".").to_numpy(zero_copy_only=False))
    if len(odd):  # exponents, signs, words
        found = found.copy()
        rest = pd.Series(text.take(pa.array(odd)).to_pylist(), dtype=object)
        read = pd.to_numeric(rest, errors="coerce").to_numpy(dtype=float)
        found[odd] = np.where(np.isinf(read), np.nan, read)
    return found


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
