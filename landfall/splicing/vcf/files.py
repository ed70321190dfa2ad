"""The files of ``landfall splice``: byte-preserving input lines, and output written atomically.

Text is decoded as UTF-8; other bytes pass unchanged, in any locale. Output is written to ``<output>.partial.vcf``,
locked against a second run, and renamed when complete. ``--resume`` compares the header and records of a partial file
with the settings and the input before it continues.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import logging
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pysam
import pysam.bcftools
from filelock import lock_descriptor

from landfall.io import atomic
from landfall.io.errors import NO_ROOM
from landfall.io.files import BrokenFileError

log = logging.getLogger(__name__)


ENCODING, ERRORS = "utf-8", "surrogateescape"
LONGEST_LINE = 1 << 28
"""Bytes; a record of 100,000 samples has some ten million."""
SETTINGS = "##landfall_splice="
_INFO_ID = re.compile(r"##INFO=<(?:.*,)?ID=([^,>]+)")
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)

Share = Callable[[], float | None]
"""Fraction of the input that was read, 0 to 1; None if unknown."""


class OutputError(BrokenFileError):
    """An output that cannot be written."""


# Input -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """A line of a VCF: its first eight columns, the rest as one text, and its number in the file."""

    cells: list[str]
    number: int

    @property
    def chrom(self) -> str:
        return self.cells[0]

    @property
    def pos(self) -> int:
        return int(self.cells[1])

    @property
    def ref(self) -> str:
        return self.cells[3]

    @property
    def alts(self) -> list[str]:
        """The alternate alleles; none where ALT is ``.`` or empty."""
        return [] if self.cells[4] in (".", "") else self.cells[4].split(",")

    @property
    def size(self) -> int:
        """Characters of the line."""
        return sum(map(len, self.cells))

    def line(self, added: Mapping[str, Sequence[str]]) -> str:
        """The line with the fields ``added`` to its INFO, replacing existing fields of the same names."""
        kept = [field for field in self.cells[7].split(";") if field.split("=", 1)[0] not in added]
        fields = [field for field in kept if field not in (".", "")]
        fields += [f"{name}={','.join(values)}" for name, values in added.items() if values]
        return "\t".join([*self.cells[:7], ";".join(fields) or ".", *self.cells[8:]])


@dataclass(frozen=True)
class Source:
    """An open input: the lines of its header (the last is ``#CHROM``), and its records."""

    name: str
    header: list[str]
    records: Iterator[Record]
    share: Share


@contextmanager
def opened_input(name: str, scratch: Path) -> Iterator[Source]:
    """A VCF (plain, gzip, bgzip) or BCF, ``-`` for standard input. Raises BrokenFileError, also while reading."""
    try:
        opened = os.fdopen(os.dup(0) if name == "-" else os.open(name, os.O_RDONLY), "rb")
    except OSError as error:
        raise BrokenFileError(f"{_called(name)}: cannot be read: {error.strerror}") from error
    with opened as handle:
        lines = _lines(name, handle, scratch)
        header = _header(name, lines)
        columns = header[-1].count("\t") + 1
        yield Source(name, header, _records(name, lines, columns), _share(handle))


def _share(handle: BinaryIO) -> Share:
    size = os.fstat(handle.fileno()).st_size
    return lambda: os.lseek(handle.fileno(), 0, os.SEEK_CUR) / size if size else None


Lines = Iterator[tuple[int, str]]
"""Number and text of each line, without its end; blank lines are skipped."""


def _lines(name: str, handle: io.BufferedReader, scratch: Path) -> Lines:
    """Raises BrokenFileError if reading fails."""
    try:
        packed = handle.peek(2)[:2] == b"\x1f\x8b"
        plain = cast(io.BufferedReader, gzip.GzipFile(fileobj=handle)) if packed else handle
        is_bcf = plain.peek(3)[:3] == b"BCF"
        texts = (
            _of_bcf(name, plain, scratch)
            if is_bcf
            else (text.decode(ENCODING, ERRORS) for text in _bounded(plain))
        )
        for number, text in enumerate(texts, 1):
            if line := text.rstrip("\r\n"):
                yield number, line
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BrokenFileError(f"{_called(name)}: cannot be read to its end: {error}") from error


def _bounded(plain: BinaryIO) -> Iterator[bytes]:
    """The lines of a file. Raises ValueError for one longer than LONGEST_LINE."""
    while line := plain.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ValueError(f"a line of more than {LONGEST_LINE:,} bytes")
        yield line


def _of_bcf(name: str, plain: BinaryIO, scratch: Path) -> Iterator[str]:
    """The lines of a BCF; one from a pipe is first copied to a file for htslib."""
    path = Path(name)
    if not path.is_file():
        path = scratch / "input.bcf"
        with path.open("wb") as copy:
            shutil.copyfileobj(plain, copy)
    before = pysam.get_encoding_error_handler()
    pysam.set_encoding_error_handler(ERRORS)
    try:
        with pysam.VariantFile(str(path)) as vcf:
            yield from str(vcf.header).splitlines()
            yield from map(str, vcf)
    finally:
        pysam.set_encoding_error_handler(before)


def _header(name: str, lines: Lines) -> list[str]:
    header = []
    for number, line in lines:
        if not line.startswith("#"):
            raise BrokenFileError(
                f"{_called(name)}: line {number}: a record before the '#CHROM' line; not a VCF"
            )
        header.append(line)
        if not line.startswith("##"):
            if line.startswith("#CHROM\t") and line.count("\t") >= 7:
                return header
            raise BrokenFileError(
                f"{_called(name)}: line {number}: not the '#CHROM' line with its eight columns"
            )
    raise BrokenFileError(
        f"{_called(name)}: has no '#CHROM' line, so it is not a VCF" if header else "is empty"
    )


def _records(name: str, lines: Lines, columns: int) -> Iterator[Record]:
    for number, line in lines:
        cells = line.split("\t", 8)
        here = line.count("\t") + 1
        if here != columns:
            what = f"{here} columns where the header has {columns}; is the file cut short?"
            raise BrokenFileError(f"{_called(name)}: line {number}: {what}")
        if not (cells[1].isascii() and cells[1].isdecimal()):
            raise BrokenFileError(f"{_called(name)}: line {number}: POS is not a number: {cells[1]}")
        yield Record(cells, number)


def _called(name: str) -> str:
    return "standard input" if name == "-" else name


def annotated_header(
    header: Sequence[str], info: Mapping[str, str], settings: Mapping[str, object]
) -> list[str]:
    """The header with the added INFO fields (name to description), replacing existing ones of the same names."""
    kept = [
        line
        for line in header[:-1]
        if not ((found := _INFO_ID.match(line)) and found[1] in info) and not line.startswith(SETTINGS)
    ]
    added = [
        f'##INFO=<ID={name},Number=.,Type=String,Description="{description}">'
        for name, description in info.items()
    ]
    written = SETTINGS + " ".join(f"{name}={value}" for name, value in settings.items())
    return [*kept, *added, written, header[-1]]


def digest_of(path: Path) -> str:
    """The first 16 digits of a file's SHA-256."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:16]


def stamp_of(path: Path) -> str:
    """Size and date of a file, as one word of 16 digits."""
    found = path.stat()
    return hashlib.sha256(f"{found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:16]


# Output ----------------------------------------------------------------------------------------------------


@contextmanager
def output_errors(name: str) -> Iterator[None]:
    """Convert write errors to OutputError, except the BrokenPipeError of a closed reader."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, pysam.utils.SamtoolsError) as error:
        why = getattr(error, "strerror", None) or error
        full = getattr(error, "errno", None) in NO_ROOM
        remedy = "; free disk space" + ", then continue with --resume" * (not streamed(name)) if full else ""
        raise OutputError(f"{_written(name)}: cannot be written: {why}{remedy}") from error


def _written(name: str) -> str:
    return "standard output" if name == "-" else name


def streamed(name: str) -> bool:
    """Whether an output cannot be replaced by renaming: standard output, a device, a pipe."""
    path = Path(name)
    return name == "-" or (path.exists() and not path.is_file() and not path.is_dir())


class Output:
    """The output. A file is written as ``partial``, which is locked against a second run."""

    def __init__(self, name: str) -> None:
        """Raises OutputError if it cannot be written, or another run is writing it."""
        self.name = name
        self.partial = None if streamed(name) else Path(f"{name}.partial.vcf")
        with output_errors(name):
            if self.partial is not None:
                if Path(name).is_dir():
                    raise IsADirectoryError(errno.EISDIR, "it is a folder")
                self.handle: BinaryIO = _locked(self.partial)
            else:
                self.handle = os.fdopen(os.dup(1) if name == "-" else os.open(name, os.O_WRONLY), "wb")

    def begin(self, header: Sequence[str], source: Source, info: Mapping[str, str], resume: bool) -> None:
        """Write the header; or skip the records of the source that a matching partial file contains."""
        done = 0
        if resume and self.partial is not None:
            done = _resumable_bytes(self.partial, self.handle, header, source, info)
        with output_errors(self.name):
            if self.partial is not None:
                self.handle.seek(done)
                self.handle.truncate()
        if not done:
            self.write(header)

    def write(self, lines: Sequence[str]) -> None:
        """Raises OutputError or BrokenPipeError; the lines are flushed when this returns."""
        with output_errors(self.name):
            self.handle.writelines(f"{line}\n".encode(ENCODING, ERRORS) for line in lines)
            self.handle.flush()

    def finish(self) -> None:
        """Rename the complete file, compressed by its extension: .gz and .bgz are bgzip, .bcf is BCF."""
        if self.partial is None:
            return
        with output_errors(self.name):
            os.fsync(self.handle.fileno())
            final = Path(self.name)
            if final.suffix not in (".gz", ".bgz", ".bcf"):
                os.replace(self.partial, final)
                return
            with atomic.written(final) as packed:
                if final.suffix == ".bcf":
                    names = "-o", str(packed), str(self.partial)
                    pysam.bcftools.view("--no-version", "-Ob", *names, catch_stdout=False)
                else:
                    pysam.tabix_compress(str(self.partial), str(packed), force=True)
            self.partial.unlink()

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close it; an empty partial file is removed."""
        if self.partial is not None and kind is not None and not os.fstat(self.handle.fileno()).st_size:
            self.partial.unlink(missing_ok=True)
        try:
            with output_errors(self.name):
                self.handle.close()
        except (OutputError, BrokenPipeError):
            if kind is None:
                raise


def _locked(path: Path) -> BinaryIO:
    """A file opened for reading and writing, locked by this process until it is closed."""
    while True:
        handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        try:
            free = lock_descriptor(handle.fileno(), blocking=False)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            log.warning("%s: this file system has no locks; do not start a second run with this output", path)
            free = True
        if not free:
            handle.close()
            raise OSError(errno.EWOULDBLOCK, f"another run is writing {path}")
        # Another run may have renamed the file between opening and locking.
        if path.exists() and os.path.samestat(os.fstat(handle.fileno()), path.stat()):
            return handle
        handle.close()


def _resumable_bytes(
    partial: Path, handle: BinaryIO, header: Sequence[str], source: Source, info: Mapping[str, str]
) -> int:
    """Bytes of the complete lines of a partial file, 0 without any.

    The source is advanced past their records. Raises OutputError if they are of other settings or another input.
    """
    lines = iter(handle)
    before = []
    for line in lines:
        before.append(line)
        if not line.startswith(b"##"):
            break
    if not before or before[-1].startswith(b"##") or not before[-1].endswith(b"\n"):
        return 0
    _check_header(partial, [line.decode(ENCODING, ERRORS).rstrip("\n") for line in before], header)
    held, without = sum(map(len, before)), dict.fromkeys(info, ())
    for number, line in enumerate(lines, 1):
        if not line.endswith(b"\n"):
            break
        mine = next(source.records, None)
        cells = line.decode(ENCODING, ERRORS).rstrip("\n").split("\t", 8)
        if mine is None or len(cells) < 8 or Record(cells, number).line(without) != mine.line(without):
            raise _foreign(partial, f"its record {number} differs from that of {_called(source.name)}")
        held += len(line)
    return held


def _check_header(partial: Path, found: Sequence[str], wanted: Sequence[str]) -> None:
    if found == list(wanted):
        return
    theirs, mine = (
        next((line.removeprefix(SETTINGS) for line in lines if line.startswith(SETTINGS)), "")
        for lines in (found, wanted)
    )
    if theirs == mine:
        raise _foreign(partial, "its header is that of another input")
    was, now = (dict(pair.partition("=")[::2] for pair in text.split(" ")) for text in (theirs, mine))
    differing = [
        f"{name} {was.get(name, 'unknown')}, now {now[name]}" for name in now if was.get(name) != now[name]
    ]
    raise _foreign(partial, "; ".join(differing) or "it was written by another program")


def _foreign(partial: Path, why: str) -> OutputError:
    remedy = "choose another name with -O, or omit --resume to start again"
    return OutputError(f"{partial}: --resume cannot continue from it: {why}; {remedy}")
