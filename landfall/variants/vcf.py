"""The records of a VCF as a table of text, block by block, whatever tool wrote the file.

Plain, gzip and bgzip VCF and BCF are read, with line ends of any system, blank lines, and bytes that are not UTF-8
(read as Latin-1, with one warning). A block ends between two positions, so that the records of a position stay
together.
"""

from __future__ import annotations

import codecs
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pysam
import pysam.bcftools
from pysam.utils import SamtoolsError

from landfall.io.columns import TEXT
from landfall.io.errors import UserError
from landfall.io.files import LATIN1, compression

log = logging.getLogger(__name__)


BLOCK_BYTES = 16 << 20
ALLELES_AT_ONCE = 1 << 18
"""Alternate alleles of one table, beyond which a block is given in several."""
POSITION_BYTES = 64 << 20
"""Length of the lines of one position up to which they stay together."""
LINE_BYTES = 1 << 30
"""Length of the longest valid record line."""
FIXED = ("chrom", "pos", "id", "ref", "alt", "qual", "filter", "info")
CALL = "call"


class VariantFileError(UserError):
    """A variant file that cannot be read; the message gives the line and the remedy."""


def call_column(number: int) -> str:
    """The column of the n-th sample that is read, from 0; the first is that of :data:`CALL`."""
    return f"{CALL}{number or ''}"


def read_records(
    path: Path, samples: str | Sequence[str] | None, with_info: bool = True
) -> Iterator[pd.DataFrame]:
    """Blocks of records of a VCF (plain, gzip, bgzip) or BCF, every column as text.

    Columns chrom, pos, id, ref, alt, qual, filter, info, format, one for each sample by :func:`call_column`, and
    ``record``, the 1-based number in the file. ``format`` and the calls are left out where ``samples`` is None or
    empty, ``info``, the longest, where ``with_info`` is false. Raises VariantFileError.
    """
    names = [samples] if isinstance(samples, str) else list(samples or ())
    with tempfile.TemporaryDirectory() as scratch:
        with _whole(path):
            text = _as_text(Path(path), Path(scratch))
        yield from _numbered(_frames(text, Path(path), names, with_info))


def _frames(text: Path, path: Path, samples: Sequence[str], with_info: bool) -> Iterator[pd.DataFrame]:
    """Tables of the records of a VCF ``text``; ``path``: its name in messages."""
    with _whole(path), _opened(text, path) as lines:
        wanted = dict(enumerate(FIXED[: 8 if with_info else 7]))
        if samples:
            wanted |= {8: "format"} | {
                _place(name, lines.columns, text, path): call_column(n) for n, name in enumerate(samples)
            }
        for block in lines.blocks():
            table = _parsed(block, len(lines.columns), list(wanted), text, path)
            if table.num_rows:
                table = table.rename_columns(list(wanted.values()))
                yield table.to_pandas(types_mapper={pa.string(): TEXT}.get)


def _numbered(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Tables of at most some alleles, with the number of each record in the file."""
    first = 1
    for frame in frames:
        frame["record"] = np.arange(first, first + len(frame), dtype=np.int64)
        first += len(frame)
        yield from _pieces(frame)


def _pieces(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The table, or parts of it that begin at a new position, where it has more than ALLELES_AT_ONCE alleles."""
    alleles = pc.count_substring(pa.array(frame["alt"], pa.string()), ",").to_numpy(zero_copy_only=False) + 1
    if alleles.sum() <= ALLELES_AT_ONCE:
        yield frame
        return
    new = ((frame["chrom"] != frame["chrom"].shift()) | (frame["pos"] != frame["pos"].shift())).to_numpy(bool)
    start, before = 0, np.cumsum(alleles) - alleles
    for row in np.flatnonzero(new).tolist():
        if before[row] - before[start] >= ALLELES_AT_ONCE:
            yield frame.iloc[start:row].reset_index(drop=True)
            start = row
    yield frame.iloc[start:].reset_index(drop=True)


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Raise VariantFileError with path and remedy for a truncated or corrupt file."""
    try:
        yield
    except (OSError, pa.ArrowInvalid, SamtoolsError) as error:
        raise VariantFileError(
            f"{path}: cannot be read to its end ({error}); copy the file again and verify its checksum"
        ) from error


def _as_text(path: Path, scratch: Path) -> Path:
    """The file itself, or a VCF made of it where it is BCF."""
    with path.open("rb") if compression(path) == "plain" else pysam.BGZFile(str(path), "rb", None) as handle:
        magic = handle.read(3)
    if magic != b"BCF":
        return path
    text = scratch / "records.vcf"
    pysam.bcftools.view("-Ov", "-o", str(text), str(path), catch_stdout=False)
    return text


def _stream(path: Path) -> pa.NativeFile:
    """The decompressed bytes of a file."""
    return pa.input_stream(str(path), compression=None if compression(path) == "plain" else "gzip")


def _place(sample: str, columns: Sequence[str], text: Path, path: Path) -> int:
    """The column of a sample; its name may be that of a fixed column."""
    places = [place for place, name in enumerate(columns) if place > 8 and name == sample]
    if len(places) == 1:
        return places[0]
    line = next(number for number, line in enumerate(_lines(text), start=1) if not line.startswith(b"##"))
    fault = f"is named {len(places)} times" if places else f"is not among {', '.join(columns[9:]) or 'none'}"
    raise VariantFileError(f"{path}: line {line}: the sample {sample} {fault}; name each sample once")


def _parsed(block: bytes, width: int, wanted: Sequence[int], text: Path, path: Path) -> pa.Table:
    """The columns wanted of whole lines. Raises VariantFileError for a line of another number of columns."""
    wrong: list[pa.csv.InvalidRow] = []

    def judge(row: pa.csv.InvalidRow) -> str:
        if row.text.strip():
            wrong.append(row)
        return "error" if wrong else "skip"

    names = [str(place) for place in wanted]
    read = pa.csv.ReadOptions(
        column_names=[str(place) for place in range(width)], block_size=len(block) + 1, use_threads=False
    )
    parse = pa.csv.ParseOptions(
        delimiter="\t",
        quote_char=False,
        double_quote=False,
        newlines_in_values=False,
        invalid_row_handler=judge,
    )
    convert = pa.csv.ConvertOptions(
        include_columns=names, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    try:
        return pa.csv.read_csv(pa.BufferReader(block), read, parse, convert)
    except pa.ArrowInvalid as error:
        if wrong:
            raise VariantFileError(_wrong_line(text, path, wrong[0])) from error
        raise


def _wrong_line(text: Path, path: Path, row: pa.csv.InvalidRow) -> str:
    numbered = enumerate(_lines(text), start=1)
    header = next(number for number, line in numbered if not line.startswith(b"##"))
    line = next(
        number
        for number, line in numbered
        if line.strip() and line.count(b"\t") + 1 != row.expected_columns and number > header
    )
    return (
        f"{path}: line {line}: {row.actual_columns} columns, where the header has {row.expected_columns}; "
        "fields are separated by tabs: is the line truncated?"
    )


def _lines(path: Path) -> Iterator[bytes]:
    """All lines of a file."""
    with _stream(path) as stream:
        rest = b""
        while chunk := stream.read(1 << 20):
            *complete, rest = (rest + chunk).split(b"\n")
            yield from complete
        if rest:
            yield rest


@contextmanager
def _opened(text: Path, path: Path) -> Iterator[_Lines]:
    with _stream(text) as stream:
        yield _Lines(stream, path)


class _Lines:
    """A VCF as UTF-8 without carriage returns: ``columns`` of its header, then its records in blocks of lines."""

    def __init__(self, stream: pa.NativeFile, path: Path) -> None:
        self._stream, self._path = stream, path
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest = b""
        self.columns = self._header()

    def _read(self, size: int) -> bytes:
        """The next bytes, empty at the end of the file."""
        while chunk := self._stream.read(size):
            if clean := self._clean(chunk):
                return clean
        return self._clean(b"", final=True)

    def _clean(self, chunk: bytes, final: bool = False) -> bytes:
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r", b"")
        before = self._decoder.getstate()
        if chunk.isascii() and not before[0]:
            return chunk
        try:
            return self._decoder.decode(chunk, final).encode()
        except UnicodeDecodeError:
            log.warning("%s: holds bytes that are not UTF-8; they are read as Latin-1", self._path)
        self._decoder = codecs.getincrementaldecoder("utf-8")(LATIN1)
        self._decoder.setstate(before)
        return self._decoder.decode(chunk, final).encode()

    def _header(self) -> list[str]:
        """The names of the columns; what follows is kept for the records."""
        while chunk := self._read(min(BLOCK_BYTES, 1 << 16)):
            *complete, self._rest = (self._rest + chunk).split(b"\n")
            for number, line in enumerate(complete):
                if not line.startswith(b"##"):
                    self._rest = b"\n".join([*complete[number + 1 :], self._rest])
                    return self._columns(line)
        last, self._rest = self._rest, b""
        return self._columns(last)

    def _columns(self, line: bytes) -> list[str]:
        columns = line.decode().split("\t")
        if columns[0] != "#CHROM" or len(columns) < 8:
            raise VariantFileError(
                f"{self._path}: no '#CHROM' header line with its eight columns; this is not a VCF"
            )
        return columns

    def blocks(self) -> Iterator[bytes]:
        """Whole lines; the lines of one position are in one block, unless they alone fill it."""
        held = self._rest
        while chunk := self._read(BLOCK_BYTES):
            held += chunk
            end = _end(held)
            if not end and len(held) > POSITION_BYTES:
                end = held.rfind(b"\n") + 1
            if end:
                yield held[:end]
                held = held[end:]
            elif len(held) > LINE_BYTES:
                raise VariantFileError(
                    f"{self._path}: a line of more than {len(held):,} bytes is not a record"
                )
        if held.strip():
            yield held


def _end(lines: bytes) -> int:
    """Where the lines of the last position begin, of which more may follow; 0 if all lines are of it."""
    start, last = lines.rfind(b"\n") + 1, b""
    while start > 0:
        begin = lines.rfind(b"\n", 0, start - 1) + 1
        position = lines[begin : lines.find(b"\t", lines.find(b"\t", begin, start) + 1, start)]
        if last and position != last:
            return start
        last, start = position, begin
    return 0
