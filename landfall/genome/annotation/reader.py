"""Reading a gene annotation (GTF and GFF3 of Ensembl, GENCODE, NCBI or plain style) into transcripts, and the
TRANSCRIPTS table.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from sys import intern

import pyarrow as pa

from landfall.genome.annotation import mane
from landfall.genome.annotation.gff3 import Gff3
from landfall.genome.annotation.gtf import Gtf
from landfall.genome.annotation.rows import SYMBOLS, TYPES, Draft, Gatherer, RowError
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mitochondrial, mrna, translate
from landfall.io import parquet
from landfall.io.errors import UserError, listed

TAGS = ("MANE_Select", "MANE_Plus_Clinical", "RefSeq_Select", "Ensembl_canonical")
"""Values of :attr:`Transcript.tag` beside the empty text; the first of them represents the gene."""
SHORTEST_INTRON = 10
"""Bases; a shorter gap between exons is a frameshift or an error of the assembly, not an intron."""

_GFF3_ROW = re.compile(rb"\s*[^\s=;\"]+=")
_GTF_ROW = re.compile(rb"\s*\w+\s+\S")
_REFSEQ = re.compile(r"(?:RefSeq:|Gen[Bb]ank:)?([NX][MR]_\d+\.\d+)(?:_(?:dup)?\d+)?")
_NOT_ROWS = (b"track", b"browser")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class AnnotationError(UserError):
    """A gene annotation that cannot be used."""


class Annotation(list[Transcript]):
    """The transcripts of a gene annotation, with counts of what was left out."""

    def __init__(
        self,
        transcripts: Iterable[Transcript],
        rows: Gatherer,
        exonless: int = 0,
        set_aside: Mapping[str, str] | None = None,
        other_version: int = 0,
    ) -> None:
        """``exonless`` counts transcripts without exon and CDS rows; ``set_aside``: those with contradictory rows, and
        why; ``other_version`` counts those that MANE's table has in another version.
        """
        super().__init__(transcripts)
        self.dropped_contigs = {name: len(found) for name, found in sorted(rows.dropped.items())}
        """Transcripts on contigs unknown to the reference, by the annotation's contig name."""
        self.exonless = exonless
        self.nameless_rows = rows.nameless
        self.set_aside = dict(set_aside or {})
        self.foreign_text = rows.foreign_text
        self.other_version = other_version
        self._naming = rows.naming

    @property
    def slippage(self) -> list[str]:
        """Coding transcripts that are not read in one frame."""
        return [transcript.transcript for transcript in self if transcript.slippage]

    def account(self) -> list[str]:
        """What was left out or not parsed, in words; empty if nothing was."""
        counts = (
            ("transcripts on contigs that the reference does not have", sum(self.dropped_contigs.values()),
             self.dropped_contigs),
            ("transcripts without exons", self.exonless, ()),
            (f"rows without {self._naming}", self.nameless_rows, ()),
            ("transcripts left out, as their rows contradict one another", len(self.set_aside),
             [f"{name}: {why}" for name, why in self.set_aside.items()]),
            ("transcripts not read in one frame (ribosomal slippage, gaps in the CDS rows), so without protein names",
             len(self.slippage), self.slippage),
            ("transcripts that MANE's table has in another version, which get no RefSeq name", self.other_version, ()),
        )  # fmt: skip
        words = [f"{what}: {n}" + (f" ({listed(names)})" if names else "") for what, n, names in counts if n]
        return words + (["some text is not UTF-8; it is read as Latin-1"] if self.foreign_text else [])


def read_gtf(
    path: Path,
    contig_aliases: Mapping[str, str],
    genome: Genome | None = None,
    mane_table: Path | None = None,
) -> Annotation:
    """Transcripts of a GTF or GFF3 (plain, gzip or bgzip), sorted by contig and start, one representative per gene.

    ``contig_aliases`` maps every accepted contig name to the reference's (``Genome.aliases``); transcripts on
    other contigs are dropped and counted in ``dropped_contigs``. Symbols come from gene_name, else gene, else
    gene_symbol, the Name of a GFF3's gene, or gene_id. ``mane_table``: MANE's summary, for RefSeq names and tags.

    By the GTF standard CDS rows end before the stop codon, by that of GFF3 with it. If the file has stop_codon rows,
    exactly those are added (a stop completed only by polyadenylation has none). If it has none at all, the convention
    of the file is unknown: with ``genome`` each coding sequence is compared with the sequence, and three
    bases are added along the exons only where they are a stop and the coding sequence does not already end in
    one; without ``genome`` they are added in a GTF wherever the transcript is not marked cds_end_NF. A leading partial
    codon (cds_start_NF) is left out of the coding span, so that it always begins with a whole codon, and the transcript
    is marked ``open_start``. Where CDS rows leave out exonic bases or repeat them (a ribosomal frameshift) the span
    holds them all, and the transcript is marked ``slippage``.

    Raises AnnotationError if the file is unreadable, a row is malformed, there are no exon or no CDS rows, or
    no transcript lies on a contig of the reference; InputError for ``mane_table``.
    """
    path = Path(path)
    rows = _read_rows(path, {name.encode(): here for name, here in contig_aliases.items()})
    drafts = list(rows.transcripts())
    _refuse_useless(path, rows, drafts)
    built: list[Transcript] = []
    set_aside: dict[str, str] = {}
    exonless = 0
    for chrom, identifier, draft in drafts:
        if not draft.exons and not draft.cds:
            exonless += 1
        elif draft.flaw:
            set_aside[_described(identifier, draft)] = draft.flaw
        else:
            built.append(_build(chrom, identifier, draft, rows, genome))
    built, other_version = mane.applied(built, mane.read(mane_table)) if mane_table else (built, 0)
    return Annotation(choose_representatives(built), rows, exonless, set_aside, other_version)


def _refuse_useless(path: Path, rows: Gatherer, drafts: Iterable[tuple[str, str, Draft]]) -> None:
    for feature in ("exon", "CDS"):
        if not rows.features[feature.encode()]:
            raise AnnotationError(
                f"{path}: no {feature} rows; a {rows.format} with exon and CDS rows is needed"
            )
    if any(draft.exons for _, _, draft in drafts):
        return
    if not rows.dropped:
        raise AnnotationError(f"{path}: read as {rows.format}, but none of its exon rows has {rows.naming}")
    names = ", ".join(sorted(rows.dropped)[:5])
    raise AnnotationError(f"{path}: none of its contigs ({names}) is a contig of the reference")


def _read_rows(path: Path, contigs: Mapping[bytes, str]) -> Gatherer:
    """All rows of the features in use, in one pass over bytes (a full annotation has millions)."""
    rows: Gatherer | None = None
    number = 0
    try:
        with _open(path) as handle:
            for number, line in enumerate(handle, 1):  # noqa: B007 (used below)
                fields = line.split(b"\t", 8)
                if line.startswith((b"##FASTA", b">")):
                    break
                if line.startswith((b"#", _BYTE_ORDER_MARK + b"#")) or not line.strip():
                    continue
                if len(fields) == 9:
                    rows = rows or _format(fields[8], contigs)
                    if rows:
                        rows.take(fields)
                elif not line.startswith(_NOT_ROWS):
                    raise RowError(f"{len(fields)} columns, expected 9 separated by tabs")
    except RowError as error:
        raise AnnotationError(f"{path}:{number}: {error}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise AnnotationError(f"{path}: cannot be read: {error}") from error
    return rows or Gtf(contigs)


def _format(attributes: bytes, contigs: Mapping[bytes, str]) -> Gatherer | None:
    """The parser for a last column in this notation, None for an empty one. Raises RowError."""
    if attributes.strip() in (b"", b"."):
        return None
    if _GFF3_ROW.match(attributes):
        return Gff3(contigs)
    if _GTF_ROW.match(attributes):
        return Gtf(contigs)
    raise RowError(
        "the last column is neither a GTF's (transcript_id \"...\";) nor a GFF3's (ID=...;Parent=...)"
    )


def _open(path: Path) -> io.BufferedReader:
    """Plain or gzip by content, whatever the file's name."""
    handle = path.open("rb")
    compressed = handle.read(2) == b"\x1f\x8b"
    handle.seek(0)
    return io.BufferedReader(gzip.GzipFile(fileobj=handle), 1 << 20) if compressed else handle


def best_tag(tags: Iterable[str]) -> str:
    """The first of TAGS among ``tags``, however it is written (MANE_Select of Ensembl and GENCODE, MANE Select
    of NCBI); empty if there is none.
    """
    found = {_bare(tag) for tag in tags}
    return next((tag for tag in TAGS if _bare(tag) in found), "")


@lru_cache(maxsize=1024)
def _bare(tag: str) -> str:
    return re.sub(r"[\W_]", "", tag).casefold()


def _described(identifier: str, draft: Draft) -> str:
    gene = draft.names.get("gene_id", "")
    return f"{identifier} of {gene}" if gene not in ("", identifier) else identifier


def _build(chrom: str, identifier: str, draft: Draft, rows: Gatherer, genome: Genome | None) -> Transcript:
    names = draft.names
    version = names.get("transcript_version")
    gene_id = names.get("gene_id") or identifier
    tag = best_tag(draft.tags)
    refseq, source = _refseq(identifier, draft.references if tag.startswith("MANE") else ())
    transcript = Transcript(
        gene=intern(next((names[key] for key in SYMBOLS if names.get(key)), gene_id)),
        gene_id=intern(gene_id),
        transcript=f"{identifier}.{version}" if version and "." not in identifier else identifier,
        chrom=chrom,
        strand=draft.strand.decode(),
        exons=_joined(draft.exons or [row[:2] for row in draft.cds] + draft.stops),
        biotype=next((names[key] for key in TYPES if names.get(key)), ""),
        tag=tag,
        refseq=refseq,
        refseq_source=source,
    )
    return _with_cds(transcript, draft, rows, genome) if draft.cds else transcript


def _refseq(identifier: str, references: Iterable[str]) -> tuple[str, str]:
    """The RefSeq accession, with its version, of a transcript (NCBI and UCSC number its copies: NM_018390.4_1),
    or the one that MANE matches it with: no other has the same sequence; and the source, as Transcript.refseq_source.
    """
    if own := _REFSEQ.fullmatch(identifier):
        return own[1], "transcript"
    found = map(_REFSEQ.fullmatch, references)
    return next(((match[1], "annotation") for match in found if match), ("", ""))


def _joined(exons: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Exons ascending; those that overlap or touch, or nearly so, are merged, as there is no intron between them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(exons):
        if joined and start < joined[-1][1] + SHORTEST_INTRON:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _with_cds(transcript: Transcript, draft: Draft, rows: Gatherer, genome: Genome | None) -> Transcript:
    """The transcript with its coding span, from a whole first codon to the end of the stop codon."""
    spans = [(start, end) for start, end, _ in draft.cds] + draft.stops
    low, high = min(start for start, _ in spans), max(end for _, end in spans)
    if low < transcript.start or high > transcript.end:
        raise AnnotationError(f"transcript {transcript.transcript}: its CDS leaves its exons")
    coding = replace(transcript, cds_start=low, cds_end=high)
    slippage = draft.slippage or _interrupted(coding, draft)
    first, last = coding.cds_span
    missing = (min(draft.cds) if transcript.forward else max(draft.cds))[2]
    first += missing
    if not rows.features[b"stop_codon"] and _stop_follows(coding, draft, rows.holds_stop, genome):
        last += 3
    if last <= first:
        return transcript
    ends = sorted((coding.position(first), coding.position(last - 1)))
    open_start = bool(missing) or draft.open_start or "cds_start_NF" in draft.tags
    return replace(
        transcript, cds_start=ends[0] - 1, cds_end=ends[1], open_start=open_start, slippage=slippage
    )


def _interrupted(coding: Transcript, draft: Draft) -> bool:
    """Whether the CDS rows leave out exonic bases between their ends, or hold some twice."""
    rows = {(start, end) for start, end, _ in draft.cds}
    apart = [
        (start, end)
        for start, end in set(draft.stops)
        if not any(low <= start and end <= high for low, high in rows)
    ]
    first, last = coding.cds_span
    return sum(end - start for start, end in (*rows, *apart)) != last - first


def _stop_follows(transcript: Transcript, draft: Draft, held: bool, genome: Genome | None) -> bool:
    """Whether the three transcribed bases after the CDS rows are its stop codon; see :func:`read_gtf`."""
    last = transcript.cds_span[1]
    if last + 3 > transcript.length:
        return False
    if genome is None:
        return not held and "cds_end_NF" not in draft.tags
    around = translate(mrna(transcript, genome)[last - 3 : last + 3], mitochondrial(transcript.chrom))
    return around[0] != "*" and around[1] == "*"


def choose_representatives(transcripts: Iterable[Transcript]) -> list[Transcript]:
    """The transcripts sorted by place, one per gene and contig marked as representative.

    The first of TAGS before every other, then what RefSeq curated before what it predicted (XM_, XR_), the
    longest coding sequence, the longest transcript, the smallest identifier. The two pseudoautosomal copies of
    a gene each have one.
    """
    best: dict[tuple[str, str], Transcript] = {}
    transcripts = list(transcripts)
    for transcript in transcripts:
        gene = (transcript.gene_id, transcript.chrom)
        if gene not in best or _preference(transcript) < _preference(best[gene]):
            best[gene] = transcript
    chosen = {id(transcript) for transcript in best.values()}
    marked = (
        t if t.representative == (id(t) in chosen) else replace(t, representative=id(t) in chosen)
        for t in transcripts
    )
    return sorted(marked, key=_place)


def _preference(transcript: Transcript) -> tuple[int, bool, int, int, str]:
    rank = TAGS.index(transcript.tag) if transcript.tag else len(TAGS)
    predicted = transcript.transcript.startswith(("XM_", "XR_"))
    first, last = transcript.cds_span if transcript.coding else (0, 0)
    return rank, predicted, first - last, -transcript.length, transcript.transcript


def _place(transcript: Transcript) -> tuple[str, int, int, str, str]:
    return transcript.chrom, transcript.start, transcript.end, transcript.gene_id, transcript.transcript


def to_table(transcripts: Iterable[Transcript]) -> pa.Table:
    """The TRANSCRIPTS table, sorted by contig name, start, end, gene and transcript identifier."""
    rows = sorted(transcripts, key=_place)
    names = ("gene", "gene_id", "transcript", "chrom", "strand", "start", "end", "cds_start", "cds_end")
    columns = {
        name: [getattr(t, name) for t in rows]
        for name in (
            *names,
            "biotype",
            "tag",
            "refseq",
            "refseq_source",
            "open_start",
            "slippage",
            "representative",
        )
    }
    columns["exon_starts"] = [[start for start, _ in t.exons] for t in rows]
    columns["exon_ends"] = [[end for _, end in t.exons] for t in rows]
    ordered = {name: columns[name] for name in TRANSCRIPTS.names}
    return parquet.check(TRANSCRIPTS, pa.table(ordered, schema=TRANSCRIPTS.schema))


def from_table(table: pa.Table) -> list[Transcript]:
    """Transcripts of a TRANSCRIPTS table, in its order. Raises TableError if it breaks the contract."""
    return [
        Transcript(
            exons=tuple(zip(row.pop("exon_starts"), row.pop("exon_ends"), strict=True)),
            **{key: value for key, value in row.items() if key not in ("start", "end")},
        )
        for row in parquet.check(TRANSCRIPTS, table).to_pylist()
    ]
