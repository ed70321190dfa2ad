"""Whether a VCF was called on the reference: its REF alleles compared with it, at positions spread over the file.

A header may declare no lengths, or those of the right build with records of another one; REF is the evidence. No
index is needed: a plain or bgzip file is sampled throughout, a gzip-compressed one or a BCF at its start.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from landfall.config.sections import Settings
from landfall.genome.sequence import ACCESSIONS, Genome
from landfall.io import files
from landfall.io.errors import listed
from landfall.io.files import Problem
from landfall.variants import vcf_header
from landfall.variants.normalise import MIN_MISMATCHES
from landfall.variants.vcf_header import VcfHeader

PLACES, RECORDS = 24, 40
"""Positions in a file that are sampled, and records read at each."""
CHUNK_BYTES = 1 << 17
LONGEST = 50
"""Longest REF, in bases, of a sampled record."""

Site = tuple[str, int, str]
"""Contig as the file names it, 1-based position, REF."""


def foreign_accession(contigs: Iterable[str], build: str) -> Problem | None:
    """A contig whose RefSeq accession is of another build than the reference."""
    for name in contigs:
        _, other = ACCESSIONS.get(name, (name, build))
        if build != "synthetic" and other != build:
            return f"{name} is a contig of {other}, the reference is {build}", f"use the file of {build}"
    return None


def foreign(header: VcfHeader, path: Path, genome: Genome, parsed: Settings) -> files.Problem | None:
    """Evidence that a VCF was not called on the reference. Raises BrokenFileError."""
    named = dict.fromkeys([*header.contigs, *(chrom for chrom, _, _ in sites(path))])
    return (
        foreign_accession(named, parsed.genome.build)
        or _contig_problem(header, path, genome)
        or disagreement(path, genome, parsed.normalise.max_ref_mismatch_fraction)
    )


def _contig_problem(header: VcfHeader, path: Path, genome: Genome) -> files.Problem | None:
    """Contigs of a VCF that are not those of the reference, by name or by length. Raises BrokenFileError."""
    named = header.contigs or dict.fromkeys(_contigs_until_known(path, genome))
    common = {name: genome.aliases[name] for name in named if name in genome.aliases}
    if named and not common:
        return strangers(named, genome), "give the reference that the VCF was called against"
    for name, here in common.items():
        length = named[name]
        if length not in (None, genome.lengths[here]) and genome.aliases.get("chrM") != here:
            what = f"{name} has {length} bases here and {genome.lengths[here]} in the reference"
            return what, "give the reference that the VCF was called against"
    return None


def _contigs_until_known(path: Path, genome: Genome) -> Iterator[str]:
    """The contigs of the records, for a VCF that declares none, up to the first that the reference has."""
    for contig in vcf_header.record_contigs(path):
        yield contig
        if contig in genome.aliases:
            return


def strangers(names: Iterable[str], genome: Genome) -> str:
    """Message that none of the contigs of a file is one of the reference."""
    return f"no contig is in the reference: the file has {listed(names)}; the reference has {listed(genome.lengths)}"


def disagreement(path: Path, genome: Genome, most: float) -> Problem | None:
    """Fault and remedy of a VCF of which more than the fraction ``most`` of the sampled REF alleles are mismatches.

    Few mismatches never count, nor does the mitochondrion, of which two sequences are in use. Raises BrokenFileError.
    """
    found = _compare(path, genome)
    if found.wrong < MIN_MISMATCHES or found.wrong <= most * found.checked:
        return None
    what = (
        f"{found.wrong} of {found.checked} sampled reference alleles disagree with the reference sequence "
        f"(first: {found.example})"
    )
    return what, "the file is on another genome build: use one on the build of the reference, or lift it over"


@dataclass
class _Comparison:
    checked: int = 0
    wrong: int = 0
    example: str = ""


def _compare(path: Path, genome: Genome) -> _Comparison:
    found = _Comparison()
    for chrom, pos, ref in sorted(set(sites(path))):
        here = genome.aliases.get(chrom)
        if here is None or here == genome.aliases.get("chrM") or pos - 1 + len(ref) > genome.lengths[here]:
            continue
        bases = genome.fetch(here, pos - 1, pos - 1 + len(ref))
        found.checked += 1
        if bases != ref:
            found.wrong += 1
            found.example = found.example or f"{chrom}:{pos}, REF is {ref}, the reference has {bases}"
    return found


def sites(path: Path) -> Iterator[Site]:
    """Some records of a VCF (plain, gzip, bgzip) or BCF whose REF is a short stretch of A, C, G and T."""
    with files.opened(path) as handle:
        if handle.read(3) == b"BCF":
            yield from _of_bcf(path)
            return
    for lines, most in _samples(path):
        records = [line for line in lines if not line.startswith(b"#")]
        for record in records[:: len(records) // most + 1]:
            yield from _site(record)


def _samples(path: Path) -> Iterator[tuple[list[bytes], int]]:
    """Whole lines from some positions in a file, and the number of records to read from them."""
    kind = files.compression(path)
    if kind == "gzip":
        with files.opened(path) as handle:
            yield handle.read(PLACES * CHUNK_BYTES).split(b"\n")[:-1], PLACES * RECORDS
        return
    last = max(path.stat().st_size - CHUNK_BYTES, 0)
    with path.open("rb") as handle:
        for place in sorted(set(np.linspace(0, last, PLACES).astype(int).tolist())):
            handle.seek(place)
            raw = handle.read(CHUNK_BYTES)
            lines = (raw if kind == "plain" else _inflated(raw)).split(b"\n")
            yield lines[place > 0 : -1], RECORDS


_BGZF_BLOCK = re.compile(rb"\x1f\x8b\x08\x04.{8}BC\x02\x00", re.DOTALL)
"""The fixed bytes of a block's header (SAM specification, section 4.1)."""


def _inflated(raw: bytes) -> bytes:
    """The text of the whole BGZF blocks within some bytes of a file."""
    first = _BGZF_BLOCK.search(raw)
    rest, text = raw[first.start() :] if first else b"", b""
    while rest:
        block = zlib.decompressobj(wbits=31)
        try:
            piece = block.decompress(rest)
        except zlib.error as error:
            raise files.BrokenFileError(f"is corrupt BGZF: {error}") from error
        if not block.eof:
            break
        text, rest = text + piece, block.unused_data
    return text


_SITE = re.compile(rb"([^\t]+)\t([0-9]{1,10})\t[^\t]*\t([ACGTacgt]{1,%d})\t" % LONGEST)


def _site(line: bytes) -> Iterator[Site]:
    if found := _SITE.match(line):
        yield found[1].decode("utf-8", "replace"), int(found[2]), found[3].decode().upper()


def _of_bcf(path: Path) -> Iterator[Site]:
    import pysam

    with pysam.VariantFile(str(path)) as records:
        for record in islice(records, PLACES * RECORDS):
            yield from _site(
                b"%s\t%d\t\t%s\t" % (record.chrom.encode(), record.pos, (record.ref or "").encode())
            )
