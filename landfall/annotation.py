"""Reading a gene annotation: GTF of Ensembl, GENCODE, RefSeq or plain style into transcripts, and the
TRANSCRIPTS table.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from sys import intern

import pyarrow as pa

from landfall import tables
from landfall.genes import Transcript
from landfall.genome import Genome
from landfall.translation import mitochondrial, mrna, translate

_FEATURES = {b"transcript", b"exon", b"CDS", b"stop_codon"}
_ATTRIBUTE = re.compile(r'(\w+) (?:"([^"]*)"|([^\s;]+))')
_TRANSCRIPT_ID = re.compile(rb'\btranscript_id (?:"([^"]*)"|([^\s;]+))')
TAGS = ("MANE_Select", "MANE_Plus_Clinical", "RefSeq_Select", "Ensembl_canonical")
"""What :attr:`Transcript.tag` can hold beside the empty text; the first of them represents the gene."""
_TYPES = ("transcript_type", "transcript_biotype", "gene_type", "gene_biotype")
_KEPT = {"gene_id", "gene_name", "gene", "transcript_version", *_TYPES}


class AnnotationError(Exception):
    """A gene annotation that cannot be used."""


class _RowError(ValueError):
    """A fault in one row; its line number is added where it is known."""


class Annotation(list[Transcript]):
    """The transcripts of a GTF, with an account of what was left out of them."""

    def __init__(
        self,
        transcripts: Iterable[Transcript],
        dropped: Mapping[str, int],
        exonless: int = 0,
        nameless: int = 0,
    ) -> None:
        """``dropped`` counts transcripts on contigs unknown to the reference, by the annotation's contig
        name, ``exonless`` those without exon and CDS rows, ``nameless`` rows without a transcript_id.
        """
        super().__init__(transcripts)
        self.dropped_contigs = dict(sorted(dropped.items()))
        self.exonless = exonless
        self.nameless_rows = nameless


@dataclass(slots=True)
class _Draft:
    """One transcript while its rows are read; intervals are 0-based half-open, CDS rows with their frame."""

    strand: bytes
    attributes: dict[str, str]
    tag: str
    exons: list[tuple[int, int]] = field(default_factory=list)
    cds: list[tuple[int, int, int]] = field(default_factory=list)
    stops: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class _Rows:
    """What was read: drafts by contig and identifier, rows by feature, what was left out."""

    drafts: dict[tuple[bytes, bytes], _Draft] = field(default_factory=dict)
    features: Counter[bytes] = field(default_factory=Counter)
    dropped: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    nameless: int = 0


def read_gtf(path: Path, contig_aliases: Mapping[str, str], genome: Genome | None = None) -> Annotation:
    """Transcripts of a GTF (plain, gzip or bgzip), sorted by contig and start, one representative per gene.

    ``contig_aliases`` maps every accepted contig name to the reference's (``Genome.aliases``); transcripts on
    other contigs are dropped and counted in ``dropped_contigs``. Symbols come from gene_name, else gene, else
    gene_id.

    By the GTF standard CDS rows end before the stop codon. If the file has stop_codon rows, exactly those are
    added (a stop completed only by polyadenylation has none). If it has none at all, the file cannot say
    which custom it follows: with ``genome`` each coding sequence is held against the sequence, and three
    bases are added along the exons only where they are a stop and the coding sequence does not already end in
    one; without ``genome`` they are added wherever the transcript is not marked cds_end_NF. A leading partial
    codon (cds_start_NF) is left out of the coding span, so that it always begins with a whole codon; gaps in
    a coding sequence (a ribosomal frameshift) are not represented.

    Raises AnnotationError if the file is unreadable, a row is malformed, there are no exon or no CDS rows, or
    no transcript lies on a contig of the reference.
    """
    path = Path(path)
    rows = _read_rows(path, contig_aliases)
    _refuse_useless(path, rows)
    has_stops = bool(rows.features[b"stop_codon"])
    built = [
        _build(contig_aliases[chrom.decode()], identifier.decode(), draft, has_stops, genome)
        for (chrom, identifier), draft in rows.drafts.items()
        if draft.exons or draft.cds
    ]
    dropped = {chrom: len(identifiers) for chrom, identifiers in rows.dropped.items()}
    return Annotation(choose_representatives(built), dropped, len(rows.drafts) - len(built), rows.nameless)


def _refuse_useless(path: Path, rows: _Rows) -> None:
    for feature in ("exon", "CDS"):
        if not rows.features[feature.encode()]:
            raise AnnotationError(f"{path}: no {feature} rows; a GTF with exon and CDS rows is needed")
    if not any(draft.exons for draft in rows.drafts.values()):
        names = ", ".join(sorted(rows.dropped)[:5])
        raise AnnotationError(f"{path}: none of its contigs ({names}) is a contig of the reference")


def _read_rows(path: Path, contig_aliases: Mapping[str, str]) -> _Rows:
    """All rows of the features that matter, in one pass over bytes (a full annotation has millions)."""
    rows = _Rows()
    known = {name.encode() for name in contig_aliases}
    try:
        with _open(path) as handle:
            for number, line in enumerate(handle, 1):  # noqa: B007 (told below)
                if line.startswith(b"#"):
                    continue
                fields = line.split(b"\t", 8)
                if len(fields) < 9:
                    if line.strip():
                        raise _RowError(f"{len(fields)} columns, expected 9 separated by tabs")
                elif fields[2] in _FEATURES:
                    _take(rows, fields, known)
    except _RowError as error:
        raise AnnotationError(f"{path}:{number}: {error}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise AnnotationError(f"{path}: cannot be read: {error}") from error
    return rows


def _open(path: Path) -> io.BufferedReader:
    """Plain or gzip by content, whatever the file is called."""
    handle = path.open("rb")
    compressed = handle.read(2) == b"\x1f\x8b"
    handle.seek(0)
    return io.BufferedReader(gzip.GzipFile(fileobj=handle), 1 << 20) if compressed else handle


def _take(rows: _Rows, fields: list[bytes], known: set[bytes]) -> None:
    """Put one row into its transcript's draft."""
    feature = fields[2]
    rows.features[feature] += 1
    match = _TRANSCRIPT_ID.search(fields[8])
    identifier = match and (match[1] or match[2])
    if not identifier:
        rows.nameless += 1
        return
    if fields[0] not in known:
        rows.dropped[fields[0].decode()].add(identifier)
        return
    draft = rows.drafts.get((fields[0], identifier))
    if draft is None:
        draft = rows.drafts[fields[0], identifier] = _new_draft(fields)
    elif feature == b"transcript":
        _describe(draft, fields[8])
    if draft.strand != fields[6]:
        raise _RowError(f"transcript {identifier.decode()} has rows on both strands")
    if feature != b"transcript":
        _add_interval(draft, fields)


def _new_draft(fields: list[bytes]) -> _Draft:
    strand = fields[6]
    if strand not in (b"+", b"-"):
        raise _RowError(f"strand is {strand.decode()!r}, expected + or -")
    draft = _Draft(strand, {}, "")
    _describe(draft, fields[8])
    return draft


def _describe(draft: _Draft, attributes: bytes) -> None:
    """Names, types and tags from a row's last column."""
    tags = []
    for match in _ATTRIBUTE.finditer(attributes.decode()):
        key, value = match[1], match[2] if match[2] is not None else match[3]
        if key == "tag":
            tags.append(value)
        elif key in _KEPT:
            draft.attributes[intern(key)] = intern(value)
    draft.tag = best_tag([draft.tag, *tags])
    if "cds_end_NF" in tags:
        draft.attributes["cds_end_NF"] = "1"


def best_tag(tags: Iterable[str]) -> str:
    """The first of TAGS among ``tags``, however it is written (MANE_Select of Ensembl and GENCODE, MANE Select
    of NCBI); empty if there is none.
    """
    found = {_bare(tag) for tag in tags}
    return next((tag for tag in TAGS if _bare(tag) in found), "")


@lru_cache(maxsize=1024)
def _bare(tag: str) -> str:
    return re.sub(r"[\W_]", "", tag).casefold()


def _add_interval(draft: _Draft, fields: list[bytes]) -> None:
    try:
        start, end = int(fields[3]) - 1, int(fields[4])
    except ValueError as error:
        raise _RowError("start or end is not a number") from error
    if not 0 <= start < end:
        raise _RowError(f"start {start + 1} and end {end} span no bases")
    if fields[2] == b"exon":
        draft.exons.append((start, end))
    elif fields[2] == b"CDS":
        draft.cds.append((start, end, int(fields[7]) if fields[7] in (b"1", b"2") else 0))
    else:
        draft.stops.append((start, end))


def _build(chrom: str, identifier: str, draft: _Draft, has_stops: bool, genome: Genome | None) -> Transcript:
    names = draft.attributes
    version = names.get("transcript_version")
    gene_id = names.get("gene_id") or identifier
    transcript = Transcript(
        gene=intern(names.get("gene_name") or names.get("gene") or gene_id),
        gene_id=intern(gene_id),
        transcript=f"{identifier}.{version}" if version and "." not in identifier else identifier,
        chrom=chrom,
        strand=draft.strand.decode(),
        exons=_joined(draft.exons or [row[:2] for row in draft.cds] + draft.stops),
        biotype=next((names[key] for key in _TYPES if names.get(key)), ""),
        tag=draft.tag,
    )
    return _with_cds(transcript, draft, has_stops, genome) if draft.cds else transcript


def _joined(exons: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Exons ascending; those that touch or overlap become one, for there is no intron between them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(exons):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _with_cds(transcript: Transcript, draft: _Draft, has_stops: bool, genome: Genome | None) -> Transcript:
    """The transcript with its coding span, from a whole first codon to the end of the stop codon."""
    spans = [(start, end) for start, end, _ in draft.cds] + draft.stops
    low, high = min(start for start, _ in spans), max(end for _, end in spans)
    if low < transcript.start or high > transcript.end:
        raise AnnotationError(f"transcript {transcript.transcript}: its CDS leaves its exons")
    coding = replace(transcript, cds_start=low, cds_end=high)
    first, last = coding.cds_span
    first += (min(draft.cds) if transcript.forward else max(draft.cds))[2]
    if not has_stops and _stop_follows(coding, draft, genome):
        last += 3
    if last <= first:
        return transcript
    ends = sorted((coding.position(first), coding.position(last - 1)))
    return replace(transcript, cds_start=ends[0] - 1, cds_end=ends[1])


def _stop_follows(transcript: Transcript, draft: _Draft, genome: Genome | None) -> bool:
    """Whether the three transcribed bases after the CDS rows are its stop codon; see :func:`read_gtf`."""
    last = transcript.cds_span[1]
    if last + 3 > transcript.length:
        return False
    if genome is None:
        return "cds_end_NF" not in draft.attributes
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
        name: [getattr(t, name) for t in rows] for name in (*names, "biotype", "tag", "representative")
    }
    columns["exon_starts"] = [[start for start, _ in t.exons] for t in rows]
    columns["exon_ends"] = [[end for _, end in t.exons] for t in rows]
    ordered = {name: columns[name] for name in tables.TRANSCRIPTS.names}
    return tables.check(tables.TRANSCRIPTS, pa.table(ordered, schema=tables.TRANSCRIPTS.schema))


def from_table(table: pa.Table) -> list[Transcript]:
    """Transcripts of a TRANSCRIPTS table, in its order. Raises TableError if it breaks the contract."""
    return [
        Transcript(
            exons=tuple(zip(row.pop("exon_starts"), row.pop("exon_ends"), strict=True)),
            **{key: value for key, value in row.items() if key not in ("start", "end")},
        )
        for row in tables.check(tables.TRANSCRIPTS, table).to_pylist()
    ]
