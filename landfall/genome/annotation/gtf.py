"""The rows of a GTF: those of Ensembl, GENCODE, NCBI RefSeq, LRG, UCSC or plain style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from landfall.genome.annotation.rows import STRAYS, TWO_STRANDS, Draft, Gatherer, Pairs, RowError, decoded

_WHOLE = {b"transcript", b"mRNA"}
_FEATURES = {*_WHOLE, b"exon", b"CDS", b"stop_codon", b"start_codon"}
_ATTRIBUTE = re.compile(r'(\w+)\s+(?:"([^"]*)"|([^\s;]+))')
_TRANSCRIPT = re.compile(rb'\btranscript_id\s+(?:"([^"]*)"|([^\s;]+))')
_GENE = re.compile(rb'\bgene_id\s+(?:"([^"]*)"|([^\s;]+))')
_PLACEHOLDER = re.compile(rb"(unknown_transcript_\d+)?")
"""NCBI's placeholder for the transcript of a gene without one."""


class Gtf(Gatherer):
    """Rows by contig, gene and transcript; a transcript's name is unique within its gene only."""

    format = "GTF"
    naming = "a transcript_id"

    def __init__(self, contigs: Mapping[bytes, str]) -> None:
        super().__init__(contigs)
        self._drafts: dict[tuple[str, bytes, bytes], Draft] = {}

    def take(self, fields: list[bytes]) -> None:
        feature, attributes = fields[2], fields[8]
        if feature not in _FEATURES:
            return
        self.features[feature] += 1
        named = _TRANSCRIPT.search(attributes)
        identifier, gene = _value(named), _value(_GENE.search(attributes))
        if named is None or not (identifier or gene):
            self.nameless += 1
            return
        contig = self.contigs.get(fields[0])
        if contig is None:
            self.dropped[self.text(fields[0])].add(identifier or gene)
            return
        draft = self._drafts.get((contig, gene, identifier))
        if draft is None:
            draft = self._drafts[contig, gene, identifier] = self.new_draft(fields)
            draft.describe(self._pairs(attributes))
        elif feature in _WHOLE or (feature == b"CDS" and not draft.cds):
            draft.describe(self._pairs(attributes))
        self._check_strand(draft, identifier, fields)
        if feature not in _WHOLE:
            draft.add(fields)

    def _check_strand(self, draft: Draft, identifier: bytes, fields: list[bytes]) -> None:
        if draft.strand == fields[6]:
            return
        if not _PLACEHOLDER.fullmatch(identifier):
            raise RowError(f"transcript {self.text(identifier)} has rows on both strands")
        draft.flaw = TWO_STRANDS

    def _pairs(self, attributes: bytes) -> Pairs:
        for match in _ATTRIBUTE.finditer(self.text(attributes)):
            yield match[1], decoded(match[2] if match[2] is not None else match[3])

    def transcripts(self) -> Iterator[tuple[str, str, Draft]]:
        declared = bool(self.features[b"start_codon"])
        for (contig, gene, identifier), draft in self._drafts.items():
            draft.open_start = declared and draft.names.get("partial") == "true" and not draft.started
            if _PLACEHOLDER.fullmatch(identifier) and draft.strays:
                draft.flaw = STRAYS
            yield contig, self.text(identifier or gene), draft


def _value(match: re.Match[bytes] | None) -> bytes:
    return (match[1] or match[2] or b"") if match else b""
