"""Drafts of transcripts, gathered from the rows of a gene annotation of any format.

Intervals are 0-based half-open. Rows come as bytes, split at their tabs; a full annotation has millions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from urllib.parse import unquote

Span = tuple[int, int]
Pairs = Iterable[tuple[str, str]]
"""Names and values of a row's last column, in their order."""

TYPES = ("transcript_type", "transcript_biotype", "biotype", "gene_type", "gene_biotype")
SYMBOLS = ("gene_name", "gene", "gene_symbol")
_KEPT = {"gene_id", "transcript_id", "transcript_version", "version", "partial", "Name", *SYMBOLS, *TYPES}


TWO_STRANDS, STRAYS = "rows on both strands", "CDS rows outside its exons"
"""The reason why rows are not one transcript."""


class RowError(ValueError):
    """A malformed row; its line number is added where it is known."""


@dataclass(slots=True)
class Draft:
    """One transcript while its rows are read; CDS rows with their frame.

    ``open_start``: by the rows the coding sequence begins before the transcript. ``slippage``: by the rows there is
    ribosomal slippage. ``flaw``: why the rows are not one transcript, empty if they are.
    """

    strand: bytes
    names: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    exons: list[Span] = field(default_factory=list)
    cds: list[tuple[int, int, int]] = field(default_factory=list)
    stops: list[Span] = field(default_factory=list)
    open_start: bool = False
    started: bool = False
    slippage: bool = False
    flaw: str = ""

    @property
    def strays(self) -> bool:
        """Whether CDS rows lie beyond the exons."""
        if not self.exons or not self.cds:
            return False
        low, high = min(self.exons)[0], max(end for _, end in self.exons)
        return min(self.cds)[0] < low or max(end for _, end, _ in self.cds) > high

    def describe(self, pairs: Pairs) -> None:
        """Take names, types, tags and identifiers of other databases from a row's last column."""
        for key, value in pairs:
            if key == "tag":
                self.tags += tuple(intern(tag.strip()) for tag in value.split(","))
            elif key in ("db_xref", "Dbxref"):
                self.references += tuple(value.split(","))
            elif key == "exception":
                self.slippage = self.slippage or "slippage" in value
            elif key == "geneID":  # of gffread
                self.names["gene_id"] = intern(value)
            elif key in _KEPT:
                self.names[intern(key)] = intern(value)

    def add(self, fields: list[bytes]) -> None:
        """Take the interval of an exon, CDS, stop_codon or start_codon row. Raises RowError."""
        start, end = interval(fields)
        feature = fields[2]
        if feature == b"exon":
            self.exons.append((start, end))
        elif feature == b"CDS":
            self.cds.append((start, end, int(fields[7]) if fields[7] in (b"1", b"2") else 0))
        elif feature == b"stop_codon":
            self.stops.append((start, end))
        else:
            self.started = True


def interval(fields: list[bytes]) -> Span:
    """Start and end of a row. Raises RowError."""
    try:
        start, end = int(fields[3]) - 1, int(fields[4])
    except ValueError as error:
        raise RowError("start or end is not a number") from error
    if not 0 <= start < end:
        raise RowError(f"start {start + 1} and end {end} span no bases")
    return start, end


class Gatherer:
    """Collects row after row; what was read, and what was left out."""

    format: str
    naming: str
    """Attribute with a row's transcript."""
    holds_stop: bool = False
    """Whether the stop codon is part of the CDS rows in the format."""

    def __init__(self, contigs: Mapping[bytes, str]) -> None:
        """``contigs`` maps every accepted name of a contig to the reference's."""
        self.contigs = contigs
        self.features: Counter[bytes] = Counter()
        self.dropped: dict[str, set[bytes]] = defaultdict(set)
        self.nameless = 0
        self.foreign_text = False
        """Whether there were bytes that are not UTF-8, and were read as Latin-1."""

    def take(self, fields: list[bytes]) -> None:
        """One row of nine columns. Raises RowError."""
        raise NotImplementedError

    def transcripts(self) -> Iterator[tuple[str, str, Draft]]:
        """Contig of the reference, identifier and draft of each transcript."""
        raise NotImplementedError

    def text(self, raw: bytes) -> str:
        """Text of UTF-8, else of Latin-1, in which every byte is a letter."""
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.foreign_text = True
            return raw.decode("latin-1")

    def new_draft(self, fields: list[bytes]) -> Draft:
        """Raises RowError for a row without a strand."""
        if fields[6] not in (b"+", b"-"):
            raise RowError(f"strand is {self.text(fields[6])!r}, expected + or -")
        return Draft(fields[6])


def decoded(value: str) -> str:
    """A value with its URL escapes (%2C) read; one that stands for a tab or a line's end becomes a blank."""
    return " ".join(unquote(value, errors="replace").split()) if "%" in value else value
