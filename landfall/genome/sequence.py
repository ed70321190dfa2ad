"""The reference sequence: contig names and their aliases, stretches of sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
import pysam
from numpy.typing import NDArray

from landfall.genome.encoding import BASES

UPPER = np.uint8(0xDF)
"""Bit mask that makes an ASCII letter upper-case."""
_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
_TO_ACGTN = str.maketrans(
    dict.fromkeys("RYSWKMBDHVryswkmbdhvn", "N") | {base.lower(): base for base in BASES}
)

_CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y")
_GRCH38_VERSIONS = (
    11,
    12,
    12,
    12,
    10,
    12,
    14,
    11,
    12,
    11,
    10,
    12,
    11,
    9,
    10,
    10,
    11,
    10,
    10,
    11,
    9,
    11,
    11,
    10,
)
"""Versions of NC_000001 to NC_000024 in GRCh38; in GRCh37 each is one less (NCBI, assembly reports)."""

ACCESSIONS: Mapping[str, tuple[str, str]] = {
    f"NC_{number:06}.{version - older}": (f"chr{name}", build)
    for number, (name, version) in enumerate(zip(_CHROMOSOMES, _GRCH38_VERSIONS, strict=True), 1)
    for older, build in enumerate(("GRCh38", "GRCh37"))
}
"""RefSeq's accession of each chromosome to UCSC's name and the build; the mitochondrion is the same in both."""
MITOCHONDRIA = {16_569: "NC_012920.1", 16_571: "NC_001807.4"}
"""Accessions of the mitochondrion by length: the revised Cambridge sequence, and that of UCSC's hg19."""
_OF_BUILD = {(chrom, build): name for name, (chrom, build) in ACCESSIONS.items()}

# Names of one molecule: Ensembl, UCSC, RefSeq. Patches and decoys are matched by name only.
_NUMBERED = [
    (name, f"chr{name}", *(a for a, (chrom, _) in ACCESSIONS.items() if chrom == f"chr{name}"))
    for name in _CHROMOSOMES
]
_ALIASES = [*_NUMBERED, ("MT", "chrM", "M", "chrMT", "NC_012920.1")]


def reverse_complement(sequence: str) -> str:
    """Reverse complement of a sequence of A, C, G, T and N in upper case.

    >>> reverse_complement("GTAAGTN")
    'NACTTAC'
    """
    return sequence.translate(_COMPLEMENT)[::-1]


def aliases(contigs: Iterable[str]) -> dict[str, str]:
    """Every alias of a contig of the reference, to its name in the reference.

    A table of names, never a stripped prefix: ``1`` and ``NC_000001.11`` are ``chr1``, ``MT`` is ``chrM``,
    ``chr1_random`` is itself. The accessions of both builds count; the check of the input
    reports one of another build.

    >>> names = aliases(["chr1", "chr1_random", "chrM"])
    >>> names["1"], names["NC_000001.11"], names["MT"], "random" in names
    ('chr1', 'chr1', 'chrM', False)
    """
    contigs = list(contigs)
    known = set(contigs)
    names = {name: name for name in contigs}
    for group in _ALIASES:
        here = [name for name in group if name in known]
        if len(here) == 1:
            names.update(dict.fromkeys(group, here[0]))
    return names


def accession(chrom: str, build: str, length: int) -> str | None:
    """RefSeq's accession of a contig by any of its names; length: of the contig, which distinguishes mitochondria.

    None for another build than GRCh38 and GRCh37, and for other contigs.

    >>> accession("chr7", "GRCh38", 159_345_973), accession("7", "GRCh37", 159_138_663)
    ('NC_000007.14', 'NC_000007.13')
    >>> accession("MT", "GRCh38", 16_569), accession("chrM", "GRCh37", 16_571), accession("chr7", "synthetic", 1000)
    ('NC_012920.1', 'NC_001807.4', None)
    """
    ucsc = ucsc_name(chrom)
    if ucsc == "chrM":
        return MITOCHONDRIA.get(length) if build in ("GRCh38", "GRCh37") else None
    return _OF_BUILD.get((ucsc, build))


def ucsc_name(chrom: str) -> str:
    """UCSC's name of a chromosome by any of its names; of another contig its own.

    >>> ucsc_name("NC_000007.13"), ucsc_name("MT"), ucsc_name("chr1_random")
    ('chr7', 'chrM', 'chr1_random')
    """
    return next((group[1] for group in _ALIASES if chrom in group), chrom)


class Genome:
    """A FASTA file opened for random access; sequences come back as upper-case A, C, G, T and N."""

    def __init__(self, path: Path) -> None:
        """Open plain or bgzip-compressed FASTA with its index beside it. Raises OSError if it cannot be read."""
        self.path = Path(path)
        self._fasta = pysam.FastaFile(str(path))
        self._one_at_a_time = Lock()
        self.lengths: Mapping[str, int] = dict(zip(self._fasta.references, self._fasta.lengths, strict=True))
        self.aliases = aliases(self.lengths)
        before = np.cumsum([0, *self.lengths.values()])[:-1].tolist()
        self.starts: Mapping[str, int] = dict(zip(self.lengths, before, strict=True))
        """Bases of the contigs before each contig, in the order of the file."""

    def fetch(self, chrom: str, start: int, end: int) -> str:
        """Bases start..end (0-based half-open), N beyond the contig's ends.

        IUPAC ambiguity codes become N. Raises KeyError for a contig the reference does not have.
        """
        length = self.lengths[chrom]
        inside_start, inside_end = min(max(start, 0), length), min(max(end, 0), length)
        with self._one_at_a_time:  # threads that share the handle move one another's place in the file
            inside = self._fasta.fetch(chrom, inside_start, inside_end) if inside_end > inside_start else ""
        left = min(max(-start, 0), end - start)
        return ("N" * left + inside.translate(_TO_ACGTN)).ljust(end - start, "N")

    def letters(self, chrom: str, positions: NDArray[np.int64]) -> NDArray[np.uint8]:
        """ASCII codes of the bases at many positions (0-based, on the contig), upper-case; A, C, G, T, N and IUPAC.

        Reads the file's bytes between the lowest and the highest position, by the line lengths of its .fai: for
        positions by the thousand, where :meth:`fetch` would be called for each.
        """
        if not len(positions):
            return np.zeros(0, dtype=np.uint8)
        _, offset, bases, width = self._layout[chrom]
        where = offset + positions // bases * width + positions % bases
        first, last = int(where.min()), int(where.max()) + 1
        found: NDArray[np.uint8] = self._bytes(first, last)[where - first] & UPPER
        return found

    @cached_property
    def _layout(self) -> dict[str, tuple[int, int, int, int]]:
        """Length, offset of the first base in the file, bases a line, bytes a line: the columns of the .fai."""
        rows = [line.split("\t") for line in Path(f"{self.path}.fai").read_text().splitlines()]
        return {name: (int(a), int(b), int(c), int(d)) for name, a, b, c, d in rows}

    def _bytes(self, start: int, end: int) -> NDArray[np.uint8]:
        """Bytes start..end of the FASTA as text."""
        index = Path(f"{self.path}.gzi")
        if not index.exists():
            return np.memmap(self.path, dtype=np.uint8, mode="r")[start:end]
        blocks = np.fromfile(index, "<u8", offset=8).astype(np.int64).reshape(-1, 2)
        blocks = np.vstack([np.zeros((1, 2), np.int64), blocks])
        compressed, plain = blocks[np.searchsorted(blocks[:, 1], start, side="right") - 1].tolist()
        with pysam.BGZFile(str(self.path), "rb", None) as handle:
            handle.seek(compressed << 16 | start - plain)
            return np.frombuffer(handle.read(end - start), dtype=np.uint8)
