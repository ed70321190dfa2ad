"""Alleles of a patient: read from any VCF, brought to one spelling, each accounted for.

A VCF is read as the table it is, in blocks of columns, so that a whole genome passes at the speed of Arrow and
bcftools instead of one Python object per record. Every allele of the input keeps its number (record, allele);
an allele that cannot go on gets a rule and a detail, and nothing else ever leaves the table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pysam
import pysam.bcftools
from pysam.utils import SamtoolsError

from landfall.genome import Genome

BLOCK_BYTES = 32 << 20
FIXED = ("chrom", "pos", "id", "ref", "alt", "qual", "filter", "info")


class VariantFileError(Exception):
    """A variant file that cannot be read; the message says where and what to do."""


class WrongBuildError(VariantFileError):
    """Most reference alleles disagree with the reference sequence."""


@dataclass(frozen=True)
class CallFields:
    """What the proband's genotype says of each allele; arrays of the length of the allele table."""

    genotype: pd.Series[str]
    phase_set: pd.Series[str]
    copies: np.ndarray
    ploidy: np.ndarray
    depth: np.ndarray
    quality: np.ndarray
    allele_depth: np.ndarray
    total_depth: np.ndarray


# Rules of normalisation, in the order in which they are asked of an allele: the first that holds decides.
SYNTAX_RULES: tuple[tuple[str, str, str], ...] = (
    ("no_alternate", r"^\.?$", "the record has no alternate allele"),
    ("reference_block", r"^<(?:NON_REF|\*|X)>$", "a gVCF reference block"),
    ("spanning_deletion", r"^\*$", "stands for a deletion called at another record"),
    ("breakend", r"[\[\]]|^\.[ACGTNacgtn]+$|^[ACGTNacgtn]+\.$", "a breakend of a rearrangement"),
    ("symbolic", r"^<.*>$", "a symbolic allele without its sequence"),
    ("non_acgt", r"[^ACGTacgt]", "ALT holds a letter that is not A, C, G or T"),
)


def read_records(path: Path, sample: str | None) -> Iterator[pd.DataFrame]:
    """Blocks of records of a VCF (plain, gzip, bgzip) or BCF, every column as text.

    Columns chrom, pos, id, ref, alt, qual, filter, info, format, call, and ``record``, the 1-based number in the
    file. ``format`` and ``call`` are empty for a file without samples. Raises VariantFileError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        with _whole(path):
            text = _as_text(Path(path), Path(scratch))
            header_lines, columns = _header(text)
        wanted = columns[:8]
        if sample is not None:
            wanted = [*wanted, columns[8], sample]
        first = 1
        for block in _csv_blocks(text, header_lines, columns, wanted):
            frame = block.to_pandas(
                types_mapper={pa.string(): pd.StringDtype("pyarrow", na_value=np.nan)}.get
            )
            frame.columns = pd.Index([*FIXED, "format", "call"][: frame.shape[1]])
            frame["record"] = np.arange(first, first + len(frame), dtype=np.int64)
            first += len(frame)
            yield frame


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Say of a file that breaks off, or is compressed wrongly, which one it is and what to do."""
    try:
        yield
    except (OSError, pa.ArrowInvalid, SamtoolsError) as error:
        raise VariantFileError(
            f"{path}: cannot be read to its end ({error}); copy the file again and check it"
        ) from error


def _as_text(path: Path, scratch: Path) -> Path:
    """The file itself, or a VCF made of it where it is BCF."""
    with pysam.BGZFile(str(path), "rb", None) if _is_gzip(path) else path.open("rb") as handle:
        magic = handle.read(3)
    if magic != b"BCF":
        return path
    text = scratch / "records.vcf"
    pysam.bcftools.view("-Ov", "-o", str(text), str(path), catch_stdout=False)
    return text


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(2) == b"\x1f\x8b"


def _header(path: Path) -> tuple[int, list[str]]:
    """Number of '##' lines and the names of the columns."""
    with pa.input_stream(str(path), compression="gzip" if _is_gzip(path) else None) as stream:
        lines, rest = 0, b""
        while chunk := stream.read(1 << 16):
            *complete, rest = (rest + chunk).split(b"\n")
            for line in complete:
                if not line.startswith(b"##"):
                    return lines, _columns(line, path)
                lines += 1
        return lines, _columns(rest, path)


def _columns(line: bytes, path: Path) -> list[str]:
    columns = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
    if columns[0] != "#CHROM" or len(columns) < 8:
        raise VariantFileError(f"{path}: no '#CHROM' header line with its eight columns; this is not a VCF")
    return columns


def _csv_blocks(
    path: Path, header_lines: int, columns: Sequence[str], wanted: Sequence[str]
) -> Iterator[pa.Table]:
    read = pa.csv.ReadOptions(skip_rows=header_lines + 1, column_names=list(columns), block_size=BLOCK_BYTES)
    parse = pa.csv.ParseOptions(
        delimiter="\t", quote_char=False, double_quote=False, newlines_in_values=False
    )
    convert = pa.csv.ConvertOptions(
        include_columns=list(wanted),
        column_types=dict.fromkeys(wanted, pa.string()),
        strings_can_be_null=False,
    )
    compression = "gzip" if _is_gzip(path) else None
    with _whole(path), pa.input_stream(str(path), compression=compression) as stream:
        try:
            reader = pa.csv.open_csv(stream, read, parse, convert)
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            raise
        for batch in reader:
            yield pa.Table.from_batches([batch])


def split_alleles(records: pd.DataFrame) -> pd.DataFrame:
    """One row per alternate allele, numbered from 1 in ``allele``; a record without one keeps one row, '.'."""
    alleles = records.assign(alt=records["alt"].str.split(",")).explode("alt", ignore_index=True)
    alleles["allele"] = alleles.groupby("record", sort=False).cumcount().astype(np.int32) + 1
    return alleles


def syntax_verdicts(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Rule and detail of every allele that cannot be brought to a spelling; empty strings for the others."""
    verdict = pd.DataFrame({"rule": "", "detail": ""}, index=alleles.index)
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
    beyond = number + ref.str.len() - 1 > contig.map(genome.lengths)
    _decide(verdict, beyond, "position", "the contig ends before the end of REF at " + alleles["pos"])
    return verdict


def positions(text: pd.Series[str]) -> pd.Series[float]:
    """POS as a number, NaN where it is not written in digits alone or beyond what a VCF can hold."""
    return pd.to_numeric(text.where(text.str.fullmatch("[0-9]{1,10}")), errors="coerce").astype(float)


def _decide(verdict: pd.DataFrame, holds: pd.Series[bool], rule: str, detail: str | pd.Series[str]) -> None:
    """Give a rule to the rows where it holds and none was given before; detail: one text, or one a row."""
    rows = holds.fillna(False).astype(bool) & (verdict["rule"] == "")
    if rows.any():
        verdict.loc[rows, "rule"] = rule
        verdict.loc[rows, "detail"] = detail if isinstance(detail, str) else detail[rows]


def normalise_spelling(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Left-align, trim and check against the reference with ``bcftools norm``.

    Takes chrom, pos, ref, alt; returns the same columns on the same index, upper-case and with the reference's
    contig names, without the rows whose REF disagrees with the reference.
    """
    with tempfile.TemporaryDirectory() as scratch:
        before, after, table = (Path(scratch) / name for name in ("in.vcf", "out.bcf", "out.tsv"))
        _write_sites(alleles, genome, before)
        options = ["-f", str(genome.path), "-c", "x", "-Ob", "-o", str(after), str(before)]
        pysam.bcftools.norm(*options, catch_stdout=False)
        query = r"%ID\t%CHROM\t%POS\t%REF\t%ALT\n"
        pysam.bcftools.query("-f", query, "-o", str(table), str(after), catch_stdout=False)
        names = ["row", "chrom", "pos", "ref", "alt"]
        types = {"row": "int64", "chrom": "str", "pos": "int64", "ref": "str", "alt": "str"}
        spelt = pd.read_csv(table, sep="\t", names=names, dtype=types, keep_default_na=False)
    spelt = spelt.set_index("row").sort_index()
    spelt.index = alleles.index[spelt.index]
    return spelt


def _write_sites(alleles: pd.DataFrame, genome: Genome, path: Path) -> None:
    """A VCF of sites whose ID is the row number, in the order of the reference."""
    order = {name: number for number, name in enumerate(genome.lengths)}
    sites = pd.DataFrame(
        {
            "chrom": alleles["chrom"].map(genome.aliases).to_numpy(),
            "pos": alleles["pos"].astype("int64").to_numpy(),
            "row": np.arange(len(alleles)),
            "ref": alleles["ref"].str.upper().to_numpy(),
            "alt": alleles["alt"].str.upper().to_numpy(),
        }
    )
    sites["order"] = sites["chrom"].map(order)
    sites = sites.sort_values(["order", "pos"], kind="stable").drop(columns="order")
    sites = sites.assign(qual=".", filter=".", info=".")
    with path.open("w") as handle:
        handle.write("##fileformat=VCFv4.2\n")
        handle.writelines(
            f"##contig=<ID={name},length={length}>\n" for name, length in genome.lengths.items()
        )
        handle.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        sites.to_csv(handle, sep="\t", header=False, index=False)


def read_calls(alleles: pd.DataFrame) -> CallFields:
    """Genotype, phase set, depth and quality of the proband for every allele.

    Missing numbers are NaN, missing texts '.', copies -1 if uncalled.
    """
    genotype = format_field(alleles, "GT")
    copies, ploidy = _copies(genotype, alleles["allele"])
    depths = format_field(alleles, "AD").str.split(",")
    allele_depth, total = _allele_depths(depths, alleles["allele"])
    depth = pd.to_numeric(format_field(alleles, "DP"), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return CallFields(
        genotype=genotype,
        phase_set=format_field(alleles, "PS"),
        copies=copies,
        ploidy=ploidy,
        depth=np.where(np.isnan(depth), total, depth),
        quality=pd.to_numeric(format_field(alleles, "GQ"), errors="coerce").to_numpy(
            dtype=float, na_value=np.nan
        ),
        allele_depth=allele_depth,
        total_depth=total,
    )


def format_field(alleles: pd.DataFrame, name: str) -> pd.Series[str]:
    """One FORMAT field of the proband as text, '.' where absent; records are grouped by their FORMAT string."""
    values = pd.Series(".", index=alleles.index, dtype="str")
    if "format" not in alleles:
        return values
    for layout, rows in alleles.groupby("format", sort=False).groups.items():
        fields = str(layout).split(":")
        if name not in fields:
            continue
        found = alleles.loc[rows, "call"].str.split(":").str.get(fields.index(name))
        values.loc[rows] = found.astype("str").fillna(".").replace("", ".")
    return values


def _copies(genotype: pd.Series[str], allele: pd.Series[int]) -> tuple[np.ndarray, np.ndarray]:
    """Copies of the allele in the genotype and its ploidy; -1 copies where nothing was called."""
    codes, unique = pd.factorize(genotype)
    called = [[part for part in text.replace("|", "/").split("/") if part] for text in unique]
    ploidy = np.array([len(parts) for parts in called], dtype=np.int8)
    uncalled = np.array([all(part == "." for part in parts) for parts in called])
    width = max(int(allele.max()), 1) + 1 if len(allele) else 1
    counts = np.zeros((max(len(unique), 1), width), dtype=np.int8)
    for row, parts in enumerate(called):
        for part in parts:
            if part.isdigit() and int(part) < width:
                counts[row, int(part)] += 1
    copies = counts[codes, allele.to_numpy()] if len(allele) else np.zeros(0, dtype=np.int8)
    return np.where(uncalled[codes], -1, copies), ploidy[codes]


def _allele_depths(depths: pd.Series[object], allele: pd.Series[int]) -> tuple[np.ndarray, np.ndarray]:
    """Reads of the allele and of all alleles, NaN where AD is absent."""
    lists = pa.array(depths.to_numpy(), type=pa.list_(pa.string()), from_pandas=True)
    flat = pd.to_numeric(pd.Series(lists.flatten().to_pandas()), errors="coerce").to_numpy(dtype=float)
    lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    index = allele.to_numpy().astype(np.int64)
    has = lengths > index
    own = np.full(len(lengths), np.nan)
    own[has] = flat[(starts + index)[has]]
    total = np.full(len(lengths), np.nan)
    if len(lengths):
        total = np.add.reduceat(np.append(flat, 0.0), starts)
        total[lengths <= 1] = np.nan
    return own, total


def info_numbers(alleles: pd.DataFrame, names: Sequence[str]) -> Mapping[str, np.ndarray]:
    """Numbers of INFO fields, the value of the allele where there is one per allele; NaN where absent."""
    return {name: _info_number(alleles, name) for name in names}


def _info_number(alleles: pd.DataFrame, name: str) -> np.ndarray:
    found = alleles["info"].str.extract(rf"(?:^|;){name}=([^;]*)", expand=False).fillna("")
    values = found.str.split(",")
    single = values.str.len() == 1
    index = np.where(single, 0, alleles["allele"] - 1)
    picked = [v[i] if i < len(v) else "" for v, i in zip(values, index, strict=True)] if len(values) else []
    numbers: np.ndarray = pd.to_numeric(pd.Series(picked, dtype="str"), errors="coerce").to_numpy(dtype=float)
    return numbers
